"""What KEDA says of its own objects: on a fallback its HPA shows a made-up value, so the HPA alone looks well."""

from .api import ApiObject
from .snapshot import ScaledObject


def scaled_object(found: ApiObject) -> ScaledObject:
    """The conditions and health of a ScaledObject (keda.sh/v1alpha1); one that KEDA has not seen yet says nothing."""
    status = found.get("status") or {}
    conditions = {condition["type"]: condition for condition in status.get("conditions") or []}
    return ScaledObject(
        target=found["spec"]["scaleTargetRef"]["name"],
        falls_back=_why(conditions.get("Fallback"), "True") is not None,
        # KEDA v2.20.2, pkg/fallback/fallback.go: an answer sets the count to 0 and the status to Happy.
        failing={
            trigger: health.get("numberOfFailures", 0)
            for trigger, health in sorted((status.get("health") or {}).items())
            if health.get("status") == "Failing"
        },
        not_ready=_why(conditions.get("Ready"), "False"),
        paused=_why(conditions.get("Paused"), "True"),
    )


def _why(condition: ApiObject | None, status: str) -> str | None:
    """Reason and message of a condition that has this status."""
    if condition is None or condition["status"] != status:
        return None
    parts = (condition.get("reason"), " ".join((condition.get("message") or "").split()))
    return ": ".join(part for part in parts if part)

"""Why pods are not ready, in the words of whoever holds them up: scheduler, kubelet, container."""

from collections import Counter
from collections.abc import Iterable

from .api import ApiObject


def waiting_reasons(pods: Iterable[ApiObject]) -> tuple[str, ...]:
    """``3 pods: Unschedulable: 0/9 nodes are available``, most frequent first; empty when all are ready."""
    counted = Counter(reason for pod in pods if (reason := waiting_reason(pod)) is not None)
    return tuple(
        f"{count} pod{'s' if count > 1 else ''}: {reason}" for reason, count in counted.most_common()
    )


def waiting_reason(pod: ApiObject) -> str | None:
    """Why this pod is not ready, or None. A pod that is being deleted is nobody's concern."""
    if pod["metadata"].get("deletionTimestamp"):
        return None
    status = pod.get("status", {})
    conditions = {c["type"]: c for c in status.get("conditions", [])}
    if conditions.get("Ready", {}).get("status") == "True":
        return None
    if unscheduled(pod):
        scheduled = conditions["PodScheduled"]
        return _join(scheduled.get("reason"), scheduled.get("message"))
    for container in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])):
        state = container.get("state", {})
        stopped = state.get("waiting") or state.get("terminated")
        if stopped and stopped.get("reason") != "Completed":
            return _join(stopped.get("reason"), stopped.get("message"))
    if status.get("phase") == "Failed":
        return _join(status.get("reason") or "Failed", status.get("message"))
    return "starting, not ready yet" if status.get("phase") == "Running" else "waiting for its node"


def unscheduled(pod: ApiObject) -> bool:
    """Whether the scheduler has found no node for it."""
    conditions = pod.get("status", {}).get("conditions", [])
    return any(c["type"] == "PodScheduled" and c["status"] == "False" for c in conditions)


def selected(pods: Iterable[ApiObject], selector: ApiObject) -> list[ApiObject]:
    """The pods that the matchLabels of ``selector`` select."""
    wanted = selector.get("matchLabels", {})
    return [pod for pod in pods if wanted.items() <= pod["metadata"].get("labels", {}).items()]


def _join(reason: str | None, message: str | None) -> str:
    return ": ".join(" ".join(part.split())[:200] for part in (reason, message) if part) or "not ready"

"""An HPA's metrics as people read them: what it sees, what it aims at, and what it cannot see."""

import re
from typing import Final

from .api import ApiObject
from .snapshot import Autoscaler, Metric

# Kubernetes quantities, as far as metrics use them.
_QUANTITY: Final = re.compile(r"(-?\d+(?:\.\d+)?)(n|u|m|k|M|G|Ki|Mi|Gi)?")
_FACTORS: Final = {
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30,
}  # fmt: skip


def autoscaler(hpa: ApiObject) -> Autoscaler:
    """The bounds and metrics of an HPA (autoscaling/v2)."""
    spec, status = hpa["spec"], hpa.get("status", {})
    seen = [_source(metric) for metric in status.get("currentMetrics") or [] if metric.get("type")]
    current = {(kind, name): source.get("current", {}) for kind, name, source in seen}
    metrics = []
    for metric in spec.get("metrics", []):
        kind, name, source = _source(metric)
        target = source.get("target", {})
        metrics.append(
            Metric(name, _value(current.get((kind, name), {}), target), _value(target, target) or "?")
        )
    return Autoscaler(
        floor=spec.get("minReplicas", 1),
        peak=spec["maxReplicas"],
        metrics=tuple(metrics),
        problem=_problem(status),
    )


def _source(metric: ApiObject) -> tuple[str, str, ApiObject]:
    """Type, name and the part that holds current and target: ``external``, ``resource``, ..."""
    kind: str = metric["type"]
    source = metric.get(kind[0].lower() + kind[1:]) or {}
    asked = source.get("metric") or {}
    # Of several events each has the same metric; the label says which is meant.
    event = ((asked.get("selector") or {}).get("matchLabels") or {}).get("event")
    name: str = source.get("name") or asked.get("name", kind)
    return kind, f"{name} of {event}" if event else name, source


def _value(value: ApiObject, target: ApiObject) -> str | None:
    """The value in the terms of the target: a utilisation, an average or a total."""
    if "averageUtilization" in target:
        percent = value.get("averageUtilization")
        return None if percent is None else f"{percent}%"
    for field in ("averageValue", "value"):
        if field in target:
            return None if field not in value else quantity(str(value[field]))
    return None


def quantity(text: str) -> str:
    """``133333m`` as ``133.3``; what is no quantity stays as it is."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return text
    return f"{round(float(match[1]) * _FACTORS.get(match[2], 1.0), 1):.10g}"


def _problem(status: ApiObject) -> str | None:
    for condition in status.get("conditions", []):
        if condition["type"] in ("AbleToScale", "ScalingActive") and condition["status"] == "False":
            return f"{condition.get('reason', condition['type'])}: {' '.join(condition.get('message', '').split())}"
    return None

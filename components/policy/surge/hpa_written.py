"""The API's spelling of an autoscaler: from a HorizontalPodAutoscaler v2 or a KEDA ScaledObject, and back to the first.

Plain dicts as YAML or the API server give them. What a simulation cannot know (a metric that does not follow the load)
is refused, never left out in silence.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from ..errors import ConfigurationError
from ..events_watch import FLOOR_PODS
from ..facts.parse import quantity
from .behavior_written import ALLOWED, Json, read_behavior, write_rules, wrong
from .hpa_spec import (
    CpuUtilization,
    CpuValue,
    HpaSpec,
    MemoryUtilization,
    Metric,
    RpsOfPods,
    RpsPerPod,
    RpsTotal,
)
from .keda_written import read_scaled_object

# autoscaling/v2, metrics and minReplicas where none are stated.
DEFAULT_METRICS: Final = (CpuUtilization(percent=80),)
HPA_MINIMUM: Final = 1


def read_hpa(manifest: Mapping[str, Any]) -> HpaSpec:
    """An object of kind HorizontalPodAutoscaler (v2, or v1's CPU) or ScaledObject, or the spec of the former alone.

    External, Object and Pods metrics are taken for the service's requests per second. What a schedule asks for (a cron
    trigger, the floor metric of an event) is left to the policy's event. Raises ConfigurationError for what cannot be
    read or simulated.
    """
    spec = manifest.get("spec", manifest)
    try:
        if manifest.get("kind") == "ScaledObject":
            return read_scaled_object(spec, (manifest.get("metadata") or {}).get("annotations") or {})
        return HpaSpec(
            floor=int(spec.get("minReplicas") or HPA_MINIMUM),
            peak=int(spec["maxReplicas"]),
            metrics=_metrics(spec),
            behavior=read_behavior(spec.get("behavior")),
        )
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, ConfigurationError):
            raise
        raise wrong(
            f"{type(error).__name__}: {error}"[:300], "a HorizontalPodAutoscaler v2 or a ScaledObject"
        ) from None


def write_hpa(spec: HpaSpec, metric: str, selector: Mapping[str, str] | None = None) -> Json:
    """The v2 spec without its scaleTargetRef; ``metric`` and ``selector`` name the service's requests per second."""
    written: Json = {
        "minReplicas": spec.floor,
        "maxReplicas": spec.peak,
        "metrics": [_write_metric(one, metric, selector) for one in spec.metrics],
    }
    if spec.behavior is not None:
        written["behavior"] = {
            "scaleUp": write_rules(spec.behavior.up),
            "scaleDown": write_rules(spec.behavior.down),
        }
    return written


def _metrics(spec: Mapping[str, Any]) -> tuple[Metric, ...]:
    if "targetCPUUtilizationPercentage" in spec:
        return (CpuUtilization(percent=int(spec["targetCPUUtilizationPercentage"])),)
    stated = spec.get("metrics") or ()
    follow = tuple(_metric(one) for one in stated if _named(one) != FLOOR_PODS)
    if stated and not follow:
        raise wrong("no metric that follows the load", ALLOWED)
    return follow or DEFAULT_METRICS


def _source(written: Mapping[str, Any]) -> Any:
    kind = str(written["type"])
    return written[kind[:1].lower() + kind[1:]]


def _named(written: Mapping[str, Any]) -> str | None:
    name: str | None = (_source(written).get("metric") or {}).get("name")
    return name


def _metric(written: Mapping[str, Any]) -> Metric:
    kind, source = str(written["type"]), _source(written)
    target = source["target"]
    of = target.get("type")
    match kind, source.get("name"), of:
        case "Resource" | "ContainerResource", "cpu", "Utilization":
            return CpuUtilization(percent=int(target["averageUtilization"]))
        case "Resource" | "ContainerResource", "cpu", "AverageValue":
            return CpuValue(millicores=quantity(target["averageValue"]) * 1000)
        case "Resource" | "ContainerResource", "memory", "Utilization":
            return MemoryUtilization(percent=int(target["averageUtilization"]))
        case "External" | "Object", _, "AverageValue":
            return RpsPerPod(target=quantity(target["averageValue"]))
        case "External" | "Object", _, "Value":
            return RpsTotal(target=quantity(target["value"]))
        case "Pods", _, "AverageValue":
            return RpsOfPods(target=quantity(target["averageValue"]))
    raise wrong(f"{kind} {source.get('name', '')} {of}", ALLOWED)


def _write_metric(metric: Metric, name: str, selector: Mapping[str, str] | None) -> Json:
    match metric:
        case CpuUtilization(percent=percent) | MemoryUtilization(percent=percent):
            return _resource(metric.kind, {"type": "Utilization", "averageUtilization": percent})
        case CpuValue(millicores=cores):
            return _resource("cpu", {"type": "AverageValue", "averageValue": _milli(cores / 1000)})
        case RpsOfPods(target=target):
            each = {"type": "AverageValue", "averageValue": _milli(target)}
            return {"type": "Pods", "pods": {"metric": {"name": name}, "target": each}}
        case RpsPerPod(target=target):
            wanted = {"type": "AverageValue", "averageValue": _milli(target)}
        case RpsTotal(target=target):
            wanted = {"type": "Value", "value": _milli(target)}
    found: Json = {"name": name, **({"selector": {"matchLabels": dict(selector)}} if selector else {})}
    return {"type": "External", "external": {"metric": found, "target": wanted}}


def _resource(name: str, target: Json) -> Json:
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def _milli(value: Any) -> str:
    """A Kubernetes quantity: whole, or in thousandths."""
    return str(int(value)) if value == int(value) else f"{round(value * 1000)}m"

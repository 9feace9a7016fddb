"""The API's spelling of an autoscaler: from a HorizontalPodAutoscaler v2 or a KEDA ScaledObject, and back to the first.

Plain dicts as YAML or the API server give them. What a simulation cannot know (a metric that does not follow the load)
is refused, never left out in silence.
"""

from collections.abc import Mapping
from typing import Any, Final

from ..errors import ConfigurationError
from ..events_watch import FLOOR_PODS
from ..facts.parse import quantity
from .behavior_written import ALLOWED, UNREADABLE, Json, integer, read_behavior, said, write_rules, wrong
from .hpa_spec import (
    CpuUtilization,
    CpuValue,
    HpaSpec,
    MemoryUtilization,
    MemoryValue,
    Metric,
    RpsOfPods,
    RpsPerPod,
    RpsTotal,
)
from .keda_written import other_signal, queried, read_scaled_object

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
    if manifest.get("apiVersion") == "autoscaling/v2beta1":
        raise wrong("autoscaling/v2beta1", "autoscaling/v2, which is all that Kubernetes has since 1.25")
    try:
        if manifest.get("kind") == "ScaledObject":
            return read_scaled_object(spec, (manifest.get("metadata") or {}).get("annotations") or {})
        return HpaSpec(
            floor=integer(spec.get("minReplicas") or HPA_MINIMUM),
            peak=integer(spec["maxReplicas"]),
            metrics=_metrics(spec),
            behavior=read_behavior(spec.get("behavior")),
        )
    except UNREADABLE as error:
        if isinstance(error, ConfigurationError):
            raise
        raise wrong(said(error), "a HorizontalPodAutoscaler v2 or a ScaledObject") from None


def taken_for_requests(manifest: Mapping[str, Any]) -> list[str]:
    """Of an autoscaler that can be read the metrics that count as requests/s whatever they are, as people know them."""
    spec = manifest.get("spec", manifest)
    if manifest.get("kind") == "ScaledObject":
        return [queried(one) for one in spec["triggers"] if one["type"] == "prometheus"]
    stated = spec.get("metrics") or ()
    names = [(one["type"], _named(one)) for one in stated]
    return [f"{kind} {name}" for kind, name in names if name is not None and name != FLOOR_PODS]


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
        return (CpuUtilization(percent=integer(spec["targetCPUUtilizationPercentage"])),)
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
            return CpuUtilization(percent=integer(target["averageUtilization"]))
        case "Resource" | "ContainerResource", "cpu", "AverageValue":
            return CpuValue(millicores=quantity(target["averageValue"]) * 1000)
        case "Resource" | "ContainerResource", "memory", "Utilization":
            return MemoryUtilization(percent=integer(target["averageUtilization"]))
        case "Resource" | "ContainerResource", "memory", "AverageValue":
            return MemoryValue(bytes=quantity(target["averageValue"]))
        case "External" | "Object" | "Pods", _, _ if signal := other_signal(_named(written) or ""):
            raise wrong(f"{kind} {_named(written)}, a metric of {signal}", ALLOWED)
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
        case MemoryValue(bytes=each_bytes):
            return _resource("memory", {"type": "AverageValue", "averageValue": _milli(each_bytes)})
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

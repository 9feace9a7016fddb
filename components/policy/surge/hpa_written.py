"""The API's spelling of an autoscaler: from a HorizontalPodAutoscaler v2 or a KEDA ScaledObject, and back to the first.

Plain dicts as YAML or the API server give them. What a simulation cannot know (a metric that does not follow the load)
is refused, never left out in silence.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from ..errors import ConfigurationError
from ..facts.parse import quantity
from .hpa_spec import (
    DEFAULT_DOWN,
    DEFAULT_PERIOD_S,
    DEFAULT_UP,
    Behavior,
    CpuUtilization,
    CpuValue,
    HpaSpec,
    MemoryUtilization,
    Metric,
    RpsOfPods,
    RpsPerPod,
    RpsTotal,
    ScalingRules,
    ScalingStep,
)

Json = dict[str, Any]
# autoscaling/v2, metrics and minReplicas where none are stated; KEDA, minReplicaCount and maxReplicaCount.
DEFAULT_METRICS: Final = (CpuUtilization(percent=80),)
HPA_MINIMUM: Final = 1
KEDA_BOUNDS: Final = (0, 100)
ALLOWED: Final = (
    "Resource or ContainerResource cpu (Utilization, AverageValue) and memory (Utilization); Pods (AverageValue),"
    " External and Object (AverageValue, Value) of requests per second; in KEDA triggers prometheus, cpu and memory"
)


def read_hpa(manifest: Mapping[str, Any]) -> HpaSpec:
    """An object of kind HorizontalPodAutoscaler (v2) or ScaledObject, or the spec of the former alone.

    External, Object and Pods metrics are taken for the service's requests per second. A cron trigger is left to the
    policy's event. Raises ConfigurationError for what cannot be read or simulated.
    """
    spec = manifest.get("spec", manifest)
    try:
        if manifest.get("kind") == "ScaledObject":
            return _scaled_object(spec)
        return HpaSpec(
            floor=int(spec.get("minReplicas") or HPA_MINIMUM),
            peak=int(spec["maxReplicas"]),
            metrics=tuple(_metric(one) for one in spec.get("metrics") or ()) or DEFAULT_METRICS,
            behavior=_behavior(spec.get("behavior")),
        )
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, ConfigurationError):
            raise
        raise _wrong(
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
            "scaleUp": _write_rules(spec.behavior.up),
            "scaleDown": _write_rules(spec.behavior.down),
        }
    return written


def _metric(written: Mapping[str, Any]) -> Metric:
    kind = str(written["type"])
    source = written[kind[:1].lower() + kind[1:]]
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
    raise _wrong(f"{kind} {source.get('name', '')} {of}", ALLOWED)


def _scaled_object(spec: Mapping[str, Any]) -> HpaSpec:
    metrics = tuple(found for one in spec.get("triggers") or () if (found := _trigger(one)) is not None)
    if not metrics:
        raise _wrong("no trigger that follows the load", ALLOWED)
    config = (spec.get("advanced") or {}).get("horizontalPodAutoscalerConfig") or {}
    return HpaSpec(
        # The HPA that KEDA makes has at least 1; from 0 it is KEDA itself that scales.
        floor=max(HPA_MINIMUM, int(spec.get("minReplicaCount", KEDA_BOUNDS[0]))),
        peak=int(spec.get("maxReplicaCount", KEDA_BOUNDS[1])),
        metrics=metrics,
        behavior=_behavior(config.get("behavior")),
    )


def _trigger(written: Mapping[str, Any]) -> Metric | None:
    kind, metadata = str(written["type"]), written.get("metadata") or {}
    of = written.get("metricType")
    match kind, of:
        case "cron", _:
            return None
        case "cpu", None | "Utilization":
            return CpuUtilization(percent=int(metadata["value"]))
        case "memory", None | "Utilization":
            return MemoryUtilization(percent=int(metadata["value"]))
        case "prometheus", None | "AverageValue":
            return RpsPerPod(target=quantity(str(metadata["threshold"])))
        case "prometheus", "Value":
            return RpsTotal(target=quantity(str(metadata["threshold"])))
    raise _wrong(f"trigger {kind} {of or ''}", ALLOWED)


def _behavior(written: Mapping[str, Any] | None) -> Behavior | None:
    if written is None:
        return None
    return Behavior(
        up=_rules(written.get("scaleUp"), DEFAULT_UP), down=_rules(written.get("scaleDown"), DEFAULT_DOWN)
    )


def _rules(written: Mapping[str, Any] | None, default: ScalingRules) -> ScalingRules:
    """With the API's defaults for each field that is left out (autoscaling/v2, defaults.go)."""
    if written is None:
        return default
    steps = tuple(
        ScalingStep(type=one["type"], value=one["value"], period_s=one.get("periodSeconds", DEFAULT_PERIOD_S))
        for one in written.get("policies") or ()
    )
    window, tolerance = written.get("stabilizationWindowSeconds"), written.get("tolerance")
    return ScalingRules(
        steps=steps or default.steps,
        select=written.get("selectPolicy") or default.select,
        window_s=default.window_s if window is None else window,
        tolerance=None if tolerance is None else float(quantity(str(tolerance))),
    )


def _write_rules(rules: ScalingRules) -> Json:
    written: Json = {
        "stabilizationWindowSeconds": rules.window_s,
        "selectPolicy": rules.select,
        "policies": [
            {"type": one.type, "value": one.value, "periodSeconds": one.period_s} for one in rules.steps
        ],
    }
    return written if rules.tolerance is None else written | {"tolerance": f"{rules.tolerance:g}"}


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


def _wrong(value: str, allowed: str) -> ConfigurationError:
    return ConfigurationError(
        field="autoscaler", value=value, allowed=allowed, remedy="state an autoscaler that follows the load"
    )

"""A KEDA ScaledObject as the HorizontalPodAutoscaler that KEDA makes of it (v2.20.2, controllers/keda/hpa.go).

From and to zero it is KEDA itself that scales; under a load it never does.
"""

from collections.abc import Mapping
from typing import Any, Final

from ..facts.expression import read_expression
from ..facts.objects.autoscalers import KEDA_MAXIMUM, KEDA_MINIMUM, pauses
from ..facts.parse import quantity
from .behavior_written import ALLOWED, integer, read_behavior, wrong
from .hpa_spec import (
    DEFAULT_POLLING_S,
    Behavior,
    CpuUtilization,
    CpuValue,
    Fallback,
    HpaSpec,
    MemoryUtilization,
    MemoryValue,
    Metric,
    RpsPerPod,
    RpsTotal,
)

# scaledobject_types.go, GetHPAMinReplicas.
LEAST: Final = 1
MOST_SHOWN: Final = 80
# Requests without errors are requests too.
OTHERS: Final = ("latency", "cpu", "capacity")


def read_scaled_object(spec: Mapping[str, Any], annotations: Mapping[str, str]) -> HpaSpec:
    """From its spec and its annotations. Raises ConfigurationError for what cannot be simulated."""
    up, down = pauses(annotations)
    if up and down:
        raise wrong("paused by its annotations", "a ScaledObject that scales at least one way")
    advanced = spec.get("advanced") or {}
    if (advanced.get("scalingModifiers") or {}).get("formula"):
        raise wrong("scalingModifiers.formula", ALLOWED)
    metrics = tuple(found for one in spec.get("triggers") or () if (found := _trigger(one)) is not None)
    if not metrics:
        raise wrong("no trigger that follows the load", ALLOWED)
    config = advanced.get("horizontalPodAutoscalerConfig") or {}
    return HpaSpec(
        floor=max(LEAST, integer(spec.get("minReplicaCount", KEDA_MINIMUM))),
        peak=integer(spec.get("maxReplicaCount", KEDA_MAXIMUM)),
        metrics=metrics,
        behavior=_stopped(read_behavior(config.get("behavior")), up=up, down=down),
        fallback=_fallback(spec),
    )


def cron_pods(spec: Mapping[str, Any]) -> int:
    """The most pods that a cron trigger of a readable one asks for in its window; 0 where there is none."""
    crons = [one["metadata"] for one in spec.get("triggers") or () if one["type"] == "cron"]
    return max((integer(one["desiredReplicas"]) for one in crons), default=0)


def other_signal(text: str) -> str | None:
    """What a query or a metric's name betrays to be about something else than requests."""
    signal = read_expression(text).signal
    return signal if signal in OTHERS else None


def queried(trigger: Mapping[str, Any]) -> str:
    """The query of a prometheus trigger, as people know it."""
    query = " ".join(str(trigger["metadata"].get("query", "without a query")).split())
    return query if len(query) <= MOST_SHOWN else f"{query[:MOST_SHOWN]}..."


def _stopped(behavior: Behavior | None, *, up: bool, down: bool) -> Behavior | None:
    if not (up or down):
        return behavior
    stated, disabled = behavior or Behavior(), {"select": "Disabled"}
    return Behavior(
        up=stated.up.model_copy(update=disabled) if up else stated.up,
        down=stated.down.model_copy(update=disabled) if down else stated.down,
    )


def _fallback(spec: Mapping[str, Any]) -> Fallback | None:
    written = spec.get("fallback")
    if written is None:
        return None
    return Fallback(
        replicas=written["replicas"],
        failures=written["failureThreshold"],
        polling_s=spec.get("pollingInterval", DEFAULT_POLLING_S),
        behavior=written.get("behavior", "static"),
    )


def _trigger(written: Mapping[str, Any]) -> Metric | None:
    kind, metadata = str(written["type"]), written.get("metadata") or {}
    of = written.get("metricType")
    match kind, of:
        case "cron", _:
            return None
        case "cpu", None | "Utilization":
            return CpuUtilization(percent=integer(metadata["value"]))
        case "cpu", "AverageValue":
            return CpuValue(millicores=quantity(str(metadata["value"])) * 1000)
        case "memory", None | "Utilization":
            return MemoryUtilization(percent=integer(metadata["value"]))
        case "memory", "AverageValue":
            return MemoryValue(bytes=quantity(str(metadata["value"])))
        case "prometheus", _ if signal := other_signal(str(metadata.get("query", ""))):
            raise wrong(f"trigger prometheus of {signal}", ALLOWED)
        case "prometheus", None | "AverageValue":
            return RpsPerPod(target=quantity(str(metadata["threshold"])))
        case "prometheus", "Value":
            return RpsTotal(target=quantity(str(metadata["threshold"])))
    raise wrong(f"trigger {kind} {of or ''}", ALLOWED)

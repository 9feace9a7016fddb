"""How many pods one metric asks for: an observation in, a count out. No memory and no bounds.

Written after k8s.io/kubernetes v1.36.1, pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go,
in their units: whole thousandths, whole percents, ratios as floats. Every pod of a service is taken for equal.
"""

from math import ceil
from typing import Final, NamedTuple

from .hpa_spec import (
    CpuUtilization,
    CpuValue,
    MemoryUtilization,
    MemoryValue,
    Metric,
    RpsOfPods,
    RpsPerPod,
    RpsTotal,
)

MILLI: Final = 1000
# The counts are int32.
MOST: Final = 2**31 - 1
# Memory is given in percent of the request; as thousandths of a percent of it nothing is lost.
_MEMORY_REQUEST: Final = 100 * MILLI
# What floats leave of a whole thousandth.
_HAIR: Final = 6


class Seen(NamedTuple):
    """What a sync sees of one service.

    ``replicas`` is the scale's spec, ``pods`` its status, ``ready`` those of them that are Ready. ``sampled`` pods have
    a CPU sample that counts, with a mean of ``cpu_percent`` of ``cpu_request`` millicores; ``missing`` ones run and
    have none at all, and the others are not ready; ``memory_percent`` is of ``memory_request`` bytes. ``rps`` is the
    service's external metric. ``cron`` is what a schedule asks for. None is what cannot be read, or is not there.
    """

    replicas: int
    pods: int
    ready: int
    sampled: int
    cpu_percent: float | None
    rps: float | None
    cron: int | None = None
    cpu_request: int = 1000
    memory_percent: float | None = None
    memory_request: int = 0
    missing: int = 0


Tolerances = tuple[float, float]


def replicas_for(metric: Metric, seen: Seen, within: Tolerances) -> int | None:
    """What the metric asks for; None where it cannot be read. ``within`` are the tolerances down and up."""
    match metric:
        case CpuUtilization(percent=percent):
            return of_pods(seen, _cpu(seen), percent, within, seen.sampled, request=seen.cpu_request)
        case CpuValue(millicores=cores):
            return of_pods(seen, _cpu(seen), ceil(cores), within, seen.sampled)
        case MemoryUtilization(percent=percent):
            used = None if seen.memory_percent is None else _whole(seen.memory_percent)
            return of_pods(seen, used, percent, within, seen.ready, request=_MEMORY_REQUEST)
        case MemoryValue(bytes=target):
            used = (
                None
                if seen.memory_percent is None
                else _whole(seen.memory_percent / 100 * seen.memory_request)
            )
            return of_pods(seen, used, ceil(target * MILLI), within, seen.ready)
        case RpsOfPods(target=target):
            each = None if seen.rps is None or not seen.ready else _whole(seen.rps / seen.ready)
            return of_pods(seen, each, ceil(target * MILLI), within, seen.ready)
        case RpsPerPod(target=target):
            return None if seen.rps is None else per_pod(seen.rps, ceil(target * MILLI), seen.pods, within)
        case RpsTotal(target=target):
            return None if seen.rps is None else total(seen, seen.rps, ceil(target * MILLI), within)


def standing_in(metric: Metric, seen: Seen, pods: int) -> Seen:
    """The same with a metric that asks for so many ``pods`` (KEDA v2.20.2, fallback.go, doFallback)."""
    match metric:
        case RpsPerPod(target=target):
            return seen._replace(rps=float(target * pods))
        case RpsTotal(target=target) if seen.ready:
            return seen._replace(rps=float(target * pods / seen.ready))
    return seen


def _cpu(seen: Seen) -> int | None:
    """A pod's millicores: the metrics API has nanocores, which the controller reads rounded up."""
    if seen.cpu_percent is None:
        return None
    return ceil(round(seen.cpu_percent * seen.cpu_request / 100, _HAIR))


def _whole(value: float) -> int:
    """Thousandths, as an adapter cuts them off."""
    return int(round(value * MILLI, _HAIR))


def per_pod(value: float, target: int, pods: int, within: Tolerances) -> int:
    """GetExternalPerPodMetricReplicas: External or Object with an AverageValue; ``target`` in thousandths."""
    usage = _whole(value)
    if pods and _tolerated(usage / (target * pods), within):
        return pods
    return min(MOST, ceil(usage / target))


def total(seen: Seen, value: float, target: int, within: Tolerances) -> int | None:
    """GetExternalMetricReplicas: with a Value it is a ratio of the ready pods."""
    ratio = _whole(value) / target
    if _tolerated(ratio, within):
        return seen.replicas
    return min(MOST, ceil(ratio * seen.ready)) if seen.pods else None


def of_pods(
    seen: Seen, each: int | None, target: int, within: Tolerances, sampled: int, *, request: int | None = None
) -> int | None:
    """GetResourceReplicas, in percent of the ``request``, or without one calcPlainMetricReplicas.

    ``each`` of the ``sampled`` pods uses so many thousandths against ``target``. Where the metric would scale up, all
    others count as idle. Where it would scale down, those that miss a sample count as if they used all of their request
    (or just the target), and those that are not ready do not count.
    """
    if each is None or sampled <= 0:
        return None
    missing = min(seen.missing, seen.pods - sampled)
    unready = seen.pods - sampled - missing

    def ratio_of(usage: int, count: int) -> float:
        if request is None:
            return usage // count / target
        return usage * 100 // (request * count) / target

    ratio = ratio_of(each * sampled, sampled)
    idle = unready if ratio > 1 else 0
    if not idle and not missing:
        return seen.replicas if _tolerated(ratio, within) else ceil(ratio * sampled)
    usage, count = each * sampled, sampled + idle
    if ratio != 1:
        count += missing
    if ratio < 1:
        usage += missing * (target if request is None else request * max(100, target) // 100)
    again = ratio_of(usage, count)
    asked = ceil(again * count)
    turned = (ratio < 1 < again) or (again < 1 < ratio)
    against = (again < 1 and asked > seen.replicas) or (again > 1 and asked < seen.replicas)
    return seen.replicas if _tolerated(again, within) or turned or against else asked


def _tolerated(ratio: float, within: Tolerances) -> bool:
    down, up = within
    return 1.0 - down <= ratio <= 1.0 + up

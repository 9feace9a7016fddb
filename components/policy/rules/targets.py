"""Rules about the autoscaler's target values, against what a pod was measured to carry and what it requests."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Final

from ..facts import ABSENT, Autoscaler, Container, Fleet, Metric, Workload, known
from ..quantities import Millicores, format_rate
from ..scaling import HPA_TOLERANCE_PERCENT
from .rule import error, warning

TOLERANCE: Final = Fraction(100 + HPA_TOLERANCE_PERCENT, 100)


def _metrics(workload: Workload) -> tuple[Metric, ...]:
    return (workload.autoscaler.metrics or ()) if isinstance(workload.autoscaler, Autoscaler) else ()


def _rate_targets(workload: Workload) -> Iterator[Fraction]:
    """Targets in requests/s per pod: the metric must name requests, since any other average is in other units."""
    for metric in _metrics(workload):
        named = f"{metric.name} {metric.query or ''}"
        if metric.target_type == "AverageValue" and metric.target and "requests" in named:
            yield metric.target


def _cpu_target(workload: Workload) -> Fraction | None:
    found = (m.target for m in _metrics(workload) if m.name == "cpu" and m.target_type == "Utilization")
    return next(found, None)


@error(
    "HR411",
    "target-above-capacity",
    Workload,
    why="the autoscaler adds the next pod only when every pod is already over what it carries",
    source="kubernetes.io, Horizontal Pod Autoscaling: within 10 % of the target it does nothing",
    do="set the target below rps per pod / 1.1",
)
def target_above_capacity(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The fleet grows before its pods are full."""
    capacity = workload.traffic.rps_per_pod
    for target in _rate_targets(workload):
        # The target itself is a whole number, so it may be rounded up to one.
        if capacity is not None and target > ceil(capacity / TOLERANCE):
            yield (
                f"the target of {format_rate(target)} rps per pod lets a pod come to {format_rate(target * TOLERANCE)};"
                f" it was measured to carry {format_rate(capacity)}"
            )


@warning(
    "HR412",
    "target-stops-below-peak",
    Workload,
    why="at the full target the autoscaler is content with fewer pods than the loss of a zone needs",
    source="kubernetes.io, Horizontal Pod Autoscaling: within 10 % of the target it does nothing",
    do="set the target to at most peak rps / (1.1 x the pods that the peak needs with one zone lost)",
)
def target_stops_below_peak(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """At the target the autoscaler asks for the pods that the loss of a zone needs."""
    zones, needed, rps = (
        fleet.objective(workload.namespace).zones,
        workload.needed_at_peak,
        workload.traffic.peak_rps,
    )
    if zones is None or zones < 2 or needed is None or rps is None:
        return
    wanted = needed + ceil(Fraction(needed, zones - 1))
    pods = [ceil(rps / (target * TOLERANCE)) for target in _rate_targets(workload)]
    if pods and max(pods) < min(wanted, workload.peak or wanted):
        yield f"at {format_rate(rps)} rps the autoscaler stops at {max(pods)} pods; {wanted} survive the loss of a zone"


@error(
    "HR413",
    "utilisation-without-request",
    Workload,
    why="utilisation is a share of the request: without one the autoscaler has no value and does nothing",
    source="kubernetes.io, Horizontal Pod Autoscaling: missing resource requests",
    do="state resources.requests.cpu on every container",
)
def utilisation_without_request(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Who scales on CPU utilisation requests CPU."""
    if _cpu_target(workload) is None:
        return
    without = [c.name for c in workload.containers or () if c.cpu_request is ABSENT and c.cpu_limit is ABSENT]
    if without:
        yield f"scales on CPU utilisation and {', '.join(without)} requests no CPU"


@warning(
    "HR414",
    "request-too-small-for-target",
    Workload,
    why="a pod at its measured capacity is far over the CPU target, so CPU and not the rate decides, and it asks for"
    " more pods than the peak",
    source="kubernetes.io, Horizontal Pod Autoscaling: of several metrics the largest answer wins",
    do="raise the CPU request to what a full pod uses / the target utilisation",
)
def request_too_small(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A full pod stays below the CPU target."""
    used, percent, request = (
        workload.traffic.cpu_at_capacity,
        _cpu_target(workload),
        _cpu(workload, "cpu_request"),
    )
    if used is not None and percent is not None and request is not None and used * 100 > request * percent:
        yield f"a full pod uses {used}; {format_rate(percent)} % of the requested {request} is less"


@error(
    "HR415",
    "cpu-limit-below-capacity",
    Workload,
    why="the pod is throttled before it carries what it was measured to carry",
    source="kubernetes.io, Resource Management for Pods and Containers",
    do="raise the CPU limit above what a full pod uses, or leave it out",
)
def cpu_limit_below_capacity(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The CPU limit lets a pod carry what it was measured to carry."""
    used, limit = workload.traffic.cpu_at_capacity, _cpu(workload, "cpu_limit")
    if used is not None and limit is not None and used > limit:
        yield f"a full pod uses {used}; its limit is {limit}"


def _cpu(workload: Workload, which: str) -> Millicores | None:
    """The sum over containers, where each states it."""
    values = [_value(container, which) for container in workload.containers or ()]
    stated = [value for value in values if value is not None]
    return Millicores(sum(stated)) if values and len(stated) == len(values) else None


def _value(container: Container, which: str) -> Millicores | None:
    return known(container.cpu_request if which == "cpu_request" else container.cpu_limit)

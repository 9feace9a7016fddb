"""How many pods: the floor for the baseline, the peak for the target, each with room for the loss of a zone.

Decides nothing about how the autoscaler moves between the two (scaling) or how fast it can (reaction).
"""

from fractions import Fraction
from math import ceil

from .demand import Demand
from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import format_rate


class Replicas(Frozen):
    """The autoscaler's bounds, how many of those pods the demand itself needs, and how many a lost zone leaves."""

    floor: Derived[int]
    peak: Derived[int]
    needed_at_floor: Derived[int]
    needed_at_peak: Derived[int]
    left_at_floor: Derived[int]
    left_at_peak: Derived[int]


def size(
    demand: Demand, zones: int, *, headroom: Fraction | None = None, floor: int | None = None
) -> Replicas:
    """Floor and peak for one service.

    Without a stated ``headroom`` the pods that remain after the fullest of ``zones`` zones is lost still
    carry the demand. With one (a factor such as 3/2) the pods are demand x factor. A stated ``floor`` may
    raise the derived one. Raises ConfigurationError when the stated floor is above the peak or one zone is
    all there is and no headroom is stated.
    """
    if headroom is not None and headroom < 1:
        raise ConfigurationError(
            field="headroom",
            value=str(headroom),
            allowed="at least 1: below it the pods cannot carry the demand itself",
            remedy="state a factor such as 1.2, or leave it out to survive the loss of a zone",
        )
    needed_at_floor = _needed(demand.baseline_rps, demand.rps_per_pod)
    needed_at_peak = _needed(demand.peak_rps, demand.rps_per_pod)
    peak = _with_room(needed_at_peak.value, demand.peak_rps / demand.rps_per_pod, zones, headroom)
    lowest = _with_room(needed_at_floor.value, demand.baseline_rps / demand.rps_per_pod, zones, headroom)
    if floor is not None and floor > peak.value:
        raise ConfigurationError(
            field="floor",
            value=str(floor),
            allowed=f"at most the peak, {peak}",
            remedy="lower the floor, or raise the target if more pods are needed",
        )
    if floor is not None and floor > lowest.value:
        lowest = derived(floor, f"stated; the baseline alone needs {lowest.value}")
    return Replicas(
        floor=lowest,
        peak=peak,
        needed_at_floor=needed_at_floor,
        needed_at_peak=needed_at_peak,
        left_at_floor=_left(lowest.value, zones),
        left_at_peak=_left(peak.value, zones),
    )


def fullest_zone(pods: int, zones: int) -> int:
    """Pods in the fullest zone when the spread holds (maxSkew 1)."""
    return ceil(Fraction(pods, zones))


def _left(pods: int, zones: int) -> Derived[int]:
    full = fullest_zone(pods, zones)
    return derived(pods - full, f"{pods} - {full} in the fullest of {zones} zones")


def _needed(rps: Fraction, rps_per_pod: Fraction) -> Derived[int]:
    return derived(
        ceil(rps / rps_per_pod), f"ceil({format_rate(rps)} / {format_rate(rps_per_pod)} rps per pod)"
    )


def _with_room(needed: int, exact: Fraction, zones: int, headroom: Fraction | None) -> Derived[int]:
    if headroom is not None:
        return derived(
            ceil(exact * headroom), f"ceil({format_rate(exact)} pods x {headroom} stated headroom)"
        )
    if zones < 2:
        raise ConfigurationError(
            field="zones",
            value=str(zones),
            allowed="at least 2, or a stated headroom",
            remedy="with one zone its loss loses everything; state `headroom` (e.g. 1.2) to accept that",
        )
    # Spread over Z zones the fullest holds ceil(n / Z). The smallest n with n - ceil(n / Z) >= needed is
    # needed + ceil(needed / (Z - 1)): the guide's x 1.5 for three zones, without its rounding up to 50.
    spare = ceil(Fraction(needed, zones - 1))
    return derived(
        needed + spare, f"{needed} + ceil({needed} / {zones - 1}): one of {zones} zones may be lost"
    )

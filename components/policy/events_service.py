"""One service during an event: the pods that must stand before it begins, and how long before that they are asked for.

The floor is what the expected demand takes with room for a lost zone, or more where the autoscaler would only stand
still at more: nothing has to scale when the event begins. The lead is what a pod needs from the first sign until it
takes requests, on a new node, with one launch that fails. Decides no instant (events_plan).
"""

from fractions import Fraction
from math import ceil
from typing import Final

from .derived import Derived, Frozen, derived
from .quantities import Milliseconds, Ratio, format_rate
from .scaling import TOLERATED
from .service import ServicePlan

# A node that AWS cannot launch in one zone is asked for again, in another: the lead has room for one such.
LAUNCHES: Final = 2


class EventService(Frozen):
    """One service during an event; rates in requests/s of its own demand."""

    demand: Derived[Ratio]
    # What the demand alone takes, what should stand, and what may: no autoscaler goes above its maximum.
    needed: Derived[int]
    wanted: Derived[int]
    floor: Derived[int]
    # Where more pods than this stand already, the HPA's tolerance lets them be.
    tolerated: Derived[int]
    admits: Derived[int]
    climb: Derived[Milliseconds]
    lead: Derived[Milliseconds]


def event_service(service: ServicePlan, expected: Fraction, zones: int, *, buys: bool) -> EventService:
    """``expected`` is in requests/s at the entry; ``buys`` says whether the pods need nodes that are not there yet."""
    own, peak = service.demand, service.replicas.peak.value
    rps = expected * own.share
    rate, per_pod = format_rate(rps), format_rate(own.rps_per_pod)
    needed = derived(ceil(rps / own.rps_per_pod), f"ceil({rate} / {per_pod} rps per pod)")
    wanted = _wanted(service, rps, needed.value, zones)
    floor = _floor(service, rps, wanted)
    climb = _climb(service, floor.value)
    limit = service.connections.rate_limit_rps.value
    return EventService(
        demand=derived(rps, f"{format_rate(expected)} rps x {own.share}"),
        needed=needed,
        wanted=wanted,
        floor=floor
        if floor.value <= peak
        else derived(
            peak, f"min({floor.value}, {peak}): the autoscaler's maximum is the peak; {floor.because}"
        ),
        tolerated=derived(
            ceil(min(floor.value, peak) / TOLERATED),
            f"ceil({min(floor.value, peak)} / {float(TOLERATED)}): the HPA's tolerance",
        ),
        admits=derived(
            min(floor.value, peak) * limit, f"{min(floor.value, peak)} pods x {limit} rps rate limit"
        ),
        climb=climb,
        lead=_lead(service, climb.value, buys=buys),
    )


def _wanted(service: ServicePlan, rps: Fraction, needed: int, zones: int) -> Derived[int]:
    """With the room that the service's peak has: a zone, or the headroom that was stated for it."""
    replicas = service.replicas
    if replicas.left_at_peak.value >= replicas.needed_at_peak.value and zones > 1:
        spare = ceil(Fraction(needed, zones - 1))
        roomy = derived(
            needed + spare, f"{needed} + ceil({needed} / {zones - 1}): one of {zones} zones may be lost"
        )
    else:
        peak = replicas.peak.value
        roomy = derived(
            ceil(rps * peak / service.demand.peak_rps),
            f"ceil({peak} pods at the peak x {format_rate(rps)} / {format_rate(service.demand.peak_rps)} rps)",
        )
    kept_back = derived(
        ceil(needed * TOLERATED),
        f"ceil({needed} x {float(TOLERATED)}): what the HPA's tolerance may keep back still carries the demand",
    )
    return max(roomy, kept_back, key=lambda number: number.value)


def _floor(service: ServicePlan, rps: Fraction, wanted: Derived[int]) -> Derived[int]:
    """At least what every day has, and what the autoscaler would go to by itself, as far as it may."""
    target, usual = service.scaling.target_rps.value, service.replicas.floor.value
    stands = min(service.replicas.peak.value, ceil(rps / (target * TOLERATED)))
    found = wanted
    if stands > found.value:
        found = derived(
            stands,
            f"min(peak {service.replicas.peak.value}, ceil({format_rate(rps)} rps / ({target} x {float(TOLERATED)}))):"
            f" the autoscaler stands still there; the demand and a lost zone take {wanted.value}",
        )
    if usual > found.value:
        found = derived(usual, f"the floor of every day; {found.value} would do")
    return found


def _climb(service: ServicePlan, floor: int) -> Derived[Milliseconds]:
    """The HPA adds at most so many pods in each period; the first at once."""
    scaling = service.scaling
    more = max(0, min(floor, service.replicas.peak.value) - service.replicas.floor.value)
    steps = ceil(Fraction(more, scaling.scale_up_pods.value))
    return derived(
        Milliseconds(max(0, steps - 1) * scaling.scale_up_period),
        f"{more} more pods, at most {scaling.scale_up_pods.value} each {scaling.scale_up_period}, the first at once",
    )


def _lead(service: ServicePlan, climb: Milliseconds, *, buys: bool) -> Derived[Milliseconds]:
    """The reaction's budget on new nodes, the climb, and one launch more."""
    again = service.reaction.steps["node_launch"].value * (LAUNCHES - 1) if buys else 0
    reacts = service.reaction.on_new_nodes
    return derived(
        Milliseconds(reacts.value + climb + again),
        f"{reacts.because} + climb {climb}"
        + (f" + {Milliseconds(again)} for a node whose first launch fails" if again else ""),
    )

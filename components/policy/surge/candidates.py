"""What a search may choose from: floors, spare room, a lower target, or an announced floor with its lead time.

Each is a policy and the figures that a stack would state for it. Costs nothing to make; what it comes to is search's.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil
from typing import Final

from ..derived import Frozen
from ..events_service import event_service
from ..plan import Plan
from ..quantities import Ratio
from .hpa_spec import HpaSpec, RpsPerPod
from .named_policies import planned
from .profile import Profile
from .scaling_policy import EventFloor, Spare, SurgePolicy

# Steps from what the plan has to what carries all of the load without any autoscaler.
FLOORS: Final = 10
SPARES: Final = 6
# Of the plan's own target: a lower one keeps more pods at any load. A higher one would not survive a lost zone.
TARGETS: Final = (Fraction(1), Fraction(4, 5), Fraction(3, 5))
# Seconds; whole minutes are what cron can say. Those below what an event of the stack takes are refused there (HR946).
MINUTE_S: Final = 60
LONGER_S: Final = (300, 420, 600)


class Candidate(Frozen):
    """``floors`` and ``targets`` (requests/s per pod) by service, ``spare`` placeholders of the largest pod's size.

    ``lead_s`` is there for an announced event: ``event`` are its floors. ``carries_rps`` is what the floors carry at
    the entry, ``room_rps`` what the spare room does, ``target_part`` the target's part of the plan's own.
    """

    floors: dict[str, int]
    targets: dict[str, int]
    carries_rps: float
    room_rps: float = 0.0
    target_part: Ratio = Fraction(1)
    spare: int = 0
    lead_s: int | None = None
    event: dict[str, int] = {}
    policy: SurgePolicy


def unannounced(plan: Plan, profile: Profile) -> Iterator[Candidate]:
    """Every combination of floor, spare room and target; the plan's own first."""
    rest, peak = float(plan.carries_at_floor.value), profile.peak_rps
    for part in TARGETS:
        for floor in _steps(rest, max(rest, peak), FLOORS):
            for room in _steps(0.0, max(0.0, peak - floor), SPARES):
                yield candidate(plan, floor, room, part)


def announced(plan: Plan, profile: Profile) -> Iterator[Candidate]:
    """The plan's own with the floors of an event; first with the lead that the stack would give to it."""
    expected = Fraction(profile.peak_rps)
    parts = {
        name: event_service(service, expected, len(plan.zones), buys=plan.nodes is not None)
        for name, service in plan.services.items()
    }
    event = {name: part.floor.value for name, part in parts.items()}
    least = ceil(max(part.lead.value for part in parts.values()) / 1000 / MINUTE_S) * MINUTE_S
    own = candidate(plan, float(plan.carries_at_floor.value), 0.0, Fraction(1))
    for lead in (least, *(longer for longer in LONGER_S if longer > least)):
        floor = EventFloor(pods=event, lead_s=lead, ends_s=profile.duration_s)
        policy = own.policy.model_copy(update={"name": f"announced {lead} s before", "event": floor})
        yield own.model_copy(update={"lead_s": lead, "event": event, "policy": policy})


def candidate(plan: Plan, floor_rps: float, room_rps: float, part: Fraction) -> Candidate:
    """Floors along the call graph that carry ``floor_rps`` at the entry, placeholders for ``room_rps`` more."""
    floors, targets, services = {}, {}, {}
    for name, service in plan.services.items():
        own, share = planned(service), float(service.demand.share)
        floors[name] = max(own.floor, min(own.peak, _pods(floor_rps * share, service.demand.rps_per_pod)))
        targets[name] = max(1, int(service.scaling.target_rps.value * part))
        services[name] = _scaled(own, floors[name], targets[name])
    spare = spare_for(plan, floors, floor_rps + room_rps) if room_rps > 0 else None
    policy = SurgePolicy(
        name=f"floor {floor_rps:.0f} rps, room {room_rps:.0f} rps, target {float(part):.0%}",
        services=services,
        spare=(spare,) if spare else (),
    )
    return Candidate(
        floors=floors,
        targets=targets,
        carries_rps=floor_rps,
        room_rps=room_rps,
        target_part=part,
        spare=spare.pods if spare else 0,
        policy=policy,
    )


def spare_for(plan: Plan, floors: Mapping[str, int], to_rps: float) -> Spare | None:
    """Placeholders of the largest pod's size, by the CPU of all pods that are missing for ``to_rps``."""
    groups = {group.name: group for group in plan.pod_groups if group.name in plan.services}
    cpu = 0
    for name, service in plan.services.items():
        needed = min(
            service.replicas.peak.value,
            _pods(to_rps * float(service.demand.share), service.demand.rps_per_pod),
        )
        cpu += max(0, needed - floors[name]) * groups[name].cpu
    largest = max(groups.values(), key=lambda group: group.cpu)
    memory = max(group.memory for group in groups.values())
    pods = ceil(cpu / largest.cpu)
    return Spare(pods=pods, cpu=largest.cpu, memory=memory) if pods else None


def _scaled(own: HpaSpec, floor: int, target: int) -> HpaSpec:
    metrics = tuple(RpsPerPod(target=target) if isinstance(one, RpsPerPod) else one for one in own.metrics)
    return own.model_copy(update={"floor": floor, "metrics": metrics})


def _pods(rps: float, rps_per_pod: Fraction) -> int:
    return ceil(round(rps / float(rps_per_pod), 6))


def _steps(least: float, most: float, count: int) -> list[float]:
    if most <= least:
        return [least]
    return [least + (most - least) * step / count for step in range(count + 1)]

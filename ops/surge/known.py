"""The policies that a run may name: those of every comparison, and the frontier that the search finds for its load.

The search is the simulator's (components.policy.surge.search); the tunnel measures what it promises.
"""

from collections.abc import Iterator, Mapping, Sequence

from components.policy.plan import Plan
from components.policy.surge.named_policies import named_policies
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import SurgePolicy
from components.policy.surge.search import PEAK_HOURS, search
from components.policy.surge.world import World

from .options import FRONTIER, LaneAsked


def known_policies(
    plan: Plan, world: World, profile: Profile, asked: Sequence[LaneAsked], peak_hours: float = PEAK_HOURS
) -> Mapping[str, SurgePolicy]:
    """By name; ``frontier-1`` is the cheapest of the frontier, at so many hours of peak a month. The search takes a
    second or two, so only where it is asked for."""
    known = dict(named_policies(plan))
    if any(lane.policy.startswith(FRONTIER) for lane in asked):
        found = search(plan, world, profile, 0.0, peak_hours=peak_hours).frontier
        for number, one in enumerate(found, start=1):
            name = f"{FRONTIER}-{number}"
            known[name] = one.candidate.policy.model_copy(update={"name": name})
    return known


def expanded(asked: Sequence[LaneAsked], known: Mapping[str, SurgePolicy]) -> Iterator[LaneAsked]:
    """With each policy of the frontier where all of it is asked for."""
    for lane in asked:
        if lane.policy != FRONTIER:
            yield lane
            continue
        for name in known:
            if name.startswith(f"{FRONTIER}-"):
                yield LaneAsked(name, lane.faults, lane.alone)

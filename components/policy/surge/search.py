"""The cheapest policy that sheds no more than is allowed, and the frontier between money and shed requests.

Candidates are tried from the cheapest up, each in the simulator at the worst moment for the autoscaler (it looked just
before the load rose); what is chosen is then tried at other moments too. Money is what stands for the surge: nodes at
rest all month, nodes at the peak for the hours that the plan's cost profile states, an event's nodes for its lead time.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final

from ..cost import HOURS_PER_MONTH
from ..derived import Frozen
from ..plan import Plan
from .candidates import Candidate, announced, candidate, unannounced
from .outcome import outcome
from .profile import Profile
from .simulator import nodes_at_rest, simulate
from .world import World

# Parts of the sync period; the last is the worst for most: the autoscaler has just looked.
MOMENTS: Final = (0.99, 0.1, 0.55)
# cost.CostSpec: "sales of two hours on each of 30 days".
SALE_HOURS: Final = 2.0
PEAK_HOURS: Final = 60.0
SECONDS_PER_HOUR: Final = 3600.0
Progress = Callable[[int, int], None]


class Tried(Frozen):
    """A candidate and what it came to. ``per_month`` in US dollars, or in node hours where the plan has no price.

    ``shed_share`` and ``capacity_s`` are the worst of the moments that were tried (None: never).
    """

    candidate: Candidate
    nodes_at_rest: int
    peak_nodes: int
    shed_share: float
    capacity_s: float | None
    per_month: float


class Search(Frozen):
    """``chosen`` needs no announcement, ``announced`` does; None where nothing that was tried sheds little enough.

    ``frontier`` runs from the cheapest to the one that sheds least, each shedding less than all that cost less.
    """

    profile: str
    allowed: float
    priced: bool
    tried: int
    own: Tried
    chosen: Tried | None
    announced: Tried | None
    frontier: list[Tried]


def search(
    plan: Plan,
    world: World,
    profile: Profile,
    allowed: float,
    *,
    peak_hours: float = PEAK_HOURS,
    progress: Progress | None = None,
) -> Search:
    """Try them. ``allowed`` is the part of the requests that may be shed, 0 to 1; ``peak_hours`` are of a month."""
    money = _Money(plan, peak_hours)
    every = [(nodes_at_rest(world, one.policy, profile), one) for one in unannounced(plan, profile)]
    rest, first = every[0]
    own = _try(first, world, profile, money, MOMENTS, rest)
    strongest = _strongest(every[1:])
    found = [own]
    for number, (nodes, one) in enumerate(strongest):
        if progress is not None:
            progress(number, len(strongest))
        if min(each.shed_share for each in found) <= 0 and nodes > found[-1].nodes_at_rest:
            break
        once = _try(one, world, profile, money, MOMENTS[:1], nodes)
        promising = once.shed_share <= min(each.shed_share for each in found)
        if promising or once.shed_share <= allowed:
            once = _try(one, world, profile, money, MOMENTS, nodes)
        found.append(once)
    found += _simpler(plan, world, profile, money, [each for each in found if each.shed_share <= allowed])
    enough = [each for each in found if each.shed_share <= allowed]
    return Search(
        profile=profile.name,
        allowed=allowed,
        priced=plan.cost is not None,
        tried=len(found),
        own=own,
        chosen=min(enough, key=lambda each: _preferred(each, first), default=None),
        announced=_announced(announced(plan, profile), world, profile, money, allowed),
        frontier=_pareto(found),
    )


def _strongest(every: Sequence[tuple[int, Candidate]]) -> list[tuple[int, Candidate]]:
    """Of those that cost the same nodes at rest, the ones that no other exceeds in floor, room and target alike."""
    by_nodes: dict[int, list[Candidate]] = {}
    for nodes, one in every:
        by_nodes.setdefault(nodes, []).append(one)
    return [
        (nodes, one)
        for nodes, same in sorted(by_nodes.items())
        for one in same
        if not any(_exceeds(other, one) for other in same if other is not one)
    ]


def _exceeds(a: Candidate, b: Candidate) -> bool:
    pairs = ((a.carries_rps, b.carries_rps), (a.room_rps, b.room_rps), (-a.target_part, -b.target_part))
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)


def _simpler(
    plan: Plan, world: World, profile: Profile, money: "_Money", enough: Sequence[Tried]
) -> list[Tried]:
    """The cheapest of those with the plan's own target: it may do as well, and is one figure less to state."""
    if not enough:
        return []
    this = min(enough, key=lambda each: (each.per_month, each.shed_share)).candidate
    own = candidate(plan, this.carries_rps, this.room_rps, Fraction(1))
    return [_try(own, world, profile, money, MOMENTS, nodes_at_rest(world, own.policy, profile))]


def _preferred(one: Tried, own: Candidate) -> tuple[float, int, float]:
    """The cheapest; of equal price the one that changes the fewest figures of the plan; then what sheds least."""
    this = one.candidate
    changed = (this.floors != own.floors) + (this.spare > 0) + (this.targets != own.targets)
    return round(one.per_month), changed, one.shed_share


def _announced(
    every: Iterable[Candidate], world: World, profile: Profile, money: "_Money", allowed: float
) -> Tried | None:
    for one in every:
        found = _try(one, world, profile, money, MOMENTS, nodes_at_rest(world, one.policy, profile))
        if found.shed_share <= allowed:
            return found
    return None


def _try(
    one: Candidate, world: World, profile: Profile, money: "_Money", moments: Sequence[float], rest: int
) -> Tried:
    period = world.timings.sync_s
    found = [outcome(simulate(world, one.policy, profile, phase_s=part * period)) for part in moments]
    seconds = [each.capacity_s for each in found]
    peak = max(each.peak_nodes for each in found)
    return Tried(
        candidate=one,
        nodes_at_rest=rest,
        peak_nodes=peak,
        shed_share=max(each.shed_share for each in found),
        capacity_s=None if None in seconds else max(s for s in seconds if s is not None),
        per_month=money.of(rest, peak, one.lead_s or 0),
    )


def _pareto(found: Sequence[Tried]) -> list[Tried]:
    """Of equal cost the one that sheds least, and nothing that sheds more than something cheaper."""
    best: list[Tried] = []
    for one in sorted(found, key=lambda tried: (tried.per_month, tried.shed_share)):
        if not best or one.shed_share < best[-1].shed_share:
            best.append(one)
    return best


def month(rest: int, peak: int, lead_s: float, per_hour: float, peak_hours: float = PEAK_HOURS) -> float:
    """US dollars of a month's nodes: at rest all of it, above it for the peak's hours and for the lead before each
    sale."""
    hours = peak_hours + peak_hours / SALE_HOURS * lead_s / SECONDS_PER_HOUR
    return (rest * HOURS_PER_MONTH + max(0, peak - rest) * hours) * per_hour


class _Money:
    """A month of nodes, by the plan's prices and hours."""

    def __init__(self, plan: Plan, peak_hours: float) -> None:
        self.price = float(plan.cost.per_node_hour.value) if plan.cost else 1.0
        self.peak_hours = peak_hours

    def of(self, rest: int, peak: int, lead_s: float) -> float:
        return month(rest, peak, lead_s, self.price, self.peak_hours)

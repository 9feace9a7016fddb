"""What a run comes to: computed from a Timeline in one way, whoever made it. Decides nothing about what is good."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from .timeline import Tick, Timeline

# The utilisation at which a run counts as having room again.
ROOMY: Final = 0.8
HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds, requests, pods, nodes, US dollars.

    ``capacity_s`` is when, for good, the platform could carry what was offered, counted from the start of the profile;
    0 where it always could, None where it never could. ``utilised_80_s`` likewise for at most 80 % of the capacity.
    ``least_of_needed`` is the smallest capacity / offered load from the start on. Requests and shares are counted from
    the start of the profile, node hours and money from the first tick, lead time included.
    """

    capacity_s: float | None
    utilised_80_s: float | None
    offered_requests: float
    shed_requests: float
    least_of_needed: float
    peak_pods: int
    peak_nodes: int
    node_hours: float
    cost_usd: float

    @property
    def shed_share(self) -> float:
        """Part of the offered requests that was not served, 0 to 1."""
        return self.shed_requests / self.offered_requests if self.offered_requests else 0.0


def outcome(timeline: Timeline) -> Outcome:
    """Each tick holds until the next; the last one closes the run. Raises ValueError without two ticks."""
    if len(timeline.ticks) < 2:
        raise ValueError(f"{timeline.policy}: {len(timeline.ticks)} ticks are no run")
    during = [tick for tick in timeline.ticks if tick.at_s >= 0]
    offered = shed = 0.0
    for tick, seconds in _held(during):
        offered += tick.offered_rps * seconds
        shed += tick.shed_rps * seconds
    return Outcome(
        capacity_s=_for_good(during, 1.0),
        utilised_80_s=_for_good(during, ROOMY),
        offered_requests=offered,
        shed_requests=shed,
        least_of_needed=min(
            (t.capacity_rps / t.offered_rps for t in during if t.offered_rps), default=float("inf")
        ),
        peak_pods=max(sum(s.current for s in tick.services.values()) for tick in timeline.ticks),
        peak_nodes=max(tick.nodes for tick in timeline.ticks),
        node_hours=sum(tick.nodes * seconds for tick, seconds in _held(timeline.ticks)) / HOUR_S,
        cost_usd=timeline.ticks[-1].cost_usd,
    )


def _held(ticks: tuple[Tick, ...] | list[Tick]) -> Iterator[tuple[Tick, float]]:
    for tick, after in pairwise(ticks):
        yield tick, after.at_s - tick.at_s


def _for_good(ticks: list[Tick], utilisation: float) -> float | None:
    """The first time from which the load stays within that part of the capacity."""
    # A hair of room: sums of thirds are not exact.
    lacks = [t.offered_rps > t.capacity_rps * utilisation * (1 + 1e-9) for t in ticks]
    if not any(lacks):
        return 0.0
    last = len(lacks) - 1 - lacks[::-1].index(True)
    return None if last == len(ticks) - 1 else ticks[last + 1].at_s


def whole_seconds(value: float | None) -> str:
    """A time of an outcome for people; one that never came is said so."""
    return "never" if value is None else f"{value:.0f}"

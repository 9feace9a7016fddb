"""How many pods may be away at once: the disruption budget and the rollout, so that capacity stays above the demand.

A drain, a consolidation and a rollout may come together: the first two share the budget, the third takes none. A lost
zone is survived beside them, since its pods count as away already and the budget lets nobody else go. Not promised is a
zone that is lost while an evicted pod's replacement starts, nor one lost in the middle of a rollout, when old and new
pods, each spread by themselves, leave one zone a pod fuller.
"""

from fractions import Fraction
from math import ceil
from typing import Final, Self

from pydantic import model_validator

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import IntOrPercent, Percent, format_int_or_percent, format_percent, resolve
from .replicas import Replicas

# Measured: draining three nodes at 45 pods, maxUnavailable 10 % never fell below 40 pods; minAvailable 5 fell
# to 5.
DEFAULT_MAX_UNAVAILABLE: Final = Fraction(1, 10)
# The Deployment's own default surge; none is unavailable, so a rollout never takes capacity away.
DEFAULT_SURGE: Final = Fraction(1, 4)


class Budget(Frozen):
    """A PodDisruptionBudget: exactly one of the two, each a number of pods or a percentage of the replicas.

    The API rounds a percentage up either way: of 9 pods 10 % is 1 that may go, or 1 that must stay.
    """

    max_unavailable: IntOrPercent | None = None
    min_available: IntOrPercent | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.max_unavailable is None) == (self.min_available is None):
            raise ConfigurationError(
                field="",
                value="both" if self.max_unavailable is not None else "neither",
                allowed="exactly one of max_unavailable and min_available",
                remedy="remove or add one",
            )
        return self

    def allowed(self, replicas: int) -> int:
        """Voluntary evictions allowed at once with ``replicas`` ready pods."""
        if self.max_unavailable is not None:
            return resolve(self.max_unavailable, replicas)
        assert self.min_available is not None
        return max(0, replicas - resolve(self.min_available, replicas))

    def __str__(self) -> str:
        if self.max_unavailable is not None:
            return f"maxUnavailable {format_int_or_percent(self.max_unavailable)}"
        assert self.min_available is not None
        return f"minAvailable {format_int_or_percent(self.min_available)}"


class Disruption(Frozen):
    """The budget for evictions and the surge of a rollout."""

    budget: Derived[Budget]
    max_surge: Derived[Percent]
    surge_pods: Derived[int]
    # Ready pods while the budget is used up, a rollout runs and nodes are consolidated, all at once.
    left_at_floor: Derived[int]
    left_at_peak: Derived[int]


def disruption(replicas: Replicas, *, budget: Budget | None = None) -> Disruption:
    """The derived budget, or the stated one once it is shown to leave every drain possible.

    Raises ConfigurationError when a stated budget allows no eviction at the floor or at the peak: a node
    drain would then wait for good, and the API server says nothing.
    """
    floor, peak = replicas.floor.value, replicas.peak.value
    chosen = derived(budget, "stated") if budget is not None else _default_budget(replicas)
    for pods, when in ((floor, "floor"), (peak, "peak")):
        if chosen.value.allowed(pods) < 1:
            raise ConfigurationError(
                field="budget",
                value=str(chosen.value),
                allowed=f"a budget that lets at least 1 of {pods} pods go at the {when}",
                remedy="state max_unavailable of at least 1 pod, or leave the budget out to have it derived",
            )
    return Disruption(
        budget=chosen,
        max_surge=derived(DEFAULT_SURGE, "the Deployment's default; none is taken away during a rollout"),
        surge_pods=derived(ceil(peak * DEFAULT_SURGE), f"ceil({peak} x {format_percent(DEFAULT_SURGE)})"),
        left_at_floor=_left(chosen.value, floor),
        left_at_peak=_left(chosen.value, peak),
    )


def _left(budget: Budget, pods: int) -> Derived[int]:
    away = min(pods, budget.allowed(pods))
    return derived(
        pods - away, f"{pods} - {away} by {budget}; consolidation evicts too, and a rollout takes none"
    )


def _default_budget(replicas: Replicas) -> Derived[Budget]:
    floor, peak = replicas.floor.value, replicas.peak.value
    spare_at_floor = floor - replicas.needed_at_floor.value
    spare_at_peak = peak - replicas.needed_at_peak.value
    percent = format_percent(DEFAULT_MAX_UNAVAILABLE)
    at_floor, at_peak = ceil(floor * DEFAULT_MAX_UNAVAILABLE), ceil(peak * DEFAULT_MAX_UNAVAILABLE)
    if at_floor <= spare_at_floor and at_peak <= spare_at_peak:
        return derived(
            Budget(max_unavailable=DEFAULT_MAX_UNAVAILABLE),
            f"{percent} is {at_floor} of {floor} at the floor, which can spare {spare_at_floor}, and {at_peak} of"
            f" {peak} at the peak, which can spare {spare_at_peak}",
        )
    spare = min(spare_at_floor, spare_at_peak)
    if spare < 1:
        return derived(
            Budget(max_unavailable=1), "nothing can be spared, but a budget of 0 blocks every drain for good"
        )
    return derived(
        Budget(max_unavailable=spare),
        f"{percent} is more than can be spared: {spare_at_floor} at the floor, {spare_at_peak} at the peak",
    )

"""Budgets never block a drain and never let capacity fall below what they can avoid."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.demand import Demand
from components.policy.disruption import Budget, disruption
from components.policy.errors import ConfigurationError
from components.policy.replicas import Replicas, size

GATEWAY = size(Demand(peak_rps=30000, baseline_rps=6000, rps_per_pod=1000), 3)


def replicas_of(peak: int, baseline: int, headroom: Fraction | None) -> Replicas:
    return size(Demand(peak_rps=peak, baseline_rps=baseline, rps_per_pod=100), 3, headroom=headroom)


def test_the_guides_gateway_by_hand() -> None:
    # 10 % of 9 rounds up to 1, of 45 to 5; the floor can spare 9 - 6 = 3, the peak 45 - 30 = 15.
    away = disruption(GATEWAY)
    assert away.budget.value == Budget(max_unavailable="10%")
    assert (away.left_at_floor.value, away.left_at_peak.value) == (8, 40)
    # ceil(45 x 25 %) = ceil(11.25) = 12.
    assert away.surge_pods.value == 12


def test_the_guides_own_budget_leaves_five_of_fifty() -> None:
    assert Budget(min_available=5).allowed(50) == 45


@pytest.mark.parametrize(
    ("budget", "when"),
    [
        (Budget(max_unavailable=0), "floor"),
        (Budget(max_unavailable="0%"), "floor"),
        (Budget(min_available=9), "floor"),
        # 90 % of 9 = 8.1 rounds up to 9: nothing may go.
        (Budget(min_available="90%"), "floor"),
        (Budget(min_available="100%"), "floor"),
    ],
)
def test_a_budget_that_blocks_every_drain_is_refused(budget: Budget, when: str) -> None:
    with pytest.raises(ConfigurationError, match=f"at the {when}"):
        disruption(GATEWAY, budget=budget)


@pytest.mark.parametrize(
    "budget",
    [
        Budget(max_unavailable=1),
        Budget(max_unavailable="1%"),
        Budget(min_available=8),
        Budget(min_available="88%"),
    ],
)
def test_a_budget_just_short_of_that_is_kept(budget: Budget) -> None:
    # 88 % of 9 = 7.92 -> 8, so 1 may go.
    assert disruption(GATEWAY, budget=budget).budget.value == budget


@pytest.mark.parametrize("fields", [{}, {"max_unavailable": 1, "min_available": 1}])
def test_a_budget_states_exactly_one(fields: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="exactly one of"):
        Budget.model_validate(fields)


headrooms = st.none() | st.fractions(1, 2, max_denominator=100)
counts = st.integers(1, 100_000)


@given(counts, counts, headrooms)
def test_no_budget_blocks_a_drain_at_any_count_from_floor_to_peak(
    one: int, other: int, headroom: Fraction | None
) -> None:
    replicas = replicas_of(max(one, other), min(one, other), headroom)
    budget = disruption(replicas).budget.value
    assert all(budget.allowed(pods) >= 1 for pods in range(replicas.floor.value, replicas.peak.value + 1))


stated = st.one_of(
    st.integers(0, 2000).map(lambda n: Budget(max_unavailable=n)),
    st.integers(0, 2000).map(lambda n: Budget(min_available=n)),
    st.integers(0, 100).map(lambda n: Budget(max_unavailable=Fraction(n, 100))),
    st.integers(0, 100).map(lambda n: Budget(min_available=Fraction(n, 100))),
)


@given(counts, counts, headrooms, stated)
def test_a_stated_budget_that_is_accepted_blocks_at_no_count_either(
    one: int, other: int, headroom: Fraction | None, budget: Budget
) -> None:
    replicas = replicas_of(max(one, other), min(one, other), headroom)
    try:
        disruption(replicas, budget=budget)
    except ConfigurationError:
        return
    assert all(budget.allowed(pods) >= 1 for pods in range(replicas.floor.value, replicas.peak.value + 1))


@given(counts, counts, headrooms)
def test_where_there_is_spare_the_budget_stays_within_it(
    one: int, other: int, headroom: Fraction | None
) -> None:
    replicas = replicas_of(max(one, other), min(one, other), headroom)
    away = disruption(replicas)
    for pods, needed, left in (
        (replicas.floor.value, replicas.needed_at_floor.value, away.left_at_floor.value),
        (replicas.peak.value, replicas.needed_at_peak.value, away.left_at_peak.value),
    ):
        assert left >= min(needed, pods - 1)


def test_a_large_peak_with_little_headroom_is_not_given_ten_percent() -> None:
    # 600 pods x 1.02 = 612: 12 to spare, 10 % would take 62. The floor, 6 x 1.02 = 6.12 -> 7, spares 1.
    replicas = replicas_of(60_000, 600, Fraction(102, 100))
    assert disruption(replicas).budget.value == Budget(max_unavailable=1)

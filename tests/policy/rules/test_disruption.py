"""Disruption budgets and rollouts, rounded as the API rounds."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.disruption import Budget
from components.policy.facts import ABSENT, Rollout, Service, Traffic, Workload

from .cases import Case, case, check_both_sides, fleet, found, workload

SERVICE = Service(object="Service shop")


def budget(floor: int, peak: int, **bound: Any) -> Workload:
    """30 pods are needed at the peak, 6 at the floor."""
    demand = Traffic(rps_per_pod=Fraction(1), peak_rps=Fraction(30), baseline_rps=Fraction(6))
    return workload(floor=floor, peak=peak, budget=Budget(**bound), traffic=demand)


def rollout(unavailable: int | Fraction) -> Workload:
    """45 pods at the peak, 30 needed, 10 may be evicted: 5 are left to a rollout."""
    demand = Traffic(rps_per_pod=Fraction(1), peak_rps=Fraction(30))
    return workload(
        peak=45, budget=Budget(max_unavailable=10), rollout=Rollout(unavailable=unavailable), traffic=demand
    )


CASES = [
    case(
        "HR201",
        "none of 5 pods go at the floor",
        broken=budget(5, 30, min_available=5),
        right=budget(6, 30, min_available=5),
    ),
    # 50 - 5 leaves 5 of 50 where 30 are needed; 15 of 45 may go.
    case(
        "HR202",
        "leaves 5 of 50",
        broken=budget(10, 50, min_available=5),
        right=budget(9, 45, max_unavailable=3),
    ),
    case(
        "HR203",
        "45 go at once",
        broken=budget(10, 50, min_available=5),
        right=budget(50, 50, min_available=5),
    ),
    case(
        "HR204",
        "no PodDisruptionBudget",
        broken=workload(floor=2, service=SERVICE, budget=ABSENT),
        right=workload(floor=2, service=SERVICE, budget=Budget(max_unavailable=1)),
    ),
    case(
        "HR205",
        "not set",
        broken=workload(budget=Budget(max_unavailable=1), unhealthy_eviction=ABSENT),
        right=workload(budget=Budget(max_unavailable=1), unhealthy_eviction="AlwaysAllow"),
    ),
    case("HR206", "2 budgets", broken=workload(budgets=("a", "b")), right=workload(budgets=("a",))),
    case("HR211", "29 are left", broken=rollout(6), right=rollout(5)),
    case(
        "HR212",
        "both 0",
        broken=workload(rollout=Rollout(surge=0, unavailable=0)),
        right=workload(rollout=Rollout(surge=1, unavailable=0)),
    ),
    case(
        "HR213",
        "Recreate",
        broken=workload(service=SERVICE, rollout=Rollout(recreate=True)),
        right=workload(service=SERVICE, rollout=Rollout()),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


@pytest.mark.parametrize(
    ("bound", "pods", "blocks"),
    [
        # A percentage rounds up either way: 90 % of 9 is 8.1, so 9 must stay; 10 % of 9 is 0.9, so 1 may go.
        ({"min_available": Fraction(9, 10)}, 9, True),
        ({"min_available": Fraction(9, 10)}, 10, False),
        ({"max_unavailable": Fraction(1, 100)}, 2, False),
        ({"max_unavailable": Fraction(0)}, 100, True),
        ({"max_unavailable": 0}, 100, True),
        ({"min_available": Fraction(1)}, 100, True),
    ],
)
def test_percentages_round_up_as_the_api_does(bound: dict[str, Any], pods: int, blocks: bool) -> None:
    assert bool(found("HR201", fleet(budget(pods, pods, **bound)))) is blocks


def test_a_budget_that_blocks_at_the_peak_only_is_found() -> None:
    # 98 % of 60 is 58.8, so 59 must stay and 1 may go; of 40, 39.2 makes 40 stay.
    blocked = found("HR201", fleet(budget(60, 40, min_available=Fraction(98, 100))))
    assert blocked == ["minAvailable 98% lets none of 40 pods go at the peak"]


def test_a_rollout_rounds_unavailable_down_and_surge_up() -> None:
    assert Rollout(unavailable=Fraction(1, 4)).unavailable_pods(7) == 1
    assert Rollout(surge=Fraction(1, 4)).surge_pods(7) == 2
    # Where both come to none, the controller takes one away, or nothing would ever move.
    assert Rollout(surge=0, unavailable=Fraction(1, 10)).unavailable_pods(9) == 1


@pytest.mark.parametrize(("away", "found_"), [(2, True), (1, False)])
def test_a_rollout_is_held_against_the_floor_too(away: int, found_: bool) -> None:
    """9 pods at the floor of which 6 are needed: beside 2 that a drain takes, 1 is left to a rollout."""
    demand = Traffic(rps_per_pod=Fraction(1), baseline_rps=Fraction(6))
    at_floor = workload(
        floor=9, budget=Budget(max_unavailable=2), rollout=Rollout(unavailable=away), traffic=demand
    )
    assert bool(found("HR211", fleet(at_floor))) is found_
    assert not found_ or "of 9 pods at the floor; 5 are left" in found("HR211", fleet(at_floor))[0]


def test_one_pod_may_always_go_even_where_none_can_be_spared() -> None:
    assert found("HR202", fleet(budget(6, 30, max_unavailable=1))) == []

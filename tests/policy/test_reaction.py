"""The reaction budget by hand, and the fastest ramp against a simulated autoscaler."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.policy.demand import Demand
from components.policy.reaction import Growth, Ramp, ReactionTimes, Step
from components.policy.service import ServicePlan, ServicePolicy, Surroundings, plan_service
from components.policy.workload import Probes

GATEWAY = Demand(peak_rps=30000, baseline_rps=6000, rps_per_pod=1000)


def of(growth: Growth | None, demand: Demand = GATEWAY, floor: int | None = None) -> ServicePlan:
    return plan_service("s", demand, ServicePolicy(floor=floor), Surroundings(growth=growth))


def test_the_budget_by_hand() -> None:
    reaction = of(None).reaction
    # The startup probe asks every 2 s: a start of 5 s is seen at 6 s, after the initial delay of 5 s; then one
    # readiness period of 3 s: 9 s, of which 5 s are the start itself.
    assert reaction.steps["readiness"].value == 4_000
    # 60 + 15 + 1 + 70 + 10 + 5 + 4 = 165 s; without a node to launch and an image to pull 85 s.
    assert reaction.on_new_nodes.value == 165_000
    assert reaction.on_free_nodes.value == 85_000
    # A ReplicaSet replaces an evicted pod at once: without the metric's 60 s and the autoscaler's 15 s.
    assert reaction.replacement.value == 90_000


def test_what_is_stated_is_called_stated() -> None:
    plan = plan_service("s", GATEWAY, around=Surroundings(times=ReactionTimes(node_launch="45s")))
    assert plan.reaction.steps["node_launch"].because == "stated"
    assert plan.reaction.steps["pull"].because != "stated"
    assert plan.reaction.on_new_nodes.value == 140_000


def test_the_fastest_ramp_by_hand() -> None:
    # 12 pods at rest x (1000 - 1.1 x 545 = 400.5) = 4806 rps to spare / 165 s = 29.127 rps/s.
    reaction = of(None).reaction
    assert reaction.fastest_ramp.value == Fraction(4806, 165)
    assert reaction.follows is None
    assert reaction.floor_that_follows is None


def test_a_ramp_within_it_changes_nothing() -> None:
    plan = of(Ramp(rps_per_second=29))
    assert plan.scaling.target_rps.value == 545
    assert plan.reaction.follows is not None
    assert plan.reaction.follows.value is True


def test_a_faster_ramp_lowers_the_target() -> None:
    # 40 rps/s x 165 s = 6600 rps more when the pods arrive; (1000 - 6600 / 9) / 1.1 = 242.4 -> 242.
    plan = of(Ramp(rps_per_second=40))
    assert plan.scaling.target_rps.value == 242
    assert plan.reaction.follows is not None
    assert plan.reaction.follows.value is True


def test_a_ramp_that_no_target_follows_names_the_floor_that_would() -> None:
    # 60 rps/s x 165 s = 9900 rps, more than the floor of 9 can hold. At 400.5 rps spare a pod: 24.7 -> 25 pods.
    plan = of(Ramp(rps_per_second=60))
    assert plan.scaling.target_rps.value == 545
    assert plan.reaction.follows is not None
    assert plan.reaction.follows.value is False
    assert plan.reaction.floor_that_follows is not None
    assert plan.reaction.floor_that_follows.value == 25
    again = of(Ramp(rps_per_second=60), floor=25)
    assert again.reaction.follows is not None
    assert again.reaction.follows.value is True


@pytest.mark.parametrize(
    ("to_rps", "follows", "needed"), [(12000, True, 12), (12001, False, 13), (30000, False, 30)]
)
def test_a_step_needs_its_pods_beforehand(to_rps: int, follows: bool, needed: int) -> None:
    reaction = of(Step(to_rps=to_rps)).reaction
    assert reaction.follows is not None
    assert reaction.floor_that_follows is not None
    assert (reaction.follows.value, reaction.floor_that_follows.value) == (follows, needed)


def test_growth_is_told_apart_by_what_is_stated() -> None:
    assert Probes().readiness.period == 3_000
    reaction = of(
        Step(to_rps=12000), Demand(peak_rps=10000, baseline_rps=2000, rps_per_pod=500, share="1/3")
    ).reaction
    # A third of 12,000 at 500 a pod is 8 pods.
    assert reaction.floor_that_follows is not None
    assert reaction.floor_that_follows.value == 8


def shortfall(plan: ServicePlan, ramp: Fraction) -> Fraction:
    """The most by which demand exceeds capacity on the way from the baseline to the peak, second by second."""
    wait = ceil(Fraction(plan.reaction.on_new_nodes.value, 1000))
    target, peak = plan.scaling.target_rps.value, plan.replicas.peak.value
    asked = [plan.scaling.rests_at.value] * wait
    worst, demand = Fraction(0), plan.demand.baseline_rps
    while demand < plan.demand.peak_rps:
        pods = asked[-1]
        if demand > pods * target * Fraction(11, 10):
            pods = min(peak, ceil(demand / target))
        asked.append(pods)
        worst = max(worst, demand - asked[-1 - wait] * plan.demand.rps_per_pod)
        demand += ramp
    return worst


@settings(max_examples=30, deadline=None)
@given(st.integers(2000, 60000), st.integers(10, 100), st.integers(100, 2000))
def test_no_request_is_too_many_at_the_fastest_ramp(peak: int, percent: int, per_pod: int) -> None:
    demand = Demand(peak_rps=peak, baseline_rps=Fraction(peak * percent, 100), rps_per_pod=per_pod)
    plan = of(None, demand)
    assert shortfall(plan, plan.reaction.fastest_ramp.value) <= 0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 80))
def test_what_is_said_to_be_followed_is_followed(ramp: int) -> None:
    plan = of(Ramp(rps_per_second=ramp))
    assert plan.reaction.follows is not None
    if plan.reaction.follows.value:
        assert shortfall(plan, Fraction(ramp)) <= 0


def test_well_beyond_it_there_is_a_shortfall() -> None:
    assert shortfall(of(None), 3 * of(None).reaction.fastest_ramp.value) > 0

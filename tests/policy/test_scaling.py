"""The scaling target, checked against the autoscaler's own arithmetic."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.policy.demand import Demand
from components.policy.derived import derived
from components.policy.errors import ConfigurationError
from components.policy.replicas import size
from components.policy.scaling import Scaling, scaling


def autoscaler(rps: Fraction, target: int, pods: int, least: int, most: int) -> int:
    """kube-controller-manager: nothing within 10 % of the target, else ceil(metric / target), until it rests."""
    for _ in range(100):
        ratio = rps / (target * pods)
        wanted = pods if abs(1 - ratio) <= Fraction(1, 10) else ceil(rps / target)
        wanted = min(most, max(least, wanted))
        if wanted == pods:
            return pods
        pods = wanted
    raise AssertionError("the autoscaler never rests")


def of(peak: Fraction, baseline: Fraction, per_pod: Fraction) -> tuple[Scaling, int, int]:
    demand = Demand(peak_rps=peak, baseline_rps=baseline, rps_per_pod=per_pod)
    replicas = size(demand, 3)
    return scaling(demand, replicas), replicas.floor.value, replicas.peak.value


def test_the_guides_gateway_by_hand() -> None:
    # 30000 / (45 x 1.1) = 606.06 -> 607, since 30000 / (44 x 607) = 1.123 is above the tolerance of 1.1.
    # At the baseline 6000 / (9 x 607) = 1.098 is within it: the floor of 9 is where it rests.
    scales, floor, _ = of(Fraction(30000), Fraction(6000), Fraction(1000))
    assert scales.target_rps.value == 607
    assert scales.rests_at.value == floor == 9
    assert scales.scale_up_pods.value == 45 - 9


rates = st.fractions(min_value=10, max_value=10**6, max_denominator=10)


@given(rates, rates, st.fractions(min_value=10, max_value=10**4, max_denominator=10))
def test_at_the_target_the_autoscaler_asks_for_the_peak_from_every_count(
    one: Fraction, other: Fraction, per_pod: Fraction
) -> None:
    peak_rps, baseline = max(one, other), min(one, other)
    assume(peak_rps / per_pod < 10**4)
    scales, floor, peak = of(peak_rps, baseline, per_pod)
    target = scales.target_rps.value
    for pods in {floor, (floor + peak) // 2, max(floor, peak - 1), peak}:
        assert autoscaler(peak_rps, target, pods, floor, peak) == peak


@given(rates, rates, st.fractions(min_value=10, max_value=10**4, max_denominator=10))
def test_at_the_baseline_it_rests_where_the_plan_says(
    one: Fraction, other: Fraction, per_pod: Fraction
) -> None:
    peak_rps, baseline = max(one, other), min(one, other)
    scales, floor, peak = of(peak_rps, baseline, per_pod)
    rest = scales.rests_at.value
    assert floor <= rest <= peak
    assert autoscaler(baseline, scales.target_rps.value, rest, floor, peak) == rest
    assert rest * per_pod >= baseline


def test_a_lower_target_asked_for_by_growth_wins() -> None:
    demand = Demand(peak_rps=30000, baseline_rps=6000, rps_per_pod=1000)
    replicas = size(demand, 3)
    assert scaling(demand, replicas, at_most=derived(300, "growth")).target_rps.because == "growth"
    assert scaling(demand, replicas, at_most=derived(900, "growth")).target_rps.value == 607
    # 6000 / (300 x 1.1) = 18.2 -> 19 pods at rest.
    assert scaling(demand, replicas, at_most=derived(300, "growth")).rests_at.value == 19


def test_a_target_below_one_request_a_second_is_refused() -> None:
    # 10 rps at 1 per pod: 10 + 5 = 15 pods; 10 / (15 x 1.1) = 0.606.
    with pytest.raises(ConfigurationError, match="at least 1 request per second"):
        of(Fraction(10), Fraction(10), Fraction(1))

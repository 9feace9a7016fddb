"""The scaling target, checked against the autoscaler's own arithmetic."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.policy.demand import Demand
from components.policy.derived import derived
from components.policy.disruption import Budget, disruption
from components.policy.errors import ConfigurationError
from components.policy.replicas import Replicas, size
from components.policy.scaling import TOLERATED, Scaling, rests_at, scaling, weakest_count

TEN_PERCENT = Budget(max_unavailable="10%")


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
    budget = disruption(replicas).budget.value
    return scaling(demand, replicas, 3, budget), replicas.floor.value, replicas.peak.value


def size_of(peak: Fraction, baseline: Fraction, per_pod: Fraction) -> Replicas:
    return size(Demand(peak_rps=peak, baseline_rps=baseline, rps_per_pod=per_pod), 3)


def test_the_guides_gateway_by_hand() -> None:
    # Of 10 pods a lost zone takes 4: 6 x 1000 / (10 x 1.1) = 545.45. Of 9 it takes 3, of 13 it takes 5 (559.4), and the
    # peak alone would allow 30000 / (45 x 1.1) = 606.06 -> 607.
    scales, floor, _ = of(Fraction(30000), Fraction(6000), Fraction(1000))
    assert scales.target_rps.value == 545
    assert "of 10 pods, the weakest count from the floor 9 up to the peak, a lost zone leaves 6" in (
        scales.target_rps.because
    )
    # The floor of 9 stays up to 9 x 545 x 1.1 = 5395.5; at 6000 the autoscaler asks for ceil(6000 / 545 = 11.009) = 12.
    assert floor == 9
    assert scales.rests_at.value == 12
    assert "5395.5 rps" in scales.rests_at.because
    assert scales.scale_up_pods.value == 45 - 9


def test_the_guides_backends_by_hand() -> None:
    # Of 7 pods a lost zone takes 3: 4 x 500 / (7 x 1.1) = 259.7; ceil(2000 / 259 = 7.7) = 8 at the baseline.
    scales, floor, _ = of(Fraction(10000), Fraction(2000), Fraction(500))
    assert (floor, scales.target_rps.value, scales.rests_at.value) == (6, 259, 8)


def test_a_fleet_that_never_scales_is_not_held_below_its_peak() -> None:
    # 30000 / (45 x 1.1) = 606.06; there is no count below the peak at which anything could rest.
    scales, floor, peak = of(Fraction(30000), Fraction(30000), Fraction(1000))
    assert floor == peak == 45
    assert scales.target_rps.value == 607
    assert scales.rests_at.value == 45


@pytest.mark.parametrize(
    ("budget", "headroom", "pods", "left"),
    [
        # Sized for the loss of a zone: 10 pods less 4.
        (TEN_PERCENT, None, 10, 6),
        (Budget(max_unavailable=5), None, 9, 4),
        # 1.2 x 6 = 7.2 -> 8 pods: 8 in three zones leave 5 < 6, which the owner accepts. 11 lose 2 by 10 %, 8 lose 1.
        (TEN_PERCENT, Fraction(6, 5), 11, 9),
        # A fixed number that must stay weighs most just below the peak of 36.
        (Budget(min_available=7), Fraction(6, 5), 35, 7),
    ],
)
def test_the_weakest_count_by_hand(budget: Budget, headroom: Fraction | None, pods: int, left: int) -> None:
    replicas = size(Demand(peak_rps=30000, baseline_rps=6000, rps_per_pod=1000), 3, headroom=headroom)
    weakest = weakest_count(replicas, 3, budget)
    assert weakest is not None
    assert weakest[:2] == (pods, left)


def granted(budget: Budget, of: int, healthy: int) -> int:
    """Evictions by the disruption controller: healthy - desired, where what is missing counts, whoever took it."""
    return max(0, healthy - (of - min(of, budget.allowed(of))))


def capacity_holds_at_every_count(
    demand: Demand, zones: int, headroom: Fraction | None, budget: Budget | None
) -> None:
    """Every count, the highest demand at which the autoscaler stands still there, and everything that may go wrong."""
    replicas = size(demand, zones, headroom=headroom)
    pdb = disruption(replicas, budget=budget).budget.value
    try:
        scales = scaling(demand, replicas, zones, pdb)
    except ConfigurationError:
        return
    survives = (
        replicas.left_at_floor.value >= replicas.needed_at_floor.value
        and replicas.left_at_peak.value >= replicas.needed_at_peak.value
    )
    for pods in range(replicas.floor.value, replicas.peak.value):
        rests_up_to = pods * scales.target_rps.value * TOLERATED
        in_zone = [pods // zones + (zone < pods % zones) for zone in range(zones)]
        # Nothing lost, or the fullest zone; then a drain and a consolidation take what the budget still grants. A
        # rollout surges and takes none, so it is what is there anyway.
        for lost in (0, max(in_zone)) if survives else (0,):
            left = pods - lost - granted(pdb, pods, pods - lost)
            assert left == 0 or left * demand.rps_per_pod >= rests_up_to, (pods, lost, left)


@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.integers(50, 2000),
    st.integers(2, 6),
    st.none() | st.fractions(1, 2, max_denominator=20),
    st.none()
    | st.integers(1, 40).map(lambda n: Budget(max_unavailable=n))
    | st.integers(1, 40).map(lambda n: Budget(min_available=n))
    | st.integers(1, 60).map(lambda n: Budget(max_unavailable=Fraction(n, 100)))
    | st.integers(1, 60).map(lambda n: Budget(min_available=Fraction(n, 100))),
)
def test_what_is_left_carries_what_the_fleet_rests_at_at_every_count(
    one: int, other: int, per_pod: int, zones: int, headroom: Fraction | None, budget: Budget | None
) -> None:
    demand = Demand(
        peak_rps=max(one, other) * per_pod, baseline_rps=min(one, other) * per_pod, rps_per_pod=per_pod
    )
    try:
        disruption(size(demand, zones, headroom=headroom), budget=budget)
    except ConfigurationError:
        assume(False)
    capacity_holds_at_every_count(demand, zones, headroom, budget)


def test_the_guides_gateway_at_all_its_counts() -> None:
    capacity_holds_at_every_count(Demand(peak_rps=30000, baseline_rps=6000, rps_per_pod=1000), 3, None, None)


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
    # From the floor, which a new fleet starts at; and there it stays.
    assert autoscaler(baseline, scales.target_rps.value, floor, floor, peak) == rest
    assert autoscaler(baseline, scales.target_rps.value, rest, floor, peak) == rest
    assert rest * per_pod >= baseline
    assert rests_at(peak_rps, scales.target_rps.value, size_of(peak_rps, baseline, per_pod)) == peak


def test_a_lower_target_asked_for_by_growth_wins() -> None:
    demand = Demand(peak_rps=30000, baseline_rps=6000, rps_per_pod=1000)
    replicas = size(demand, 3)
    slow = scaling(demand, replicas, 3, TEN_PERCENT, at_most=derived(300, "growth"))
    assert slow.target_rps.because == "growth"
    assert scaling(demand, replicas, 3, TEN_PERCENT, at_most=derived(900, "growth")).target_rps.value == 545
    # 6000 / 300 = 20 pods at rest.
    assert slow.rests_at.value == 20


def test_a_target_below_one_request_a_second_is_refused() -> None:
    # 10 rps at 1 per pod: 10 + 5 = 15 pods; 10 / (15 x 1.1) = 0.606.
    with pytest.raises(ConfigurationError, match="at least 1 request per second"):
        of(Fraction(10), Fraction(10), Fraction(1))

"""Floors and peaks: hand-computed, monotone, and proved against the loss of a zone by brute force."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.policy.demand import Demand
from components.policy.errors import ConfigurationError
from components.policy.replicas import Replicas, size

rates = st.fractions(min_value=Fraction(1, 10), max_value=10**6, max_denominator=100)


def demand(peak: object, baseline: object, per_pod: object) -> Demand:
    return Demand.model_validate({"peak_rps": peak, "baseline_rps": baseline, "rps_per_pod": per_pod})


def counts(replicas: Replicas) -> tuple[int, int]:
    return replicas.floor.value, replicas.peak.value


@pytest.mark.parametrize(
    ("peak", "baseline", "per_pod", "zones", "floor", "at_peak"),
    [
        # gateway-api: 30000/1000 = 30, + 30/2 = 45; 6000/1000 = 6, + 6/2 = 9.
        (30000, 6000, 1000, 3, 9, 45),
        # a backend: 10000/500 = 20, + 10 = 30; 2000/500 = 4, + 2 = 6.
        (10000, 2000, 500, 3, 6, 30),
        # 1 pod over three zones: 1 + ceil(1/2) = 2, one of which is left.
        (1, 1, 1000, 3, 2, 2),
        # 7 pods over two zones: 7 + 7 = 14.
        (7000, 1000, 1000, 2, 2, 14),
        # 7 pods over four zones: 7 + ceil(7/3) = 10; 10 - ceil(10/4) = 7.
        (7000, 7000, 1000, 4, 10, 10),
        # 30001 needs the 31st pod: 31 + ceil(31/2) = 47.
        (30001, 6000, 1000, 3, 9, 47),
    ],
)
def test_counts_by_hand(peak: int, baseline: int, per_pod: int, zones: int, floor: int, at_peak: int) -> None:
    assert counts(size(demand(peak, baseline, per_pod), zones)) == (floor, at_peak)


def test_the_guides_headroom_is_the_loss_of_one_zone_of_three() -> None:
    target = demand(30000, 6000, 1000)
    assert counts(size(target, 3, headroom=Fraction(3, 2))) == counts(size(target, 3)) == (9, 45)


def test_a_stated_headroom_multiplies_the_demand_not_the_rounded_pods() -> None:
    # 25.5 pods x 1.2 = 30.6 -> 31, where 26 x 1.2 = 31.2 would be 32.
    assert size(demand(25500, 1000, 1000), 1, headroom=Fraction(6, 5)).peak.value == 31


def test_what_a_lost_zone_leaves() -> None:
    # 45 over three zones: 15 in each, 30 left. 9: 3 in each, 6 left.
    replicas = size(demand(30000, 6000, 1000), 3)
    assert (replicas.left_at_floor.value, replicas.left_at_peak.value) == (6, 30)
    # 47 over three zones: 16, 16 and 15; without the fullest 31.
    assert size(demand(30001, 6000, 1000), 3).left_at_peak.value == 31


def test_a_stated_floor_raises_and_never_lowers() -> None:
    assert counts(size(demand(30000, 6000, 1000), 3, floor=12)) == (12, 45)
    assert counts(size(demand(30000, 6000, 1000), 3, floor=2)) == (9, 45)
    assert counts(size(demand(30000, 6000, 1000), 3, floor=45)) == (45, 45)


@pytest.mark.parametrize(
    ("zones", "headroom", "floor", "field"),
    [(3, None, 46, "floor"), (1, None, None, "zones"), (3, Fraction(9, 10), None, "headroom")],
)
def test_what_cannot_hold_is_refused(
    zones: int, headroom: Fraction | None, floor: int | None, field: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        size(demand(30000, 6000, 1000), zones, headroom=headroom, floor=floor)
    assert caught.value.field == field


@given(rates, rates, rates, st.integers(2, 6))
def test_the_pods_left_after_the_fullest_zone_carry_the_demand_and_one_fewer_would_not(
    one: Fraction, other: Fraction, per_pod: Fraction, zones: int
) -> None:
    peak, baseline = max(one, other), min(one, other)
    replicas = size(demand(peak, baseline, per_pod), zones)

    def left(pods: int) -> int:
        in_zone = [pods // zones + (zone < pods % zones) for zone in range(zones)]
        return pods - max(in_zone)

    for pods, rps in ((replicas.floor.value, baseline), (replicas.peak.value, peak)):
        assert left(pods) * per_pod >= rps
        assert left(pods - 1) * per_pod < rps


@given(rates, rates, rates, st.integers(2, 6), st.none() | st.fractions(1, 3, max_denominator=20))
def test_more_demand_never_needs_fewer_pods(
    one: Fraction, other: Fraction, per_pod: Fraction, zones: int, headroom: Fraction | None
) -> None:
    less, more = sorted((one, other))
    low = size(demand(less, less / 2, per_pod), zones, headroom=headroom)
    high = size(demand(more, more / 2, per_pod), zones, headroom=headroom)
    assert low.floor.value <= high.floor.value
    assert low.peak.value <= high.peak.value


@given(rates, rates, rates, rates, st.integers(2, 6), st.none() | st.fractions(1, 3, max_denominator=20))
def test_scaling_target_and_capacity_together_changes_no_count(
    one: Fraction, other: Fraction, per_pod: Fraction, factor: Fraction, zones: int, headroom: Fraction | None
) -> None:
    peak, baseline = max(one, other), min(one, other)
    plain = size(demand(peak, baseline, per_pod), zones, headroom=headroom)
    scaled = size(demand(peak * factor, baseline * factor, per_pod * factor), zones, headroom=headroom)
    assert counts(plain) == counts(scaled)

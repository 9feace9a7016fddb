"""Pods against demand. 1,000 rps per pod throughout, so that every figure can be seen."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.facts import Fleet, Objective, Service, Traffic, Workload

from .cases import Case, case, check_both_sides, fleet, found, traffic, workload

K = Fraction(1000)
THREE_ZONES = Objective(zones=3)


def carries(floor: int, peak: int, **facts: Any) -> Workload:
    return workload(floor=floor, peak=peak, traffic=Traffic(rps_per_pod=K, **facts))


def pair(floor: int, peak: int, caller: Traffic) -> Fleet:
    """A gateway of 10 to 50 pods that passes a third on to a backend of 500 rps per pod."""
    gateway = workload("gateway", floor=10, peak=50, traffic=caller)
    backend = workload("backend", floor=floor, peak=peak, traffic=Traffic(rps_per_pod=Fraction(500)))
    return fleet(gateway, backend)


CALLS = {"backend": Fraction(1, 3)}
# 10 pods x 1,000 / 3 = 3,333 rps, 6 whole pods of 500; 50 x 1,000 / 3 = 16,667 rps, 33 whole pods.
FULL = Traffic(rps_per_pod=K, calls=CALLS)

CASES = [
    case(
        "HR101",
        "below the 3",
        broken=carries(2, 9, baseline_rps=3 * K),
        right=carries(3, 9, baseline_rps=3 * K),
    ),
    case(
        "HR102", "below the 30", broken=carries(9, 29, peak_rps=30 * K), right=carries(9, 30, peak_rps=30 * K)
    ),
    case("HR103", "carries 2500 rps", broken=pair(5, 90, FULL), right=pair(6, 90, FULL)),
    case("HR104", "carries 16000 rps", broken=pair(90, 32, FULL), right=pair(90, 33, FULL)),
    # ceil(44 / 3) = 15 pods are lost of 44, so 29 are left; of 45, 30.
    case(
        "HR105",
        "29 remain",
        broken=fleet(THREE_ZONES, carries(9, 44, peak_rps=30 * K)),
        right=fleet(THREE_ZONES, carries(9, 45, peak_rps=30 * K)),
    ),
    case(
        "HR106",
        "2 services",
        broken=fleet(Objective(), traffic(rps_per_pod=K), workload("b", traffic=Traffic(rps_per_pod=K))),
        right=fleet(
            Objective(), traffic(rps_per_pod=K), workload("b", traffic=Traffic(rps_per_pod=K, share=K))
        ),
    ),
    case(
        "HR107",
        "1 pod",
        broken=workload(floor=1, service=Service(object="Service shop")),
        right=workload(floor=2, service=Service(object="Service shop")),
    ),
    case(
        "HR108",
        '"backend"',
        broken=fleet(traffic(calls=CALLS), workload("payment")),
        right=fleet(traffic(calls=CALLS), workload("backend")),
    ),
    case(
        "HR109",
        "9 pods is below the 30",
        broken=workload(floor=9, traffic=Traffic(floor_for_growth=30)),
        right=workload(floor=30, traffic=Traffic(floor_for_growth=30)),
    ),
    case(
        "HR110",
        "P99 objective holds up to 999",
        broken=traffic(rps_per_pod=Fraction(1000), holds_p99_to=Fraction(999)),
        right=traffic(rps_per_pod=Fraction(1000), holds_p99_to=Fraction(1000)),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_a_stated_baseline_counts_instead_of_all_that_the_caller_could_pass_on() -> None:
    # 6,000 / 3 = 2,000 rps are 4 pods; the floor of the gateway alone could pass on 3,333.
    resting = Traffic(rps_per_pod=K, calls=CALLS, baseline_rps=6 * K)
    assert found("HR103", pair(4, 90, resting)) == []
    assert found("HR103", pair(3, 90, resting)) != []


def test_a_caller_whose_load_is_unknown_is_left_out() -> None:
    assert found("HR103", pair(1, 90, Traffic(calls=CALLS))) == []


def test_a_service_that_is_reviewed_by_itself_may_call_what_is_not_there() -> None:
    assert found("HR108", fleet(traffic(calls=CALLS))) == []

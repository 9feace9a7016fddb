"""The rules about queue workers."""

from fractions import Fraction

import pytest

from components.policy.facts import Autoscaler, Metric, Queue, Traffic, Workload
from components.policy.quantities import Milliseconds

from . import cases
from .cases import Case, check_both_sides, workload


def s(seconds: int) -> Milliseconds:
    return Milliseconds(seconds * 1000)


def visible(longest: int) -> Workload:
    return workload(traffic=Traffic(longest_request=s(longest)), queue=Queue(visibility_timeout=s(30)))


def waits(after: int) -> Workload:
    return workload(queue=Queue(work_off=s(60), waits_after_growth=s(after)))


def length(target: int) -> Workload:
    metric = Metric(
        kind="External", name="aws-sqs-queue", target_type="AverageValue", target=Fraction(target)
    )
    return workload(
        traffic=Traffic(rps_per_pod=Fraction(11)),
        queue=Queue(work_off=s(60)),
        autoscaler=Autoscaler(object="ScaledObject shop", metrics=(metric,)),
    )


CASES = [
    cases.case("HR421", "takes 30s, the queue waits 30s", broken=visible(30), right=visible(29)),
    cases.case("HR422", "waits 61s; 1m is promised", broken=waits(61), right=waits(60)),
    # 601 x 1.1 / 11 = 60.1 s.
    cases.case("HR423", "wait up to 60100ms; 1m", broken=length(601), right=length(600)),
]


@pytest.mark.parametrize("case", CASES)
def test_the_rule_finds_what_breaks_it_and_nothing_beside_the_boundary(case: Case) -> None:
    check_both_sides(case)

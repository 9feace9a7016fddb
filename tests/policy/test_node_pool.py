"""What a pool's owner may state: budgets by schedule, types that stand in for the planned one, labels, kubelet."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.policy.cron import check_schedule
from components.policy.errors import ConfigurationError
from components.policy.node_budgets import NodeBudget
from components.policy.node_pool import Kubelet, NodePoolSpec
from components.policy.nodes import plan_nodes
from components.policy.pod_group import PodGroup
from components.policy.quantities import Bytes, Millicores


@pytest.mark.parametrize(
    "schedule",
    ["0 9 * * mon-fri", "*/15 0-23/2 1,15 * *", "59 23 31 12 6", "@daily", "0 0 ? JAN SUN", "5/10 * * * *"],
)
def test_a_schedule_that_karpenter_reads(schedule: str) -> None:
    assert check_schedule(schedule) == schedule


@pytest.mark.parametrize(
    ("schedule", "what"),
    [
        ("60 * * * *", "minute from 0 to 59"),
        ("* 24 * * *", "hour from 0 to 23"),
        ("* * 0 * *", "day of the month from 1"),
        ("* * * 13 *", "month from 1 to 12"),
        ("* * * * 7", "weekday|day of the week from 0 to 6"),
        ("30-10 * * * *", "minute from 0 to 59"),
        ("*/0 * * * *", "minute from 0 to 59"),
        ("* * * * noday", "no day of the week"),
        ("* * * *", "not a schedule"),
        ("@every 5m", "not a schedule"),
        ("TZ=Asia/Seoul 0 9 * * *", "not a schedule"),
        ("", "not a schedule"),
    ],
)
def test_a_schedule_that_it_does_not_read_is_refused_with_its_field(schedule: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        check_schedule(schedule)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"schedule": "@daily"}, "duration: nothing is not usable; allowed: schedule and duration together"),
        ({"duration": "1h"}, "schedule: nothing is not usable; allowed: schedule and duration together"),
        ({"schedule": "@daily", "duration": "90s"}, "whole minutes"),
        ({"reasons": ["Underutilised"]}, "Underutilized"),
        ({"reasons": ["Empty", "Empty"]}, "Empty is not usable; allowed: each reason once"),
        ({"nodes": "101%"}, "percentage"),
    ],
)
def test_a_budget_that_the_api_would_refuse_is_refused(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        NodeBudget(**{"nodes": "10%", **wrong})


def pods(cpu: int = 500, peak: int = 45) -> PodGroup:
    return PodGroup(name="g", floor=9, peak=peak, surge=0, cpu=Millicores(cpu), memory=Bytes.parse("16Mi"))


@pytest.mark.parametrize("other", ["m5.xlarge", "c5.2xlarge", "m5.4xlarge"])
def test_a_type_that_holds_less_or_has_other_vcpus_does_not_stand_in(other: str) -> None:
    with pytest.raises(ConfigurationError, match=r"m6i\.2xlarge") as caught:
        plan_nodes(NodePoolSpec(other_instance_types=[other]), [pods()], 3)
    assert caught.value.field == "node_pool.other_instance_types"


def test_another_type_changes_no_count() -> None:
    alone, both = (
        plan_nodes(NodePoolSpec(other_instance_types=other), [pods()], 3)
        for other in ([], ["m6i.2xlarge", "m7i.2xlarge"])
    )
    assert alone.at_peak == both.at_peak
    assert alone.memory_limit.value == both.memory_limit.value


def test_what_the_kubelet_reserves_is_not_there_for_pods() -> None:
    # 7,910m - 200m daemons hold 15 of 514m; 500m less hold 14.
    free, reserved = (
        plan_nodes(NodePoolSpec(kubelet=Kubelet(system_reserved_cpu=cpu)), [pods(514, 15)], 1)
        for cpu in ("0", "500m")
    )
    assert (free.at_peak.value, reserved.at_peak.value) == (1, 2)


def test_a_node_holds_no_more_pods_than_its_kubelet_takes() -> None:
    # 4 of its 10 pods are daemons.
    few = plan_nodes(NodePoolSpec(kubelet=Kubelet(max_pods=10)), [pods(10, 13)], 1)
    assert few.at_peak.value == 3
    assert few.instance.max_pods == 10


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"labels": {"karpenter.sh/nodepool": "mine"}}, "own domain"),
        ({"labels": {"kubernetes.io/hostname": "mine"}}, "own domain"),
        ({"labels": {"a b": "c"}}, "pattern"),
        ({"weight": 0}, "greater than or equal to 1"),
        ({"weight": 101}, "less than or equal to 100"),
        ({"expire_after": "never"}, "not a quantity"),
        ({"name": "No_Name"}, "pattern"),
        ({"kubelet": {"image_gc_high_percent": 80}}, "low below high"),
        ({"other_instance_types": ["m6i.2xlarge", "m6i.2xlarge"]}, "each type once"),
    ],
)
def test_what_the_api_or_karpenter_would_refuse_is_refused(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        NodePoolSpec(**wrong)

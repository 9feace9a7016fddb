"""What Karpenter takes, and its pools against the fleet. m5.2xlarge (8 cores, 32 GiB) throughout."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from components.policy.disruption import Budget
from components.policy.facts import (
    ABSENT,
    Container,
    Fleet,
    NodeBudget,
    NodeClass,
    Pool,
    Rollout,
    Traffic,
    Versions,
)
from components.policy.instances import instance_type
from components.policy.quantities import Bytes, Millicores, Milliseconds

from .cases import Case, case, check_both_sides, fleet, found, workload

GIBI = 1024**3
SEOUL = ("ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c")
SUMMER = Versions(karpenter=(1, 13))
AUTUMN = Versions(karpenter=(1, 14))


def pool(**facts: Any) -> Pool:
    return Pool(object="NodePool a", name="a", **facts)


def v1(**facts: Any) -> Pool:
    return pool(api_version="karpenter.sh/v1", **facts)


def budgeted(**facts: Any) -> Pool:
    return v1(budgets=(NodeBudget(**facts),), zones=SEOUL)


def planned(nodes: int, **facts: Any) -> Pool:
    return pool(instance=instance_type("m5.2xlarge"), planned_nodes=nodes, **facts)


def requesting(one: Pool, pods: int = 40) -> Fleet:
    """Pods of half a core and 512 MiB, a quarter more during a rollout: of 40, 25 cores and 25 GiB."""
    containers = (Container(cpu_request=Millicores(500), memory_request=Bytes(GIBI // 2)),)
    return fleet(one, workload(peak=pods, containers=containers, rollout=Rollout(surge=Fraction(1, 4))))


def closed(open_zones: Sequence[str], needed: int) -> Fleet:
    """A pool that was planned for three zones, under 45 pods of which the peak needs so many."""
    demand = Traffic(peak_rps=Fraction(needed * 100), rps_per_pod=Fraction(100))
    return fleet(pool(zones=tuple(open_zones), planned_zones=3), workload(peak=45, traffic=demand))


def node_class(**facts: Any) -> NodeClass:
    return NodeClass(object="EC2NodeClass a", name="a", **facts)


def drained(grace: int, nodes: str = "33%", **facts: Any) -> Fleet:
    """45 pods on 9 nodes, of which a tenth may go at a time, each within a minute."""
    one = planned(9, budgets=(NodeBudget(nodes=nodes),), termination_grace=Milliseconds(grace * 1000))
    return fleet(
        one,
        workload(peak=45, budget=Budget(max_unavailable=5), grace=Milliseconds.parse("60s"), **facts),
    )


CASES = [
    case(
        "HR801",
        "WhenUnderutilized",
        broken=v1(consolidation_policy="WhenUnderutilized"),
        right=v1(consolidation_policy="WhenEmptyOrUnderutilized"),
    ),
    case(
        "HR802", '"5 minutes"', broken=v1(consolidate_after="5 minutes"), right=v1(consolidate_after="1h30m")
    ),
    case("HR803", '"101%"', broken=budgeted(nodes="101%"), right=budgeted(nodes="100%")),
    case(
        "HR804",
        "under spec.disruption",
        broken=v1(expiry_under_disruption=True),
        right=v1(expiry_under_disruption=False),
    ),
    case("HR805", "v1beta1", broken=pool(api_version="karpenter.sh/v1beta1"), right=v1()),
    case(
        "HR806",
        "needs 1.13",
        broken=Versions(kubernetes=(1, 36), karpenter=(1, 12)),
        right=Versions(kubernetes=(1, 36), karpenter=(1, 13)),
    ),
    case(
        "HR811",
        "no amiSelectorTerms",
        broken=node_class(ami_terms=ABSENT),
        right=node_class(ami_terms=("ami-1",)),
    ),
    case(
        "HR812",
        "al2023@latest",
        broken=node_class(ami_terms=("al2023@latest",)),
        right=node_class(ami_terms=("al2023@v20260101",)),
    ),
    case(
        "HR813",
        "bootstrap.sh",
        broken=node_class(ami_terms=("al2023@v20260101",), user_data="/etc/eks/bootstrap.sh shop"),
        right=node_class(ami_terms=("al2@v20260101",), user_data="/etc/eks/bootstrap.sh shop"),
    ),
    case(
        "HR814",
        "optional",
        broken=node_class(http_tokens="optional"),
        right=node_class(http_tokens="required"),
    ),
    case(
        "HR821",
        "requests 25 CPU; the pool's limit is 24999m",
        broken=requesting(pool(cpu_limit=Millicores(24_999))),
        right=requesting(pool(cpu_limit=Millicores(25_000), memory_limit=Bytes(25 * GIBI))),
    ),
    # 400 GiB are 12 nodes of 32 GiB.
    case(
        "HR822",
        "is 12 m5.2xlarge; 13 are planned",
        broken=planned(13, memory_limit=Bytes(400 * GIBI)),
        right=planned(12, memory_limit=Bytes(400 * GIBI)),
    ),
    case(
        "HR823",
        "no limit for memory",
        broken=pool(cpu_limit=Millicores(1), memory_limit=ABSENT),
        right=pool(cpu_limit=Millicores(1), memory_limit=Bytes(1)),
    ),
    # 25 cores are less than half of 7 x 8 = 56, more than half of 6 x 8 = 48.
    case("HR824", "have 56 CPU", broken=requesting(planned(7)), right=requesting(planned(6))),
    # A third of the nodes is one of three zones.
    case("HR825", "lets 34%", broken=budgeted(nodes="34%"), right=budgeted(nodes="33%")),
    case(
        "HR839",
        "51 budgets; the API takes 50",
        broken=v1(budgets=(NodeBudget(nodes="10%"),) * 51),
        right=v1(budgets=(NodeBudget(nodes="10%"),) * 50),
    ),
    case(
        "HR826",
        "0 nodes",
        broken=budgeted(nodes="0"),
        right=budgeted(nodes="0", schedule="0 9 * * *", duration="8h"),
    ),
    case("HR827", "ap-northeast-2a only", broken=pool(zones=SEOUL[:1]), right=pool(zones=SEOUL[:2])),
    # Of 45 pods in two zones 23 are in the fuller one.
    case(
        "HR841",
        "2 of 3 zones; if another is lost, 22 of 45 pods of shop remain; its peak needs 23",
        broken=closed(SEOUL[:2], needed=23),
        right=closed(SEOUL, needed=23),
    ),
    case(
        "HR828",
        "of us-east-1; it buys in ap-northeast-2",
        broken=pool(zones=SEOUL, price_region="us-east-1"),
        right=pool(zones=SEOUL, price_region="ap-northeast-2"),
    ),
    # 3 of 9 nodes hold 3 x 5 of 45 pods; 5 may go at a time, 3 times 60 s.
    case(
        "HR829",
        "5 go at a time, 3 x 1m = 3m; a node has 179s",
        broken=drained(179),
        right=drained(180),
    ),
    case(
        "HR831",
        "requires amd64; m6g.2xlarge is arm64",
        broken=pool(architectures=("amd64",), instance=instance_type("m6g.2xlarge")),
        right=pool(architectures=("amd64", "arm64"), instance=instance_type("m6g.2xlarge")),
    ),
    case(
        "HR832",
        "50% of the nodes above the floor",
        broken=pool(capacity_types=("on-demand",), spot_share=Fraction(1, 2)),
        right=pool(capacity_types=("on-demand", "spot"), spot_share=Fraction(1, 2)),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_balanced_is_known_since_1_14() -> None:
    balanced = v1(consolidation_policy="Balanced")
    assert found("HR801", fleet(balanced, SUMMER)) == ["consolidationPolicy Balanced with Karpenter 1.13"]
    assert found("HR801", fleet(balanced, AUTUMN)) == []
    assert found("HR801", fleet(balanced)) == []


def test_another_zone_may_be_lost_where_the_rest_carries_the_peak() -> None:
    # 45 pods in two zones: 22 remain.
    (said,) = found("HR841", closed(SEOUL[:2], needed=22))
    assert said.endswith("2 of 3 zones; another may be lost")
    # The last zone holds all of them.
    (said,) = found("HR841", closed(SEOUL[:1], needed=22))
    assert "0 of 45 pods" in said


def test_of_a_closed_pool_whose_pods_nobody_knows_the_loss_of_another_is_not_counted_on() -> None:
    (said,) = found("HR841", fleet(pool(zones=SEOUL[:2], planned_zones=3)))
    assert said.endswith("the loss of another is not counted on")
    assert found("HR841", fleet(pool(zones=SEOUL[:2]))) == []


@pytest.mark.parametrize(
    "budget",
    [
        NodeBudget(nodes="-1"),
        NodeBudget(nodes="10.5%"),
        NodeBudget(reasons=("Expired",)),
        NodeBudget(schedule="0 9 * * *"),
        NodeBudget(duration="8h"),
        NodeBudget(schedule="0 9 * * *", duration="30s"),
    ],
)
def test_budgets_that_the_api_refuses(budget: NodeBudget) -> None:
    assert found("HR803", fleet(v1(budgets=(budget,)))) != []


def test_of_several_pools_each_is_held_against_the_workloads_that_name_it() -> None:
    small, other = pool(cpu_limit=Millicores(1)), Pool(object="NodePool b", name="b", cpu_limit=Millicores(1))
    containers = (Container(cpu_request=Millicores(500)),)
    free = workload(peak=1, containers=containers)
    bound = workload("bound", peak=1, containers=containers, node_pool="b")
    assert found("HR821", fleet(small, other, free)) == []
    assert len(found("HR821", fleet(small, other, bound))) == 1


def test_two_nodes_in_a_zone_may_be_mostly_idle() -> None:
    assert found("HR824", requesting(planned(6, zones=SEOUL), pods=4)) == []
    assert found("HR824", requesting(planned(7, zones=SEOUL), pods=4)) != []


def test_a_replacement_that_takes_long_holds_up_the_next_pod() -> None:
    slow = Traffic(leaves_within=Milliseconds.parse("61s"))
    assert "3 x 61s" in found("HR829", drained(180, traffic=slow))[0]


@pytest.mark.parametrize(("nodes", "found_"), [("3", True), ("2", False), ("0", False), ("100%", True)])
def test_a_node_budget_is_a_number_or_a_part(nodes: str, found_: bool) -> None:
    assert bool(found("HR829", drained(179, nodes=nodes))) is found_

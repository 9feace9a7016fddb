"""Instances by published figures, packing against a naive one, pools, subnets and drains by hand."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.policy.errors import ConfigurationError
from components.policy.instances import instance_type, instance_type_names
from components.policy.node_pool import NodePoolSpec
from components.policy.nodes import plan_nodes
from components.policy.packing import Size, nodes_needed
from components.policy.pod_group import PodGroup
from components.policy.quantities import Bytes, Millicores, Milliseconds
from components.policy.subnets import subnets
from tests.policy.guide_platform import plan_of

MIB = 1024**2


@pytest.mark.parametrize(
    ("name", "vcpus", "gib", "pods", "with_prefixes"),
    # amazon-eks-ami, eni-max-pods.txt; AWS, "Amazon EC2 instance types". ENIs x (addresses - 1) + 2.
    [
        ("m5.large", 2, 8, 29, 110),
        ("m5.xlarge", 4, 16, 58, 110),
        ("m5.2xlarge", 8, 32, 58, 110),
        ("m5.4xlarge", 16, 64, 234, 110),
        ("c5.9xlarge", 36, 72, 234, 250),
        ("r5.8xlarge", 32, 256, 234, 250),
        ("m6g.16xlarge", 64, 256, 737, 250),
        ("m5.24xlarge", 96, 384, 737, 250),
    ],
)
def test_types_are_as_published(name: str, vcpus: int, gib: int, pods: int, with_prefixes: int) -> None:
    facts = instance_type(name)
    assert (facts.cpu, facts.memory, facts.max_pods) == (vcpus * 1000, gib * 1024 * MIB, pods)
    assert instance_type(name, prefix_delegation=True).max_pods == with_prefixes


def test_what_a_node_keeps_for_itself_by_hand() -> None:
    node = instance_type("m5.2xlarge")
    # 60m + 10m + 2 x 5m + 4 x 2.5m = 90m.
    assert node.allocatable_cpu.value == 8000 - 90
    # 32768 MiB - ceil(7.5 % = 2457.6) - 255 - 11 x 58 - 100.
    assert node.allocatable_memory.value == (32768 - 2458 - 255 - 638 - 100) * MIB


@pytest.mark.parametrize(
    "name", ["m5.3xlarge", "m6g.24xlarge", "c5.8xlarge", "m5", "", "z9.large", "m5.2xlarge "]
)
def test_an_unknown_type_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        instance_type(name)
    assert caught.value.field == "node_pool.instance_type"
    assert "m5" in caught.value.allowed or "large" in caught.value.allowed


def test_every_type_of_the_table_has_something_left_for_pods() -> None:
    names = instance_type_names()
    assert len(names) == len(set(names)) > 150
    for name in names:
        for prefixes in (False, True):
            node = instance_type(name, prefix_delegation=prefixes)
            assert 0 < node.allocatable_cpu.value < node.cpu
            assert 0 < node.allocatable_memory.value < node.memory


def naive(node: Size, pods: list[tuple[int, Size]]) -> int:
    """First-fit decreasing, one pod at a time."""
    free: list[Size] = []
    for size in sorted((size for count, size in pods for _ in range(count)), reverse=True):
        for index, left in enumerate(free):
            if left.holds(size):
                free[index] = left.less(size, 1)
                break
        else:
            free.append(node.less(size, 1))
    return len(free)


NODE = Size(7710, 28917, 54)
sizes = st.builds(Size, st.integers(1, 7710), st.integers(1, 28917), st.just(1))


@given(st.lists(st.tuples(st.integers(0, 40), sizes), max_size=8))
def test_packing_kinds_is_packing_pods(pods: list[tuple[int, Size]]) -> None:
    assert nodes_needed(NODE, pods) == naive(NODE, pods)


@given(st.lists(st.tuples(st.integers(0, 10**6), sizes), max_size=8))
def test_no_packing_is_below_what_the_sums_need(pods: list[tuple[int, Size]]) -> None:
    nodes = nodes_needed(NODE, pods)
    for have, want in zip(
        NODE, zip(*[[count * part for part in size] for count, size in pods], strict=True), strict=False
    ):
        assert nodes >= ceil(Fraction(sum(want), have))


def test_a_pod_larger_than_the_node_is_refused() -> None:
    assert nodes_needed(NODE, [(3, NODE._replace(slots=1))]) == 3
    with pytest.raises(ValueError, match="does not fit on an empty node"):
        nodes_needed(NODE, [(1, Size(7711, 1))])


def group(
    name: str, floor: int, peak: int, surge: int, cpu: int, memory: int = 256, leaves: str = "0"
) -> PodGroup:
    return PodGroup(
        name=name,
        floor=floor,
        peak=peak,
        surge=surge,
        cpu=Millicores(cpu),
        memory=Bytes(memory * MIB),
        leaves_within=Milliseconds.parse(leaves),
    )


def test_a_pool_by_hand() -> None:
    # A zone at the floor: 9 / 3 = 3 pods x 500m = 1.5 of 7.71 cores: 1 node. At the peak (45 + 12) / 3 = 19 pods x
    # 500m = 9.5 cores: 2 nodes, 6 in all. Limit: 6 + 2 of a lost zone = 8 x 8 = 64 cores.
    plan = plan_nodes(NodePoolSpec(), [group("g", 9, 45, 12, 500)], 3)
    assert (plan.at_floor.value, plan.at_peak.value) == (3, 6)
    assert plan.cpu_limit.value == 64_000
    assert plan.memory_limit.value == 8 * 32 * 1024 * MIB
    # 10 % of 3 and of 6 nodes, rounded up.
    assert (plan.disrupted_at_floor.value, plan.disrupted_at_peak.value) == (1, 1)
    # 57 pods + 6 nodes x 4 daemons.
    assert plan.pods_at_peak.value == 81


def test_daemon_sets_take_pod_slots_too() -> None:
    # 58 slots - 4 daemons = 54: the 55th small pod of a zone needs a second node.
    assert plan_nodes(NodePoolSpec(), [group("g", 54, 54, 0, 10, 16)], 1).at_peak.value == 1
    assert plan_nodes(NodePoolSpec(), [group("g", 55, 55, 0, 10, 16)], 1).at_peak.value == 2
    prefixes = NodePoolSpec(prefix_delegation=True)
    assert plan_nodes(prefixes, [group("g", 106, 106, 0, 10, 16)], 1).at_peak.value == 1
    assert plan_nodes(prefixes, [group("g", 107, 107, 0, 10, 16)], 1).at_peak.value == 2


def test_a_pod_that_no_node_holds_is_refused_by_name() -> None:
    assert plan_nodes(NodePoolSpec(), [group("g", 1, 1, 0, 7710)], 1).at_peak.value == 1
    with pytest.raises(ConfigurationError, match="one g pod"):
        plan_nodes(NodePoolSpec(), [group("g", 1, 1, 0, 7711)], 1)


def test_how_long_a_node_may_drain_by_hand() -> None:
    # 57 pods on 6 nodes at the peak: the spread lets a node hold 10, at the floor of 9 too, where the budget
    # lets one go at a time: 10 x 113 s = 1130 s; twice that.
    plan = plan_nodes(NodePoolSpec(), [group("g", 9, 45, 12, 500, leaves="113s")], 3)
    assert (plan.at_peak.value, plan.pods_per_host["g"].value) == (6, 10)
    assert plan.termination_grace_period.value == 2 * 10 * 113_000
    quick = plan_nodes(NodePoolSpec(), [group("g", 9, 45, 12, 500, leaves="20s")], 3)
    assert quick.termination_grace_period.value == 600_000


def test_a_drain_lasts_as_long_as_the_fullest_node_that_the_spread_allows() -> None:
    """Pods leave one at a time, whatever the count at which the drain begins."""
    for service in plan_of().services.values():
        assert service.drain.leaves_within.value == 23_000 + 90_000
    nodes = plan_of().nodes
    assert nodes is not None
    # 7 gateway pods on a node x 113 s, twice.
    assert nodes.termination_grace_period.value == 2 * 7 * 113_000


def test_addresses_by_hand() -> None:
    node = instance_type("m5.2xlarge")
    # 22 pods a node, 2 of them on the host's network: ceil(20 / 14) = 2 interfaces + 1 warm = 3 x 15 = 45; 3 nodes in
    # a zone = 135, + 5 reserved = 140: a /24 has 256.
    sizes = subnets(node, nodes=9, pods=198, zones=3)
    assert (sizes.per_node.value, sizes.per_zone.value, sizes.prefix.value, sizes.count.value) == (
        45,
        140,
        24,
        1,
    )
    # With prefixes: ceil(20 / 16) = 2 + 1 warm = 3 x 16 = 48 and 1 interface: 49 x 3 + 5 = 152.
    sizes = subnets(instance_type("m5.2xlarge", prefix_delegation=True), nodes=9, pods=198, zones=3)
    assert (sizes.per_node.value, sizes.per_zone.value) == (49, 152)


def test_a_stated_subnet_must_hold_the_zone() -> None:
    node = instance_type("m5.2xlarge")
    assert subnets(node, nodes=9, pods=198, zones=3, stated=24).prefix.value == 24
    assert subnets(node, nodes=9, pods=198, zones=3, stated=20).prefix.value == 20
    with pytest.raises(ConfigurationError, match="/24 in each zone"):
        subnets(node, nodes=9, pods=198, zones=3, stated=25)


def test_a_fleet_beyond_the_largest_subnet_gets_several() -> None:
    # 3000 nodes a zone x 45 + 5 = 135,005 addresses; the largest subnet has 65,536.
    sizes = subnets(instance_type("m5.2xlarge"), nodes=9000, pods=198_000, zones=3)
    assert (sizes.count.value, sizes.prefix.value) == (3, 16)


@given(st.integers(1, 5000), st.integers(1, 100_000), st.integers(1, 4), st.booleans())
def test_the_derived_subnets_hold_every_address(nodes: int, pods: int, zones: int, prefixes: bool) -> None:
    sizes = subnets(instance_type("m5.2xlarge", prefix_delegation=prefixes), nodes, pods, zones)
    assert sizes.count.value * 2 ** (32 - sizes.prefix.value) >= sizes.per_zone.value
    assert 16 <= sizes.prefix.value <= 28

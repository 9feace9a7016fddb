"""A zone's subnet holds every pool, the system nodes while they are replaced, and what EKS puts beside them."""

import pytest

from components.policy.errors import ConfigurationError
from components.policy.instances import instance_type
from components.policy.subnets import subnets
from components.policy.vpc_subnets import vpc_subnets

SYSTEM = instance_type("m5.large", prefix_delegation=True)
POOL = subnets(instance_type("m5.2xlarge", prefix_delegation=True), 9, 150, 3)


def test_addresses_are_the_sum_of_who_takes_them() -> None:
    found = vpc_subnets([POOL], SYSTEM, 2, 3)
    # 3 nodes x (1 interface + 2 prefixes for 15 pods, 1 warm) = 99 of the pool; one system node with 108 pods in
    # 7 prefixes and 1 warm = 129; 16 + 3 + 5 beside them.
    assert POOL.per_zone.value == 3 * 33 + 5
    assert found.per_zone.value == 99 + 129 + 16 + 3 + 5
    assert found.prefix.value == 24


def test_a_second_pool_adds_its_own() -> None:
    one, two = vpc_subnets([POOL], SYSTEM, 2, 3), vpc_subnets([POOL, POOL], SYSTEM, 2, 3)
    assert two.per_zone.value - one.per_zone.value == 99


def test_a_third_system_node_in_a_zone_counts_once_it_is_needed_there() -> None:
    # Two and the one that replaces them fit in three zones, one each; three and one do not.
    assert (
        vpc_subnets([POOL], SYSTEM, 3, 3).per_zone.value
        == vpc_subnets([POOL], SYSTEM, 2, 3).per_zone.value + 129
    )


@pytest.mark.parametrize("stated", [16, 24])
def test_a_stated_prefix_with_room_is_taken(stated: int) -> None:
    assert vpc_subnets([POOL], SYSTEM, 2, 3, stated=stated).prefix.value == stated


def test_a_stated_prefix_without_room_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"private_prefix: /25.*1 x /24 or larger"):
        vpc_subnets([POOL], SYSTEM, 2, 3, stated=25)

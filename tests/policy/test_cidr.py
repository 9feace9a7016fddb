"""Subnets of a VPC: they never overlap, lie inside, have their sizes, and stay where they are when a zone is added."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.policy.cidr import Layout, layout
from components.policy.errors import ConfigurationError

ZONES = [f"zone-{letter}" for letter in "abcdef"]


def blocks(made: Layout) -> list[IPv4Network]:
    return [IPv4Network(subnet.cidr) for subnet in (*made.private, *made.public)]


@st.composite
def layouts(draw: st.DrawFn) -> tuple[Layout, int, int, int, int]:
    zones = draw(st.integers(2, 6))
    vpc_prefix = draw(st.integers(16, 22))
    private, public = draw(st.integers(vpc_prefix, 28)), draw(st.integers(vpc_prefix, 28))
    per_zone = draw(st.integers(1, 3))
    base = draw(st.integers(0, 255))
    vpc = IPv4Network((f"10.{base}.0.0", vpc_prefix))
    try:
        made = layout(
            str(vpc),
            ZONES[:zones],
            private_prefix=private,
            public_prefix=public,
            private_per_zone=per_zone,
        )
    except ConfigurationError:
        assume(False)
    return made, zones, private, public, per_zone


@given(layouts())
def test_no_two_subnets_overlap(drawn: tuple[Layout, int, int, int, int]) -> None:
    assert not any(a.overlaps(b) for a, b in combinations(blocks(drawn[0]), 2))


@given(layouts())
def test_every_subnet_lies_in_the_vpc(drawn: tuple[Layout, int, int, int, int]) -> None:
    vpc = IPv4Network(drawn[0].vpc)
    assert all(block.subnet_of(vpc) for block in blocks(drawn[0]))


@given(layouts())
def test_every_zone_has_its_subnets_of_the_stated_sizes(drawn: tuple[Layout, int, int, int, int]) -> None:
    made, zones, private, public, per_zone = drawn
    assert [s.zone for s in made.public] == ZONES[:zones]
    assert [s.zone for s in made.private] == ZONES[:zones] * per_zone
    assert {IPv4Network(s.cidr).prefixlen for s in made.private} == {private}
    assert {IPv4Network(s.cidr).prefixlen for s in made.public} == {public}


@given(st.integers(2, 5), st.integers(18, 28), st.integers(18, 28))
def test_a_zone_more_moves_no_subnet(zones: int, private: int, public: int) -> None:
    try:
        after = layout("10.0.0.0/16", ZONES[: zones + 1], private_prefix=private, public_prefix=public)
    except ConfigurationError:
        assume(False)
    before = layout("10.0.0.0/16", ZONES[:zones], private_prefix=private, public_prefix=public)
    assert after.private[:zones] == before.private
    assert after.public[:zones] == before.public


def test_the_vpc_may_be_full_to_the_last_address() -> None:
    made = layout("10.0.0.0/16", ZONES[:2], private_prefix=18, public_prefix=18)
    assert sum(block.num_addresses for block in blocks(made)) == 2**16
    with pytest.raises(ConfigurationError, match=r"network\.cidr.*at least a /15"):
        layout("10.0.0.0/16", ZONES[:3], private_prefix=18, public_prefix=18)


@pytest.mark.parametrize(
    ("vpc", "says"),
    [
        ("10.0.0.1/16", "host bits"),
        ("10.0.0.0", "prefix length"),
        ("ten", "prefix length"),
        ("10.0.0.0/8", "/16 to /28"),
        ("8.8.0.0/16", "a part of 10"),
        ("172.32.0.0/16", "a part of 10"),
        ("10.0.0.0/33", "not usable"),
    ],
)
def test_a_block_that_no_vpc_can_have_is_refused(vpc: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        layout(vpc, ZONES[:3], private_prefix=20, public_prefix=24)


@pytest.mark.parametrize("zones", [[], ["zone-a"], ["zone-a", "zone-a"], ["zone-a", "zone-b", "zone-a"]])
def test_one_zone_or_one_zone_twice_is_refused(zones: list[str]) -> None:
    with pytest.raises(ConfigurationError, match=r"network\.zones"):
        layout("10.0.0.0/16", zones, private_prefix=20, public_prefix=24)


@pytest.mark.parametrize(("private", "public"), [(15, 24), (20, 29), (29, 24)])
def test_a_size_that_aws_does_not_take_is_refused(private: int, public: int) -> None:
    with pytest.raises(ConfigurationError, match="/16 to /28"):
        layout("10.0.0.0/16", ZONES[:2], private_prefix=private, public_prefix=public)

"""Failures that are ordered: which calls meet them, what they leave behind, and that they are spent."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.standins.examples import ROLE, SUBNET, VPC, Town, trust
from tools.standins.errors import InitFailed, Refused
from tools.standins.faults import ATTEMPTS


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def order(town: Town, **fault: Any) -> None:
    (town.account.store.folder / "faults.json").write_text(json.dumps([fault]))


def test_throttling_is_survived_until_it_is_too_much(town: Town) -> None:
    order(town, kind="throttle", on=VPC, times=ATTEMPTS - 1)
    town.make(VPC, "one", cidrBlock="10.0.0.0/16")
    order(town, kind="throttle", on=VPC, times=ATTEMPTS)
    with pytest.raises(Refused, match="ThrottlingException"):
        town.make(VPC, "two", cidrBlock="10.0.0.0/16")


@pytest.mark.parametrize(
    ("kind", "code"), [("quota", "LimitExceeded"), ("expired", "ExpiredToken"), ("error", "InternalFailure")]
)
def test_an_ordered_refusal_makes_nothing_and_is_spent(town: Town, kind: str, code: str) -> None:
    order(town, kind=kind, on=VPC, call="create")
    with pytest.raises(Refused, match=code):
        town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    assert town.account.store.read().objects == {}
    town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")


def test_a_create_that_fails_half_way_leaves_the_thing(town: Town) -> None:
    order(town, kind="halfway", on=VPC)
    with pytest.raises(InitFailed) as failure:
        town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    assert [one.id for one in town.account.store.read().of(VPC)] == [failure.value.identity]


def test_an_answer_that_is_lost_leaves_an_orphan_whose_name_is_taken(town: Town) -> None:
    order(town, kind="lost", on=ROLE)
    with pytest.raises(Refused, match="RequestTimeout"):
        town.make(ROLE, "node", name="node", assumeRolePolicy=trust())
    with pytest.raises(Refused, match="exists already"):
        town.make(ROLE, "node", name="node", assumeRolePolicy=trust())


def test_a_thing_that_is_not_seen_yet_is_waited_for_and_then_given_up(town: Town, tmp_path: Path) -> None:
    order(town, kind="eventual", on=VPC, reads=ATTEMPTS - 1)
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    town.make(SUBNET, "a", vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    slow = Town(tmp_path / "slow")
    order(slow, kind="eventual", on=VPC, reads=ATTEMPTS + 1)
    vpc = slow.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    with pytest.raises(Refused, match="does not exist yet"):
        slow.make(SUBNET, "a", vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    slow.make(SUBNET, "a", vpcId=vpc.id, cidrBlock="10.0.0.0/24")


def test_a_fault_for_one_name_leaves_the_others_alone(town: Town) -> None:
    order(town, kind="quota", on=VPC, name="two")
    town.make(VPC, "one", cidrBlock="10.0.0.0/16")
    with pytest.raises(Refused, match="LimitExceeded"):
        town.make(VPC, "two", cidrBlock="10.0.0.0/16")

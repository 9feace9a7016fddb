"""What is asked of AWS, or checked without asking, before anything is made."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pulumi
import pulumi_aws
import pytest

from apps.aws.account import Account, check_endpoint
from apps.aws.existing import check_subnets
from components.policy.place import place
from config.aws import EksCluster
from config.loader import load_stack, plan_of
from config.network import ExistingVpc
from config.network_fit import subnets_of
from config.problems import StackError
from config.settings import Settings

ZONES = [f"ap-northeast-2{letter}" for letter in "abc"]
ACCOUNT = Account(place("1" * 12, "ap-northeast-2"), None)  # type: ignore[arg-type]


def prod(**cluster: Any) -> Settings:
    return load_stack("prod", over={"cluster": cluster})


def stated(settings: Settings) -> EksCluster:
    assert isinstance(settings.cluster, EksCluster)
    return settings.cluster


@pytest.mark.parametrize(
    ("cidrs", "fine"),
    [(["203.0.113.7/32"], False), (["1.2.3.4/32", "198.51.100.0/25"], False), (["1.2.3.4/32"], True)],
)
def test_an_update_refuses_addresses_that_nobody_has(
    cidrs: list[str], fine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    cluster = stated(prod(endpoint={"cidrs": cidrs}))
    if fine:
        check_endpoint(cluster)
        return
    with pytest.raises(StackError, match="RFC 5737"):
        check_endpoint(cluster)


def test_a_preview_says_it_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    check_endpoint(stated(prod()))
    assert len(said) == 1 and "203.0.113.0/24" in said[0]


def existing() -> ExistingVpc:
    return ExistingVpc(
        kind="existing",
        vpc_id="vpc-0123456789abcdef0",
        private_subnets={zone: [f"subnet-{number:017x}"] for number, zone in enumerate(ZONES)},
        public_subnets={zone: [f"subnet-{number + 3:017x}"] for number, zone in enumerate(ZONES)},
        tags="already-there",
    )


def answers(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str], Any]) -> None:
    monkeypatch.setattr(pulumi_aws.ec2, "get_subnet", lambda id, opts: answer(id))


def subnet(subnet: str, prefix: int = 20, **other: Any) -> SimpleNamespace:
    number = int(subnet.removeprefix("subnet-"), 16)
    facts = {
        "vpc_id": "vpc-0123456789abcdef0",
        "availability_zone": ZONES[number % len(ZONES)],
        "cidr_block": f"10.0.0.0/{prefix}",
    }
    return SimpleNamespace(**{**facts, **other})


def problems(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str], Any]) -> str:
    answers(monkeypatch, answer)
    settings = prod()
    needed = subnets_of(settings, stated(settings), plan_of(settings, "prod"))
    try:
        check_subnets(existing(), needed, ACCOUNT)
    except StackError as error:
        return str(error)
    return ""


def test_subnets_that_are_as_stated_and_large_enough_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    # prod needs a /23 in each zone (tests/policy/test_vpc_subnets.py has the sum).
    assert problems(monkeypatch, lambda each: subnet(each, 23)) == ""


def test_a_zone_with_too_few_addresses_is_refused_with_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    said = problems(monkeypatch, lambda each: subnet(each, 24))
    assert "cluster.network.private_subnets.ap-northeast-2a" in said
    assert "256 addresses; allowed: at least" in said and "for the pools' nodes" in said
    assert "public_subnets" not in said


def test_a_subnet_of_another_vpc_or_zone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    said = problems(monkeypatch, lambda each: subnet(each, vpc_id="vpc-00000000000000000"))
    assert "is in VPC vpc-00000000000000000; allowed: VPC vpc-0123456789abcdef0" in said
    said = problems(monkeypatch, lambda each: subnet(each, availability_zone="ap-northeast-2d"))
    assert "is in zone ap-northeast-2d" in said


def test_a_subnet_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> Any:
        raise Exception("invoke failed:\nInvalidSubnetID.NotFound: no such subnet")

    said = problems(monkeypatch, missing)
    assert "not found in account 111111111111, ap-northeast-2 (InvalidSubnetID.NotFound" in said
    assert "Traceback" not in said and len(said.splitlines()) == 7

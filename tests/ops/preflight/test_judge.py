"""What of a stack an account would refuse: the least that is enough says nothing, one less is one line."""

from dataclasses import replace
from typing import Any

import pytest

from ops.preflight.facts import Facts, Quota, Subnet, Unknown
from ops.preflight.judge import judge
from ops.preflight.needs import Needs
from ops.preflight.quotas import quotas_of

from .stacks import ACCOUNT, ANOTHERS, CERTIFICATE, NONE_USED, facts_of, need_of, region_of

NEED = need_of()


def lines(facts: Facts, need: Any = NEED) -> list[str]:
    return [str(problem) for problem in judge(need, facts)]


def one(facts: Facts, need: Any = NEED) -> str:
    (line,) = lines(facts, need)
    return line


def with_quota(quota: Quota, value: int) -> Facts:
    return facts_of(NEED, quotas={**region_of(NEED).quotas, quota: value})


def test_what_just_fits_is_no_problem() -> None:
    assert lines(facts_of(NEED)) == []


def test_another_account_than_the_stated_one_is_refused() -> None:
    other = replace(facts_of(NEED), account="999999999999", inside=None)
    line = one(other)
    assert line.startswith(f'error: headroom:cluster.account: "{ACCOUNT}": allowed: the account of the')
    assert "999999999999" in line


def test_an_account_that_is_not_stated_is_a_warning_that_says_which_to_state() -> None:
    need = need_of(account=None)
    assert (
        f"warning: headroom:cluster.account: allowed: the account of whoever runs it, now {ACCOUNT}; state"
        in (one(facts_of(need), need))
    )


@pytest.mark.parametrize(
    ("opt_in", "wrong"), [("opted-in", False), ("not-opted-in", True), (None, True), ("opting-in", True)]
)
def test_a_region_must_be_enabled(opt_in: str | None, wrong: bool) -> None:
    found = lines(replace(facts_of(NEED), opt_in=opt_in))
    assert [line.startswith("error: headroom:cluster.region:") for line in found] == [True] * wrong


def test_vcpus_count_pools_at_the_peak_and_system_nodes_while_they_are_replaced() -> None:
    # 9 m5.2xlarge of 8, and two m5.large and one more of 2.
    assert NEED.on_demand is not None
    assert NEED.on_demand.at_peak.value == 9 * 8 + 3 * 2
    line = one(with_quota(Quota.ON_DEMAND_VCPUS, 77))
    assert line.startswith('error: headroom:node_pool: "78 vCPUs": allowed: 77, since quota L-1216C47A is 77')
    assert "9 m5.2xlarge of node_pool x 8 + 3 system nodes" in line
    assert "--desired-value 78" in line


def test_between_the_peak_and_the_limits_it_is_a_warning() -> None:
    assert NEED.on_demand is not None
    assert NEED.on_demand.at_most.value == 12 * 8 + 3 * 2
    assert one(with_quota(Quota.ON_DEMAND_VCPUS, 78)).startswith('warning: headroom:node_pool: "102 vCPUs"')
    assert one(with_quota(Quota.ON_DEMAND_VCPUS, 101)).startswith("warning:")
    assert lines(with_quota(Quota.ON_DEMAND_VCPUS, 102)) == []


def test_what_others_use_of_a_quota_is_not_there() -> None:
    line = one(facts_of(NEED, used=replace(NONE_USED, on_demand_vcpus=30)))
    assert "allowed: 72, since quota L-1216C47A is 102 and others use 30" in line


def test_no_spot_pool_asks_no_spot_quota() -> None:
    assert lines(with_quota(Quota.SPOT_VCPUS, 0)) == []


@pytest.mark.parametrize(
    ("quota", "less", "count"), [(Quota.ELASTIC_IPS, 2, 1), (Quota.NAT_PER_ZONE, 0, 3), (Quota.VPCS, 0, 1)]
)
def test_a_network_of_its_own_needs_addresses_gateways_and_a_vpc(quota: Quota, less: int, count: int) -> None:
    found = lines(with_quota(quota, less))
    assert len(found) == count
    assert all(line.startswith("error: headroom:cluster.network.") and quota.value in line for line in found)


def test_one_gateway_needs_one_address_in_the_first_zone() -> None:
    need = need_of(network={"kind": "new-vpc", "cidr": "10.0.0.0/16", "nat": "one"})
    full = {"ap-northeast-2b": 1}
    assert lines(facts_of(need, used=replace(NONE_USED, nat_gateways=full)), need) == []
    assert "NAT gateways in ap-northeast-2a" in one(
        facts_of(need, used=replace(NONE_USED, nat_gateways={"ap-northeast-2a": 1})), need
    )


def test_the_only_type_of_a_pool_must_be_offered_in_every_zone() -> None:
    offered = {**region_of(NEED).offered, "m5.2xlarge": frozenset(NEED.zones[:2])}  # type: ignore[dict-item]
    line = one(facts_of(NEED, offered=offered))
    assert line.startswith(
        'error: headroom:node_pool: "m5.2xlarge": allowed: a type that ap-northeast-2c offers'
    )


def test_where_another_type_of_the_pool_is_offered_it_is_a_warning() -> None:
    need = replace(NEED, types={"node_pool": ["m5.2xlarge", "m6i.2xlarge"]})
    offered = {"m5.2xlarge": frozenset(NEED.zones[:2]), "m6i.2xlarge": frozenset(NEED.zones)}
    line = one(facts_of(need, offered=offered), need)
    assert line.startswith("warning:")
    assert "only m6i.2xlarge will be bought there" in line


def test_the_version_must_be_offered() -> None:
    line = one(facts_of(NEED, versions={"1.9": "STANDARD_SUPPORT", "1.35": "STANDARD_SUPPORT"}))
    assert line.startswith('error: headroom:cluster.kubernetes_version: "1.36"')
    assert "offers here: 1.9, 1.35;" in line
    assert one(facts_of(NEED, versions={"1.36": "EXTENDED_SUPPORT"})).startswith("warning:")


@pytest.mark.parametrize(
    ("status", "says"), [(None, "this one is not"), ("PENDING_VALIDATION", "PENDING_VALIDATION")]
)
def test_a_certificate_must_be_there_and_issued(status: str | None, says: str) -> None:
    line = one(facts_of(NEED, certificates={CERTIFICATE: status}))
    assert line.startswith("error: headroom:services.gateway-api.exposure.certificates:")
    assert says in line


def test_a_certificate_of_another_account_is_refused_without_being_asked_about() -> None:
    need = need_of(account=None)
    line, _ = lines(replace(facts_of(need, certificates={}), account="222233334444"), need)
    assert "a certificate of account 222233334444; this one is of 111122223333" in line


def test_subnets_that_are_there_need_free_addresses() -> None:
    need = replace(NEED, nat_zones=None, subnets={("private", "ap-northeast-2a"): ["subnet-1", "subnet-2"]})
    vpc = getattr(need.cluster.network, "vpc_id", "")
    half = need.addresses.value // 2

    def there(second: int) -> dict[str, Subnet]:
        return {
            "subnet-1": Subnet(vpc_id=vpc, zone="ap-northeast-2a", free=half),
            "subnet-2": Subnet(vpc_id=vpc, zone="ap-northeast-2a", free=second),
        }

    rest = need.addresses.value - half
    assert lines(facts_of(need, subnets=there(rest)), need) == []
    few = facts_of(need, subnets=there(rest - 1))
    assert one(few, need).startswith("error: headroom:cluster.network.private_subnets.ap-northeast-2a:")
    running = facts_of(need, subnets=there(rest - 1), used=replace(NONE_USED, own_nodes=True))
    assert one(running, need).startswith("warning:")
    gone = facts_of(need, subnets={**there(rest), "subnet-2": None})
    assert '"subnet-2": allowed: a subnet that is there' in one(gone, need)


def test_what_may_not_be_asked_is_a_warning_that_names_the_action() -> None:
    denied = Unknown(action="eks:DescribeClusterVersions", why="eks:DescribeClusterVersions is denied")
    line = one(facts_of(NEED, versions=denied))
    assert line.startswith("warning: headroom:cluster.kubernetes_version:")
    assert "allow eks:DescribeClusterVersions to check this" in line


def test_a_zone_must_be_one_of_the_account_and_is_told_once() -> None:
    there = facts_of(
        NEED,
        zones=frozenset(NEED.zones[:2]),
        offered={name: frozenset() for name in ("m5.2xlarge", "m5.large")},
    )
    zone, *types = lines(there)
    assert zone == (
        'error: headroom:zones[2]: "ap-northeast-2c": allowed: a zone that the account has in ap-northeast-2:'
        " ap-northeast-2a, ap-northeast-2b; state another"
    )
    assert types and not [line for line in types if "a type that ap-northeast-2c" in line]


# Each makes what it makes: of what another stack makes, or what comes later, nothing is asked and nothing said.
NETWORK = need_of("network")
CLUSTER = need_of("cluster", network=ANOTHERS)
# Of everything that AWS could refuse, nothing is there.
BARE = {"offered": {}, "versions": {}, "certificates": {}, "zones": frozenset[str]()}


def test_a_network_needs_its_zones_addresses_gateways_and_a_vpc_and_nothing_else() -> None:
    assert lines(facts_of(NETWORK), NETWORK) == []
    assert set(quotas_of(NETWORK)) == {Quota.ELASTIC_IPS, Quota.NAT_PER_ZONE, Quota.VPCS}
    nothing = facts_of(NETWORK, **BARE, quotas=dict.fromkeys(quotas_of(NETWORK), 0))
    fields = {line.split(": ")[1].removeprefix("headroom:") for line in lines(nothing, NETWORK)}
    assert fields == {"zones[0]", "zones[1]", "zones[2]", "cluster.network.nat", "cluster.network.kind"}


def test_a_cluster_in_anothers_network_needs_nodes_types_and_a_version_and_nothing_else() -> None:
    assert lines(facts_of(CLUSTER), CLUSTER) == []
    assert set(quotas_of(CLUSTER)) == {Quota.ON_DEMAND_VCPUS}
    nothing = facts_of(CLUSTER, **{**BARE, "zones": None}, quotas=dict.fromkeys(quotas_of(CLUSTER), 0))
    fields = {line.split(": ")[1].removeprefix("headroom:") for line in lines(nothing, CLUSTER)}
    assert fields == {"node_pool", "cluster.system_nodes.instance_type", "cluster.kubernetes_version"}


def test_a_cluster_in_a_network_of_its_own_needs_both() -> None:
    need = need_of("cluster")
    assert lines(facts_of(need), need) == []
    assert quotas_of(need) == [*quotas_of(CLUSTER), *quotas_of(NETWORK)]
    assert need.certificates == {} != NEED.certificates


@pytest.mark.parametrize("need", [NETWORK, CLUSTER], ids=["network", "cluster"])
def test_whose_account_and_which_region_it_is_concerns_every_layer(need: Needs) -> None:
    other = replace(facts_of(need), account="999999999999", opt_in="not-opted-in", inside=None)
    assert [line.split(": ")[1] for line in lines(other, need)] == [
        "headroom:cluster.account",
        "headroom:cluster.region",
    ]


def test_errors_stand_before_warnings() -> None:
    denied = Unknown(action="ec2:DescribeInstanceTypeOfferings", why="denied")
    found = lines(facts_of(NEED, offered=denied, certificates={CERTIFICATE: None}))
    assert [line.partition(":")[0] for line in found] == ["error", "warning"]

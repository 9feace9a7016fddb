"""Network: zones have their subnets and ways out, nothing is public by accident, an existing VPC looks the same."""

import json
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest

from components.network import (
    AlreadyTagged,
    ExistingVpc,
    FlowLogs,
    NatPerZone,
    Network,
    NewVpc,
    OneNat,
    TagSubnets,
)
from components.policy.errors import ConfigurationError
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.aws_examples import CLUSTER, SUBNETS, TAGS, ZONES, network_args
from tests.components.harness import Registered, Run, run

HEX = "0123456789abcdef0"


def deploy(**changes: Any) -> Run:
    return run(lambda: Network("net", network_args(**changes)))


def existing(**changes: Any) -> ExistingVpc:
    stated: dict[str, Any] = {
        "vpc_id": f"vpc-{HEX}",
        "private_subnets": {z: [f"subnet-{n}{HEX[1:]}"] for n, z in enumerate(ZONES)},
        "public_subnets": {z: [f"subnet-{n + 5}{HEX[1:]}"] for n, z in enumerate(ZONES)},
        **changes,
    }
    return ExistingVpc(**stated)


def subnets_of(result: Run, kind: str) -> list[Registered]:
    return [s for s in result.all("subnet:Subnet") if f"-{kind}-" in s.name]


def test_every_zone_has_a_private_subnet_of_the_planned_size_and_a_public_one() -> None:
    result = deploy()
    for kind in ("private", "public"):
        assert [s.inputs["availabilityZone"] for s in subnets_of(result, kind)] == ZONES
    sizes = {IPv4Network(s.inputs["cidrBlock"]).prefixlen for s in subnets_of(result, "private")}
    assert sizes == {SUBNETS.prefix.value}


def test_no_subnet_gives_instances_a_public_address() -> None:
    assert {s.inputs["mapPublicIpOnLaunch"] for s in deploy().all("subnet:Subnet")} == {False}


def test_karpenter_finds_private_subnets_only_and_each_kind_of_balancer_its_own() -> None:
    result = deploy()
    for subnet in subnets_of(result, "private"):
        tags = subnet.inputs["tags"]
        assert tags["karpenter.sh/discovery"] == CLUSTER
        assert tags["kubernetes.io/role/internal-elb"] == "1"
        assert "kubernetes.io/role/elb" not in tags
    for subnet in subnets_of(result, "public"):
        tags = subnet.inputs["tags"]
        assert "karpenter.sh/discovery" not in tags
        assert tags["kubernetes.io/role/elb"] == "1"


def test_a_nat_gateway_in_every_zone_serves_its_own_zone() -> None:
    result = deploy(nat=NatPerZone())
    assert len(result.all("NatGateway")) == len(result.all("eip:Eip")) == 3
    ways = {r.name: r.inputs.get("natGatewayId") for r in result.all("route:Route") if "private" in r.name}
    assert ways == {f"net-private-{z}-out": f"net-nat-{z}-id" for z in ZONES}


def test_one_nat_gateway_serves_every_zone() -> None:
    result = deploy(nat=OneNat())
    assert [g.name for g in result.all("NatGateway")] == [f"net-nat-{ZONES[0]}"]
    ways = {r.inputs.get("natGatewayId") for r in result.all("route:Route") if "private" in r.name}
    assert ways == {f"net-nat-{ZONES[0]}-id"}


def test_only_public_subnets_reach_the_internet_gateway() -> None:
    result = deploy()
    through = [r.name for r in result.all("route:Route") if "gatewayId" in r.inputs]
    assert through == ["net-public-out"]
    for bound in result.all("RouteTableAssociation"):
        zone_or_public = "public" if "-public-" in bound.name else bound.name.removesuffix("-bound")[4:]
        assert zone_or_public in bound.inputs["routeTableId"]


def test_images_and_credentials_have_a_private_way_in_every_zone() -> None:
    result = deploy()
    endpoints = {
        e.inputs["serviceName"].partition(f"{REGION}.")[2]: e.inputs for e in result.all("VpcEndpoint")
    }
    assert set(endpoints) == {"s3", "ecr.api", "ecr.dkr", "sts"}
    assert endpoints["s3"]["vpcEndpointType"] == "Gateway"
    assert len(endpoints["s3"]["routeTableIds"]) == 3
    for service in ("ecr.api", "ecr.dkr", "sts"):
        assert len(endpoints[service]["subnetIds"]) == 3
        assert endpoints[service]["privateDnsEnabled"] is True
        assert endpoints[service]["securityGroupIds"] == ["net-endpoints-group-id"]
    rule = result.one("SecurityGroupIngressRule").inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) == ("10.0.0.0/16", 443, 443)


def test_several_private_subnets_in_a_zone_give_an_endpoint_one_interface_there() -> None:
    two = SUBNETS.model_copy(update={"count": SUBNETS.count.model_copy(update={"value": 2})})
    result = deploy(subnets=two)
    assert len(subnets_of(result, "private")) == 6
    sts = next(e for e in result.all("VpcEndpoint") if e.name.endswith("sts"))
    assert sts.inputs["subnetIds"] == [f"net-private-{z}-id" for z in ZONES]


def test_the_default_security_group_lets_nothing_through() -> None:
    inputs = deploy().one("DefaultSecurityGroup").inputs
    assert (inputs["ingress"], inputs["egress"]) == ([], [])


def test_flow_logs_are_kept_for_the_stated_time_by_a_role_that_writes_there_only() -> None:
    result = deploy(flow_logs=FlowLogs(retention_days=90))
    group = result.one("LogGroup")
    assert group.inputs["retentionInDays"] == 90
    log = result.one("FlowLog")
    assert log.inputs["trafficType"] == "ALL"
    assert any(urn.endswith("flow-log-policy") for urn in log.depends_on)
    [statement] = json.loads(result.one("RolePolicy").inputs["policy"])["Statement"]
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:net-flow-log-group"
    assert statement["Resource"] == [arn, f"{arn}:*"]
    [trust] = json.loads(result.one("role:Role").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}


def test_everything_that_can_carry_tags_carries_the_stated_ones() -> None:
    untaggable = ("route:Route", "RouteTableAssociation", "RolePolicy", "index:Network")
    for resource in deploy().resources:
        if not resource.type.endswith(untaggable):
            assert TAGS.items() <= resource.inputs["tags"].items(), resource.name


def test_subnets_are_handed_out_only_once_their_routes_are_there() -> None:
    def program() -> None:
        made = Network("net", network_args())
        pulumi.CustomResource("a:b:C", "node", {"subnets": made.private_subnet_ids})

    waits = run(program).one("a:b:C").depends_on
    assert any(urn.endswith(f"net-private-{ZONES[0]}-out") for urn in waits)
    assert any(urn.endswith(f"net-private-{ZONES[2]}-bound") for urn in waits)


def test_an_existing_vpc_has_the_same_outputs_and_is_left_alone() -> None:
    def program() -> dict[str, pulumi.Input[Any]]:
        made = Network("net", network_args(source=existing()))
        return {"vpc": made.vpc_id, "private": made.private_subnet_ids, "public": made.public_subnet_ids}

    result = run(program)
    assert [r.type for r in result.resources] == ["headroom:index:Network"]
    assert result.result["vpc"] == f"vpc-{HEX}"
    assert result.result["private"] == [f"subnet-{n}{HEX[1:]}" for n in range(3)]
    assert result.result["public"] == [f"subnet-{n + 5}{HEX[1:]}" for n in range(3)]
    made, found = deploy().outputs, result.outputs
    assert [set(o) for o in made.values()] == [set(o) for o in found.values()]


def test_an_existing_vpc_gets_the_tags_that_our_controllers_look_for_when_asked() -> None:
    tags = deploy(source=existing(tagging=TagSubnets())).all("tag:Tag")
    found = {(t.inputs["resourceId"][:8], t.inputs["key"]) for t in tags}
    assert ("subnet-0", "karpenter.sh/discovery") in found
    assert ("subnet-0", "kubernetes.io/role/internal-elb") in found
    assert ("subnet-5", "kubernetes.io/role/elb") in found
    assert ("subnet-5", "karpenter.sh/discovery") not in found
    assert deploy(source=existing(tagging=AlreadyTagged())).all("tag:Tag") == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"vpc_id": "vpc-xyz"}, "vpc_id"),
        ({"vpc_id": f"subnet-{HEX}"}, "vpc_id"),
        ({"vpc_id": f"vpc-{HEX}0"}, "vpc_id"),
        ({"private_subnets": {ZONES[0]: [f"subnet-{HEX}"]}}, "at least 2 zones"),
        ({"private_subnets": {ZONES[0]: [f"subnet-{HEX}"], ZONES[1]: []}}, "at least 2 zones"),
        ({"private_subnets": {z: ["subnet-1"] for z in ZONES}}, "private_subnets"),
        ({"private_subnets": {z: [f"subnet-{HEX}"] for z in ZONES}}, "twice"),
        ({"public_subnets": {ZONES[0]: [f"subnet-{HEX}"]}}, "public_subnets"),
        ({"public_subnets": {}}, "public_subnets"),
    ],
)
def test_an_existing_vpc_that_cannot_be_one_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        existing(**changes)


def test_ids_of_eight_digits_are_ids_too() -> None:
    assert existing(vpc_id="vpc-0a1b2c3d").vpc_id == "vpc-0a1b2c3d"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tags": {}}, "owner"),
        ({"zones": ["us-east-1a", "us-east-1b"]}, "zones of ap-northeast-2"),
        ({"zones": ZONES[:1]}, "at least 2 zones"),
        ({"cidr": "10.0.0.0/24"}, "room for 3 zones"),
    ],
)
def test_nothing_is_registered_when_the_arguments_cannot_be_used(changes: dict[str, Any], says: str) -> None:
    def program() -> None:
        with pytest.raises(ConfigurationError, match=says):
            Network("net", network_args(**changes))

    assert run(program).resources == []


@pytest.mark.parametrize("days", [0, 31, -1])
def test_a_retention_that_cloudwatch_does_not_take_is_refused(days: int) -> None:
    with pytest.raises(ConfigurationError, match="retention_days"):
        FlowLogs(retention_days=days)


def test_the_layout_can_be_read_before_anything_is_made() -> None:
    vpc = NewVpc(cidr="10.0.0.0/16", zones=ZONES, subnets=SUBNETS, nat=OneNat())
    assert vpc.layout.private[0].cidr.startswith("10.0.0.0/")

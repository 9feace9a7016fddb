"""Each refusal of an input beside its neighbour that passes; and every row of the table against SDK and botocore."""

from typing import Any

import pytest

from tests.tools.standins.examples import CACHE, CLUSTER, GROUP, RIGHT, ROLE, SUBNET, VPC, refusals
from tools.standins import judge, limits, schema
from tools.standins.table import ENTRIES
from tools.standins.values import UNKNOWN


@pytest.mark.parametrize("token", RIGHT)
def test_what_is_right_passes(token: str) -> None:
    assert refusals(token) == []


@pytest.mark.parametrize("token", RIGHT)
def test_what_is_unknown_passes(token: str) -> None:
    assert refusals(token, **dict.fromkeys(RIGHT[token], UNKNOWN)) == []


NAME_64 = "n" * 64
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    # What it is, what passes, what is refused, a part of the reason.
    (SUBNET, {"mapPublicIpOnLaunch": True}, {"mapPublicIp": True}, "did you mean mapPublicIpOnLaunch"),
    (SUBNET, {}, {"vpcId": None}, "requires vpcId"),
    (SUBNET, {"mapPublicIpOnLaunch": "true"}, {"mapPublicIpOnLaunch": "yes"}, "expected a boolean"),
    (SUBNET, {"tags": {"a": "b"}}, {"tags": ["a"]}, "expected a map"),
    (CLUSTER, {"vpcConfig": {"subnetIds": []}}, {"vpcConfig": {}}, "requires subnetIds"),
    (CLUSTER, {}, {"vpcConfig": {"subnetIds": [], "subnets": []}}, "has no property subnets"),
    (CLUSTER, {}, {"vpcConfig": {"subnetIds": "subnet-0123456789abcdef0"}}, "expected a list"),
    (CLUSTER, {"name": "n" * 100}, {"name": "n" * 101}, "101 characters; 1 to 100"),
    (CLUSTER, {"name": "shop-1"}, {"name": "shop 1"}, "does not match"),
    (
        CLUSTER,
        {"enabledClusterLogTypes": ["scheduler"]},
        {"enabledClusterLogTypes": ["kubelet"]},
        "not one of",
    ),
    (GROUP, {"capacityType": "SPOT"}, {"capacityType": "spot"}, "ON_DEMAND"),
    (GROUP, {"amiType": "AL2023_ARM_64_STANDARD"}, {"amiType": "AL2024"}, "not one of"),
    (
        GROUP,
        {"instanceTypes": ["m7g.xlarge"]},
        {"instanceTypes": ["m7g.huge"]},
        "no instance type 'm7g.huge'",
    ),
    (
        GROUP,
        {"taints": [{"key": "a", "effect": "NO_EXECUTE"}]},
        {"taints": [{"key": "a", "effect": "NoExecute"}]},
        "NO_SCHEDULE",
    ),
    (
        GROUP,
        {"updateConfig": {"maxUnavailable": 1}},
        {"updateConfig": {"maxUnavailable": 0}},
        "outside at least 1",
    ),
    (ROLE, {"name": NAME_64}, {"name": NAME_64 + "n"}, "65 characters"),
    (ROLE, {"path": "/shop/"}, {"path": "shop"}, "does not match"),
    (ROLE, {"maxSessionDuration": 3600}, {"maxSessionDuration": 3599}, "3600 to 43200"),
    (VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.0.0.0/15"}, "/16 to /28"),
    (VPC, {"cidrBlock": "10.1.0.0/16"}, {"cidrBlock": "10.1.0.1/16"}, "has host bits set"),
    (VPC, {"instanceTenancy": "default"}, {"instanceTenancy": "shared"}, "not one of"),
    (VPC, {"region": "eu-west-1"}, {"region": "eu-west-9"}, "no region of AWS"),
    (CACHE, {"networkType": "ipv4"}, {"networkType": "IPv4"}, "not one of"),
    (
        "aws:sqs/queue:Queue",
        {"messageRetentionSeconds": 60},
        {"messageRetentionSeconds": 59},
        "60 to 1209600",
    ),
    ("aws:cloudwatch/eventRule:EventRule", {"name": NAME_64}, {"name": NAME_64 + "n"}, "1 to 64"),
    ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}, {"retentionInDays": 8}, "is not one of"),
    ("aws:kms/key:Key", {"deletionWindowInDays": 7}, {"deletionWindowInDays": 6}, "7 to 30"),
    ("aws:kms/key:Key", {"keyUsage": "SIGN_VERIFY"}, {"keyUsage": "SIGN"}, "not one of"),
    ("aws:kms/alias:Alias", {"name": "alias/a"}, {"name": "alias/a b"}, "does not match"),
    (
        "aws:lb/targetGroup:TargetGroup",
        {"deregistrationDelay": 3600},
        {"deregistrationDelay": 3601},
        "0 to 3600",
    ),
    ("aws:lb/targetGroup:TargetGroup", {"targetType": "instance"}, {"targetType": "pod"}, "not one of"),
    ("aws:lb/targetGroup:TargetGroup", {"port": 65535}, {"port": 65536}, "1 to 65535"),
    (
        "aws:lb/loadBalancer:LoadBalancer",
        {"ipAddressType": "dualstack"},
        {"ipAddressType": "ipv6"},
        "not one of",
    ),
    (
        "aws:acm/certificate:Certificate",
        {"keyAlgorithm": "EC_prime256v1"},
        {"keyAlgorithm": "EC"},
        "not one of",
    ),
    ("aws:wafv2/webAcl:WebAcl", {"scope": "CLOUDFRONT"}, {"scope": "GLOBAL"}, "not one of"),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {}, {"cidrIpv4": "10.0.0.0"[:-2]}, "CIDR"),
]


@pytest.mark.parametrize(("token", "passes", "refused", "reason"), CASES)
def test_a_refusal_and_its_neighbour(
    token: str, passes: dict[str, Any], refused: dict[str, Any], reason: str
) -> None:
    assert refusals(token, **passes) == []
    found = refusals(token, **refused)
    assert found
    assert any(reason in one for one in found), found


def tags(number: int) -> dict[str, str]:
    return {f"key-{n}": "value" for n in range(number)}


@pytest.mark.parametrize(
    ("passes", "refused", "reason"),
    [
        (tags(50), tags(51), "51 tags"),
        ({"k" * 128: "v"}, {"k" * 129: "v"}, "129 characters"),
        ({"k": "v" * 256}, {"k": "v" * 257}, "257 characters"),
        ({"amazon:x": "v"}, {"aws:x": "v"}, "reserved"),
        ({"karpenter.sh/discovery": "a b"}, {"karpenter.sh/discovery": "a#b"}, "letters, digits"),
        ({"name": ""}, {"": "name"}, "0 characters"),
    ],
)
def test_tags_at_and_beyond_their_limits(
    passes: dict[str, str], refused: dict[str, str], reason: str
) -> None:
    assert refusals(VPC, tags=passes) == []
    assert any(reason in one for one in refusals(VPC, tags=refused))


def test_a_type_that_the_sdk_does_not_have_is_refused() -> None:
    assert "has no" in judge.check("aws:ec2/subnet:Subnetwork", RIGHT[SUBNET], {})[0].reason


@pytest.mark.parametrize("token", ENTRIES)
def test_a_row_of_the_table_speaks_of_what_sdk_and_botocore_have(token: str) -> None:
    row, known = ENTRIES[token], schema.resource(token)
    named = [path.partition(".")[0] for path in row.replaces] + [row.autoname] * bool(row.autoname)
    documents = [path.partition("[")[0] for path in row.policies]
    inputs = {*named, *documents, *row.unique, *row.parents, *row.members}
    assert inputs <= set(known.inputs)
    assert {path.partition(".")[0] for path in row.computed} <= set(known.outputs)
    service, _, call = row.operation.partition(".")
    if call:
        shape = limits.service(service).operation_model(call).input_shape
        missing = [name for name, path in row.members.items() if path and limits._at(shape, path) is None]
        assert missing == []


def test_patterns_that_are_written_for_java_are_read() -> None:
    assert limits._matches(r"[\p{L}\p{N} -]+", "Größe 10")
    assert not limits._matches(r"[\p{L}\p{N} -]+", "a/b")
    assert limits._matches(r"\p{ASCII}*", "abc")
    assert not limits._matches(r"\p{ASCII}*", "ü")

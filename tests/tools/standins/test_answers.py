"""What is read from the SDK, what an invoke answers, what a change is."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.tools.standins.examples import CLUSTER, GROUP, RIGHT, ROLE, SUBNET, VPC, Town, trust
from tools.standins import changes, invokes, outputs, policies, schema
from tools.standins.changes import compare
from tools.standins.eks import kubeconfig
from tools.standins.errors import Refused
from tools.standins.table import row_of
from tools.standins.values import UNKNOWN


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def ask(town: Town, function: str, /, **arguments: Any) -> Any:
    folder, _, name = function.partition("/")
    return invokes.answer(f"aws:{folder}/{name}:{name}", arguments, town.account)


def test_the_sdks_classes_are_read_as_they_are() -> None:
    subnet = schema.resource(SUBNET)
    assert [name for name, one in subnet.inputs.items() if one.required] == ["vpcId"]
    assert subnet.inputs["tags"].kind.name == "map"
    assert "arn" in subnet.outputs and "arn" not in subnet.inputs
    config = schema.resource(CLUSTER).inputs["vpcConfig"].kind
    assert schema.properties(config.module, config.ref)["subnetIds"].required
    assert schema.enum_values("eks", "AuthenticationMode") == {"CONFIG_MAP", "API", "API_AND_CONFIG_MAP"}


@pytest.mark.parametrize("token", list(invokes._FUNCTIONS))
def test_every_function_that_is_answered_is_one_of_the_sdk(token: str) -> None:
    assert schema.function(token).outputs


def test_a_preview_knows_what_is_given_and_nothing_that_the_account_adds() -> None:
    shown = outputs.preview(CLUSTER, RIGHT[CLUSTER])
    assert shown["name"] == "shop"
    for name in ("arn", "endpoint", "certificateAuthority", "identities"):
        assert shown[name] is UNKNOWN
    assert shown["vpcConfig"]["clusterSecurityGroupId"] is UNKNOWN
    assert shown["vpcConfig"]["subnetIds"] == RIGHT[CLUSTER]["vpcConfig"]["subnetIds"]
    assert "tags" not in shown


def test_who_and_where(town: Town) -> None:
    assert ask(town, "index/getCallerIdentity")["accountId"] == "123456789012"
    assert ask(town, "index/getPartition")["partition"] == "aws"
    assert ask(town, "index/getRegion")["region"] == "ap-northeast-2"
    zones = ask(town, "index/getAvailabilityZones")
    assert zones["names"][:3] == ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]
    assert zones["zoneIds"][0] == "apne2-az1"
    assert (
        ask(town, "index/getAvailabilityZones", excludeNames=["ap-northeast-2a"])["names"][0]
        == "ap-northeast-2b"
    )


def test_a_policy_document_is_written_as_iam_reads_it(town: Town) -> None:
    answer = ask(
        town,
        "iam/getPolicyDocument",
        statements=[
            {
                "actions": ["sts:AssumeRole", "sts:TagSession"],
                "principals": [{"type": "Service", "identifiers": ["pods.eks.amazonaws.com"]}],
                "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]}],
            }
        ],
    )
    written = json.loads(answer["json"])["Statement"]
    assert written == [
        {
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
        }
    ]
    assert list(policies.problems(answer["minifiedJson"], "trust")) == []


def test_what_exists_is_found_and_what_does_not_is_refused(town: Town) -> None:
    vpc, subnets = town.network()
    town.make(ROLE, "node", name="node", assumeRolePolicy=trust())
    assert ask(town, "ec2/getVpc", id=vpc.id)["cidrBlock"] == "10.0.0.0/16"
    assert ask(town, "iam/getRole", name="node")["arn"].endswith(":role/node")
    found = ask(town, "ec2/getSubnets", filters=[{"name": "vpc-id", "values": [vpc.id]}])
    assert found["ids"] == sorted(one.id for one in subnets)
    with pytest.raises(Refused, match=r"no aws:ec2/vpc:Vpc with \{'id': 'vpc-0'\}"):
        ask(town, "ec2/getVpc", id="vpc-0")
    with pytest.raises(Refused, match="does not know the filter owner"):
        ask(town, "ec2/getSubnets", filters=[{"name": "owner", "values": ["me"]}])


def test_a_function_that_is_not_answered_is_refused_by_name(town: Town) -> None:
    with pytest.raises(Refused, match="getSpotPrice is not answered"):
        ask(town, "ec2/getSpotPrice")
    with pytest.raises(Refused, match="has no argument nam"):
        ask(town, "iam/getRole", nam="node")


def test_a_change_of_a_name_makes_anew_and_one_of_a_tag_does_not() -> None:
    before = {**RIGHT[GROUP], "nodeGroupName": "system"}
    same = compare(before, dict(before), row_of(GROUP))
    assert (same.changed, same.replaces) == ([], [])
    tagged = compare(before, {**before, "tags": {"a": "b"}}, row_of(GROUP))
    assert (tagged.changed, tagged.replaces) == (["tags"], [])
    other = compare(before, {**before, "instanceTypes": ["m7g.xlarge"]}, row_of(GROUP))
    assert other.replaces == ["instanceTypes"]


def test_a_replacement_deletes_first_only_if_the_name_is_fixed() -> None:
    before = {**RIGHT[GROUP], "nodeGroupName": "system"}
    now = {**before, "capacityType": "SPOT"}
    assert compare(before, now, row_of(GROUP)).delete_first
    assert not compare(before, {**now, changes.DEFAULTS: ["nodeGroupName"]}, row_of(GROUP)).delete_first


def test_only_the_part_of_an_object_that_replaces_does() -> None:
    before = RIGHT[CLUSTER]
    wider = {"subnetIds": [*before["vpcConfig"]["subnetIds"], "subnet-00000000000000000"]}
    assert compare(before, {**before, "vpcConfig": wider}, row_of(CLUSTER)).replaces == []
    family = {"kubernetesNetworkConfig": {"ipFamily": "ipv6"}}
    assert compare(before, {**before, **family}, row_of(CLUSTER)).replaces == ["kubernetesNetworkConfig"]


def test_absent_and_empty_are_the_same_and_unknown_is_a_change() -> None:
    before = {"cidrBlock": "10.0.0.0/16"}
    assert compare(before, {**before, "tags": {}}, row_of(VPC)).changed == []
    assert compare(before, {"cidrBlock": UNKNOWN}, row_of(VPC)).replaces == ["cidrBlock"]


class Known:
    """A cluster whose outputs are known."""

    def out(self, name: str) -> Any:
        known = {
            "name": "shop",
            "endpoint": "https://shop",
            "certificateAuthority": {"data": "Q0E="},
            "region": "r",
        }
        return pulumi.Output.from_input(known[name])


def test_a_cluster_hands_out_its_own_kubeconfig_or_the_one_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def given() -> Any:
        cluster: Any = Known()
        return json.loads(await kubeconfig.of(cluster).future() or "")

    own = asyncio.run(given())
    assert own["clusters"][0]["cluster"] == {"server": "https://shop", "certificate-authority-data": "Q0E="}
    assert own["users"][0]["user"]["exec"]["args"][4:6] == ["--cluster-name", "shop"]
    named = tmp_path / "kubeconfig"
    named.write_text("current-context: local\nclusters: []\n")
    monkeypatch.setenv(kubeconfig.KUBECONFIG_VARIABLE, str(named))
    assert asyncio.run(given()) == {"current-context": "local", "clusters": []}

"""The pretended account: references, rules between things, order of deletion."""

from pathlib import Path
from typing import Any

import pytest

from tests.tools.standins.examples import (
    ATTACHMENT,
    CACHE,
    CLUSTER,
    EIP,
    GATEWAY,
    GROUP,
    NAT,
    RIGHT,
    ROLE,
    SUBNET,
    VPC,
    Town,
    trust,
)
from tools.standins import outputs
from tools.standins.errors import Refused


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_ids_and_arns_look_like_real_ones_and_are_the_same_in_every_run(town: Town, tmp_path: Path) -> None:
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    assert vpc.id.startswith("vpc-") and len(vpc.id) == len("vpc-0123456789abcdef0")
    assert vpc.computed["arn"] == f"arn:aws:ec2:ap-northeast-2:123456789012:vpc/{vpc.id}"
    role = town.make(ROLE, "node", name="node", assumeRolePolicy=trust())
    assert (role.id, role.computed["arn"]) == ("node", "arn:aws:iam::123456789012:role/node")
    again = Town(tmp_path / "again").make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    assert again.id == vpc.id
    town.drop(vpc)
    assert town.make(VPC, "vpc", cidrBlock="10.0.0.0/16").id != vpc.id, "made anew it is another"


def test_what_refers_to_nothing_is_refused(town: Town) -> None:
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    town.make(SUBNET, "a", vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    with pytest.raises(Refused, match=r"InvalidVpcID.NotFound: vpcId: vpc-0{17} does not exist"):
        town.make(SUBNET, "b", vpcId="vpc-" + "0" * 17, cidrBlock="10.0.1.0/24")


def test_a_name_refers_as_well_and_so_does_a_policy_of_aws(town: Town) -> None:
    town.make(ROLE, "node", name="node", assumeRolePolicy=trust())
    policy = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    town.make(ATTACHMENT, "right", role="node", policyArn=policy)
    with pytest.raises(Refused, match=r"there is no aws:iam/role:Role 'nodes'"):
        town.make(ATTACHMENT, "role", role="nodes", policyArn=policy)
    with pytest.raises(Refused, match="AmazonEKSWorkersPolicy does not exist"):
        town.make(ATTACHMENT, "policy", role="node", policyArn=policy.replace("WorkerNode", "Workers"))


def test_an_id_that_was_drawn_together_with_another_exists(town: Town) -> None:
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    inputs = {**RIGHT[rule], "securityGroupId": vpc.computed["defaultSecurityGroupId"]}
    town.make(rule, "open", **inputs)
    with pytest.raises(Refused, match=r"InvalidGroup\.NotFound"):
        town.make(rule, "closed", **RIGHT[rule])


def test_what_is_still_referred_to_cannot_go(town: Town) -> None:
    vpc, subnets = town.network()
    with pytest.raises(Refused, match=f"DependencyViolation: {VPC} {vpc.id} has dependent objects: {SUBNET}"):
        town.drop(vpc)
    for subnet in subnets:
        town.drop(subnet)
    town.drop(vpc)
    assert town.account.store.read().objects == {}


def test_a_role_cannot_go_while_a_policy_is_attached(town: Town) -> None:
    role = town.make(ROLE, "node", name="node", assumeRolePolicy=trust())
    attached = town.make(
        ATTACHMENT, "a", role="node", policyArn="arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    )
    with pytest.raises(Refused, match="DependencyViolation"):
        town.drop(role)
    town.drop(attached)
    town.drop(role)


def test_a_nat_gateway_needs_the_internet_gateway_before_it_and_keeps_it(town: Town) -> None:
    vpc, subnets = town.network()
    address = town.make(EIP, "nat", domain="vpc")
    nat = {"subnetId": subnets[0].id, "allocationId": address.id}
    with pytest.raises(Refused, match=r"Gateway.NotAttached"):
        town.make(NAT, "nat", **nat)
    gateway = town.make(GATEWAY, "gateway", vpcId=vpc.id)
    made = town.make(NAT, "nat", **nat)
    with pytest.raises(Refused, match="has mapped public addresses"):
        town.drop(gateway)
    town.drop(made)
    town.drop(gateway)


def test_a_cluster_needs_two_zones(town: Town) -> None:
    town.cluster()
    town.make(ROLE, "other", name="other", assumeRolePolicy=trust())
    one = town.account.store.read().of(SUBNET)[0]
    with pytest.raises(Refused, match="two different zones"):
        town.make(
            CLUSTER,
            "one",
            name="one",
            roleArn="arn:aws:iam::123456789012:role/other",
            vpcConfig={"subnetIds": [one.id]},
        )


def test_a_cluster_goes_up_one_minor_at_a_time(town: Town) -> None:
    cluster = town.cluster()
    with pytest.raises(Refused, match=r"from 1\.33 to 1\.35"):
        town.change(cluster, version="1.35")
    cluster = town.change(cluster, version="1.34")
    with pytest.raises(Refused, match=r"from 1\.34 to 1\.33"):
        town.change(cluster, version="1.33")


def test_access_entries_need_the_mode(town: Town, tmp_path: Path) -> None:
    entry = "aws:eks/accessEntry:AccessEntry"
    arn = "arn:aws:iam::123456789012:role/cluster"
    town.cluster("API")
    town.make(entry, "admin", clusterName="shop", principalArn=arn)
    older = Town(tmp_path / "older")
    older.cluster("CONFIG_MAP")
    with pytest.raises(Refused, match="authentication mode must be one of API"):
        older.make(entry, "admin", clusterName="shop", principalArn=arn)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"automaticFailoverEnabled": False}, "multiAzEnabled needs"),
        ({"numCacheClusters": 1}, "at least one replica"),
        ({"transitEncryptionEnabled": False}, "needs transitEncryptionEnabled"),
        ({"authToken": "fifteen-charact"}, "16 to 128"),
    ],
)
def test_a_replication_group_and_what_does_not_go_together(
    town: Town, changes: dict[str, Any], reason: str
) -> None:
    town.make(CACHE, "right", **RIGHT[CACHE])
    with pytest.raises(Refused, match=reason):
        town.make(CACHE, "wrong", **{**RIGHT[CACHE], "replicationGroupId": "wrong", **changes})


def test_two_things_of_one_name_are_refused(town: Town) -> None:
    town.make(ROLE, "one", name="node", assumeRolePolicy=trust())
    with pytest.raises(Refused, match="ResourceAlreadyExistsException"):
        town.make(ROLE, "two", name="node", assumeRolePolicy=trust())
    town.make(ROLE, "three", name="nodes", assumeRolePolicy=trust())


def test_deletion_protection_holds(town: Town) -> None:
    cluster = town.cluster()
    cluster = town.change(cluster, deletionProtection=True)
    with pytest.raises(Refused, match="protected against deletion"):
        town.drop(cluster)
    town.drop(town.change(cluster, deletionProtection=False))


def test_a_node_group_is_not_newer_than_its_cluster(town: Town) -> None:
    town.cluster()
    subnets = [one.id for one in town.account.store.read().of(SUBNET)]
    role = "arn:aws:iam::123456789012:role/cluster"
    group = {**RIGHT[GROUP], "subnetIds": subnets, "nodeRoleArn": role}
    town.make(GROUP, "a", **group, nodeGroupName="a", version="1.33")
    with pytest.raises(Refused, match=r"newer than the cluster's 1\.33"):
        town.make(GROUP, "b", **group, nodeGroupName="b", version="1.34")


def test_outputs_merge_what_was_given_with_what_was_added(town: Town) -> None:
    cluster = town.cluster()
    shown = outputs.all_of(cluster)
    assert shown["vpcConfig"]["clusterSecurityGroupId"].startswith("sg-")
    assert shown["vpcConfig"]["vpcId"] == town.account.store.read().of(VPC)[0].id
    assert shown["accessConfig"] == {"authenticationMode": "API"}
    assert shown["identities"][0]["oidcs"][0]["issuer"].startswith(
        "https://oidc.eks.ap-northeast-2.amazonaws.com/id/"
    )
    template = town.make("aws:ec2/launchTemplate:LaunchTemplate", "nodes", name="nodes")
    assert town.change(template, imageId="ami-1").computed["latestVersion"] == 2


def test_the_state_is_for_its_owner_only(town: Town) -> None:
    town.make(CACHE, "right", **RIGHT[CACHE])
    assert (town.account.store.folder / "account.json").stat().st_mode & 0o077 == 0

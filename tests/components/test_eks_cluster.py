"""EksCluster: closed unless opened, encrypted, logged, protected by its data, and in the order that nodes need."""

import json
from typing import Any

import pulumi
import pytest

from components.aws.control_plane import LOG_TYPES
from components.eks_cluster import (
    AccessEntry,
    AllowListedEndpoint,
    EksCluster,
    OpenEndpoint,
    PrivateEndpoint,
)
from components.policy.errors import ConfigurationError
from tests.components.aws_answers import ACCOUNT
from tests.components.aws_examples import CLUSTER, TAGS, eks_args
from tests.components.harness import Registered, Run, run


def deploy(opts: pulumi.ResourceOptions | None = None, **changes: Any) -> Run:
    return run(lambda: EksCluster("eks", eks_args(**changes), opts))


def control_plane(**changes: Any) -> dict[str, Any]:
    return deploy(**changes).one("eks:index:Cluster").inputs


def waits_for(resource: Registered) -> set[str]:
    return {urn.rpartition("::")[2] for urn in resource.depends_on}


def test_principals_enter_by_access_entries_alone() -> None:
    viewer = AccessEntry(
        principal_arn=f"arn:aws:iam::{ACCOUNT}:role/dev",
        policy="AmazonEKSViewPolicy",
        namespaces=["tacos-app"],
    )
    admin = AccessEntry(
        principal_arn=f"arn:aws:iam::{ACCOUNT}:role/ops", policy="AmazonEKSClusterAdminPolicy"
    )
    inputs = control_plane(access={"dev": viewer, "ops": admin})
    assert inputs["authenticationMode"] == "API"
    dev = inputs["accessEntries"]["dev"]["accessPolicies"]["policy"]
    assert dev["policyArn"] == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
    assert dev["accessScope"] == {"type": "namespace", "namespaces": ["tacos-app"]}
    assert inputs["accessEntries"]["ops"]["accessPolicies"]["policy"]["accessScope"] == {"type": "cluster"}


def test_a_cluster_admin_of_one_namespace_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"access\.namespaces"):
        AccessEntry(principal_arn="x", policy="AmazonEKSClusterAdminPolicy", namespaces=["a"])


def test_the_endpoint_answers_inside_and_to_whom_it_was_told() -> None:
    private = control_plane(endpoint=PrivateEndpoint())
    assert (private["endpointPrivateAccess"], private["endpointPublicAccess"]) == (True, False)
    assert "publicAccessCidrs" not in private
    listed = control_plane(endpoint=AllowListedEndpoint(cidrs=["203.0.113.0/24"]))
    assert (listed["endpointPrivateAccess"], listed["endpointPublicAccess"]) == (True, True)
    assert listed["publicAccessCidrs"] == ["203.0.113.0/24"]


def test_an_endpoint_for_everybody_is_a_type_of_its_own_with_a_reason() -> None:
    with pytest.raises(ConfigurationError, match="type of its own"):
        AllowListedEndpoint(cidrs=["0.0.0.0/0"])
    with pytest.raises(ConfigurationError, match="reason"):
        OpenEndpoint(reason=" ")
    opened = control_plane(endpoint=OpenEndpoint(reason="hosted runners have no addresses of their own"))
    assert opened["publicAccessCidrs"] == ["0.0.0.0/0"]


def test_secrets_are_encrypted_with_a_key_of_our_own_that_rotates() -> None:
    result = deploy()
    key = result.one("kms/key:Key").inputs
    assert key["enableKeyRotation"] is True
    assert key["deletionWindowInDays"] == 30
    assert result.one("eks:index:Cluster").inputs["encryptionConfigKeyArn"].endswith("key/eks-secrets-key")
    [statement] = json.loads(key["policy"])["Statement"]
    assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]}


def test_all_control_plane_logs_go_to_a_group_that_is_there_before_and_ends() -> None:
    result = deploy(log_retention_days=365)
    cluster, group = result.one("eks:index:Cluster"), result.one("LogGroup")
    assert cluster.inputs["enabledClusterLogTypes"] == list(LOG_TYPES)
    assert group.inputs["name"] == f"/aws/eks/{CLUSTER}/cluster"
    assert group.inputs["retentionInDays"] == 365
    assert "eks-control-plane-logs" in waits_for(cluster)


def test_protection_is_on_until_the_data_say_otherwise() -> None:
    protected, free = deploy(), deploy(deletion_protection=False)
    for kind in ("eks:index:Cluster", "kms/key:Key"):
        assert protected.one(kind).protect
        assert not free.one(kind).protect
    assert protected.one("eks:index:Cluster").inputs["deletionProtection"] is True
    assert free.one("eks:index:Cluster").inputs["deletionProtection"] is False


def test_protection_that_the_caller_gave_is_not_undone() -> None:
    kept = deploy(pulumi.ResourceOptions(protect=True), deletion_protection=False)
    assert all(resource.protect for resource in kept.resources)


def test_nothing_is_bootstrapped_that_is_managed_here() -> None:
    inputs = control_plane()
    assert inputs["bootstrapSelfManagedAddons"] is False
    assert inputs["useDefaultVpcCni"] is True
    assert inputs["skipDefaultNodeGroup"] is True
    assert inputs["corednsAddonOptions"]["enabled"] is False
    assert inputs["kubeProxyAddonOptions"]["enabled"] is False


def test_karpenter_finds_the_security_group_of_the_nodes() -> None:
    tag = deploy().one("ec2/tag:Tag").inputs
    assert tag == {
        "resourceId": "sg-0123456789abcdef0",
        "key": "karpenter.sh/discovery",
        "value": CLUSTER,
    }


def test_the_kubeconfig_is_secret_and_waits_for_nodes_and_dns() -> None:
    def program() -> None:
        made = EksCluster("eks", eks_args())
        pulumi.CustomResource("a:b:C", "inside", {"config": made.kubeconfig, "at": made.endpoint})

    inside = run(program).one("a:b:C")
    assert {"eks-system-nodes", "eks-coredns"} <= waits_for(inside)
    assert inside.inputs["at"].startswith("https://")
    # The engine's mark of a secret.
    assert "4dabf18193072939515e22adb298388d" in inside.inputs["config"]


def test_the_name_is_known_in_a_preview_and_waits_for_the_cluster() -> None:
    def program() -> None:
        made = EksCluster("eks", eks_args())
        pulumi.CustomResource("a:b:C", "outside", {"name": made.cluster_name})

    outside = run(program, preview=True).one("a:b:C")
    assert outside.inputs["name"] == CLUSTER
    assert "eks-cluster" in waits_for(outside)


def test_everything_that_can_carry_tags_carries_the_stated_ones() -> None:
    untaggable = ("RolePolicyAttachment", "ec2/tag:Tag", "index:EksCluster")
    for resource in deploy().resources:
        if not resource.type.endswith(untaggable):
            assert TAGS.items() <= resource.inputs["tags"].items(), resource.name


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": "1.36", "karpenter_version": "1.12.0"}, "karpenter_version"),
        ({"version": "1.32"}, "kubernetes_version"),
        ({"version": "1.35"}, "kube_proxy"),
        ({"cluster": "-sale"}, r"eks\.cluster"),
        ({"cluster": "a" * 101}, r"eks\.cluster"),
        ({"log_retention_days": 0}, "log_retention_days"),
        ({"tags": {}}, "owner"),
    ],
)
def test_nothing_is_registered_when_the_arguments_cannot_be_used(changes: dict[str, Any], says: str) -> None:
    def program() -> None:
        with pytest.raises(ConfigurationError, match=says):
            EksCluster("eks", eks_args(**changes))

    assert run(program).resources == []

"""EksCluster: the system nodes and the add-ons, each pinned, each there before what needs it."""

import json
from typing import Any

import pytest

from components.eks_cluster import EksCluster, SystemNodes
from components.policy.errors import ConfigurationError
from components.policy.quantities import Bytes
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.aws_examples import ADDONS, CLUSTER, TAGS, eks_args
from tests.components.harness import Registered, Run, run


def deploy(**changes: Any) -> Run:
    return run(lambda: EksCluster("eks", eks_args(**changes)))


def addon(result: Run, name: str) -> Registered:
    return next(a for a in result.all("addon:Addon") if a.inputs["addonName"] == name)


def waits_for(resource: Registered) -> set[str]:
    return {urn.rpartition("::")[2] for urn in resource.depends_on}


def test_system_nodes_are_few_tainted_and_hold_their_credentials() -> None:
    result = deploy()
    group, template = result.one("NodeGroup").inputs, result.one("LaunchTemplate").inputs
    assert group["taints"] == [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}]
    assert group["scalingConfig"] == {"minSize": 2, "desiredSize": 2, "maxSize": 3}
    assert template["metadataOptions"]["httpTokens"] == "required"
    assert template["metadataOptions"]["httpPutResponseHopLimit"] == 1
    [device] = template["blockDeviceMappings"]
    assert (device["ebs"]["encrypted"], device["ebs"]["volumeType"]) == ("true", "gp3")
    assert {s["resourceType"] for s in template["tagSpecifications"]} == {
        *("instance", "volume", "network-interface")
    }


def test_an_arm_type_gets_an_arm_image() -> None:
    assert deploy().one("NodeGroup").inputs["amiType"] == "AL2023_x86_64_STANDARD"
    arm = deploy(system_nodes=SystemNodes(instance_type="m7g.large"))
    assert arm.one("NodeGroup").inputs["amiType"] == "AL2023_ARM_64_STANDARD"


def test_a_node_joins_once_its_role_can_and_its_network_is_there() -> None:
    waits = waits_for(deploy().one("NodeGroup"))
    assert {"eks-vpc-cni", "eks-kube-proxy", "eks-eks-pod-identity-agent"} <= waits
    assert {"eks-system-node-AmazonEKSWorkerNodePolicy", "eks-cluster"} <= waits


def test_add_ons_are_pinned_and_those_with_pods_wait_for_a_node() -> None:
    result = deploy()
    assert {a.inputs["addonName"]: a.inputs["addonVersion"] for a in result.all("addon:Addon")} == {
        "vpc-cni": ADDONS.vpc_cni,
        "coredns": ADDONS.coredns,
        "kube-proxy": ADDONS.kube_proxy,
        "eks-pod-identity-agent": ADDONS.eks_pod_identity_agent,
        "metrics-server": ADDONS.metrics_server,
    }
    for name in ("coredns", "metrics-server"):
        assert "eks-system-nodes" in waits_for(addon(result, name))
        values = json.loads(addon(result, name).inputs["configurationValues"])
        assert {"key": "CriticalAddonsOnly", "operator": "Exists"} in values["tolerations"]


def test_the_cni_delegates_prefixes_enforces_policies_and_has_a_role_of_its_own() -> None:
    result = deploy()
    cni = addon(result, "vpc-cni").inputs
    values = json.loads(cni["configurationValues"])
    assert values["enableNetworkPolicy"] == "true"
    assert values["env"]["ENABLE_PREFIX_DELEGATION"] == "true"
    [association] = cni["podIdentityAssociations"]
    assert association["serviceAccount"] == "aws-node"
    on_nodes = [p.name for p in result.all("RolePolicyAttachment") if "system-node" in p.name]
    assert not any("CNI" in name for name in on_nodes)


def test_dns_is_spread_and_has_a_budget() -> None:
    values = json.loads(addon(deploy(), "coredns").inputs["configurationValues"])
    assert values["podDisruptionBudget"] == {"enabled": True, "maxUnavailable": 1}
    assert values["autoScaling"]["minReplicas"] == 2
    assert values["topologySpreadConstraints"][0]["topologyKey"] == "topology.kubernetes.io/zone"


def test_the_volume_driver_is_there_only_when_it_was_asked_for() -> None:
    with_driver = {**vars(ADDONS), "aws_ebs_csi_driver": "v1.50.0-eksbuild.1"}
    result = deploy(addons=type(ADDONS)(**with_driver))
    [association] = addon(result, "aws-ebs-csi-driver").inputs["podIdentityAssociations"]
    assert association["serviceAccount"] == "ebs-csi-controller-sa"
    policies = [p.inputs["policyArn"] for p in result.all("RolePolicyAttachment")]
    assert "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" in policies


def test_the_driver_tags_the_volumes_that_it_makes() -> None:
    with_driver = {**vars(ADDONS), "aws_ebs_csi_driver": "v1.50.0-eksbuild.1"}
    driver = addon(deploy(addons=type(ADDONS)(**with_driver)), "aws-ebs-csi-driver")
    assert json.loads(driver.inputs["configurationValues"])["controller"]["extraVolumeTags"] == TAGS


def test_pods_of_this_cluster_alone_take_its_roles() -> None:
    role = next(r for r in deploy().all("role:Role") if r.name == "eks-vpc-cni-role")
    [trust] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": ["pods.eks.amazonaws.com"]}
    arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"
    assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": arn}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"nodes": 1}, "nodes"),
        ({"instance_type": "m1.large"}, r"system_nodes\.instance_type"),
        ({"volume_size": Bytes.parse("1500Mi")}, "volume_size"),
        ({"volume_size": Bytes(0)}, "volume_size"),
    ],
)
def test_system_nodes_that_cannot_be_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        SystemNodes(**changes)


@pytest.mark.parametrize("version", ["latest", "1.20.4", "v1.20.4", "v1.20-eksbuild.1", ""])
def test_an_add_on_version_that_moves_is_refused(version: str) -> None:
    with pytest.raises(ConfigurationError, match=r"addons\.coredns"):
        type(ADDONS)(**{**vars(ADDONS), "coredns": version})


def test_kube_proxy_may_be_three_minors_behind_and_none_ahead() -> None:
    def proxy(minor: int) -> Any:
        return type(ADDONS)(**{**vars(ADDONS), "kube_proxy": f"v1.{minor}.0-eksbuild.1"})

    proxy(36).check_for("1.36")
    proxy(33).check_for("1.36")
    for minor in (37, 32):
        with pytest.raises(ConfigurationError, match="kube_proxy"):
            proxy(minor).check_for("1.36")


def test_every_add_on_has_a_version_argument_of_its_own_name() -> None:
    made = {a.inputs["addonName"].replace("-", "_") for a in deploy().all("addon:Addon")}
    assert made == set(vars(ADDONS)) - {"aws_ebs_csi_driver"}

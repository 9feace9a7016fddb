"""KarpenterPool: limits from the plan, values that the v1 API accepts, node classes of two providers."""

from typing import Any

import pytest

from components import Ec2NodeClass, KarpenterPool, KwokNodeClass
from components.policy.nodes import NodePoolSpec, plan_nodes
from components.policy.quantities import Milliseconds
from tests.components.examples import GATEWAY_PODS, pool_args
from tests.components.harness import Run, run

EC2 = Ec2NodeClass(role="nodes", discovery="tacos", ami_alias="al2023@v20260101")


def deploy(**changes: Any) -> Run:
    return run(lambda: KarpenterPool("on-demand-critical", pool_args(**changes)))


def requirement(result: Run, key: str) -> list[str]:
    listed = result.one("NodePool").inputs["spec"]["template"]["spec"]["requirements"]
    values: list[str] = next(r["values"] for r in listed if r["key"] == key)
    return values


def test_the_limits_hold_the_peak_during_a_rollout_and_the_nodes_of_a_lost_zone() -> None:
    # 45 + 12 pods of 500m over 3 zones: 19 a zone; a node has 7,710m for pods: 15 fit, so 2 nodes a zone, 6 in all;
    # a lost zone's 2 count until they are gone: 8 x 8 cores.
    limits = deploy().one("NodePool").inputs["spec"]["limits"]
    assert limits == {"cpu": "64", "memory": "256Gi"}


def test_consolidation_is_by_the_v1_name_with_a_budget() -> None:
    assert deploy().one("NodePool").inputs["spec"]["disruption"] == {
        "consolidationPolicy": "WhenEmptyOrUnderutilized",
        "consolidateAfter": "5m",
        "budgets": [{"nodes": "10%"}],
    }


def test_nodes_are_bought_in_every_stated_zone_of_the_stated_type() -> None:
    result = deploy()
    assert requirement(result, "topology.kubernetes.io/zone") == ["zone-a", "zone-b", "zone-c"]
    assert requirement(result, "node.kubernetes.io/instance-type") == ["m5.2xlarge"]
    assert requirement(result, "karpenter.sh/capacity-type") == ["on-demand"]


def test_nodes_expire_where_the_v1_api_looks_for_it() -> None:
    assert deploy().one("NodePool").inputs["spec"]["template"]["spec"]["expireAfter"] == "720h"


@pytest.mark.parametrize(
    ("node_class", "group", "kind"),
    [
        (KwokNodeClass(), "karpenter.kwok.sh", "KWOKNodeClass"),
        (
            Ec2NodeClass(role="nodes", discovery="tacos", ami_alias="al2023@v20260101"),
            "karpenter.k8s.aws",
            "EC2NodeClass",
        ),
    ],
)
def test_the_pool_refers_to_its_own_class_and_is_made_after_it(
    node_class: Any, group: str, kind: str
) -> None:
    result = deploy(node_class=node_class)
    assert result.one("NodePool").inputs["spec"]["template"]["spec"]["nodeClassRef"] == {
        "group": group,
        "kind": kind,
        "name": "on-demand-critical",
    }
    assert any(urn.endswith("on-demand-critical-class") for urn in result.one("NodePool").depends_on)


def test_ec2_nodes_demand_imdsv2_and_encrypt_their_disk() -> None:
    spec = deploy(node_class=EC2).one("EC2NodeClass").inputs["spec"]
    assert spec["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    assert spec["blockDeviceMappings"][0]["ebs"]["encrypted"] is True


def test_the_architecture_is_that_of_the_instance_type() -> None:
    assert requirement(deploy(), "kubernetes.io/arch") == ["amd64"]
    arm = plan_nodes(NodePoolSpec(instance_type="m7g.2xlarge"), [GATEWAY_PODS], 3)
    assert requirement(deploy(nodes=arm), "kubernetes.io/arch") == ["arm64"]


def test_a_node_takes_as_many_pods_as_the_plan_counted() -> None:
    many = plan_nodes(NodePoolSpec(prefix_delegation=True), [GATEWAY_PODS], 3)
    spec = deploy(nodes=many, node_class=EC2).one("EC2NodeClass").inputs["spec"]
    assert spec["kubelet"] == {"maxPods": 110}


def test_a_launch_delay_can_stand_for_a_real_machine() -> None:
    spec = (
        deploy(node_class=KwokNodeClass(registration_delay=Milliseconds.parse("45s")))
        .one("KWOKNodeClass")
        .inputs
    )
    assert spec["spec"] == {"nodeRegistrationDelay": "45s"}


@pytest.mark.parametrize("alias", ["al2023@latest", "al2023", "bottlerocket@v1.20.0", ""])
def test_an_image_that_moves_is_refused(alias: str) -> None:
    with pytest.raises(ValueError, match="ami_alias"):
        Ec2NodeClass(role="nodes", discovery="tacos", ami_alias=alias)

"""KarpenterPool: limits from the plan, values that the v1 API accepts, node classes of two providers."""

from dataclasses import replace
from typing import Any

import pytest

from components import (
    ConfigurationError,
    Ec2NodeClass,
    KarpenterPool,
    Kubelet,
    KwokNodeClass,
    NodeBudget,
    Spare,
    Taint,
)
from components.policy.node_pool import NodePoolSpec
from components.policy.nodes import NodePlan, plan_nodes
from components.policy.quantities import Bytes, Millicores, Milliseconds
from tests.components.examples import GATEWAY_PODS, pool_args
from tests.components.harness import Run, run

EC2 = Ec2NodeClass(role="nodes", discovery="tacos", ami_alias="al2023@v20260101")


def deploy(**changes: Any) -> Run:
    return run(lambda: KarpenterPool("on-demand-critical", pool_args(**changes)))


def planned(**spec: Any) -> NodePlan:
    return plan_nodes(NodePoolSpec(**spec), [GATEWAY_PODS], 3)


def spec_of(result: Run) -> Any:
    return result.one("NodePool").inputs["spec"]


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


def test_in_a_closed_zone_nothing_is_bought_and_the_numbers_stay() -> None:
    whole, closed = deploy(), deploy(closed_zones=["zone-b"])
    assert requirement(closed, "topology.kubernetes.io/zone") == ["zone-a", "zone-c"]
    assert spec_of(closed)["limits"] == spec_of(whole)["limits"]
    assert spec_of(closed)["disruption"] == spec_of(whole)["disruption"]
    for result in (whole, closed):
        annotations = result.one("NodePool").inputs["metadata"]["annotations"]
        assert annotations["headroom.dev/planned-zones"] == "3"


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        (["zone-d"], r"closed_zones\[0\]: zone-d .*each of zone-a, zone-b, zone-c once"),
        (["zone-a", "zone-a"], r"closed_zones\[1\]: zone-a"),
        (["zone-a", "zone-b", "zone-c"], r"closed_zones: zone-a, zone-b, zone-c .*no node could be bought"),
    ],
)
def test_closed_zones_that_are_not_the_pools_or_are_all_of_them_are_refused(
    closed: list[str], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        deploy(closed_zones=closed)


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


def test_instances_and_volumes_carry_the_tags_that_are_stated() -> None:
    tags = {"owner": "shop", "stack": "prod", "cost-allocation": "tickets"}
    tagged = replace(EC2, tags=tags)
    assert deploy(node_class=tagged).one("EC2NodeClass").inputs["spec"]["tags"] == tags
    assert "tags" not in deploy(node_class=EC2).one("EC2NodeClass").inputs["spec"]


def test_tags_without_who_pays_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="cost-allocation"):
        replace(EC2, tags={"owner": "shop", "stack": "prod"})


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


def test_budgets_are_the_pools_own_and_those_that_an_event_adds() -> None:
    own = {"nodes": "20%", "reasons": ["Drifted"], "schedule": "0 1 * * *", "duration": "90m"}
    freeze = NodeBudget(nodes=0, schedule="30 11 24 12 *", duration="2h")
    result = deploy(nodes=planned(budgets=[own]), budgets=[freeze])
    assert spec_of(result)["disruption"]["budgets"] == [
        {"nodes": "10%"},
        own,
        {"nodes": "0", "schedule": "30 11 24 12 *", "duration": "2h"},
    ]


def test_weight_labels_taints_and_how_nodes_go_are_as_stated() -> None:
    taint = Taint(key="example.com/spot")
    result = deploy(
        nodes=planned(
            weight=50,
            labels={"example.com/team": "sale"},
            taints=[taint],
            consolidation_policy="WhenEmpty",
            consolidate_after="Never",
            expire_after="Never",
            capacity_type="spot",
        )
    )
    spec = spec_of(result)
    assert spec["weight"] == 50
    assert spec["template"]["metadata"]["labels"] == {"example.com/team": "sale"}
    assert spec["template"]["spec"]["taints"] == [{"key": "example.com/spot", "effect": "NoSchedule"}]
    assert spec["template"]["spec"]["expireAfter"] == "Never"
    assert spec["disruption"]["consolidationPolicy"] == "WhenEmpty"
    assert spec["disruption"]["consolidateAfter"] == "Never"
    assert requirement(result, "karpenter.sh/capacity-type") == ["spot"]


def test_other_types_may_be_bought_in_place_of_the_planned_one() -> None:
    result = deploy(nodes=planned(other_instance_types=["m6g.2xlarge", "r5.2xlarge"]))
    assert requirement(result, "node.kubernetes.io/instance-type") == [
        "m5.2xlarge",
        "m6g.2xlarge",
        "r5.2xlarge",
    ]
    assert requirement(result, "kubernetes.io/arch") == ["amd64", "arm64"]
    # The limit lets the same 8 nodes be bought, whichever they are: r5.2xlarge has 64Gi.
    assert spec_of(result)["limits"] == {"cpu": "64", "memory": "512Gi"}


def test_kubelet_settings_reach_the_class_of_ec2_nodes() -> None:
    kubelet = Kubelet(
        system_reserved_cpu="500m", system_reserved_memory="1Gi", max_pods=40, image_gc_high_percent=70,
        image_gc_low_percent=60,
    )  # fmt: skip
    spec = deploy(nodes=planned(kubelet=kubelet), node_class=EC2).one("EC2NodeClass").inputs["spec"]
    assert spec["kubelet"] == {
        "maxPods": 40,
        "systemReserved": {"cpu": "500m", "memory": "1Gi"},
        "imageGCHighThresholdPercent": 70,
        "imageGCLowThresholdPercent": 60,
    }


SPARE = Spare(pods=40, cpu=Millicores(500), memory=Bytes.parse("512Mi"))


def test_without_spare_room_there_is_a_pool_and_its_class_only() -> None:
    kinds = {resource.type.split(":")[-1] for resource in deploy().resources}
    assert not kinds & {"Deployment", "PriorityClass", "Namespace"}


def test_spare_room_gives_way_to_every_pod_and_takes_room_from_none() -> None:
    result = deploy(spare=SPARE)
    priority = result.one("PriorityClass").inputs
    assert priority["value"] < 0
    assert priority["preemptionPolicy"] == "Never"
    assert priority["globalDefault"] is False
    spec = result.one("Deployment").inputs["spec"]
    assert spec["replicas"] == 40
    pod = spec["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == 0
    assert pod["priorityClassName"] == result.one("PriorityClass").inputs["metadata"]["name"]
    assert pod["containers"][0]["resources"]["requests"] == {"cpu": "500m", "memory": "512Mi"}
    assert not result.all("PodDisruptionBudget")


def test_spare_room_is_on_the_pools_own_nodes_in_every_zone() -> None:
    taint = Taint(key="example.com/spot", value="yes")
    pod = (
        deploy(nodes=planned(taints=[taint]), spare=SPARE)
        .one("Deployment")
        .inputs["spec"]["template"]["spec"]
    )
    (term,) = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    assert term["matchExpressions"] == [
        {"key": "karpenter.sh/nodepool", "operator": "In", "values": ["on-demand-critical"]}
    ]
    assert pod["tolerations"] == [
        {"key": "example.com/spot", "operator": "Equal", "value": "yes", "effect": "NoSchedule"}
    ]
    (spread,) = pod["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["whenUnsatisfiable"]) == (
        "topology.kubernetes.io/zone",
        "DoNotSchedule",
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pods": 0}, "spare.pods"),
        ({"cpu": Millicores(0)}, "spare.cpu"),
        ({"image": "pause:latest"}, "spare.image"),
    ],
)
def test_spare_room_of_nothing_is_refused(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Spare(**{"pods": 1, "cpu": Millicores(1), "memory": Bytes(1), **wrong})
    assert caught.value.field == field

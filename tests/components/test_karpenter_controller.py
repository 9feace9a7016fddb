"""KarpenterController: it hears of every interruption, may end only what is its cluster's, and outlives its pools."""

import json
from typing import Any

import pulumi
import pytest

from components import KarpenterPool
from components.aws.interruption import EVENTS
from components.charts import ChartDirectory, OciCharts
from components.karpenter_controller import KarpenterController
from components.policy.errors import ConfigurationError
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.aws_examples import CLUSTER, TAGS, controller_args
from tests.components.examples import pool_args
from tests.components.harness import Registered, Run, run


def deploy(**changes: Any) -> Run:
    return run(lambda: KarpenterController("karpenter", controller_args(**changes)))


def named(result: Run, name: str) -> Registered:
    return next(r for r in result.resources if r.name == f"karpenter-{name}")


def values(result: Run) -> Any:
    return named(result, "controller").inputs["values"]


def waits_for(resource: Registered) -> set[str]:
    return {urn.rpartition("::")[2] for urn in resource.depends_on}


def statements(result: Run, name: str) -> dict[str, Any]:
    return {s["Sid"]: s for s in json.loads(named(result, name).inputs["policy"])["Statement"]}


def test_the_crds_come_first_and_in_a_release_of_their_own() -> None:
    result = deploy()
    crds, controller = named(result, "crds"), named(result, "controller")
    assert crds.inputs["chart"] == "oci://mirror.example.com/charts/karpenter-crd"
    assert controller.inputs["chart"] == "oci://mirror.example.com/charts/karpenter"
    assert crds.inputs["version"] == controller.inputs["version"] == "1.14.1"
    assert controller.inputs["skipCrds"] is True
    assert "karpenter-crds" in waits_for(controller)


def test_charts_may_lie_in_a_directory_and_then_their_version_lies_there_too() -> None:
    controller = named(deploy(charts=ChartDirectory(path="charts/")), "controller")
    assert controller.inputs["chart"] == "charts/karpenter"
    assert "version" not in controller.inputs


@pytest.mark.parametrize(
    "repository", ["charts", "https://x.example.com/c", "oci://x.example.com/c/", "oci://"]
)
def test_a_registry_that_is_no_oci_address_is_refused(repository: str) -> None:
    with pytest.raises(ConfigurationError, match=r"charts\.repository"):
        OciCharts(repository=repository)


def test_two_replicas_are_spread_budgeted_and_on_the_system_nodes() -> None:
    found = values(deploy())
    assert found["replicas"] == 2
    assert found["podDisruptionBudget"]["maxUnavailable"] == 1
    assert found["tolerations"] == [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
    [apart] = found["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    assert found["topologySpreadConstraints"][0]["topologyKey"] == "topology.kubernetes.io/zone"
    [term] = found["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    assert term["matchExpressions"] == [{"key": "karpenter.sh/nodepool", "operator": "DoesNotExist"}]


def test_the_controller_knows_its_cluster_its_queue_and_its_region() -> None:
    result = deploy()
    settings = values(result)["settings"]
    assert settings["clusterName"] == CLUSTER
    assert settings["interruptionQueue"] == "karpenter-interruptions"
    assert values(result)["controller"]["env"] == [{"name": "AWS_REGION", "value": REGION}]


def test_all_four_events_reach_the_queue_before_the_controller_reads_it() -> None:
    result = deploy()
    patterns = {
        r.name.removeprefix("karpenter-"): json.loads(r.inputs["eventPattern"])
        for r in result.all("eventRule:EventRule")
    }
    assert {name: (p["source"], p["detail-type"]) for name, p in patterns.items()} == {
        "health": (["aws.health"], ["AWS Health Event"]),
        "spot-interruption": (["aws.ec2"], ["EC2 Spot Instance Interruption Warning"]),
        "rebalance": (["aws.ec2"], ["EC2 Instance Rebalance Recommendation"]),
        "state-change": (["aws.ec2"], ["EC2 Instance State-change Notification"]),
    }
    targets = {f"karpenter-{part}-to-queue" for part in EVENTS}
    assert {t.name for t in result.all("EventTarget")} == targets
    assert targets <= waits_for(named(result, "controller"))
    # An event that the queue does not take yet is an event lost.
    for target in result.all("EventTarget"):
        assert "karpenter-interruptions-policy" in waits_for(target)


def test_only_our_rules_write_to_the_queue_and_nobody_without_tls() -> None:
    result = deploy()
    queue = named(result, "interruptions").inputs
    assert queue["sqsManagedSseEnabled"] is True
    found = statements(result, "interruptions-policy")
    rules = [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/karpenter-{part}" for part in EVENTS]
    send = found["EventsFromOurRules"]
    assert send["Principal"] == {"Service": ["events.amazonaws.com"]}
    assert send["Condition"] == {"ArnEquals": {"aws:SourceArn": rules}}
    assert found["NothingInTheClear"]["Effect"] == "Deny"
    assert found["NothingInTheClear"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_controller_ends_only_instances_of_its_cluster() -> None:
    end = statements(deploy(), "controller-policy")["EndOwn"]
    assert end["Action"] == ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
    owned = {f"aws:ResourceTag/kubernetes.io/cluster/{CLUSTER}": "owned"}
    assert end["Condition"]["StringEquals"] == owned


def test_the_controller_passes_the_node_role_alone_and_to_instances_alone() -> None:
    found = statements(deploy(), "controller-policy")["PassTheNodeRole"]
    assert found["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/karpenter-node-role"]
    assert found["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


def test_the_controllers_pods_alone_take_its_role() -> None:
    result = deploy()
    tie = named(result, "controller-identity").inputs
    assert (tie["clusterName"], tie["namespace"], tie["serviceAccount"]) == (
        CLUSTER,
        "kube-system",
        "karpenter",
    )
    assert values(result)["serviceAccount"]["name"] == tie["serviceAccount"]
    assert tie["roleArn"].endswith("role/karpenter-controller-role")


def test_nodes_are_let_in_before_the_controller_buys_one() -> None:
    result = deploy()
    entry = named(result, "node-access")
    assert entry.inputs["type"] == "EC2_LINUX"
    assert entry.inputs["principalArn"] == f"arn:aws:iam::{ACCOUNT}:role/karpenter-node-role"
    assert "karpenter-node-AmazonEKSWorkerNodePolicy" in waits_for(entry)
    assert "karpenter-node-access" in waits_for(named(result, "controller"))


def test_the_controller_keeps_its_rights_until_it_is_gone() -> None:
    waits = waits_for(named(deploy(), "controller"))
    assert {"karpenter-controller-policy", "karpenter-controller-identity"} <= waits


def test_a_pool_that_depends_on_the_controller_goes_before_it() -> None:
    def program() -> None:
        controller = KarpenterController("karpenter", controller_args())
        KarpenterPool("pool", pool_args(), pulumi.ResourceOptions(depends_on=[controller]))
        pulumi.CustomResource("a:b:C", "other", {"ready": controller.ready})

    result = run(program)
    # The NodePool goes before the component that is its parent, and that one before what it depends on.
    assert "KarpenterPool::pool" in result.one("NodePool").parent
    waits = waits_for(result.one("index:KarpenterPool"))
    assert {"karpenter-controller", "karpenter-crds", "karpenter-node-access"} <= waits
    assert "karpenter-controller" in waits_for(result.one("a:b:C"))


def test_everything_that_can_carry_tags_carries_the_stated_ones() -> None:
    untaggable = (
        "RolePolicyAttachment",
        "RolePolicy",
        "QueuePolicy",
        "EventTarget",
        "index:KarpenterController",
    )
    for resource in deploy().resources:
        if not resource.type.endswith(untaggable) and not resource.type.startswith("kubernetes:"):
            assert TAGS.items() <= resource.inputs["tags"].items(), resource.name


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": "1.12.0"}, r"karpenter\.karpenter_version"),
        ({"version": "latest"}, r"karpenter\.karpenter_version"),
        ({"kubernetes_version": "1.40"}, r"karpenter\.kubernetes_version"),
        ({"tags": {"owner": "me"}}, "stack"),
    ],
)
def test_nothing_is_registered_when_the_arguments_cannot_be_used(changes: dict[str, Any], says: str) -> None:
    def program() -> None:
        with pytest.raises(ConfigurationError, match=says):
            KarpenterController("karpenter", controller_args(**changes))

    assert run(program).resources == []

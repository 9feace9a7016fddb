"""What the vendor's own charts of Karpenter make of the values that each stack gives them: what was meant.

A value that a chart does not have is taken without a word, and its default stands. The other charts are in no Go module
that is served (docs/aws.md).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.karpenter_controller import RESOURCES
from components.pod import HOST, ZONE, resource_fields
from config.aws import EksCluster
from config.loader import load_stack, stacks
from ops.check import check_paths
from tests.apps.deployed import deployed
from tests.components.harness import Registered, Run
from tests.vendor_charts import KARPENTER, default_values, helm, released, unknown_values
from tools import pins, toolchain


@dataclass(frozen=True)
class Stack:
    """A stack that makes its cluster: what it states, what it registers, and what its charts make of that."""

    cluster: EksCluster
    made: Run
    objects: list[dict[str, Any]]
    crds: list[dict[str, Any]]

    def one(self, kind: str) -> Any:
        (found,) = [item for item in self.objects if item["kind"] == kind]
        return found

    @property
    def pod(self) -> Any:
        """The template of the controller's pods."""
        return self.one("Deployment")["spec"]["template"]

    @property
    def container(self) -> Any:
        (found,) = self.pod["spec"]["containers"]
        return found

    def registered(self, name: str) -> Registered:
        (found,) = [r for r in self.made.resources if r.name == name]
        return found

    def selects(self, selector: Any) -> bool:
        """Whether a selector chooses the controller's pods; an empty one would choose all there are."""
        wanted = selector["matchLabels"]
        return bool(wanted) and wanted.items() <= self.pod["metadata"]["labels"].items()


# What the chart has no value for: of the budget the eviction of pods that are not ready, a startup probe, timeouts of
# its probes below their periods, and a preStop, which a controller that nobody calls does without.
NOT_OURS = {"HR205", "HR302", "HR303", "HR312"}
EKS = [name for name in stacks() if isinstance(load_stack(name).cluster, EksCluster)]


@pytest.fixture(scope="module", params=EKS)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    settings = load_stack(request.param)
    assert isinstance(settings.cluster, EksCluster)
    made, version = deployed(settings), settings.cluster.kubernetes_version
    with helm() as charts:
        yield Stack(
            cluster=settings.cluster,
            made=made,
            objects=charts.rendered(released(made, "karpenter"), version),
            crds=charts.rendered(released(made, "karpenter-crd"), version),
        )


@pytest.mark.parametrize("chart", ["karpenter", "karpenter-crd"])
def test_the_stack_takes_the_version_whose_chart_this_is(stack: Stack, chart: str) -> None:
    """By the module's: the vendor writes it into Chart.yaml, with the image, when it is published."""
    assert f"v{released(stack.made, chart).inputs['version']}" == pins.pinned("crds", KARPENTER)


@pytest.mark.parametrize("chart", ["karpenter", "karpenter-crd"])
def test_every_value_is_one_that_the_chart_has(stack: Stack, chart: str) -> None:
    assert unknown_values(released(stack.made, chart).inputs["values"], default_values(chart)) == []


@pytest.mark.parametrize(
    ("values", "unknown"),
    [
        ({"replicaCount": 2}, ["replicaCount"]),
        (
            {"settings": {"clusterName": "sale", "interruptionQueueName": "sale"}},
            ["settings.interruptionQueueName"],
        ),
        ({"replicas": {"least": 2}}, ["replicas.least"]),
        ({"controller": {"resources": {"limits": {"memory": "1Gi"}}}}, []),
    ],
)
def test_a_value_that_the_chart_does_not_have_is_found(values: dict[str, Any], unknown: list[str]) -> None:
    assert unknown_values(values, default_values("karpenter")) == unknown


def test_the_controller_stands_twice_on_the_system_nodes(stack: Stack) -> None:
    spec = stack.pod["spec"]
    assert stack.one("Deployment")["spec"]["replicas"] == 2
    assert spec["priorityClassName"] == "system-cluster-critical"
    (term,) = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    assert term["matchExpressions"] == [{"key": "karpenter.sh/nodepool", "operator": "DoesNotExist"}]
    # As AWS and Kubernetes spell the effect.
    taints = [(taint["key"], "NoSchedule") for taint in stack.made.one("NodeGroup").inputs["taints"]]
    tolerated = [(one["key"], one.get("effect", "NoSchedule")) for one in spec["tolerations"]]
    assert set(taints) == set(tolerated)


def test_its_replicas_stand_apart_and_one_may_go(stack: Stack) -> None:
    spec = stack.pod["spec"]
    (apart,) = spec["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert (apart["topologyKey"], stack.selects(apart["labelSelector"])) == (HOST, True)
    (spread,) = spec["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["whenUnsatisfiable"]) == (ZONE, "DoNotSchedule")
    assert stack.selects(spread["labelSelector"])
    budget = stack.one("PodDisruptionBudget")["spec"]
    assert (budget["maxUnavailable"], stack.selects(budget["selector"])) == (1, True)
    # Both hosts are taken: with a surge and nothing else a rollout would wait for a third.
    assert stack.one("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 1


def test_its_pods_take_the_role_that_is_tied_to_them(stack: Stack) -> None:
    tie = stack.registered("karpenter-controller-identity").inputs
    bound = (tie["namespace"], tie["serviceAccount"])
    account = stack.one("ServiceAccount")["metadata"]
    assert (account["namespace"], account["name"]) == bound
    assert stack.pod["spec"]["serviceAccountName"] == bound[1]
    subjects = [
        (subject["namespace"], subject["name"])
        for item in stack.objects
        if item["kind"].endswith("RoleBinding")
        for subject in item["subjects"]
    ]
    assert set(subjects) == {bound}
    assert stack.one("Deployment")["metadata"]["namespace"] == bound[0]


def test_it_knows_its_cluster_its_queue_and_its_region(stack: Stack) -> None:
    variables = stack.container["env"]
    told = {one["name"]: one.get("value") for one in variables}
    # The last of two would win.
    assert len(told) == len(variables)
    assert told["CLUSTER_NAME"] == stack.cluster.name
    assert told["INTERRUPTION_QUEUE"] == stack.registered("karpenter-interruptions").name
    assert told["AWS_REGION"] == stack.cluster.region
    assert told["EKS_CONTROL_PLANE"] == "true"


def test_it_has_the_memory_that_it_plans_with_and_no_limit_of_cpu(stack: Stack) -> None:
    assert stack.container["resources"] == resource_fields(RESOURCES)
    (limit,) = [one for one in stack.container["env"] if one["name"] == "MEMORY_LIMIT"]
    assert limit["valueFrom"]["resourceFieldRef"] == {
        "containerName": stack.container["name"],
        "resource": "limits.memory",
        "divisor": "0",
    }


def test_its_metrics_are_found_by_its_service(stack: Stack) -> None:
    service = stack.one("Service")["spec"]
    assert stack.selects({"matchLabels": service["selector"]})
    (port,) = service["ports"]
    (listened,) = [one for one in stack.container["ports"] if one["name"] == port["targetPort"]]
    told = {one["name"]: one.get("value") for one in stack.container["env"]}
    assert told["METRICS_PORT"] == str(listened["containerPort"])


def test_our_own_rules_find_only_what_no_value_could_mend(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "objects.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": stack.objects}))
    result = check_paths([str(file)])
    assert not result.unusable
    assert {finding.number for finding in result.findings} == NOT_OURS


def test_the_crds_are_those_that_the_local_cluster_admits_by(stack: Stack) -> None:
    """So what is admitted there (tests/cluster/test_admission.py) is admitted here."""
    there = [yaml.safe_load(file.read_text()) for file in (toolchain.crds() / "karpenter-aws").iterdir()]
    by_name = {crd["metadata"]["name"]: crd["spec"] for crd in there}
    assert {crd["metadata"]["name"]: crd["spec"] for crd in stack.crds} == by_name
    served = {
        (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
        for spec in by_name.values()
        for version in spec["versions"]
        if version["served"]
    }
    ours = {
        (r.inputs["apiVersion"], r.inputs["kind"])
        for r in stack.made.resources
        if "karpenter" in r.inputs.get("apiVersion", "")
    }
    assert {kind for _, kind in ours} == {"NodePool", "EC2NodeClass"}
    assert ours <= served

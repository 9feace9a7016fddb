"""The rules see the objects of the cluster; an error is not well, a warning is printed, what is ignored is neither."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from components.policy.findings import Finding, Severity
from components.policy.ignores import Ignore
from ops import cli
from ops.status.findings import findings

from . import objects as o
from .server import Server, write_stack

NAMESPACES = f"/api/v1/namespaces?fieldSelector=metadata.name%3D{o.NAMESPACE}"
NODE_CLASSES = "/apis/karpenter.k8s.aws/v1/ec2nodeclasses"
ALERTS = f"/apis/monitoring.coreos.com/v1/namespaces/{o.NAMESPACE}/prometheusrules"
IGNORE = Ignore(rule="HR201", object="services.gateway-api", reason="drained by hand")


def deployed() -> list[o.Object]:
    scaler = {
        **o.hpa("gateway-api", 9, 45),
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
    }
    return [{**o.deployment("gateway-api", 9), "apiVersion": "apps/v1", "kind": "Deployment"}, scaler]


def blocking() -> o.Object:
    budget = {**o.budget("gateway-api"), "apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
    budget["spec"]["minAvailable"] = 9
    return budget


def numbers(found: tuple[Finding, ...]) -> set[str]:
    return {finding.number for finding in found}


def test_a_budget_that_blocks_every_drain_is_found() -> None:
    assert "HR201" not in numbers(findings(deployed()))
    assert "HR201" in numbers(findings([*deployed(), blocking()]))


def test_what_the_stack_ignores_is_left_out_by_the_name_that_its_plan_has() -> None:
    assert "HR201" not in numbers(findings([*deployed(), blocking()], [IGNORE]))


def test_an_ignore_that_is_meant_for_the_plan_is_no_finding_here() -> None:
    assert findings([], [IGNORE]) == ()


def test_replicas_that_the_autoscaler_set_are_no_finding() -> None:
    found = findings(deployed())
    # The Deployment was read: a bare one lacks much of what the rules ask for.
    assert [finding for finding in found if finding.object == "Deployment gateway-api"]
    assert "HR402" not in numbers(found)


def test_the_autoscaler_that_keda_makes_of_its_own_is_no_second_one() -> None:
    workload, scaler = deployed()
    scaled = {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "gateway-api"},
        "spec": {"scaleTargetRef": {"name": "gateway-api"}, "minReplicaCount": 9, "maxReplicaCount": 45},
    }
    assert "HR405" in numbers(findings([workload, scaler, scaled]))
    owner = {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "gateway-api"}
    made = {**scaler, "metadata": {**scaler["metadata"], "ownerReferences": [owner]}}
    assert "HR405" not in numbers(findings([workload, made, scaled]))


def test_no_object_is_no_finding() -> None:
    assert findings([]) == ()


def status(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["status", "-s", "test", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def as_listed(kind: str, version: str, body: o.Object) -> o.Object:
    # The small server does not say what its lists are of.
    return {**body, "kind": kind, "apiVersion": version}


def with_a_blocking_budget(server: Server) -> None:
    server.lists[o.BUDGETS][0] = blocking()
    server.lists[o.DEPLOYMENTS][0] |= {"kind": "Deployment", "apiVersion": "apps/v1"}
    server.lists[o.AUTOSCALERS][0] |= {"kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2"}


@pytest.mark.parametrize("arguments", [(), ("--wait", "--timeout", "0")])
def test_an_error_is_not_well_and_ends_with_one(
    folder: Path, server: Server, arguments: tuple[str, ...]
) -> None:
    with_a_blocking_budget(server)
    write_stack(folder, server.server_port)
    code, text = status(*arguments)
    assert code == 1
    assert "not well: HR201 budget-blocks-drain  Deployment gateway-api" in text
    assert "all well" not in text


def test_a_warning_is_printed_and_all_is_well(folder: Path, server: Server) -> None:
    server.lists[o.DEPLOYMENTS][0] |= {"kind": "Deployment", "apiVersion": "apps/v1"}
    template = server.lists[o.DEPLOYMENTS][0]["spec"]["template"]
    template["spec"] = {"containers": [{"name": "app", "image": "shop/api:latest"}]}
    write_stack(folder, server.server_port)
    code, text = status()
    assert code == 0
    assert "warning: HR511 image-moves  Deployment gateway-api" in text and "all well" in text


def test_the_stacks_ignores_hold_for_its_cluster_too(folder: Path, server: Server) -> None:
    with_a_blocking_budget(server)
    write_stack(folder, server.server_port)
    file = folder / "Pulumi.test.yaml"
    ignores = json.dumps([IGNORE.model_dump()])
    file.write_text(f"{file.read_text()}  headroom:ignores: {ignores}\n")
    code, text = status()
    assert code == 0, text


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        (NODE_CLASSES, as_listed("EC2NodeClass", "karpenter.k8s.aws/v1", {"spec": {}}), "HR811"),
        (
            o.SCALED_OBJECTS,
            as_listed(
                "ScaledObject",
                "keda.sh/v1alpha1",
                {"spec": {"scaleTargetRef": {"name": "gateway-api"}, "minReplicaCount": 9, "maxReplicaCount": 8}},
            ),
            "HR404",
        ),
        (
            NAMESPACES,
            as_listed("Namespace", "v1", {"metadata": {"annotations": {"headroom.dev/p99": "soon"}}}),
            "HR002",
        ),
        (
            ALERTS,
            as_listed(
                "PrometheusRule",
                "monitoring.coreos.com/v1",
                {"spec": {"groups": [{"rules": [{"alert": "A", "expr": "errors_ratio > 1",
                                                 "annotations": {"headroom.dev/signal": "errors"}}]}]}},
            ),
            "HR903",
        ),
    ],
)  # fmt: skip
def test_every_kind_that_the_rules_look_at_is_read(
    folder: Path, server: Server, path: str, body: o.Object, rule: str
) -> None:
    server.lists[o.DEPLOYMENTS][0] |= {"kind": "Deployment", "apiVersion": "apps/v1"}
    server.lists[o.AUTOSCALERS].clear()
    server.lists[path] = [{**body, "metadata": {"name": "a", **body.get("metadata", {})}}]
    write_stack(folder, server.server_port)
    code, text = status("--format", "json")
    found = json.loads(text)["findings"]
    assert rule in {finding["number"] for finding in found}
    assert {f["severity"] for f in found if f["number"] == rule} == {Severity.ERROR.value}
    assert code == 1


def test_a_kind_that_the_cluster_does_not_have_is_none(folder: Path, server: Server) -> None:
    for path in (o.SCALED_OBJECTS, NODE_CLASSES, ALERTS):
        del server.lists[path]
    write_stack(folder, server.server_port)
    assert status()[0] == 0

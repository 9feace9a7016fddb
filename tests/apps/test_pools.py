"""A stack of several pools with room that is kept: who may run where, in the objects and in what the rules read."""

from pathlib import Path
from typing import Any

import pytest

from components.policy.facts.from_plan import plan_facts
from components.policy.facts.objects import Document, read_objects
from components.policy.review import review
from config.loader import load_stack, plan_of
from config.settings import Settings
from tests.apps.deployed import deployed
from tests.components.harness import Run
from tests.config.examples import with_least
from tests.policy.rules.test_annotations import differences

POOLS = """\
headroom:node_pools:
  critical: {node_class: {kind: kwok}}
  spot: {capacity_type: spot, weight: 10, taints: [{key: example.com/spot}], node_class: {kind: kwok}}
headroom:services:
  reservation-api: {tolerates_reclaim: true}
headroom:spare: {kind: pods, pods: 12}
"""
NODE_POOL = "karpenter.sh/nodepool"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_least(tmp_path, POOLS)


def pod(result: Run, kind: str, name: str) -> Any:
    (found,) = (r.inputs for r in result.all(kind) if r.inputs["metadata"]["name"] == name)
    return found["spec"]["template"]["spec"]


def pools_of(term: Any) -> list[str]:
    (expression,) = term["matchExpressions"]
    assert (expression["key"], expression["operator"]) == (NODE_POOL, "In")
    values: list[str] = expression["values"]
    return values


def test_pods_name_the_pools_that_they_may_run_on_and_pass_their_taints(settings: Settings) -> None:
    result = deployed(settings)
    tolerant = pod(result, "Deployment", "reservation-api")
    affinity = tolerant["affinity"]["nodeAffinity"]
    (required,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert pools_of(required) == ["tacos-app-spot", "tacos-app-critical"]
    (preferred,) = affinity["preferredDuringSchedulingIgnoredDuringExecution"]
    assert pools_of(preferred["preference"]) == ["tacos-app-spot"]
    assert tolerant["tolerations"] == [
        {"key": "example.com/spot", "operator": "Exists", "effect": "NoSchedule"}
    ]
    for kind, name in (("Deployment", "gateway-api"), ("StatefulSet", "redis")):
        steady = pod(result, kind, name)
        affinity = steady["affinity"]["nodeAffinity"]
        (required,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
        assert pools_of(required) == ["tacos-app-critical"]
        assert "preferredDuringSchedulingIgnoredDuringExecution" not in affinity
        assert "tolerations" not in steady
        assert steady["topologySpreadConstraints"]


def test_both_pools_and_the_room_on_the_entrys_are_made(settings: Settings) -> None:
    result = deployed(settings)
    pools = {r.inputs["metadata"]["name"]: r.inputs["spec"] for r in result.all("NodePool")}
    assert set(pools) == {"tacos-app-critical", "tacos-app-spot"}
    assert pools["tacos-app-spot"]["weight"] == 10
    (room,) = (r.inputs for r in result.all("Deployment") if r.inputs["metadata"]["name"].endswith("-spare"))
    assert room["metadata"]["name"] == "tacos-app-critical-spare"
    assert room["spec"]["replicas"] == 12
    outputs: Any = result.result
    assert [node["pool"] for node in outputs["nodes"]] == ["tacos-app-critical", "tacos-app-spot"]


def test_what_is_rendered_is_what_the_plan_knows_and_breaks_no_rule(settings: Settings) -> None:
    planned = plan_facts(plan_of(settings, "own"), settings.platform, settings.namespace)
    result = deployed(settings)
    bodies = [r.inputs for r in result.resources if r.type.startswith("kubernetes:") and "kind" in r.inputs]
    seen = read_objects(map(Document, bodies)).fleet
    here = {workload.name: workload for workload in seen.workloads}
    assert set(here) == {workload.name for workload in planned.workloads}
    for workload in planned.workloads:
        assert list(differences(workload, here[workload.name], workload.name)) == []
    assert list(differences(planned.pools, seen.pools)) == []
    assert review(planned) == []
    assert review(seen) == []


def test_what_karpenter_buys_carries_the_tags_of_the_cluster_that_is_made() -> None:
    tags = deployed(load_stack("prod")).one("EC2NodeClass").inputs["spec"]["tags"]
    assert tags == {"owner": "shop", "stack": "prod", "cost-allocation": "tickets"}


def test_of_a_cluster_that_exists_the_pool_states_them(tmp_path: Path) -> None:
    nodes = "{kind: ec2, role: nodes, discovery: sale, ami_alias: al2023@v20260915, volume_size: 50Gi, tags: {%s}}"
    stated = "owner: shop, stack: sale, cost-allocation: tickets"
    settings = with_least(tmp_path, f"headroom:node_pool: {{node_class: {nodes % stated}}}")
    tags = deployed(settings).one("EC2NodeClass").inputs["spec"]["tags"]
    assert tags == {"owner": "shop", "stack": "sale", "cost-allocation": "tickets"}

"""A lane is the stack's own objects under another name, and touches nothing of anybody else's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan, build_plan
from components.policy.surge.named_policies import named_policies
from config.loader import load_stack
from ops.surge.cluster import path_of
from ops.surge.lane_model import MARK, Lane, Model
from ops.surge.lane_objects import lane_objects
from ops.surge.render import rendered

MODEL = Model({"gateway-api": 19.0}, {"gateway-api": 18.0}, 60.0)
Objects = list[dict[str, Any]]


def lane(plan: Plan, policy: str, objects: Objects) -> Objects:
    made = Lane("surge-0-x", named_policies(plan)[policy], policy == "ours")
    return lane_objects(objects, plan, made, MODEL)


def one(objects: Objects, kind: str, name: str) -> dict[str, Any]:
    (found,) = [o for o in objects if o["kind"] == kind and o["metadata"]["name"] == name]
    return found


def strings(thing: Any) -> Iterator[str]:
    match thing:
        case dict():
            for value in thing.values():
                yield from strings(value)
        case list():
            for value in thing:
                yield from strings(value)
        case str():
            yield thing


def test_everything_is_in_the_lane_and_marked(plan: Plan, objects: Objects) -> None:
    for made in lane(plan, "rps-650-fast+40-spare+floor", objects):
        metadata = made["metadata"]
        assert metadata.get("namespace", metadata["name"]).startswith("surge-0-x"), made["kind"]
        assert len(metadata["name"]) <= 63
        assert metadata["labels"][MARK] == "surge-0-x"
        assert path_of(made)


def test_our_own_lane_scales_by_the_very_autoscalers_that_are_deployed(plan: Plan, objects: Objects) -> None:
    deployed = one(objects, "HorizontalPodAutoscaler", "gateway-api")["spec"]
    made = one(lane(plan, "ours", objects), "HorizontalPodAutoscaler", "gateway-api")["spec"]
    assert made == deployed


def test_pods_and_nodes_of_a_lane_know_only_each_other(plan: Plan, objects: Objects) -> None:
    made = lane(plan, "ours", objects)
    (pool,) = [o["spec"]["template"] for o in made if o["kind"] == "NodePool"]
    (node_class,) = [o for o in made if o["kind"] == "KWOKNodeClass"]
    assert pool["metadata"]["labels"][MARK] == "surge-0-x"
    assert {"key": MARK, "value": "surge-0-x", "effect": "NoSchedule"} in pool["spec"]["taints"]
    assert pool["spec"]["nodeClassRef"]["name"] == node_class["metadata"]["name"]
    for kind, name in (
        ("Deployment", "gateway-api"),
        ("StatefulSet", "redis"),
        ("DaemonSet", "surge-0-x-daemons"),
    ):
        pod = one(made, kind, name)["spec"]["template"]["spec"]
        assert pod["nodeSelector"][MARK] == "surge-0-x"
        assert any(t["key"] == MARK and t["value"] == "surge-0-x" for t in pod["tolerations"])


def test_pods_and_nodes_take_the_modelled_time(plan: Plan, objects: Objects) -> None:
    made = lane(plan, "ours", objects)
    notes = one(made, "Deployment", "gateway-api")["spec"]["template"]["metadata"]["annotations"]
    assert notes["pod-ready.stage.kwok.x-k8s.io/delay"] == "19000ms"
    assert notes["pod-ready.stage.kwok.x-k8s.io/jitter-delay"] == "19000ms"
    assert notes["pod-delete.stage.kwok.x-k8s.io/delay"] == "18000ms"
    (node_class,) = [o for o in made if o["kind"] == "KWOKNodeClass"]
    assert node_class["spec"] == {"nodeRegistrationDelay": "60s"}


def test_another_policy_brings_its_own_autoscalers_and_budgets(plan: Plan, objects: Objects) -> None:
    made = lane(plan, "guide", objects)
    scaler = one(made, "HorizontalPodAutoscaler", "gateway-api")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (10, 50)
    assert "behavior" not in scaler
    (metric,) = scaler["metrics"]
    assert metric["resource"]["target"] == {"type": "Utilization", "averageUtilization": 70}
    budget = one(made, "PodDisruptionBudget", "gateway-api")["spec"]
    assert budget["minAvailable"] == 5
    assert "maxUnavailable" not in budget
    assert one(made, "Deployment", "gateway-api")["spec"]["replicas"] == 10


def test_placeholders_are_there_and_below_everything(plan: Plan, objects: Objects) -> None:
    made = lane(plan, "rps-650-fast+40-spare", objects)
    spare = one(made, "Deployment", "surge-0-x-spare-0")["spec"]
    assert spare["replicas"] == 40
    assert one(made, "PriorityClass", spare["template"]["spec"]["priorityClassName"])["value"] == -10
    requests = spare["template"]["spec"]["containers"][0]["resources"]["requests"]
    assert requests == {"cpu": "500m", "memory": "512Mi"}


def test_a_namespace_comes_before_what_is_in_it_and_an_autoscaler_last(plan: Plan, objects: Objects) -> None:
    kinds = [made["kind"] for made in lane(plan, "ours", objects)]
    assert kinds[0] == "Namespace"
    assert set(kinds[-4:]) == {"HorizontalPodAutoscaler"}


def test_whole_numbers_stay_whole(plan: Plan, objects: Objects) -> None:
    assert ".0," not in json.dumps(lane(plan, "ours", objects))


def test_a_lane_of_kedas_asks_for_its_own_namespace() -> None:
    settings = load_stack("prod")
    plan = build_plan(settings.platform)
    made = lane(plan, "ours", rendered(settings, plan))
    scaled = one(made, "ScaledObject", "gateway-api")
    queries = [t["metadata"]["query"] for t in scaled["spec"]["triggers"] if "query" in t["metadata"]]
    assert queries
    assert all('namespace="surge-0-x"' in query for query in queries)
    assert [made for made in made if made["kind"] == "KWOKNodeClass"]
    assert not [made for made in made if made["kind"] == "EC2NodeClass"]


def test_a_stack_without_nodes_of_its_own_is_refused(plan: Plan, objects: Objects) -> None:
    poolless = [o for o in objects if o["kind"] != "NodePool"]
    with pytest.raises(
        ConfigurationError, match="node_pool: null is not usable; allowed: a stack with a node pool"
    ):
        lane(plan, "ours", poolless)

"""The whole platform of every stack under mocks: what differs between them is data, and all of it deploys."""

from collections import Counter
from typing import Any

import pytest

from apps.review import findings
from components.policy.plan import build_plan
from config.loader import load_stack, stacks
from tests.apps.deployed import deployed

SERVICES = {"gateway-api", "reservation-api", "inventory-api", "payment-api"}
EVERY_STACK = pytest.mark.parametrize("stack", stacks())


@EVERY_STACK
def test_the_stack_deploys_whole(stack: str) -> None:
    settings = load_stack(stack)
    result = deployed(settings)
    kinds = Counter(resource.type.split(":")[-1] for resource in result.resources)
    assert kinds["ScalableService"] == len(SERVICES)
    assert kinds["GatewayTier"] == kinds["RedisCluster"] == 1
    # The platform's own, and one for each controller that the stack makes.
    assert kinds["Namespace"] == 1 + len(settings.inside.stated)
    monitored = settings.inside.prometheus is not None
    assert kinds["PodMonitor"] == (len(SERVICES) if monitored else 0)
    assert kinds["NodePool"] == (settings.node_pool is not None)
    scalers = kinds["HorizontalPodAutoscaler"], kinds["ScaledObject"]
    assert scalers == ((4, 0) if settings.autoscaling.kind == "external-metric" else (0, 4))


@EVERY_STACK
def test_nothing_falls_back_to_a_cluster_that_happens_to_be_current(stack: str) -> None:
    for resource in deployed(load_stack(stack)).resources:
        if resource.type.startswith("kubernetes:"):
            assert "::cluster::" in resource.provider, resource.name


@EVERY_STACK
def test_no_shipped_stack_has_a_finding(stack: str) -> None:
    settings = load_stack(stack)
    assert findings(settings, build_plan(settings.platform)) == []


def test_the_outputs_are_what_a_person_asks_for_next() -> None:
    outputs: Any = deployed(load_stack("local")).result
    assert outputs["services"]["gateway-api"] == {
        "url": "http://gateway-api.tacos-app.svc:8000",
        "floor": 9,
        "peak": 45,
        "budget": "maxUnavailable 10%",
    }
    assert set(outputs["services"]) == SERVICES
    assert len(outputs["redis"]["sentinels"]) == 3
    assert outputs["nodes"][0] == {
        "pool": "tacos-app-on-demand-critical",
        "instance_type": "m5.2xlarge",
        "floor": 4,
        "peak": 9,
    }
    assert "ops status" in outputs["next"]


def test_the_call_graph_is_what_is_open() -> None:
    policies = {
        resource.inputs["metadata"]["name"]: resource.inputs["spec"]
        for resource in deployed(load_stack("local")).all("NetworkPolicy")
    }
    callers = [peer for rule in policies["payment-api"]["ingress"] for peer in rule["from"]]
    assert callers == [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "gateway-api"}}},
        {
            "podSelector": {"matchLabels": {}},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
        },
    ]
    ports = sorted(port["port"] for rule in policies["payment-api"]["egress"] for port in rule["ports"])
    assert ports == [53, 53, 6379, 26379], "Redis, its sentinels and DNS; no other service"

"""What `make up` leaves behind, looked at through the real API server, HPA controller, scheduler and Karpenter."""

import json
from typing import Any

import pytest

from tests.live import NAMESPACE, Checkout, eventually, is_ready

SERVICES = {
    "gateway-api": (9, 45),
    "reservation-api": (6, 30),
    "inventory-api": (6, 30),
    "payment-api": (6, 30),
}


def test_every_pod_runs_on_a_node_that_karpenter_bought(platform: Checkout) -> None:
    nodes = {node["metadata"]["name"]: node for node in platform.get("nodes")}
    pods = platform.get("pods")
    assert {pod["metadata"]["labels"]["app.kubernetes.io/name"] for pod in pods} >= set(SERVICES)
    for pod in pods:
        assert is_ready(pod), pod["metadata"]["name"]
        labels = nodes[pod["spec"]["nodeName"]]["metadata"]["labels"]
        assert labels["karpenter.sh/nodepool"] == "tacos-app-on-demand-critical"


@pytest.mark.parametrize("role", ["redis", "redis-sentinel"])
def test_no_two_pods_of_a_redis_set_share_a_node_after_a_cold_start(platform: Checkout, role: str) -> None:
    pods = platform.get("pods", "-l", f"app.kubernetes.io/component={role}")
    nodes = [pod["spec"]["nodeName"] for pod in pods]
    assert nodes, "no pod of the set"
    assert len(set(nodes)) == len(nodes), nodes


def test_nodes_stand_in_every_zone(platform: Checkout) -> None:
    zones = {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in platform.get("nodes")}
    assert zones == {"zone-a", "zone-b", "zone-c"}


def test_the_services_stand_at_least_at_their_floors(platform: Checkout) -> None:
    for service, (floor, _) in SERVICES.items():
        assert platform.ready(service) >= floor, service


def test_every_autoscaler_computes_from_both_metrics(platform: Checkout) -> None:
    scalers = platform.get("hpa")
    assert {hpa["metadata"]["name"] for hpa in scalers} == set(SERVICES)
    for hpa in scalers:
        name = hpa["metadata"]["name"]
        conditions = {c["type"]: c["status"] for c in hpa["status"]["conditions"]}
        assert conditions["ScalingActive"] == "True", name
        measured = {metric["type"] for metric in hpa["status"]["currentMetrics"]}
        assert measured == {"External", "Resource"}, f"{name}: a metric is <unknown>"


def test_the_autoscalers_bounds_are_the_plans(platform: Checkout) -> None:
    plan = json.loads(platform.ops("plan", "-s", "local", "--format", "json").output)
    for hpa in platform.get("hpa"):
        planned = plan["services"][hpa["metadata"]["name"]]["replicas"]
        assert hpa["spec"]["minReplicas"] == planned["floor"]["value"]
        assert hpa["spec"]["maxReplicas"] == planned["peak"]["value"]


def test_a_pod_that_breaks_the_restricted_standard_is_refused(platform: Checkout) -> None:
    refused = platform.kubectl(
        "run",
        "intruder",
        "-n",
        NAMESPACE,
        "--image=docker.io/library/busybox:1.36.1",
        "--privileged",
        check=False,
    )
    assert refused.status != 0
    assert "violates PodSecurity" in refused.output


def test_the_namespace_is_closed_to_what_no_policy_opens(platform: Checkout) -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in platform.get("networkpolicies")}
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    peers = [peer for rule in policies["reservation-api"]["ingress"] for peer in rule["from"]]
    assert peers == [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "gateway-api"}}},
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
            "podSelector": {},
        },
    ]


def test_budgets_allow_disruption(platform: Checkout) -> None:
    budgets = platform.get("pdb")
    assert {budget["metadata"]["name"] for budget in budgets} >= set(SERVICES)
    for budget in budgets:
        assert budget["status"]["disruptionsAllowed"] >= 1, budget["metadata"]["name"]


@pytest.mark.parametrize("policy", ["WhenUnderutilized", "Never"])
def test_the_api_refuses_what_the_guide_wrote_in_the_node_pool(platform: Checkout, policy: str) -> None:
    (pool,) = platform.get("nodepools")
    patch = json.dumps({"spec": {"disruption": {"consolidationPolicy": policy}}})
    refused = platform.kubectl(
        "patch",
        "nodepool",
        pool["metadata"]["name"],
        "--type=merge",
        "-p",
        patch,
        "--dry-run=server",
        check=False,
    )
    assert refused.status != 0
    assert "consolidationPolicy" in refused.output


def test_an_eviction_beyond_the_budget_is_refused(platform: Checkout) -> None:
    """As many evictions as the budget allows are granted at once, and not one more."""
    service = "gateway-api"
    eventually("one disruption allowed", lambda: allowed(platform, service) >= 1, within=60)
    pods = [
        pod["metadata"]["name"] for pod in platform.get("pods", "-l", f"app.kubernetes.io/name={service}")
    ]
    answers = [evict(platform, name) for name in pods[: allowed(platform, service) + 1]]
    assert all(status == 0 for status, _ in answers[:-1]), answers
    status, output = answers[-1]
    assert status != 0
    assert "violate the pod's disruption budget" in output
    eventually("all pods ready again", lambda: platform.ready(service) >= SERVICES[service][0], within=120)


def allowed(platform: Checkout, service: str) -> int:
    (budget,) = platform.get("pdb", "--field-selector", f"metadata.name={service}")
    return int(budget["status"]["disruptionsAllowed"])


def evict(platform: Checkout, pod: str) -> tuple[int, str]:
    body: dict[str, Any] = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": NAMESPACE},
    }
    path = platform.root / "eviction.json"
    path.write_text(json.dumps(body))
    url = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
    result = platform.kubectl("create", "--raw", url, "-f", str(path), check=False)
    return result.status, result.output

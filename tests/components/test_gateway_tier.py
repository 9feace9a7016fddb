"""GatewayTier: the guide's variables with derived values, and the three ways in."""

from typing import Any

from components import GatewayTier, HttpRoute, NodePort
from tests.components.examples import IMAGE, gateway_args
from tests.components.harness import Run, run


def deploy(**changes: Any) -> Run:
    return run(lambda: GatewayTier("gateway-api", gateway_args("tacos-app", IMAGE, **changes)))


def environment(result: Run) -> dict[str, str]:
    container = result.one("Deployment").inputs["spec"]["template"]["spec"]["containers"][0]
    return {entry["name"]: entry["value"] for entry in container["env"]}


def test_the_guides_variables_carry_derived_values() -> None:
    assert environment(deploy()) == {
        # 1,000 rps x 1 operation x 50 ms, half of the objective: Little's law gives the guide's 50.
        "REDIS_POOL_SIZE": "50",
        "REDIS_POOL_TIMEOUT": "3s",
        # 1,000 rps x 1/3 x 100 ms = 33.3 for each of two backends.
        "HTTP_MAX_IDLE_CONNS_PER_HOST": "34",
        "HTTP_MAX_IDLE_CONNS": "68",
        "HTTP_TIMEOUT": "5s",
        "HTTP_RETRIES": "0",
        "HTTP_RETRY_BACKOFF": "50ms",
        "CIRCUIT_BREAKER_THRESHOLD": "5",
        "CIRCUIT_BREAKER_TIMEOUT": "10s",
        # What a pod was measured to carry, not the guide's 1,500 that no pod carries.
        "RATE_LIMIT_RPS": "1000",
        "RATE_LIMIT_BURST": "100",
    }


def test_the_rate_limit_never_sheds_what_the_floor_can_carry_and_protects_the_peak() -> None:
    result = deploy()
    limit = int(environment(result)["RATE_LIMIT_RPS"])
    bounds = result.one("HorizontalPodAutoscaler").inputs["spec"]
    floor, peak = int(bounds["minReplicas"]), int(bounds["maxReplicas"])
    assert floor * limit >= 6_000, "the floor lets the baseline in"
    assert (peak - peak // 3) * limit >= 30_000, "after a zone is lost the target is still let in"
    assert peak * limit <= peak * 1_000, "no pod is given more than it was measured to carry"


def test_the_gateway_is_open_on_its_one_port_since_a_load_balancer_is_no_pod() -> None:
    (rule,) = deploy().one("NetworkPolicy").inputs["spec"]["ingress"]
    assert rule == {"ports": [{"port": 8000, "protocol": "TCP"}]}


def test_inside_the_cluster_only_by_default() -> None:
    result = deploy()
    assert result.all("HTTPRoute") == []
    assert result.one("core/v1:Service").inputs["spec"]["type"] == "ClusterIP"


def test_by_a_gateway_of_the_gateway_api() -> None:
    route = deploy(
        way_in=HttpRoute(gateway="public", gateway_namespace="ingress", hostnames=["tickets.example.com"])
    ).one("HTTPRoute")
    assert route.inputs["spec"] == {
        "parentRefs": [{"name": "public", "namespace": "ingress"}],
        "hostnames": ["tickets.example.com"],
        "rules": [{"backendRefs": [{"name": "gateway-api", "port": 8000}]}],
    }


def test_by_the_guides_node_port() -> None:
    assert deploy(way_in=NodePort()).one("core/v1:Service").inputs["spec"]["type"] == "NodePort"

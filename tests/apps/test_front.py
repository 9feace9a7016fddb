"""The stack's ways in, deployed: what prod's load balancer is told, and what a path past the entry opens."""

from typing import Any

import pulumi
import pytest

from apps import front, platform
from apps.review import findings
from components.policy.plan import build_plan
from config.loader import load_stack
from config.problems import StackError
from config.settings import Settings
from tests.components.aws_examples import KINDS
from tests.components.harness import Run

from .deployed import deployed

PREFIX = "alb.ingress.kubernetes.io/"


def prod(exposure: dict[str, Any] | None = None, **gateway: Any) -> Settings:
    stated = {**({"exposure": exposure} if exposure else {}), **gateway}
    return load_stack("prod", over={"services": {"gateway-api": stated}})


def told(result: Run) -> dict[str, str]:
    annotations = result.one("v1:Ingress").inputs["metadata"]["annotations"]
    return {key.removeprefix(PREFIX): value for key, value in annotations.items()}


@pytest.fixture(scope="module")
def shipped() -> Run:
    return deployed(prod())


def test_prods_entry_is_behind_an_alb_that_is_told_the_plans_seconds(shipped: Run) -> None:
    plan = build_plan(prod().platform).services["gateway-api"]
    said = told(shipped)
    delay = plan.drain.deregistration_delay.value.seconds
    assert f"deregistration_delay.timeout_seconds={delay}" in said["target-group-attributes"].split(",")
    [pod] = [
        r.inputs["spec"]["template"]["spec"]
        for r in shipped.all("v1:Deployment")
        if r.inputs["metadata"]["name"] == "gateway-api"
    ]
    pre_stop = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pre_stop + delay <= pod["terminationGracePeriodSeconds"]


def test_a_stack_says_how_pods_are_chosen_and_what_else_the_ingress_is_told() -> None:
    dual = {"alb.ingress.kubernetes.io/ip-address-type": "dualstack"}
    exposure = {
        "balancing": {"algorithm": "least_outstanding_requests"},
        "ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "annotations": dual,
    }
    said = told(deployed(prod(exposure)))
    assert "load_balancing.algorithm.type=least_outstanding_requests" in said["target-group-attributes"]
    assert (said["ssl-policy"], said["ip-address-type"]) == (exposure["ssl_policy"], "dualstack")


def test_the_namespace_asks_for_readiness_gates_where_a_balancer_is_in_front(shipped: Run) -> None:
    label = "elbv2.k8s.aws/pod-readiness-gate-inject"
    spaces = {r.inputs["metadata"]["name"]: r.inputs["metadata"] for r in shipped.all("v1:Namespace")}
    assert spaces["tacos-app"]["labels"][label] == "enabled"
    local = deployed(load_stack("local"))
    assert all(label not in r.inputs["metadata"].get("labels", {}) for r in local.all("v1:Namespace"))


def test_the_controller_outlives_the_pools_and_with_them_the_ingress(shipped: Run) -> None:
    [release] = [r for r in shipped.all("Release") if r.inputs["name"] == "aws-load-balancer-controller"]
    assert release.inputs["chart"] == "aws-load-balancer-controller"
    assert release.inputs["repositoryOpts"] == {"repo": "https://aws.github.io/eks-charts"}
    waits = {urn.rpartition("::")[2] for urn in shipped.one("index:KarpenterPool").depends_on}
    assert "load-balancer-controller-controller" in waits


def test_a_path_past_the_entry_opens_its_backend() -> None:
    result = deployed(prod({"routes": {"/seats": "inventory-api"}}))
    policies = {r.inputs["metadata"]["name"]: r.inputs["spec"] for r in result.all("NetworkPolicy")}
    assert {"ports": [{"port": 8000, "protocol": "TCP"}]} in policies["inventory-api"]["ingress"]
    assert all("from" in rule for rule in policies["payment-api"]["ingress"])
    names = {r.inputs["metadata"]["name"] for r in result.all("v1:Ingress")}
    assert names == {"gateway-api", "gateway-api-seats"}


def test_gateways_find_their_kinds_their_class_and_a_controller_that_started_after_both() -> None:
    cluster = {"gateway_api": {"file": str(KINDS)}}
    gateway = {"exposure": {"kind": "alb-gateway", "class_name": "public"}}
    result = deployed(load_stack("prod", over={"cluster": cluster, "services": {"gateway-api": gateway}}))
    assert result.one("GatewayClass").inputs["metadata"]["name"] == "public"
    kinds = {
        f"gateway-api-crds-{plural}" for plural in ("gateways", "httproutes", "gatewayclasses", "grpcroutes")
    }
    controller = result.one("index:LoadBalancerController")
    assert kinds <= {urn.rpartition("::")[2] for urn in controller.depends_on}
    pool = {urn.rpartition("::")[2] for urn in result.one("index:KarpenterPool").depends_on}
    assert {"load-balancer-controller-class-public", *kinds} <= pool


CANARY = {
    "tier": "gateway",
    "image": "registry.example.com/gateway:1.5.0",
    "rps_per_pod": 1000,
    "measured": "an assumption of this test",
    "entry_share": "1/20",
    "resources": {"cpu_request": "500m", "memory_request": "512Mi", "memory_limit": "1Gi"},
}


def test_a_canary_of_the_entry_gets_its_share_by_weight() -> None:
    exposure = {
        "kind": "gateway",
        "class_name": "envoy",
        "hostnames": ["a.example.com"],
        "certificate_secrets": ["tls"],
        "rules": [
            {"headers": {"x-canary": "1"}, "to": {"canary": 1}},
            {"to": {"gateway-api": 19, "canary": 1}},
        ],
    }
    entry = {"exposure": exposure, "entry_share": "19/20"}
    result = deployed(load_stack("local", over={"services": {"gateway-api": entry, "canary": CANARY}}))
    [route] = [r for r in result.all("HTTPRoute") if r.inputs["metadata"]["name"] == "gateway-api"]
    by_header, by_weight, _ = route.inputs["spec"]["rules"]
    assert [(ref["name"], ref.get("weight")) for ref in by_header["backendRefs"]] == [("canary", None)]
    assert [(ref["name"], ref["weight"]) for ref in by_weight["backendRefs"]] == [
        ("gateway-api", 19),
        ("canary", 1),
    ]


def test_a_firewall_and_names_of_the_stacks_own() -> None:
    exposure = {
        "firewall": {"kind": "new", "rate": {"rps_per_client": 2, "clients_per_address": 500}},
        "alias": {"zone_id": "Z0123456789ABC", "names": ["tickets.example.com"]},
    }
    result = deployed(prod(exposure))
    [rule] = result.one("webAcl:WebAcl").inputs["rules"]
    assert rule["statement"]["rateBasedStatement"]["limit"] == 300_000
    assert result.one("route53/record:Record").inputs["name"] == "tickets.example.com"
    assert told(result)["wafv2-acl-arn"].startswith("arn:aws:wafv2:")
    for resource in result.resources:
        if resource.type.startswith("aws:"):
            assert "::aws::" in resource.provider, resource.name


def test_the_review_sees_the_balancer_before_anything_is_registered() -> None:
    def numbers(settings: Settings) -> set[str]:
        return {f.number for f in findings(settings, build_plan(settings.platform))}

    assert numbers(prod()) == set()
    # The guide's 10 s are shorter than the 25 s in which the balancer still sends.
    assert "HR623" in numbers(prod(shutdown={"pre_stop": "10s"}))
    low = {"rps_per_client": 2, "clients_per_address": 500, "limit": 2000}
    assert "HR630" in numbers(prod({"firewall": {"kind": "new", "rate": low}}))


def test_a_certificate_that_nobody_has_stops_an_update_and_not_a_preview(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    with pytest.raises(StackError, match="which AWS writes its documentation with"):
        platform.deploy(prod(), build_plan(prod().platform))
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    front.check_certificates(prod())
    assert "certificates" in said[0]


@pytest.mark.parametrize(
    ("exposure", "kinds"),
    [
        (
            {
                "kind": "gateway",
                "class_name": "envoy",
                "hostnames": ["a.example.com"],
                "certificate_secrets": ["tls"],
                "grpc": {"services": ["sale.v1.Seats"]},
            },
            {"Gateway": 1, "HTTPRoute": 2, "GRPCRoute": 1},
        ),
        (
            {
                "kind": "ingress",
                "class_name": "nginx",
                "hostnames": ["a.example.com"],
                "tls_secret": "tls",
                "routes": {"/pay": "payment-api"},
            },
            {"Ingress": 1},
        ),
        (
            {"kind": "http-route", "gateway": "g", "gateway_namespace": "n", "hostnames": ["a.example.com"]},
            {"HTTPRoute": 1},
        ),
        (
            {
                "kind": "alb-gateway",
                "keep_alive": "60s",
                "certificates": ["arn:aws:acm:us-east-1:111122223333:certificate/0a1b"],
            },
            {
                "Gateway": 1,
                "HTTPRoute": 2,
                "LoadBalancerConfiguration": 1,
                "TargetGroupConfiguration": 1,
            },
        ),
    ],
    ids=lambda value: value.get("kind") if isinstance(value, dict) else None,
)
def test_the_other_ways_in(exposure: dict[str, Any], kinds: dict[str, int]) -> None:
    ports = [{"kind": "grpc", "number": 9000}]
    over = {"services": {"gateway-api": {"exposure": exposure, "ports": ports}}}
    result = deployed(load_stack("local", over=over))
    made = [r.type.rpartition(":")[2] for r in result.resources]
    assert {kind: made.count(kind) for kind in kinds} == kinds

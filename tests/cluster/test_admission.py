"""Every object of every stack is put before the real API server with the real CRDs: admitted, without a warning."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.review import findings
from components import (
    ENTRY,
    AlbGateway,
    AnyIngress,
    Container,
    GatewayTier,
    GatewayTierArgs,
    Grpc,
    GrpcPort,
    HttpRoute,
    Milliseconds,
    NodePort,
    OwnGateway,
    PathRoute,
    RequestChange,
    RequestMatch,
    SecretCertificates,
    Weighted,
)
from components.gateway_tier import WayIn
from components.policy.plan import build_plan
from config.aws import EksCluster
from config.loader import load_stack, stacks
from tests.apps.deployed import deployed
from tests.components.aws_examples import alb
from tests.components.examples import EXAMPLES, IMAGE, gateway_args
from tests.components.harness import Run, run, whole
from tests.live import Checkout
from tests.vendor_charts import helm, released

# What the local stack has none of; their CRDs are installed all the same.
KINDS_OF_PROD = {"ScaledObject", "EC2NodeClass", "NodePool", "Ingress"}


def objects(result: Run) -> list[Any]:
    return [whole(r.inputs) for r in result.resources if r.inputs.get("apiVersion") and r.inputs.get("kind")]


def admitted(checkout: Checkout, listed: list[Any], tmp_path: Path) -> str:
    """What the API server says of the objects; raises when it refuses one."""
    file = tmp_path / "objects.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": listed}))
    apply = ("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--warnings-as-errors")
    return checkout.kubectl(*apply, "-f", str(file)).output


@pytest.mark.parametrize("stack", stacks())
def test_all_of_a_stack_is_admitted(stack: str, platform: Checkout, tmp_path: Path) -> None:
    settings = load_stack(stack)
    if settings.node_pool is not None:
        # The local stack's own pool is there, and a pool cannot change its class.
        another = settings.node_pool.model_copy(update={"name": f"{stack}-critical"})
        settings = settings.model_copy(update={"node_pool": another})
    plan = build_plan(settings.platform)
    assert findings(settings, plan) == []
    listed = objects(deployed(settings))
    if stack == "prod":
        assert {item["kind"] for item in listed} >= KINDS_OF_PROD
    answer = admitted(platform, listed, tmp_path)
    assert answer.count("serverside-applied") == len(listed)


GRPC = Grpc(services=["sale.v1.Seats"])
HOSTS = ["tickets.example.com"]
TLS = SecretCertificates(names=["tickets-tls"])
TOLD_APART = PathRoute(
    path="/v2",
    service=[Weighted(service=ENTRY, weight=9)],
    match=RequestMatch(headers={"x-canary": "1"}, query={"v": "2"}, methods=["GET", "HEAD"]),
    change=RequestChange(rewrite="/", set_headers={"x-via": "v2"}, remove_headers=["x-debug"]),
    request_timeout=Milliseconds.parse("2s"),
)
# CRDs that come with the load balancer controller's chart, which is not to be had here.
NOT_INSTALLED = {"LoadBalancerConfiguration", "TargetGroupConfiguration"}


@pytest.mark.parametrize(
    ("way_in", "kinds"),
    [
        (alb(grpc=GRPC), {"Ingress"}),
        (AlbGateway(alb=alb(grpc=GRPC)), {"Gateway", "HTTPRoute", "GRPCRoute"}),
        (
            OwnGateway(
                class_name="envoy",
                hostnames=HOSTS,
                tls=TLS,
                grpc=GRPC,
                request_timeout=Milliseconds.parse("8s"),
                routes=[TOLD_APART],
            ),
            {"Gateway", "HTTPRoute", "GRPCRoute"},
        ),
        (
            HttpRoute(
                gateway="public",
                gateway_namespace="ingress",
                hostnames=HOSTS,
                section="web",
                grpc=GRPC,
            ),
            {"HTTPRoute", "GRPCRoute"},
        ),
        (
            AnyIngress(
                class_name="nginx", hostnames=HOSTS, tls_secret="tickets-tls", annotations={"a.io/b": "c"}
            ),
            {"Ingress"},
        ),
        (NodePort(), {"Service"}),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, set) else "",
)
def test_every_way_in_is_admitted(way_in: WayIn, kinds: set[str], platform: Checkout, tmp_path: Path) -> None:
    service = gateway_args("tacos-app", IMAGE).service
    container = Container(image=IMAGE, ports=[GrpcPort(number=9000)])
    args = GatewayTierArgs(service=replace(service, container=container), way_in=way_in)
    listed = [
        item
        for item in objects(run(lambda: GatewayTier("gateway-api", args)))
        if item["kind"] not in NOT_INSTALLED
    ]
    assert {item["kind"] for item in listed} >= kinds
    answer = admitted(platform, listed, tmp_path)
    assert answer.count("serverside-applied") == len(listed)


def test_what_karpenters_charts_make_of_prods_values_is_admitted(platform: Checkout, tmp_path: Path) -> None:
    settings = load_stack("prod")
    assert isinstance(settings.cluster, EksCluster)
    made = deployed(settings)
    with helm() as charts:
        listed = [
            item
            for chart in ("karpenter-crd", "karpenter")
            for item in charts.rendered(released(made, chart), settings.cluster.kubernetes_version)
        ]
    answer = admitted(platform, listed, tmp_path)
    assert answer.count("serverside-applied") == len(listed)


RED = {"key": "karpenter.k8s.aws/instance-colour", "operator": "In", "values": ["red"]}


@pytest.mark.parametrize(
    ("of", "field", "value"),
    [
        # The guide's.
        (("spec", "disruption"), "consolidationPolicy", "WhenUnderutilized"),
        # Karpenter's own CRD takes it, AWS's does not.
        (("spec", "template", "spec"), "requirements", [RED]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_field_would_be_refused(
    of: tuple[str, ...], field: str, value: Any, platform: Checkout, tmp_path: Path
) -> None:
    """The server does look: the same objects with one wrong value are not admitted."""
    listed = objects(run(lambda: EXAMPLES["KarpenterPool"]("sample", "tacos-app", IMAGE, None)))
    part = next(item for item in listed if item["kind"] == "NodePool")
    for name in of:
        part = part[name]
    part[field] = value
    with pytest.raises(AssertionError, match=field):
        admitted(platform, listed, tmp_path)

"""How a service is reached, as a stack states it: what fits the place, the cluster and the other services."""

from typing import Any

import pytest

from config.load_balancer import Alb
from config.loader import load_stack
from config.problems import StackError
from config.settings import Settings

HERE = "arn:aws:acm:ap-northeast-2:111122223333:certificate/0a1b2c"
ENTRY = "headroom:services.gateway-api.exposure"


def prod(exposure: dict[str, Any] | None = None, **over: Any) -> Settings:
    services = {} if exposure is None else {"services": {"gateway-api": {"exposure": exposure}}}
    return load_stack("prod", over={**services, **over})


def refused(says: str, exposure: dict[str, Any] | None = None, **over: Any) -> None:
    with pytest.raises(StackError) as caught:
        prod(exposure, **over)
    assert says in str(caught.value), caught.value


def test_prod_comes_by_an_alb_with_tls_and_a_pre_stop_that_lasts_until_it_is_withdrawn() -> None:
    entry = prod().services["gateway-api"]
    assert isinstance(entry.exposure, Alb)
    assert entry.exposure.certificates
    assert entry.shutdown.pre_stop >= entry.exposure.withdrawn_within


@pytest.mark.parametrize(
    ("certificate", "says"),
    [
        (HERE.replace("ap-northeast-2", "us-east-1"), "a certificate in ap-northeast-2"),
        (HERE.replace("arn:aws:", "arn:aws-us-gov:"), "a certificate in ap-northeast-2"),
        ("tickets.example.com", "allowed: the ARN of a certificate of ACM"),
    ],
)
def test_a_certificate_that_no_balancer_there_can_use_is_one_clear_error(certificate: str, says: str) -> None:
    refused(says, {"certificates": [certificate]})
    with pytest.raises(StackError) as caught:
        prod({"certificates": [certificate]})
    assert len(str(caught.value).strip().splitlines()) <= 2, "one line and its heading"


def test_where_the_account_is_stated_a_certificate_of_another_is_refused() -> None:
    refused("a certificate of the account 999999999999", cluster={"account": "999999999999"})
    prod(cluster={"account": "111122223333"})


@pytest.mark.parametrize(
    ("exposure", "says"),
    [
        ({"certificates": []}, "at least one where scheme is internet-facing"),
        ({"keep_alive": "1s"}, f"{ENTRY}.keep_alive"),
        ({"keep_alive": None}, f"{ENTRY}.keep_alive: missing"),
        ({"hostnames": ["Tickets.example.com"]}, f"{ENTRY}.hostnames"),
        ({"source_cidrs": ["203.0.113.7/24"]}, 'write "203.0.113.0/24"'),
        ({"routes": {"/seats/": "inventory-api"}}, f"{ENTRY}.routes"),
        ({"routes": {"/seats": "nobody"}}, "without a way in of its own: reservation-api"),
        ({"routes": {"/seats": "gateway-api"}}, "without a way in of its own: reservation-api"),
        (
            {"rules": [{"to": {"nobody": 1}, "exact": True}]},
            f'{ENTRY}.rules[0].to.nobody: "nobody": allowed: a service',
        ),
        (
            {"rules": [{"to": {"payment-api": 1}}]},
            f'{ENTRY}.rules[0].path: "/": allowed: a path below the root',
        ),
        ({"rules": [{"path": "/pay", "to": {}}]}, f"{ENTRY}.rules[0].to: {{}}: allowed: at least one"),
        ({"rules": [{"path": "/pay", "to": {"payment-api": 0}}]}, f"{ENTRY}.rules[0].to: "),
        (
            {"rules": [{"path": "/pay"}]},
            f"{ENTRY}.rules[0].to: missing; state it, e.g. to: {{payment-api: 95,",
        ),
        ({"rules": [{"path": "/pay", "to": {"payment-api": "5%"}}]}, f"{ENTRY}.rules[0].to.payment-api: "),
        (
            {"rules": [{"path": "/pay", "to": {"payment-api": 1}, "headers": {"x y": "1"}}]},
            f"{ENTRY}.rules[0].headers.x y: allowed: as a key the name of a header",
        ),
        (
            {"rules": [{"path": "/pay", "to": {"payment-api": 1}, "methods": ["get"]}]},
            f'{ENTRY}.rules[0].methods[0]: "get": allowed: GET, HEAD,',
        ),
        (
            {"rules": [{"path": "/pay", "to": {"payment-api": 1}, "rewrite": "/"}]},
            f'{ENTRY}.rules[0].rewrite: "stated": allowed: nothing: an ALB passes requests on as they are',
        ),
        (
            {"rules": [{"path": "/pay", "to": {"payment-api": 9, "gateway-api": 1}}]},
            f'{ENTRY}.rules[0].to: "payment-api, gateway-api": allowed: one service',
        ),
        (
            {"routes": {"/pay": "payment-api"}, "rules": [{"path": "/pay", "to": {"payment-api": 1}}]},
            f'{ENTRY}.rules: "/pay twice": allowed: each path once',
        ),
        ({"grpc": {"services": ["Seats"]}}, f"{ENTRY}.grpc.services"),
        ({"ssl_policy": "TLS13"}, f'{ENTRY}.ssl_policy: "TLS13": allowed: the name of a security policy'),
        ({"balancing": {"slow_start": "10s"}}, f'{ENTRY}.balancing.slow_start: "10s": allowed: 30s to 15m'),
        (
            {"balancing": {"algorithm": "weighted_random", "slow_start": "1m"}},
            f'{ENTRY}.balancing.slow_start: "1m": allowed: nothing with algorithm weighted_random',
        ),
        (
            {"balancing": {"algorithm": "least"}},
            f'{ENTRY}.balancing.algorithm: "least": allowed: round_robin, least_',
        ),
        (
            {"annotations": {"alb.ingress.kubernetes.io/scheme": "internal"}},
            f"{ENTRY}.annotations.alb.ingress.kubernetes.io/scheme: allowed: annotations that follow from nothing",
        ),
        ({"annotations": {"a b": "x"}}, f"{ENTRY}.annotations.a b: allowed: as a key at most 63 letters"),
        (
            {"firewall": {"kind": "new", "rate": {"rps_per_client": 0, "clients_per_address": 1}}},
            "rps_per_client",
        ),
        ({"alias": {"zone_id": "example.com", "names": ["a.example.com"]}}, f"{ENTRY}.alias.zone_id"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(exposure: dict[str, Any], says: str) -> None:
    refused(says, exposure)


def test_without_the_controller_nobody_would_make_the_balancer() -> None:
    refused("cluster.load_balancer_controller_version", cluster={"load_balancer_controller_version": None})
    inside = {"kind": "cluster-ip", "keep_alive": None, "certificates": None, "hostnames": None}
    assert prod(inside, cluster={"load_balancer_controller_version": None}).cluster.kind == "eks"


ENVOY = {
    "kind": "gateway",
    "class_name": "envoy",
    "keep_alive": None,
    "certificates": None,
    "hostnames": ["a.example.com"],
}


@pytest.mark.parametrize("exposure", [{"kind": "alb-gateway"}, ENVOY], ids=["alb-gateway", "gateway"])
def test_a_cluster_that_is_made_has_the_kinds_of_a_gateway_only_where_they_are_stated(
    exposure: dict[str, Any],
) -> None:
    refused(
        'headroom:cluster.gateway_api: "nothing": allowed: a release of the Gateway API, since services.',
        exposure,
    )
    prod(exposure, cluster={"gateway_api": {"file": "standard-install.yaml"}})
    # Services of another stack say nothing of this one.
    prod(exposure, layer="cluster")


NGINX = {**ENVOY, "kind": "ingress", "class_name": "nginx", "tls_secret": "tls"}


@pytest.mark.parametrize(
    ("exposure", "says"),
    [
        ({"class_name": "alb"}, f'{ENTRY}.class_name: "alb": allowed: another class'),
        ({"hostnames": []}, f"{ENTRY}.hostnames: []: allowed: at least one"),
        ({"grpc": {"services": ["a.v1.B"]}}, f'{ENTRY}.grpc: "a.v1.B": allowed: nothing'),
        ({"annotations": {"nginx.ingress.kubernetes.io/proxy body": "1m"}}, f"{ENTRY}.annotations."),
        (
            {"rules": [{"path": "/pay", "methods": ["GET"], "to": {"payment-api": 1}}]},
            f'{ENTRY}.rules[0].methods: "stated": allowed: a path, exact or not, and one service',
        ),
        (
            {"rules": [{"to": {"payment-api": 1, "gateway-api": 9}}]},
            f'{ENTRY}.rules[0].to: "2 services": allowed: a path',
        ),
    ],
)
def test_what_an_ingress_of_another_class_cannot_say_is_refused(exposure: dict[str, Any], says: str) -> None:
    taken = prod({**NGINX, "rules": [{"path": "/pay", "exact": True, "to": {"payment-api": 1}}]})
    assert taken.services["gateway-api"].exposure.kind == "ingress"
    refused(says, {**NGINX, **exposure})


def local(exposure: dict[str, Any]) -> Settings:
    return load_stack("local", over={"services": {"gateway-api": {"exposure": exposure}}})


def test_a_cluster_of_somebody_else_says_where_it_is_by_its_certificate() -> None:
    alb = {"kind": "alb", "keep_alive": "60s"}
    assert local({**alb, "certificates": [HERE]}).services["gateway-api"].exposure.kind == "alb"
    with pytest.raises(StackError, match="it says in which region and account that is"):
        local({**alb, "scheme": "internal"})
    firewall = {"kind": "new", "rate": {"rps_per_client": 2, "clients_per_address": 100}}
    with pytest.raises(StackError, match="the program has no account to make one in"):
        local({**alb, "certificates": [HERE], "firewall": firewall})


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        (
            {"exposure": {"port": 80, "headless": True}},
            "payment-api.exposure.port: 80: allowed: nothing with headless",
        ),
        ({"exposure": {"port": 0}}, "payment-api.exposure.port: 0: allowed: 1 to 65535"),
        (
            {"exposure": {"port": 9000}, "ports": [{"kind": "grpc", "number": 9000}]},
            "payment-api.ports: ",
        ),
        ({"ndots": 0}, "payment-api.ndots: 0: allowed: 1 to 15"),
        ({"speaks": "http2"}, 'payment-api.speaks: "http2": allowed: http or grpc'),
        ({"speaks": "grpc"}, 'payment-api.metrics.port: "none": allowed: the port that serves its metrics'),
        (
            {"speaks": "grpc", "metrics": {"port": 9100}, "probes": {"liveness": {"path": "/healthz"}}},
            "payment-api.probes.liveness",
        ),
        (
            {"speaks": "grpc", "port": 80, "metrics": {"port": 9100}},
            "payment-api.port: 80: allowed: ",
        ),
    ],
)
def test_a_service_that_cannot_be_called_so_is_refused(stated: dict[str, Any], says: str) -> None:
    prod(services={"payment-api": {"exposure": {"kind": "cluster-ip", "port": 80}, "ndots": 2}})
    if "exposure" in stated:
        stated = {**stated, "exposure": {"kind": "cluster-ip", **stated["exposure"]}}
    refused(says, services={"payment-api": stated})


def test_only_the_entry_is_opened_to_the_outside() -> None:
    alb = {"kind": "alb", "keep_alive": "60s", "certificates": [HERE]}
    with pytest.raises(StackError, match="allowed: cluster-ip or node-port, with tier backend"):
        load_stack("local", over={"services": {"payment-api": {"exposure": alb}}})

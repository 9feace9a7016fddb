"""A GatewayTier behind the Gateway API: somebody else's Gateway, our own, and one that becomes an ALB."""

import re
from dataclasses import replace
from typing import Any

import pytest

from components import (
    ENTRY,
    AlbGateway,
    Alias,
    Anywhere,
    ConfigurationError,
    Container,
    GatewayTier,
    GatewayTierArgs,
    Grpc,
    GrpcPort,
    HttpRoute,
    Milliseconds,
    OwnGateway,
    PathRoute,
    PlainHttp,
    RequestChange,
    RequestMatch,
    ScalableService,
    SecretCertificates,
    Weighted,
)
from components.gateway_tier import WayIn
from components.policy.findings import ReviewError
from tests.components.aws_examples import CERTIFICATE, alb
from tests.components.examples import IMAGE, gateway_args, service_args
from tests.components.harness import Run, run

NAME = "gateway-api"
HOSTS = ["tickets.example.com"]
GRPC = Grpc(services=["sale.v1.Seats"])
TLS = SecretCertificates(names=["tickets-tls"])


def tier(way_in: WayIn) -> GatewayTier:
    container = Container(image=IMAGE, ports=[GrpcPort(number=9000)])
    service = replace(gateway_args("tacos-app", IMAGE).service, container=container)
    return GatewayTier(NAME, GatewayTierArgs(service=service, way_in=way_in))


def deploy(way_in: WayIn) -> Run:
    return run(lambda: tier(way_in))


def spec(result: Run, kind: str, name: str = NAME) -> Any:
    return next(r for r in result.all(f":{kind}") if r.inputs["metadata"]["name"] == name).inputs["spec"]


def own(**changes: Any) -> OwnGateway:
    return OwnGateway(**{"class_name": "envoy", "hostnames": HOSTS, "tls": TLS, **changes})


def test_our_own_gateway_ends_tls_and_lets_in_routes_of_its_namespace_alone() -> None:
    gateway = spec(deploy(own()), "Gateway")
    assert gateway["gatewayClassName"] == "envoy"
    plain, secure = gateway["listeners"]
    assert (plain["port"], plain["protocol"], secure["port"], secure["protocol"]) == (
        80,
        "HTTP",
        443,
        "HTTPS",
    )
    assert secure["tls"]["certificateRefs"] == [{"kind": "Secret", "name": "tickets-tls"}]
    for listener in (plain, secure):
        assert listener["allowedRoutes"] == {"namespaces": {"from": "Same"}}


def test_plain_http_leads_to_tls_and_nowhere_else() -> None:
    result = deploy(own())
    assert spec(result, "HTTPRoute")["parentRefs"] == [{"name": NAME, "sectionName": "https"}]
    redirect = spec(result, "HTTPRoute", f"{NAME}-redirect")
    assert redirect["parentRefs"] == [{"name": NAME, "sectionName": "http"}]
    assert redirect["rules"] == [
        {"filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}]}
    ]


def test_without_tls_there_is_one_listener_and_nothing_to_redirect() -> None:
    result = deploy(own(tls=PlainHttp()))
    assert [one["name"] for one in spec(result, "Gateway")["listeners"]] == ["http"]
    assert spec(result, "HTTPRoute")["parentRefs"] == [{"name": NAME, "sectionName": "http"}]
    assert len(result.all(":HTTPRoute")) == 1


@pytest.mark.parametrize(
    "way_in",
    [
        own(grpc=GRPC),
        HttpRoute(gateway="public", gateway_namespace="ingress", hostnames=HOSTS, grpc=GRPC),
        AlbGateway(alb=alb(grpc=GRPC)),
    ],
    ids=["own", "theirs", "alb"],
)
def test_grpc_has_a_route_of_its_own(way_in: WayIn) -> None:
    route = spec(deploy(way_in), "GRPCRoute", f"{NAME}-grpc")
    assert route["rules"] == [
        {
            "matches": [{"method": {"type": "Exact", "service": "sale.v1.Seats"}}],
            "backendRefs": [{"name": NAME, "port": 9000}],
        }
    ]


def test_paths_lead_past_the_entry_and_the_rest_to_it() -> None:
    def program() -> None:
        backend = ScalableService(
            "reservation-api", service_args("tacos-app", IMAGE, ingress_from=[Anywhere()])
        )
        way_in = own(
            routes=[PathRoute(path="/reservations", service=backend)],
            request_timeout=Milliseconds.parse("8s"),
        )
        tier(way_in)

    below, rest = spec(run(program), "HTTPRoute")["rules"]
    assert below["matches"] == [{"path": {"type": "PathPrefix", "value": "/reservations"}}]
    assert below["backendRefs"][0]["name"] == "reservation-api"
    assert "matches" not in rest
    assert below["timeouts"] == rest["timeouts"] == {"request": "8s"}


@pytest.mark.parametrize(
    ("timeout", "written"),
    [
        (Milliseconds(1), "1ms"),
        (Milliseconds(99_999), "1m39s999ms"),
        (Milliseconds(100_001), "1m40s1ms"),
        (Milliseconds.parse("99999h"), "99999h"),
    ],
)
def test_a_timeout_is_written_as_the_gateway_api_reads_it(timeout: Milliseconds, written: str) -> None:
    (rule,) = spec(deploy(own(request_timeout=timeout)), "HTTPRoute")["rules"]
    assert rule["timeouts"] == {"request": written}
    # gateway-api v1.4.0, shared_types.go, Duration.
    assert re.fullmatch(r"([0-9]{1,5}(h|m|s|ms)){1,4}", written)


@pytest.mark.parametrize("timeout", [Milliseconds(0), Milliseconds.parse("100000h")])
def test_a_timeout_that_the_gateway_api_does_not_take_is_refused(timeout: Milliseconds) -> None:
    with pytest.raises(ConfigurationError, match=r"way_in\.request_timeout"):
        own(request_timeout=timeout)


def led(build: Any) -> Any:
    """The first rule of our own Gateway's route, which ``build`` makes of another service."""
    return all_led(build)[0]


def all_led(build: Any) -> list[Any]:
    """All rules of it but the entry's own."""

    def program() -> None:
        canary = ScalableService("canary", service_args("tacos-app", IMAGE, ingress_from=[Anywhere()]))
        tier(own(routes=[build(canary)], request_timeout=Milliseconds.parse("8s")))

    rules: list[Any] = spec(run(program), "HTTPRoute")["rules"][:-1]
    return rules


def test_a_canary_gets_its_weight_of_the_entrys_requests() -> None:
    parts = [(ENTRY, 95), ("canary", 5)]
    rule = led(
        lambda canary: PathRoute(
            path="/",
            service=[Weighted(service=ENTRY if name == ENTRY else canary, weight=w) for name, w in parts],
        )
    )
    assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    assert rule["backendRefs"] == [
        {"name": NAME, "port": 8000, "weight": 95},
        {"name": "canary", "port": 8000, "weight": 5},
    ]


def test_requests_are_told_apart_by_headers_parameters_and_methods() -> None:
    match = RequestMatch(exact=True, headers={"x-canary": "1"}, query={"v": "2"}, methods=["GET", "HEAD"])
    rule = led(lambda canary: PathRoute(path="/", service=canary, match=match))
    common = {
        "path": {"type": "Exact", "value": "/"},
        "headers": [{"type": "Exact", "name": "x-canary", "value": "1"}],
        "queryParams": [{"type": "Exact", "name": "v", "value": "2"}],
    }
    assert rule["matches"] == [{**common, "method": "GET"}, {**common, "method": "HEAD"}]
    assert rule["backendRefs"] == [{"name": "canary", "port": 8000}]
    assert "filters" not in rule


@pytest.mark.parametrize(("exact", "kind"), [(False, "ReplacePrefixMatch"), (True, "ReplaceFullPath")])
def test_a_proxy_changes_path_and_headers_on_the_way(exact: bool, kind: str) -> None:
    change = RequestChange(rewrite="/", set_headers={"x-via": "v2"}, remove_headers=["x-debug"])
    wait = Milliseconds.parse("2s")
    match = RequestMatch(exact=exact)
    rule = led(
        lambda canary: PathRoute(path="/v2", service=canary, match=match, change=change, request_timeout=wait)
    )
    rewrite, headers = rule["filters"]
    path = rewrite["urlRewrite"]["path"]
    assert (rewrite["type"], path) == ("URLRewrite", {"type": kind, kind[0].lower() + kind[1:]: "/"})
    assert headers["requestHeaderModifier"] == {
        "set": [{"name": "x-via", "value": "v2"}],
        "remove": ["x-debug"],
    }
    assert rule["timeouts"] == {"request": "2s"}


def test_a_rewritten_prefix_is_the_only_match_of_its_rule() -> None:
    """The API server refuses another: spec.rules[0], "exactly one PathPrefix match must be specified"."""
    match, change = RequestMatch(methods=["GET", "HEAD"]), RequestChange(rewrite="/")
    rules = all_led(lambda canary: PathRoute(path="/v2", service=canary, match=match, change=change))
    assert [[match["method"] for match in rule["matches"]] for rule in rules] == [["GET"], ["HEAD"]]


def test_each_service_of_the_controllers_gateway_has_one_target_group() -> None:
    def program() -> None:
        canary = ScalableService("canary", service_args("tacos-app", IMAGE, ingress_from=[Anywhere()]))
        split = [Weighted(service=ENTRY, weight=9), Weighted(service=canary, weight=1)]
        routes = [PathRoute(path="/", service=split), PathRoute(path="/new", service=canary)]
        tier(AlbGateway(alb=alb(routes=routes)))

    result = run(program)
    made = [
        r.inputs["spec"]["targetReference"]["name"]
        for r in result.resources
        if r.type.endswith(":TargetGroupConfiguration")
    ]
    assert sorted(made) == ["canary", NAME]
    assert [ref["weight"] for ref in spec(result, "HTTPRoute")["rules"][0]["backendRefs"]] == [9, 1]


@pytest.mark.parametrize(
    ("weights", "says"),
    [([], "a weight above 0"), ([0, 0], "a weight above 0"), ([1, -1], "a weight of 0 to")],
)
def test_weights_that_lead_nowhere_are_refused(weights: list[int], says: str) -> None:
    def program() -> None:
        canary = ScalableService("canary", service_args("tacos-app", IMAGE))
        services: list[Any] = [ENTRY, canary]
        parts = [Weighted(service=s, weight=w) for s, w in zip(services, weights, strict=False)]
        with pytest.raises(ConfigurationError, match=says):
            PathRoute(path="/new", service=parts)

    run(program)


def test_one_path_leads_to_one_service() -> None:
    def program() -> None:
        backend = ScalableService("reservation-api", service_args("tacos-app", IMAGE))
        route = PathRoute(path="/reservations", service=backend)
        with pytest.raises(ConfigurationError, match="each path once"):
            own(routes=[route, route])

    run(program)


def test_somebody_elses_listener_can_be_named() -> None:
    way_in = HttpRoute(gateway="public", gateway_namespace="ingress", hostnames=HOSTS, section="web")
    assert spec(deploy(way_in), "HTTPRoute")["parentRefs"] == [
        {"name": "public", "namespace": "ingress", "sectionName": "web"}
    ]


def test_the_controllers_gateway_says_what_an_alb_says() -> None:
    result = deploy(AlbGateway(alb=alb(source_cidrs=["203.0.113.0/24"])))
    gateway = spec(result, "Gateway")
    assert gateway["infrastructure"]["parametersRef"] == {
        "group": "gateway.k8s.aws",
        "kind": "LoadBalancerConfiguration",
        "name": NAME,
    }
    assert "tls" not in gateway["listeners"][1], "its certificates are ACM's"
    balancer = spec(result, "LoadBalancerConfiguration")
    [listener] = balancer["listenerConfigurations"]
    assert (listener["protocolPort"], listener["defaultCertificate"]) == ("HTTPS:443", CERTIFICATE)
    assert (balancer["scheme"], balancer["sourceRanges"]) == ("internet-facing", ["203.0.113.0/24"])
    attributes = {one["key"]: one["value"] for one in balancer["loadBalancerAttributes"]}
    assert attributes["idle_timeout.timeout_seconds"] == "59"
    targets = spec(result, "TargetGroupConfiguration")
    assert targets["targetReference"] == {"kind": "Service", "name": NAME}
    props = targets["defaultConfiguration"]
    assert (props["targetType"], props["protocolVersion"]) == ("ip", "HTTP1")
    told = {one["key"]: one["value"] for one in props["targetGroupAttributes"]}
    assert told["deregistration_delay.timeout_seconds"] == "8"
    assert told["load_balancing.algorithm.type"] == "round_robin"
    assert props["healthCheckConfig"]["healthCheckPath"] == "/readyz"


def test_grpc_of_the_controllers_gateway_has_a_target_group_of_its_own() -> None:
    targets = spec(deploy(AlbGateway(alb=alb(grpc=GRPC))), "TargetGroupConfiguration")
    [route] = targets["routeConfigurations"]
    assert route["routeIdentifier"] == {"kind": "GRPCRoute"}
    assert route["targetGroupProps"]["protocolVersion"] == "GRPC"


def test_the_controllers_gateway_breaks_the_same_rules() -> None:
    def program() -> None:
        with pytest.raises(ReviewError, match="HR628"):
            tier(AlbGateway(alb=alb(tls=PlainHttp())))

    assert run(program).resources == []


def test_an_alias_needs_an_address_that_the_engine_sees() -> None:
    with pytest.raises(ConfigurationError, match="no alias"):
        AlbGateway(alb=alb(alias=Alias(zone_id="Z1", names=["tickets.example.com"])))


def test_nobody_reads_annotations_of_a_gateway() -> None:
    with pytest.raises(ConfigurationError, match="no annotation"):
        AlbGateway(alb=alb(annotations={"example.com/team": "shop"}))


def test_clients_come_by_the_routes_first_name() -> None:
    assert run(lambda: tier(own()).address).result == HOSTS[0]

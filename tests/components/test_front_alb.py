"""A GatewayTier behind an application load balancer: what the controller is told follows from the pods."""

import json
import re
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from pulumi.runtime.rpc import UNKNOWN

from components import (
    ENTRY,
    AccessLogs,
    Alb,
    Alias,
    Anywhere,
    Balancing,
    Certificates,
    ConfigurationError,
    Container,
    Firewall,
    GatewayTier,
    GatewayTierArgs,
    Grpc,
    GrpcPort,
    Ignore,
    Milliseconds,
    PathRoute,
    PlainHttp,
    RateRule,
    RequestChange,
    RequestMatch,
    ScalableService,
    Weighted,
)
from components.front.alias import host_of
from components.policy.balancing import OWN_ANNOTATIONS
from components.policy.facts.objects import Document, read_objects
from components.policy.findings import ReviewError
from components.policy.service import ServicePolicy, plan_service
from components.policy.workload import HttpProbe, Probes, Shutdown
from tests.components.aws_answers import HOSTED_ZONE
from tests.components.aws_examples import CERTIFICATE, alb
from tests.components.examples import GATEWAY_DEMAND, IMAGE, gateway_args, service_args
from tests.components.harness import LOAD_BALANCER, Registered, Run, run, unknown

NAME = "gateway-api"
PREFIX = "alb.ingress.kubernetes.io/"
ELSEWHERE = CERTIFICATE.replace("ap-northeast-2", "us-east-1")


def s(seconds: float) -> Milliseconds:
    return Milliseconds(int(seconds * 1000))


def tier(way_in: Alb, *, namespace: pulumi.Input[str] = "tacos-app", **service: Any) -> GatewayTier:
    stated = replace(gateway_args(namespace, IMAGE).service, **service)
    return GatewayTier(NAME, GatewayTierArgs(service=stated, way_in=way_in))


def deploy(way_in: Alb | None = None, **service: Any) -> Run:
    return run(lambda: tier(way_in or alb(), **service))


def ingress(result: Run, name: str = NAME) -> Registered:
    return next(r for r in result.all("v1:Ingress") if r.inputs["metadata"]["name"] == name)


def said(result: Run, name: str = NAME) -> dict[str, str]:
    annotations = ingress(result, name).inputs["metadata"]["annotations"]
    return {key.removeprefix(PREFIX): value for key, value in annotations.items()}


def attributes(text: str) -> dict[str, str]:
    return dict(part.split("=") for part in text.split(","))


def test_requests_come_to_pods_by_their_addresses_and_over_tls() -> None:
    told = said(deploy())
    assert (told["target-type"], told["scheme"], told["backend-protocol-version"]) == (
        "ip",
        "internet-facing",
        "HTTP1",
    )
    assert json.loads(told["listen-ports"]) == [{"HTTP": 80}, {"HTTPS": 443}]
    assert (told["ssl-redirect"], told["certificate-arn"]) == ("443", CERTIFICATE)
    assert told["ssl-policy"].startswith("ELBSecurityPolicy-TLS13-1-2")


def test_the_ingress_leads_to_the_services_own_port() -> None:
    spec = ingress(deploy()).inputs["spec"]
    backend = {"service": {"name": NAME, "port": {"number": 8000}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    assert spec == {
        "ingressClassName": "alb",
        "rules": [{"host": "tickets.example.com", "http": {"paths": [path]}}],
    }


def test_a_target_is_kept_as_long_as_the_drain_says() -> None:
    shutdown = Shutdown(pre_stop=s(25), longest_request=s(12))
    plan = plan_service(NAME, GATEWAY_DEMAND, ServicePolicy(shutdown=shutdown))
    told = said(deploy(capacity=plan, shutdown=shutdown))
    delay = int(attributes(told["target-group-attributes"])["deregistration_delay.timeout_seconds"])
    assert delay == plan.drain.deregistration_delay.value.seconds == 12
    assert 25 + delay <= shutdown.grace_period.value.seconds


def test_an_idle_connection_is_let_go_before_the_pods_do() -> None:
    found = attributes(said(deploy(alb(keep_alive=s(30))))["load-balancer-attributes"])
    assert found["idle_timeout.timeout_seconds"] == "29"
    assert found["routing.http2.enabled"] == "true"


def test_the_health_check_is_the_readiness_probe() -> None:
    probe = HttpProbe(path="/ready", port=9090, period=s(7), timeout=s(3), failure_threshold=3)
    told = said(deploy(probes=Probes(readiness=probe)))
    assert (told["healthcheck-path"], told["healthcheck-port"]) == ("/ready", "9090")
    assert (told["healthcheck-interval-seconds"], told["healthcheck-timeout-seconds"]) == ("7", "3")
    assert (told["healthy-threshold-count"], told["unhealthy-threshold-count"]) == ("2", "3")


def test_every_number_that_is_told_says_where_it_comes_from() -> None:
    made: list[GatewayTier] = []
    run(lambda: made.append(tier(alb())))
    [entry] = made[0].told
    assert "below the 1m that the pods keep" in entry.front.idle_timeout.because
    assert "longest request" in entry.front.deregistration_delay.because


def test_deletion_protection_is_stated_and_on_until_somebody_says_otherwise() -> None:
    def protected(way_in: Alb) -> str:
        return attributes(said(deploy(way_in))["load-balancer-attributes"])["deletion_protection.enabled"]

    assert (protected(alb()), protected(alb(deletion_protection=False))) == ("true", "false")


def test_access_logs_go_to_a_bucket_that_is_only_known_later() -> None:
    def program() -> None:
        logs = AccessLogs(bucket=pulumi.Output.from_input("logs"), prefix="sale")
        tier(alb(access_logs=logs))

    found = attributes(
        run(program).one("v1:Ingress").inputs["metadata"]["annotations"][f"{PREFIX}load-balancer-attributes"]
    )
    assert found["access_logs.s3.bucket"] == "logs"
    assert found["access_logs.s3.prefix"] == "sale"
    off = attributes(said(deploy())["load-balancer-attributes"])
    assert off["access_logs.s3.enabled"] == "false"


def test_whom_the_balancer_lets_in_can_be_stated() -> None:
    assert "inbound-cidrs" not in said(deploy())
    assert said(deploy(alb(source_cidrs=["203.0.113.0/24"])))["inbound-cidrs"] == "203.0.113.0/24"


GRPC = Container(image=IMAGE, ports=[GrpcPort(number=9000)])


def test_grpc_has_a_target_group_of_its_own_on_the_same_load_balancer() -> None:
    result = deploy(alb(grpc=Grpc(services=["sale.v1.Seats"])), container=GRPC)
    told, entry = said(result, f"{NAME}-grpc"), said(result)
    assert (told["backend-protocol-version"], told["success-codes"]) == ("GRPC", "0")
    assert told["healthcheck-path"] == "/grpc.health.v1.Health/Check"
    assert told["group.name"] == entry["group.name"] == f"tacos-app.{NAME}"
    assert int(told["group.order"]) < int(entry["group.order"])
    [path] = ingress(result, f"{NAME}-grpc").inputs["spec"]["rules"][0]["http"]["paths"]
    assert (path["path"], path["backend"]["service"]["port"]) == ("/sale.v1.Seats/", {"number": 9000})
    # What is the load balancer's may differ nowhere in a group.
    for key in ("scheme", "load-balancer-attributes", "listen-ports", "ssl-redirect"):
        assert told[key] == entry[key]


@pytest.mark.parametrize(
    ("grpc", "container", "says"),
    [
        (Grpc(services=["sale.v1.Seats"]), Container(image=IMAGE), "a GrpcPort of the container: none"),
        (Grpc(services=["sale.v1.Seats"], port="other"), GRPC, "a GrpcPort of the container: grpc"),
        (Grpc(services=[]), GRPC, "full names of gRPC services"),
    ],
)
def test_grpc_that_nothing_serves_is_refused(grpc: Grpc, container: Container, says: str) -> None:
    refused(lambda: tier(alb(grpc=grpc), container=container), says)


def refused(build: Any, says: str) -> None:
    def program() -> None:
        with pytest.raises(ConfigurationError, match=says):
            build()

    assert run(program).resources == []


def test_paths_lead_past_the_entry_each_with_its_own_drain() -> None:
    shutdown = Shutdown(longest_request=s(3))

    def program() -> None:
        backend = ScalableService(
            "reservation-api",
            service_args("tacos-app", IMAGE, shutdown=shutdown, ingress_from=[Anywhere()]),
        )
        tier(alb(routes=[PathRoute(path="/reservations", service=backend)]))

    result = run(program)
    told = said(result, f"{NAME}-reservations")
    assert attributes(told["target-group-attributes"])["deregistration_delay.timeout_seconds"] == "3"
    [path] = ingress(result, f"{NAME}-reservations").inputs["spec"]["rules"][0]["http"]["paths"]
    assert path["path"] == "/reservations"
    assert path["backend"]["service"]["name"] == "reservation-api"
    assert int(told["group.order"]) < int(said(result)["group.order"])


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("reservations", "without a slash at its end"),
        ("/", "below the root"),
        ("/reservations/", "without a slash at its end"),
    ],
)
def test_a_path_that_leads_nowhere_or_everywhere_is_refused(path: str, says: str) -> None:
    def program() -> None:
        service = ScalableService("reservation-api", service_args("tacos-app", IMAGE))
        with pytest.raises(ConfigurationError, match=says):
            PathRoute(path=path, service=service)

    run(program)


def routed(*routes: tuple[str, RequestMatch]) -> Run:
    def program() -> None:
        backend = ScalableService("canary", service_args("tacos-app", IMAGE, ingress_from=[Anywhere()]))
        tier(alb(routes=[PathRoute(path=path, service=backend, match=match) for path, match in routes]))

    return run(program)


def test_requests_of_one_path_are_told_apart_by_what_else_they_say() -> None:
    canary = RequestMatch(headers={"x-canary": "1"})
    result = routed(("/seats", RequestMatch()), ("/seats", canary), ("/", RequestMatch(methods=["PUT"])))
    plain, special, root = (said(result, f"{NAME}{end}") for end in ("-seats", "-seats-2", "-2"))
    assert json.loads(special["conditions.canary"]) == [
        {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "x-canary", "values": ["1"]}}
    ]
    assert json.loads(root["conditions.canary"]) == [
        {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["PUT"]}}
    ]
    assert "conditions.canary" not in plain
    orders = [int(one["group.order"]) for one in (special, plain, root, said(result))]
    assert orders == sorted(orders) and len(set(orders)) == 4, "the narrowest is asked first"


def test_a_whole_path_is_asked_before_what_begins_with_it() -> None:
    whole = RequestMatch(exact=True, query={"v": "2"})
    result = routed(("/seats", RequestMatch(headers={"a": "b"})), ("/seats", whole))
    [path] = ingress(result, f"{NAME}-seats-2").inputs["spec"]["rules"][0]["http"]["paths"]
    assert path["pathType"] == "Exact"
    first, second = said(result, f"{NAME}-seats-2"), said(result, f"{NAME}-seats")
    assert int(first["group.order"]) < int(second["group.order"])
    assert json.loads(first["conditions.canary"])[0]["queryStringConfig"] == {
        "values": [{"key": "v", "value": "2"}]
    }


@pytest.mark.parametrize("path", ["/.well-known/x_y", "/a~b", "/A.b"])
def test_every_path_gives_an_object_a_name_that_it_may_have(path: str) -> None:
    names = [r.inputs["metadata"]["name"] for r in routed((path, RequestMatch())).all("v1:Ingress")]
    label = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    assert len(set(names)) == 2 and all(re.fullmatch(rf"{label}(\.{label})*", name) for name in names), names


@pytest.mark.parametrize(
    ("route", "says"),
    [
        ({"change": RequestChange(rewrite="/")}, "passes requests on as they are"),
        ({"change": RequestChange(remove_headers=["a"])}, "passes requests on as they are"),
        ({"request_timeout": s(2)}, "one idle timeout"),
        ({"match": RequestMatch(headers={"a": "b*"})}, "any letters"),
        ({"match": RequestMatch(methods=["GET", "HEAD", "PUT"])}, "2 at most"),
    ],
)
def test_what_an_alb_cannot_ask_or_do_is_refused(route: dict[str, Any], says: str) -> None:
    def program() -> None:
        backend = ScalableService("canary", service_args("tacos-app", IMAGE))
        with pytest.raises(ConfigurationError, match=says):
            alb(routes=[PathRoute(path="/seats", service=backend, **route)])

    run(program)


def test_by_an_ingress_each_route_has_one_service() -> None:
    def program() -> None:
        backend = ScalableService("canary", service_args("tacos-app", IMAGE))
        split = [Weighted(service=ENTRY, weight=9), Weighted(service=backend, weight=1)]
        with pytest.raises(ConfigurationError, match="use AlbGateway"):
            tier(alb(routes=[PathRoute(path="/", service=split)]))

    assert all("gateway-api" not in r.name for r in run(program).resources)


def test_pods_are_chosen_as_is_stated_and_what_is_off_is_said_too() -> None:
    plain = attributes(said(deploy())["target-group-attributes"])
    assert (plain["load_balancing.algorithm.type"], plain["stickiness.enabled"]) == ("round_robin", "false")
    assert plain["slow_start.duration_seconds"] == "0"
    slowly = Balancing(slow_start="60s", sticky_for="1h")
    told = attributes(said(deploy(alb(balancing=slowly)))["target-group-attributes"])
    assert (told["slow_start.duration_seconds"], told["stickiness.type"]) == ("60", "lb_cookie")
    assert told["stickiness.lb_cookie.duration_seconds"] == "3600"


def test_an_ingress_has_annotations_besides() -> None:
    other = {f"{PREFIX}ip-address-type": "dualstack", "external-dns.alpha.kubernetes.io/ttl": "60"}
    annotations = ingress(deploy(alb(annotations=other))).inputs["metadata"]["annotations"]
    assert annotations.items() >= other.items()


def test_what_follows_from_the_arguments_is_told_by_no_annotation() -> None:
    whole = alb(
        source_cidrs=["203.0.113.0/24"], firewall=Firewall(web_acl_arn="arn"), grpc=Grpc(services=["a.v1.B"])
    )
    result = deploy(whole, container=GRPC)
    told = {key for name in (NAME, f"{NAME}-grpc") for key in said(result, name) if "/" not in key}
    assert told == OWN_ANNOTATIONS
    for name in (*(f"{PREFIX}{one}" for one in told), f"{PREFIX}conditions.x", "headroom.dev/blocks-above"):
        with pytest.raises(ConfigurationError, match="follow from nothing else"):
            alb(annotations={name: "x"})


def test_a_firewall_stands_before_it_with_the_rate_that_it_was_made_with() -> None:
    rate = RateRule(rps_per_client="2", clients_per_address=100)
    told = said(deploy(alb(firewall=Firewall(web_acl_arn="arn:aws:wafv2:acl", rate=rate))))
    assert told["wafv2-acl-arn"] == "arn:aws:wafv2:acl"
    assert (told["headroom.dev/blocks-above"], told["headroom.dev/client-share"]) == ("60000", "60000")


def test_a_name_leads_to_the_balancer_that_the_controller_made() -> None:
    result = deploy(alb(alias=Alias(zone_id="Z1", names=["tickets.example.com"])))
    record = result.one("route53/record:Record").inputs
    assert (record["name"], record["type"], record["zoneId"]) == ("tickets.example.com", "A", "Z1")
    [target] = record["aliases"]
    assert target == {"name": LOAD_BALANCER, "zoneId": HOSTED_ZONE, "evaluateTargetHealth": True}


def test_before_the_balancer_is_there_a_preview_leaves_its_name_open() -> None:
    def program() -> pulumi.Output[str]:
        made = tier(alb(alias=Alias(zone_id=unknown(), names=["tickets.example.com"])), namespace=unknown())
        return made.address

    result = run(program, preview=True)
    [target] = result.one("route53/record:Record").inputs["aliases"]
    assert target["name"] == UNKNOWN
    assert result.result is None


@pytest.mark.parametrize("status", [None, {}, {"loadBalancer": {}}, {"loadBalancer": {"ingress": [{}]}}])
def test_an_ingress_that_no_controller_answered_is_said(
    status: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    with pytest.raises(pulumi.RunError, match="the Ingress has no load balancer"):
        host_of(status)


def test_clients_come_by_the_balancers_name() -> None:
    assert run(lambda: tier(alb()).address).result == LOAD_BALANCER


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tls": [ELSEWHERE]}, "a certificate in ap-northeast-2"),
        ({"tls": []}, "at least one"),
        ({"keep_alive": s(1)}, "more than 1s"),
        ({"tls": None, "grpc": Grpc(services=["a.B"])}, "gRPC on an HTTPS listener"),
    ],
)
def test_a_way_in_that_cannot_be_is_refused_where_it_is_written(changes: dict[str, Any], says: str) -> None:
    if "tls" in changes:
        arns = changes["tls"]
        build = PlainHttp if arns is None else lambda: Certificates(arns=arns)
        changes = {**changes, "tls": build}
    with pytest.raises(ConfigurationError, match=says):
        alb(**{key: value() if key == "tls" else value for key, value in changes.items()})


@pytest.mark.parametrize(
    ("way_in", "number"),
    [
        ({"tls": PlainHttp()}, "HR628"),
        # The longest request is 8 s.
        ({"keep_alive": s(9)}, "HR625"),
        (
            {
                "firewall": Firewall(
                    web_acl_arn="arn:aws:wafv2:acl",
                    rate=RateRule(rps_per_client=2, clients_per_address=100, limit=59_999),
                )
            },
            "HR630",
        ),
    ],
)
def test_a_way_in_that_breaks_a_rule_is_refused_before_anything_is_registered(
    way_in: dict[str, Any], number: str
) -> None:
    def program() -> None:
        with pytest.raises(ReviewError) as caught:
            tier(alb(**way_in))
        assert {finding.number for finding in caught.value.findings} == {number}

    assert run(program).resources == []


def test_a_request_that_outlasts_what_a_load_balancer_waits_is_refused() -> None:
    def lasting(longest: Milliseconds) -> Run:
        shutdown = Shutdown(pre_stop=s(25), longest_request=longest)
        plan = plan_service(NAME, GATEWAY_DEMAND, ServicePolicy(shutdown=shutdown))
        streams = Ignore(rule="HR625", object="*", reason="a stream is never idle")
        return deploy(capacity=plan, shutdown=shutdown, ignores=[streams])

    told = attributes(said(lasting(s(3600)))["target-group-attributes"])
    assert told["deregistration_delay.timeout_seconds"] == "3600"
    with pytest.raises(ConfigurationError, match=f"{NAME}.shutdown.longest_request: 3601s .* 0s to 1h"):
        lasting(s(3601))


def test_a_rule_can_be_ignored_for_a_reason() -> None:
    ignore = Ignore(rule="HR628", object=f"Ingress {NAME}", reason="TLS ends at the CDN in front")
    assert "ssl-redirect" not in said(deploy(alb(tls=PlainHttp()), ignores=[ignore]))


def test_what_is_inside_needs_no_tls() -> None:
    told = said(deploy(alb(tls=PlainHttp(), scheme="internal")))
    assert json.loads(told["listen-ports"]) == [{"HTTP": 80}]
    assert "certificate-arn" not in told


def test_what_is_rendered_reads_back_as_what_the_rules_were_shown() -> None:
    from components.front.ingress import facts

    way_in = alb(
        grpc=Grpc(services=["sale.v1.Seats"]),
        firewall=Firewall(web_acl_arn="arn", rate=RateRule(rps_per_client=2, clients_per_address=9)),
    )
    made: list[GatewayTier] = []
    result = run(lambda: made.append(tier(way_in, container=GRPC)))
    seen = read_objects([Document(r.inputs) for r in result.all("v1:Ingress")]).fleet.load_balancers
    own = {target.name: facts(way_in, target) for target in made[0].told}
    assert {one.name for one in seen} == set(own)
    for one in seen:
        for field in one.__dataclass_fields__:
            if field not in ("object", "namespace", "place", "readiness_gates"):
                assert getattr(one, field) == getattr(own[one.name], field), (one.name, field)

"""A GatewayTier behind an Ingress of somebody else's class."""

from typing import Any

import pytest

from components import (
    ENTRY,
    AnyIngress,
    Anywhere,
    ConfigurationError,
    GatewayTier,
    GatewayTierArgs,
    Milliseconds,
    PathRoute,
    RequestChange,
    RequestMatch,
    ScalableService,
    Weighted,
)
from tests.components.examples import IMAGE, gateway_args, service_args
from tests.components.harness import Run, run

NAME = "gateway-api"
HOSTS = ["tickets.example.com", "www.example.com"]


def tier(**changes: Any) -> GatewayTier:
    way_in = AnyIngress(**{"class_name": "nginx", "hostnames": HOSTS, **changes})
    service = gateway_args("tacos-app", IMAGE).service
    return GatewayTier(NAME, GatewayTierArgs(service=service, way_in=way_in))


def deploy(**changes: Any) -> Run:
    return run(lambda: tier(**changes).address)


def test_every_host_name_leads_to_the_entry_by_the_stated_class() -> None:
    annotations = {"cert-manager.io/cluster-issuer": "letsencrypt"}
    result = deploy(tls_secret="tickets-tls", annotations=annotations)
    made = result.one("v1:Ingress").inputs
    assert made["metadata"]["annotations"] == annotations
    assert made["spec"]["ingressClassName"] == "nginx"
    assert made["spec"]["tls"] == [{"hosts": HOSTS, "secretName": "tickets-tls"}]
    assert [rule["host"] for rule in made["spec"]["rules"]] == HOSTS
    (path,) = made["spec"]["rules"][1]["http"]["paths"]
    assert path == {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": NAME, "port": {"number": 8000}}},
    }
    assert result.result == HOSTS[0]


def test_its_controller_is_no_pod_of_the_platform_and_may_enter() -> None:
    policy = deploy().one("NetworkPolicy").inputs["spec"]
    assert {"ports": [{"port": 8000, "protocol": "TCP"}]} in policy["ingress"]
    assert "tls" not in deploy().one("v1:Ingress").inputs["spec"]


def test_paths_lead_past_the_entry() -> None:
    def program() -> None:
        backend = ScalableService("pay", service_args("tacos-app", IMAGE, ingress_from=[Anywhere()]))
        tier(routes=[PathRoute(path="/pay", service=backend, match=RequestMatch(exact=True))])

    first, last = run(program).one("v1:Ingress").inputs["spec"]["rules"][0]["http"]["paths"]
    assert (first["path"], first["pathType"], first["backend"]["service"]["name"]) == ("/pay", "Exact", "pay")
    assert (last["path"], last["backend"]["service"]["name"]) == ("/", NAME)


@pytest.mark.parametrize(
    ("route", "says"),
    [
        ({"match": RequestMatch(headers={"a": "b"})}, "way_in.routes.headers"),
        ({"match": RequestMatch(methods=["GET"])}, "way_in.routes.methods"),
        ({"change": RequestChange(rewrite="/")}, "way_in.routes.rewrite"),
        ({"request_timeout": Milliseconds.parse("2s")}, "way_in.routes.request_timeout"),
        ({"service": [Weighted(service=ENTRY, weight=1), 2]}, "way_in.routes.to"),
    ],
)
def test_what_an_ingress_cannot_say_is_refused(route: dict[str, Any], says: str) -> None:
    def program() -> None:
        backend = ScalableService("pay", service_args("tacos-app", IMAGE))
        stated: dict[str, Any] = {"service": backend, **route}
        if isinstance(stated["service"], list):
            stated["service"] = [stated["service"][0], Weighted(service=backend, weight=1)]
        with pytest.raises(ConfigurationError, match=says):
            AnyIngress(class_name="nginx", hostnames=HOSTS, routes=[PathRoute(path="/pay", **stated)])

    run(program)


def test_without_a_host_name_it_would_answer_for_every_one() -> None:
    with pytest.raises(ConfigurationError, match="at least one"):
        AnyIngress(class_name="nginx", hostnames=[])

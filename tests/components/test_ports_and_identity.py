"""What a platform asks of a service beside one HTTP port: other ports, other probes, metrics, rights in AWS."""

import json
from dataclasses import replace
from typing import Any

import pytest

from components import (
    AnyIngress,
    AwsIdentity,
    CommandProbe,
    Container,
    GatewayTier,
    GatewayTierArgs,
    GrpcPort,
    GrpcProbe,
    PathRoute,
    PodMonitor,
    Pods,
    Probes,
    ScalableService,
    Scraped,
    TcpPort,
    grpc_probes,
    service_pods,
)
from components.aws_policies.statement import Statement
from components.policy.errors import ConfigurationError
from components.scraping import requests_query
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.aws_examples import CLUSTER, PLACE, TAGS, alb
from tests.components.examples import IMAGE, service_args
from tests.components.harness import Run, run

NAME = "reservation-api"
GRPC = GrpcPort(number=9090)
PROMETHEUS = Pods(labels={"app.kubernetes.io/name": "prometheus"}, namespace="monitoring")
READ = Statement(sid="ReadTickets", actions=["s3:GetObject"], resources=["arn:aws:s3:::tickets/*"])


def deploy(ports: Any = (), **changes: Any) -> Run:
    args = service_args("tacos-app", IMAGE, **changes)
    container = Container(image=IMAGE, ports=ports)
    return run(lambda: ScalableService(NAME, type(args)(**{**vars(args), "container": container})))


def app(result: Run) -> Any:
    return result.one("Deployment").inputs["spec"]["template"]["spec"]["containers"][0]


def identity(**changes: Any) -> AwsIdentity:
    stated: dict[str, Any] = {
        "cluster_name": CLUSTER,
        "place": PLACE,
        "statements": [READ],
        "tags": TAGS,
        **changes,
    }
    return AwsIdentity(**stated)


def test_a_grpc_port_stands_beside_the_http_one_everywhere() -> None:
    result = deploy([GRPC, TcpPort(name="raft", number=7000)], ingress_from=[service_pods("gateway-api")])
    assert [(p["name"], p["containerPort"]) for p in app(result)["ports"]] == [
        *(("http", 8000), ("grpc", 9090), ("raft", 7000))
    ]
    ports = {p["name"]: p for p in result.one("v1:Service").inputs["spec"]["ports"]}
    assert ports["grpc"] == {
        "name": "grpc",
        "port": 9090,
        "targetPort": "grpc",
        "protocol": "TCP",
        "appProtocol": "kubernetes.io/h2c",
    }
    assert "appProtocol" not in ports["raft"]
    [rule] = result.one("NetworkPolicy").inputs["spec"]["ingress"]
    assert [p["port"] for p in rule["ports"]] == [8000, 9090, 7000]


def test_probes_may_be_grpc_or_a_command() -> None:
    times = {"period": "3s", "timeout": "2s", "failure_threshold": 2}
    probes = Probes(
        readiness=GrpcProbe(port=9090, service="tickets", **times),
        liveness=CommandProbe(command=["/bin/alive"], **{**times, "failure_threshold": 9}),
    )
    found = app(deploy([GRPC], probes=probes))
    assert found["readinessProbe"]["grpc"] == {"port": 9090, "service": "tickets"}
    assert found["livenessProbe"]["exec"] == {"command": ["/bin/alive"]}
    assert found["startupProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}


@pytest.mark.parametrize(
    ("ports", "says"),
    [
        ([GrpcPort(number=8000)], "number 8000 twice"),
        ([GRPC, TcpPort(name="grpc", number=7000)], "name grpc twice"),
        ([TcpPort(name="http", number=7000)], "name http twice"),
    ],
)
def test_two_ports_of_one_number_or_name_are_refused(ports: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        deploy(ports)


def grpc_alone(**changes: Any) -> Run:
    stated: dict[str, Any] = {"probes": grpc_probes(9090), **changes}
    args = service_args("tacos-app", IMAGE, **stated)
    container = Container(image=IMAGE, port=9090, speaks="grpc")
    return run(lambda: ScalableService(NAME, replace(args, container=container)).url)


def test_a_service_that_speaks_grpc_alone_says_so_and_is_asked_by_grpc() -> None:
    result = grpc_alone(metrics=Scraped(by=PROMETHEUS, port=9100, monitor=PodMonitor()))
    (port,) = result.one("v1:Service").inputs["spec"]["ports"]
    assert (port["name"], port["port"], port["targetPort"]) == ("grpc", 9090, "grpc")
    assert port["appProtocol"] == "kubernetes.io/h2c"
    assert [(p["name"], p["containerPort"]) for p in app(result)["ports"]] == [
        ("grpc", 9090),
        ("metrics", 9100),
    ]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert app(result)[probe]["grpc"] == {"port": 9090, "service": ""}
    assert result.result == f"dns:///{NAME}.tacos-app.svc:9090"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"probes": Probes()}, "probes.readiness"),
        ({"metrics": Scraped(by=PROMETHEUS)}, "metrics.port"),
    ],
)
def test_nobody_asks_a_service_that_speaks_grpc_alone_by_http(changes: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        grpc_alone(**changes)


def test_what_speaks_grpc_alone_is_no_entry_of_a_way_in_for_http() -> None:
    args = service_args("tacos-app", IMAGE, probes=grpc_probes(8000))
    entry = replace(args, container=Container(image=IMAGE, speaks="grpc"))
    way_in = AnyIngress(class_name="nginx", hostnames=["a.example.com"])
    with pytest.raises(ConfigurationError, match="with a way in for HTTP"):
        run(lambda: GatewayTier("entry", GatewayTierArgs(service=entry, way_in=way_in)))


def test_a_path_of_an_alb_leads_to_no_service_that_speaks_grpc_alone() -> None:
    def program() -> None:
        args = service_args("tacos-app", IMAGE, probes=grpc_probes(8000))
        backend = ScalableService(NAME, replace(args, container=Container(image=IMAGE, speaks="grpc")))
        with pytest.raises(ConfigurationError, match="services that answer HTTP"):
            alb(routes=[PathRoute(path="/x", service=backend)])

    run(program)


def test_a_metrics_port_is_for_prometheus_alone() -> None:
    result = deploy([GRPC], metrics=Scraped(by=PROMETHEUS, port=9100), ingress_from=[service_pods("gateway")])
    assert "metrics" not in [p["name"] for p in result.one("v1:Service").inputs["spec"]["ports"]]
    callers, prometheus = result.one("NetworkPolicy").inputs["spec"]["ingress"]
    assert [p["port"] for p in callers["ports"]] == [8000, 9090]
    assert [p["port"] for p in prometheus["ports"]] == [9100]
    assert prometheus["from"][0]["podSelector"]["matchLabels"] == PROMETHEUS.labels


def test_without_a_monitor_none_is_made() -> None:
    assert deploy(metrics=Scraped(by=PROMETHEUS)).all("PodMonitor") == []


@pytest.mark.parametrize(("port", "asked"), [(None, "http"), (9100, "metrics")])
def test_a_monitor_tells_prometheus_of_the_pods_and_names_them_as_the_query_does(
    port: int | None, asked: str
) -> None:
    monitor = PodMonitor(labels={"release": "prometheus"})
    found = deploy(metrics=Scraped(by=PROMETHEUS, port=port, monitor=monitor)).one("PodMonitor").inputs
    assert found["metadata"]["labels"]["release"] == "prometheus"
    assert found["spec"]["selector"] == {"matchLabels": {"app.kubernetes.io/name": NAME}}
    [endpoint] = found["spec"]["podMetricsEndpoints"]
    assert (endpoint["port"], endpoint["path"], endpoint["interval"]) == (asked, "/metrics", "15s")
    [relabeling] = endpoint["relabelings"]
    assert relabeling["sourceLabels"] == ["__meta_kubernetes_pod_label_app_kubernetes_io_name"]
    assert f'{relabeling["targetLabel"]}="{{service}}"' in requests_query("http_requests_total")


def test_pods_have_a_role_of_their_own_before_the_first_of_them_starts() -> None:
    result = deploy(identity=identity())
    policy = json.loads(result.one("iam/rolePolicy:RolePolicy").inputs["policy"])
    assert [s["Sid"] for s in policy["Statement"]] == ["ReadTickets"]
    [trust] = json.loads(result.one("iam/role:Role").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": ["pods.eks.amazonaws.com"]}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnEquals": {"aws:SourceArn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"},
    }
    association = result.one("PodIdentityAssociation")
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("tacos-app", NAME)
    assert association.inputs["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/{NAME}-pods-role"
    first = {urn.rpartition("::")[2] for urn in result.one("Deployment").depends_on}
    assert {f"{NAME}-pods-policy", f"{NAME}-pods-identity"} <= first


def test_such_pods_may_reach_the_agent_that_hands_out_their_credentials() -> None:
    def egress(result: Run) -> list[str]:
        rules = result.one("NetworkPolicy").inputs["spec"]["egress"]
        return [peer["ipBlock"]["cidr"] for rule in rules for peer in rule["to"] if "ipBlock" in peer]

    agent = "169.254.170.23/32"
    assert agent in egress(deploy(identity=identity()))
    assert agent not in egress(deploy())


@pytest.mark.parametrize(("change", "says"), [({"statements": []}, "statements"), ({"tags": {}}, "owner")])
def test_an_identity_that_may_do_nothing_or_that_nobody_owns_is_refused(change: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        deploy(identity=identity(**change))

"""ScalableService: the objects it makes for the guide's services, read as the API server would read them."""

from dataclasses import replace
from typing import Any, Final

import pytest

from components import (
    Addresses,
    ClusterIp,
    Container,
    Endpoint,
    GrpcPort,
    Identity,
    Keda,
    NodePort,
    Outside,
    Pods,
    PreferredAntiAffinity,
    ScalableService,
    SecretKey,
    Volume,
    service_pods,
)
from components.policy.disruption import Budget
from components.policy.errors import ConfigurationError
from components.policy.events import EventFloor
from components.policy.events_time import Instant
from components.policy.findings import ReviewError
from components.policy.ignores import Ignore
from components.policy.quantities import Bytes, Millicores
from components.policy.service import ServicePolicy, plan_service
from components.policy.workload import Resources, Shutdown
from tests.components.examples import BACKEND_DEMAND, GATEWAY_DEMAND, IMAGE, service_args
from tests.components.harness import Run, run

# Half of what is requested is what the limit allows.
TIGHT = Resources.model_construct(
    cpu_request=Millicores(500),
    cpu_limit=Millicores(250),
    memory_request=Bytes(2**29),
    memory_limit=Bytes(2**29),
)

SALE: Final = EventFloor(
    event="sale",
    pods=30,
    begins=Instant.parse("2026-11-27T09:56:00Z"),
    ends=Instant.parse("2026-11-27T12:00:00Z"),
)


def deploy(image: str = IMAGE, **changes: Any) -> Run:
    return run(lambda: ScalableService("reservation-api", service_args("tacos-app", image, **changes)))


def pod(result: Run) -> Any:
    return result.one("Deployment").inputs["spec"]["template"]["spec"]


def test_replicas_are_left_to_the_autoscaler() -> None:
    assert "replicas" not in deploy().one("Deployment").inputs["spec"]


def test_the_component_alone_and_the_plan_give_the_same_numbers() -> None:
    spec = deploy().one("HorizontalPodAutoscaler").inputs["spec"]
    plan = plan_service("reservation-api", BACKEND_DEMAND)
    assert (spec["minReplicas"], spec["maxReplicas"]) == (plan.replicas.floor.value, plan.replicas.peak.value)
    # 10,000 / 500 = 20 pods, + 10 so that a zone of three may go.
    assert (spec["minReplicas"], spec["maxReplicas"]) == (6, 30)


def test_it_scales_on_requests_first_and_cpu_as_a_backstop() -> None:
    external, cpu = deploy().one("HorizontalPodAutoscaler").inputs["spec"]["metrics"]
    assert external["external"]["metric"]["selector"]["matchLabels"] == {"service": "reservation-api"}
    # Of 7 pods a lost zone leaves 4: 4 x 500 / (7 x 1.1) = 259.7, rounded down.
    assert external["external"]["target"] == {"type": "AverageValue", "averageValue": "259"}
    assert cpu["resource"]["target"] == {"type": "Utilization", "averageUtilization": 80}


def test_the_autoscaler_goes_from_the_floor_to_the_peak_in_one_step_and_comes_down_slowly() -> None:
    behavior = deploy().one("HorizontalPodAutoscaler").inputs["spec"]["behavior"]
    assert behavior["scaleUp"]["policies"][0]["value"] == 30 - 6
    assert behavior["scaleUp"]["stabilizationWindowSeconds"] == 0
    assert behavior["scaleDown"]["stabilizationWindowSeconds"] == 300


def test_keda_asks_prometheus_for_the_total_and_keeps_the_peak_when_it_is_blind() -> None:
    scaled = (
        deploy(autoscaler=Keda(prometheus_address="http://prometheus:9090"))
        .one("ScaledObject")
        .inputs["spec"]
    )
    assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (6, 30)
    prometheus = scaled["triggers"][0]["metadata"]
    assert prometheus["threshold"] == "259"
    assert prometheus["query"] == (
        'sum(rate(http_server_requests_total{namespace="tacos-app",service="reservation-api"}[1m]))'
    )
    assert prometheus["ignoreNullValues"] == "false", "no answer is no zero"
    assert scaled["fallback"]["replicas"] == 30


def test_the_pod_meets_the_restricted_standard() -> None:
    spec = pod(deploy())
    security = spec["containers"][0]["securityContext"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert security == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def test_no_token_is_mounted_unless_it_is_asked_for() -> None:
    closed, opened = deploy(), deploy(identity=Identity(mount_token=True))
    assert pod(closed)["automountServiceAccountToken"] is False
    assert closed.one("ServiceAccount").inputs["automountServiceAccountToken"] is False
    assert pod(opened)["automountServiceAccountToken"] is True


def test_the_disk_that_it_may_fill_is_requested_and_bounded() -> None:
    # /tmp 64Mi, and the logs that the kubelet keeps, 60Mi.
    resources = pod(deploy())["containers"][0]["resources"]
    assert resources["requests"]["ephemeral-storage"] == resources["limits"]["ephemeral-storage"] == "124Mi"


def test_the_kill_comes_after_the_drain() -> None:
    spec = pod(deploy())
    sleep = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert spec["terminationGracePeriodSeconds"] > sleep + 5, "preStop + the longest request of 5 s"


def test_probes_are_the_guides_and_a_startup_probe_is_added() -> None:
    container = pod(deploy())["containers"][0]
    readiness, liveness = container["readinessProbe"], container["livenessProbe"]
    assert (readiness["initialDelaySeconds"], readiness["periodSeconds"], readiness["timeoutSeconds"]) == (
        5,
        3,
        2,
    )
    assert (readiness["successThreshold"], readiness["failureThreshold"]) == (1, 2)
    assert (liveness["initialDelaySeconds"], liveness["periodSeconds"], liveness["timeoutSeconds"]) == (
        30,
        10,
        5,
    )
    assert liveness["failureThreshold"] == 3
    assert (readiness["httpGet"]["path"], liveness["httpGet"]["path"]) == ("/readyz", "/healthz")
    assert container["startupProbe"]["failureThreshold"] * container["startupProbe"]["periodSeconds"] == 60


def test_an_old_revision_does_not_count_in_the_spread_and_a_lost_zone_does_not_hold_pods_back() -> None:
    zone, host = pod(deploy())["topologySpreadConstraints"]
    assert (zone["topologyKey"], zone["whenUnsatisfiable"]) == (
        "topology.kubernetes.io/zone",
        "DoNotSchedule",
    )
    assert (host["topologyKey"], host["whenUnsatisfiable"]) == ("kubernetes.io/hostname", "ScheduleAnyway")
    # A host holds what the budget lets go at once: 10 % of 30.
    assert (zone["maxSkew"], host["maxSkew"]) == (1, 3)
    for constraint in (zone, host):
        assert constraint["matchLabelKeys"] == ["pod-template-hash"]
        assert constraint["nodeTaintsPolicy"] == "Honor"
        assert "minDomains" not in constraint


def test_the_guides_anti_affinity_can_be_said() -> None:
    spec = pod(deploy(spread=PreferredAntiAffinity()))
    (term,) = spec["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    assert term["weight"] == 100
    assert term["podAffinityTerm"]["topologyKey"] == "kubernetes.io/hostname"
    assert "topologySpreadConstraints" not in spec


def test_the_guides_node_port_can_be_said_and_is_not_the_default() -> None:
    assert deploy().one("core/v1:Service").inputs["spec"]["type"] == "ClusterIP"
    spec = deploy(exposure=NodePort(node_port=30080)).one("core/v1:Service").inputs["spec"]
    assert (spec["type"], spec["ports"][0]["nodePort"]) == ("NodePort", 30080)
    assert spec["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 300}}


def test_callers_may_ask_another_port_than_the_containers() -> None:
    args = service_args("tacos-app", IMAGE, exposure=ClusterIp(port=80))
    result = run(lambda: ScalableService("reservation-api", args).url)
    (port,) = result.one("v1:Service").inputs["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (80, "http")
    assert result.result == "http://reservation-api.tacos-app.svc:80"
    assert pod(result)["containers"][0]["ports"][0]["containerPort"] == 8000


def test_a_client_that_balances_by_itself_gets_the_addresses_of_all_pods() -> None:
    spec = deploy(exposure=ClusterIp(headless=True)).one("v1:Service").inputs["spec"]
    assert (spec["type"], spec["clusterIP"]) == ("ClusterIP", "None")
    assert "clusterIP" not in deploy().one("v1:Service").inputs["spec"]
    with pytest.raises(ConfigurationError, match="none with headless"):
        ClusterIp(headless=True, port=80)


def test_a_port_of_the_service_that_another_has_is_refused() -> None:
    args = service_args("tacos-app", IMAGE, exposure=ClusterIp(port=9000))
    taken = replace(args, container=Container(image=IMAGE, ports=[GrpcPort(number=9000)]))
    with pytest.raises(ConfigurationError, match="number 9000 twice"):
        run(lambda: ScalableService("reservation-api", taken))


def test_names_outside_are_asked_of_dns_as_often_as_is_stated() -> None:
    assert pod(deploy(ndots=2))["dnsConfig"] == {"options": [{"name": "ndots", "value": "2"}]}
    assert "dnsConfig" not in pod(deploy())
    with pytest.raises(ConfigurationError, match="1 to 15"):
        deploy(ndots=0)


def test_nobody_may_enter_and_only_dns_may_be_reached_by_default() -> None:
    policy = deploy().one("NetworkPolicy").inputs["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"] == []
    assert [[p["port"] for p in rule["ports"]] for rule in policy["egress"]] == [[53, 53]]
    assert policy["egress"][0]["to"][1] == {"ipBlock": {"cidr": "169.254.20.10/32"}}, (
        "NodeLocal DNSCache is no pod"
    )


def test_stated_peers_are_opened_on_their_ports_alone() -> None:
    policy = (
        deploy(
            ingress_from=[service_pods("gateway-api"), Pods(namespace="monitoring")],
            egress_to=[Endpoint(pods=Pods(labels={"app.kubernetes.io/name": "redis"}), ports=[6379, 26379])],
        )
        .one("NetworkPolicy")
        .inputs["spec"]
    )
    gateway, monitoring = policy["ingress"]
    assert gateway["from"][0]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "gateway-api"}
    assert monitoring["from"][0]["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "monitoring"
    }
    assert [p["port"] for p in policy["egress"][0]["ports"]] == [6379, 26379]


def test_what_is_no_pod_is_reached_by_its_addresses() -> None:
    policy = (
        deploy(egress_to=[Outside(cidr="10.20.0.0/16", ports=[5432])]).one("NetworkPolicy").inputs["spec"]
    )
    assert policy["egress"][0] == {
        "to": [{"ipBlock": {"cidr": "10.20.0.0/16"}}],
        "ports": [{"port": 5432, "protocol": "TCP"}],
    }


def test_callers_that_are_no_pods_come_by_their_addresses() -> None:
    (rule,) = (
        deploy(ingress_from=[Addresses(cidr="10.0.0.0/16")]).one("NetworkPolicy").inputs["spec"]["ingress"]
    )
    assert rule["from"] == [{"ipBlock": {"cidr": "10.0.0.0/16"}}]
    assert [port["port"] for port in rule["ports"]] == [8000]


def test_what_speaks_udp_is_reached_by_it() -> None:
    collector = Endpoint(pods=Pods(namespace="observability"), ports=[8125], protocol="UDP")
    first, _ = deploy(egress_to=[collector]).one("NetworkPolicy").inputs["spec"]["egress"]
    assert first["ports"] == [{"port": 8125, "protocol": "UDP"}]


def test_a_pod_that_never_became_ready_does_not_hold_up_a_drain() -> None:
    spec = deploy().one("PodDisruptionBudget").inputs["spec"]
    assert (spec["maxUnavailable"], spec["unhealthyPodEvictionPolicy"]) == ("10%", "AlwaysAllow")


def test_a_rollout_takes_no_capacity_away() -> None:
    rolling = deploy().one("Deployment").inputs["spec"]["strategy"]["rollingUpdate"]
    assert rolling == {"maxSurge": "25%", "maxUnavailable": 0}


def test_command_environment_secrets_and_volumes_reach_the_container() -> None:
    args = service_args("tacos-app", IMAGE)
    from dataclasses import replace

    container = replace(
        args.container,
        port=9000,
        command=["/app"],
        args=["--verbose"],
        env={"B": "2", "A": "1"},
        env_from_secrets={"TOKEN": SecretKey(secret="payment", key="token")},
        volumes=[Volume(name="config", mount_path="/etc/app", source={"configMap": {"name": "app"}})],
    )
    result = run(lambda: ScalableService("payment-api", replace(args, container=container)))
    made = pod(result)["containers"][0]
    assert (made["command"], made["args"], made["ports"][0]["containerPort"]) == (
        ["/app"],
        ["--verbose"],
        9000,
    )
    assert [e["name"] for e in made["env"]] == ["A", "B", "TOKEN"]
    assert made["env"][2]["valueFrom"]["secretKeyRef"] == {"name": "payment", "key": "token"}
    assert {"name": "config", "configMap": {"name": "app"}} in pod(result)["volumes"]
    assert result.one("core/v1:Service").inputs["spec"]["ports"][0]["port"] == 9000


@pytest.mark.parametrize("image", ["podinfo", "podinfo:latest", "podinfo:main"])
def test_an_image_that_moves_is_refused_at_construction(image: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        deploy(image)
    assert caught.value.field == "reservation-api.image"


def test_all_that_is_wrong_is_said_at_once_and_can_be_ignored_for_a_reason() -> None:
    short = Shutdown(pre_stop="1s", margin="0s")
    with pytest.raises(ReviewError) as caught:
        deploy(shutdown=short, resources=TIGHT)
    numbers = {finding.number for finding in caught.value.findings}
    assert len(numbers) > 1
    ignores = [Ignore(rule=number, object="services.reservation-api", reason="a test") for number in numbers]
    assert deploy(shutdown=short, resources=TIGHT, ignores=ignores).resources


def test_a_plan_that_knows_more_than_the_demand_is_taken_as_it_is() -> None:
    wished = plan_service(
        "reservation-api", BACKEND_DEMAND, ServicePolicy(floor=12, budget=Budget(max_unavailable=2))
    )
    result = deploy(capacity=wished)
    assert result.one("HorizontalPodAutoscaler").inputs["spec"]["minReplicas"] == 12
    assert result.one("PodDisruptionBudget").inputs["spec"]["maxUnavailable"] == 2


def test_the_annotations_say_what_the_numbers_came_from() -> None:
    annotations = deploy().one("Deployment").inputs["metadata"]["annotations"]
    # The first three are what the local cluster's metrics source reads.
    assert (
        annotations.items()
        >= {
            "headroom.dev/rps-per-pod": "500",
            "headroom.dev/demand-share": "1/3",
            "headroom.dev/baseline-rps": "2000",
            "headroom.dev/peak-rps": "10000",
        }.items()
    )


def test_the_floor_carries_the_baseline_after_a_zone_is_lost() -> None:
    plan = plan_service("gateway-api", GATEWAY_DEMAND)
    floor = plan.replicas.floor.value
    assert floor == 9
    assert (floor - -(-floor // 3)) * 1_000 >= 6_000


def test_an_events_floor_is_one_more_metric_of_the_hpa_and_moves_no_bound() -> None:
    usual = deploy().one("HorizontalPodAutoscaler").inputs["spec"]
    spec = deploy(events=[SALE]).one("HorizontalPodAutoscaler").inputs["spec"]
    (added,) = [metric for metric in spec["metrics"] if metric not in usual["metrics"]]
    assert added["external"] == {
        "metric": {
            "name": "headroom_event_floor_pods",
            "selector": {"matchLabels": {"service": "reservation-api", "event": "sale"}},
        },
        "target": {"type": "AverageValue", "averageValue": "1"},
    }
    spec["metrics"].remove(added)
    assert spec == usual


def test_kedas_floor_is_a_cron_trigger_beside_the_others() -> None:
    keda = Keda(prometheus_address="http://prometheus:9090")
    usual = deploy(autoscaler=keda).one("ScaledObject").inputs["spec"]
    spec = deploy(autoscaler=keda, events=[SALE]).one("ScaledObject").inputs["spec"]
    # Last, since KEDA names the metrics of the others by their place.
    assert spec["triggers"][:-1] == usual["triggers"]
    assert spec["triggers"][-1] == {
        "type": "cron",
        "name": "event-sale",
        "metadata": {
            "timezone": "Etc/UTC",
            "start": "56 9 27 11 *",
            "end": "0 12 27 11 *",
            "desiredReplicas": "30",
        },
    }
    assert {**spec, "triggers": usual["triggers"]} == usual


def test_an_events_floor_stands_on_the_deployment_but_not_in_its_pods() -> None:
    deployment = deploy(events=[SALE]).one("apps/v1:Deployment").inputs
    floors = deployment["metadata"]["annotations"]["headroom.dev/event-floors"]
    assert floors == "sale=30@2026-11-27T09:56:00Z/2026-11-27T12:00:00Z"
    assert deployment["spec"] == deploy().one("apps/v1:Deployment").inputs["spec"]

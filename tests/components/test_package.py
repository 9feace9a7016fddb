"""The package for other languages says what the library says: same components, fields, defaults and objects."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, Final

import pulumi
import pytest
from pydantic import BaseModel

import components
from components import (
    autoscaling,
    exposure,
    identity,
    network_policy,
    node_class,
    placement,
    pod,
    process,
    queue_scaling,
    scraping,
    spare,
)
from components.front import gateway_api
from components.package import capacity, containers, host, ignores, workload
from components.package import event_window as package_event_window
from components.package import events as package_events
from components.package import gateway_tier as package_gateway_tier
from components.package import karpenter_pool as package_karpenter_pool
from components.package import metrics as package_metrics
from components.package import network_policy as package_network_policy
from components.package import node_pool as package_node_pool
from components.package import placement as package_placement
from components.package import pods as package_pods
from components.package import queue_worker as package_queue_worker
from components.package import redis_cluster as package_redis_cluster
from components.package import scalable_service as package_service
from components.policy import (
    connections,
    demand,
    disruption,
    events,
    events_watch,
    node_budgets,
    node_pool,
    pod_group,
    redis,
    redis_load,
    scaling,
)
from components.policy import ignores as policy_ignores
from components.policy import workload as policy_workload
from components.policy.quantities import format_int_or_percent
from components.redis import render
from tests.components.examples import IMAGE, MESSAGES, QUEUE
from tests.components.harness import Run, run

NAME: Final = "sample-one"
RESOURCES: Final = {"cpuRequest": "250m", "cpuLimit": "1", "memoryRequest": "256Mi", "memoryLimit": "512Mi"}
# As the engine sends it: every number is a float.
DEMAND: Final = {"peakRps": 10_000.0, "baselineRps": 2_000.0, "rpsPerPod": 500.0, "share": "1/3"}
SERVICE: Final[Mapping[str, Any]] = {
    "namespace": "tacos-app",
    "container": {"image": IMAGE, "port": 8000.0},
    "demand": DEMAND,
    "resources": RESOURCES,
}
POOL: Final[Mapping[str, Any]] = {
    "zones": ["zone-a", "zone-b", "zone-c"],
    "groups": [
        {"name": "gateway", "floor": 9.0, "peak": 45.0, "surge": 12.0, "cpu": "500m", "memory": "512Mi"}
    ],
    "kwok": {},
}
WORKER: Final[Mapping[str, Any]] = {
    "namespace": "tacos-app",
    "process": {"image": IMAGE},
    "queue": {"url": QUEUE.url, "region": QUEUE.region},
    "demand": {"peakRps": 1_000.0, "baselineRps": 200.0, "rpsPerPod": 20.0, "share": "1/10"},
    "longestMessage": "20s",
    "workOff": "60s",
    "httpHealth": {"port": 8080.0},
    "resources": RESOURCES,
}
INPUTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "ScalableService": SERVICE,
    "GatewayTier": {"service": SERVICE},
    "QueueWorker": WORKER,
    "RedisCluster": {"namespace": "tacos-app"},
    "KarpenterPool": POOL,
    "EventWindow": {
        "namespace": "tacos-app",
        "event": "sale",
        "entry": "gateway-api",
        "expectedRps": 30_000.0,
        "starts": "2026-11-27T10:00:00Z",
        "ends": "2026-11-27T12:00:00Z",
        "opens": "2026-11-27T09:56:00Z",
        "closes": "2026-11-27T12:00:00Z",
        "floors": {"gateway-api": {"pods": 45.0, "rpsPerPod": 1000.0}},
        "pools": [{"name": "critical", "frozenFrom": "2026-11-27T09:29:00Z", "expireAfter": "720h"}],
        "ruleLabels": {"release": "prometheus"},
    },
}
# What says the same thing, here and in the library.
PAIRS: Final[list[tuple[type, type]]] = [
    (capacity.Demand, demand.Demand),
    (capacity.Budget, disruption.Budget),
    (capacity.ScaleDown, scaling.ScaleDown),
    (package_events.EventFloor, events.EventFloor),
    (package_event_window.WatchedFloor, events_watch.WatchedFloor),
    (package_event_window.WatchedPool, events_watch.WatchedPool),
    (capacity.ClientPolicy, connections.ClientPolicy),
    (containers.Container, pod.Container),
    (containers.Process, process.Process),
    (containers.Volume, process.Volume),
    (containers.SecretKey, process.SecretKey),
    (containers.ConfigMapKey, process.ConfigMapKey),
    (containers.AllOf, process.AllOf),
    (workload.Resources, policy_workload.Resources),
    (workload.HttpProbe, policy_workload.HttpProbe),
    (workload.Probes, policy_workload.Probes),
    (workload.Shutdown, policy_workload.Shutdown),
    (package_network_policy.Pods, network_policy.Pods),
    (package_network_policy.Endpoint, network_policy.Endpoint),
    (package_network_policy.Outside, network_policy.Outside),
    (package_service.Keda, autoscaling.Keda),
    (package_service.NodePort, exposure.NodePort),
    (package_pods.Identity, identity.Identity),
    (package_metrics.Scraped, scraping.Scraped),
    (package_metrics.PodMonitor, scraping.PodMonitor),
    (ignores.Ignore, policy_ignores.Ignore),
    (package_queue_worker.SqsQueue, queue_scaling.SqsQueue),
    (package_queue_worker.HttpHealth, policy_workload.HttpHealth),
    (package_gateway_tier.HttpRoute, gateway_api.HttpRoute),
    (package_redis_cluster.RedisClusterArgs, components.RedisClusterArgs),
    (package_redis_cluster.Redis, redis.RedisSpec),
    (package_redis_cluster.Names, render.Names),
    (package_node_pool.NodeBudget, node_budgets.NodeBudget),
    (package_node_pool.Taint, node_pool.Taint),
    (package_node_pool.Kubelet, node_pool.Kubelet),
    (package_karpenter_pool.Spare, spare.Spare),
    (package_placement.NodePlacement, placement.NodePlacement),
    (package_node_pool.NodePool, node_pool.NodePoolSpec),
    (package_karpenter_pool.PodGroup, pod_group.PodGroup),
    (package_karpenter_pool.KwokNodeClass, node_class.KwokNodeClass),
    (package_karpenter_pool.Ec2NodeClass, node_class.Ec2NodeClass),
]
# The pool's name is the component's. What Redis holds and answers is compared where the services that use it are known:
# in a platform's plan.
# A probe is an HTTP probe there; gRPC and commands are said in Python, and so are routes to other components.
# Redis is the one inside the cluster there: the one that AWS runs needs the AWS package, and is said in Python.
# A probe is an HTTP probe there; gRPC and commands are said in Python.
NOT_OFFERED: Final = {
    "NodePool": {"name"},
    "Redis": {"kind", *redis_load.RedisContents.model_fields},
    "HttpProbe": {"kind"},
    "HttpHealth": {"kind"},
    "HttpRoute": {"grpc", "routes"},
}
BY_PAIR: Final = pytest.mark.parametrize(("plain", "own"), PAIRS, ids=lambda kind: kind.__name__)


@pytest.fixture(scope="module")
def package() -> host.Package:
    return host.Package()


def made(package: host.Package, kind: str, inputs: Mapping[str, Any]) -> Run:
    def program() -> None:
        package.construct(NAME, f"headroom:index:{kind}", dict(inputs))

    return run(program)


def defaults(own: type) -> dict[str, object]:
    """The fields of an argument type of the library with their defaults; None where there is none."""
    if issubclass(own, BaseModel):
        return {name: field.default for name, field in own.model_fields.items()}
    assert is_dataclass(own)
    return {field.name: field.default for field in fields(own)}


def test_every_component_of_the_library_is_in_the_package(package: host.Package) -> None:
    exported = {name: getattr(components, name) for name in components.__all__}
    kinds = {n for n, v in exported.items() if inspect.isclass(v) and issubclass(v, pulumi.ComponentResource)}
    assert set(package._component_defs) == kinds == set(INPUTS)


def test_every_component_type_property_and_choice_is_documented(package: host.Package) -> None:
    undocumented: list[str] = []
    for component in package._component_defs.values():
        assert component.description
        for name, stated in {**component.inputs, **component.outputs}.items():
            undocumented += [] if stated.description else [f"{component.name}.{name}"]
    for kind in package._type_defs.values():
        assert kind.description
        undocumented += [
            f"{kind.name}.{n}" for n, stated in kind.properties.items() if not stated.description
        ]
        undocumented += [f"{kind.name}.{choice.name}" for choice in kind.enum or () if not choice.description]
    assert undocumented == []


@BY_PAIR
def test_what_the_library_takes_can_be_said_here_and_nothing_else(plain: type, own: type) -> None:
    assert set(inspect.get_annotations(plain)) == set(defaults(own)) - NOT_OFFERED.get(plain.__name__, set())


def test_what_bears_on_a_service_can_be_said_here() -> None:
    said = set(inspect.get_annotations(package_service.Service))
    # Said by what they are made of: demand and plan, metric and keda, nodePort. What starts before the service is said
    # in Python, as are probes other than HTTP.
    made_of = {"capacity", "autoscaler", "exposure", "init_containers"}
    assert set(defaults(components.ScalableServiceArgs)) - made_of <= said
    # What only a whole platform knows stays with its plan.
    platforms = {"callers", "growth", "times", "calibration", "tolerates_reclaim"}
    asked = {*components.ServicePolicy.model_fields, *components.Surroundings.model_fields}
    assert asked - platforms <= said


def test_what_bears_on_a_worker_can_be_said_here() -> None:
    said = set(inspect.get_annotations(package_queue_worker.QueueWorkerArgs))
    # Said by what they are made of: demand and plan, httpHealth and healthCommand. What starts before it is said in
    # Python.
    made_of = {"capacity", "policy", "init_containers", "health"}
    asked = {*defaults(components.QueueWorkerArgs), *components.WorkerPolicy.model_fields}
    assert asked - made_of <= said


@BY_PAIR
def test_a_documented_default_is_the_one_that_applies(package: host.Package, plain: type, own: type) -> None:
    own_defaults = defaults(own)
    for name in inspect.get_annotations(plain):
        documented = re.search(
            r"Default: ([^;, ]+?)[.,;]?(?: |$)", package.analyzer.get_docstring(plain, name) or ""
        )
        default = own_defaults.get(name)
        if (
            documented
            and isinstance(default, (str, int, bool, Fraction, Enum))
            and name not in ("image", "path")
        ):
            assert documented[1].rstrip(".") == as_text(default), f"{plain.__name__}.{name}"


def as_text(default: object) -> str:
    """A default as its documentation writes it."""
    if isinstance(default, Enum):
        return str(default.value)
    if isinstance(default, Fraction):
        return "1" if default == 1 else str(format_int_or_percent(default))
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("kind", sorted(INPUTS))
def test_every_component_is_made_under_its_own_token(package: host.Package, kind: str) -> None:
    component, *children = made(package, kind, INPUTS[kind]).resources
    assert component.type == f"headroom:index:{kind}"
    assert children


def test_the_objects_are_those_that_the_library_makes(package: host.Package) -> None:
    args = components.ScalableServiceArgs(
        namespace="tacos-app",
        container=components.Container(image=IMAGE),
        capacity=components.Demand(peak_rps=10_000, baseline_rps=2_000, rps_per_pod=500, share="1/3"),
        resources=components.Resources(
            cpu_request="250m", cpu_limit="1", memory_request="256Mi", memory_limit="512Mi"
        ),
    )
    own = run(lambda: components.ScalableService(NAME, args).urn)
    assert made(package, "ScalableService", SERVICE).resources == own.resources


def test_a_worker_is_the_one_that_the_library_makes(package: host.Package) -> None:
    policy = components.WorkerPolicy(
        health=components.HttpHealth(kind="http", port=8080), longest_message="20s", work_off="60s"
    )
    args = components.QueueWorkerArgs(
        namespace="tacos-app",
        process=components.Process(image=IMAGE),
        queue=QUEUE,
        capacity=MESSAGES,
        policy=policy,
        resources=components.Resources(
            cpu_request="250m", cpu_limit="1", memory_request="256Mi", memory_limit="512Mi"
        ),
    )
    own = run(lambda: components.QueueWorker(NAME, args).urn)
    assert made(package, "QueueWorker", WORKER).resources == own.resources


def test_what_is_stated_of_a_worker_reaches_the_objects(package: host.Package) -> None:
    stated = {
        **{key: value for key, value in WORKER.items() if key != "httpHealth"},
        "process": {"image": IMAGE, "command": ["./work"], "env": {"LOG_LEVEL": "info"}, "user": 1000.0},
        "healthCommand": ["./alive"],
        "visibilityTimeout": "2m",
        "zones": 2.0,
        "headroom": "1.5",
        "floor": 20.0,
        "budget": {"maxUnavailable": "2"},
        "metrics": {"by": {"namespace": "monitoring"}, "port": 9100.0},
        "podLabels": {"team": "mail"},
        "egressOutside": [{"cidr": "10.20.0.0/16", "ports": [443.0]}],
    }
    objects = made(package, "QueueWorker", stated)
    template = objects.one("Deployment").inputs["spec"]["template"]
    (app,) = template["spec"]["containers"]
    assert app["command"] == ["./work"]
    assert app["livenessProbe"]["exec"]["command"] == ["./alive"]
    assert template["spec"]["securityContext"]["runAsUser"] == 1000
    assert template["metadata"]["labels"]["team"] == "mail"
    scaled = objects.one("ScaledObject").inputs["spec"]
    # 1,000 messages/s / 20 = 50 pods, half as many again.
    assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (20, 75)
    assert objects.one("PodDisruptionBudget").inputs["spec"]["maxUnavailable"] == 2
    policy = objects.one("NetworkPolicy").inputs["spec"]
    assert [port["port"] for rule in policy["ingress"] for port in rule["ports"]] == [9100]


def test_what_is_stated_reaches_the_objects(package: host.Package) -> None:
    stated = {
        **SERVICE,
        "container": {
            "image": IMAGE,
            "port": 9000.0,
            "ports": [
                {"name": "grpc", "number": 9090.0},
                {"name": "raft", "number": 7000.0, "protocol": "tcp"},
            ],
            "env": {"LOG_LEVEL": "info"},
            "envFromSecrets": {"KEY": {"secret": "api", "key": "token"}},
            "volumes": [
                {"name": "tls", "mountPath": "/etc/tls", "source": {"secret": {"secretName": "tls"}}}
            ],
        },
        "calls": {"inventory-api": "1/3"},
        "callsInTurn": 1.0,
        "redisOpsPerRequest": "2",
        "client": {"retries": 1.0, "httpTimeout": "1s"},
        "floor": 12.0,
        "budget": {"maxUnavailable": "2"},
        "probes": {"readiness": {"path": "/ready"}},
        "shutdown": {"preStop": "20s"},
        "nodePort": {"nodePort": 30080.0},
        "spread": "separate-hosts",
        "identity": {"annotations": {"role": "reader"}, "mountToken": True},
        "metrics": {"by": {"namespace": "monitoring"}, "port": 9100.0, "monitor": {"interval": "30s"}},
        "ingressFromAnywhere": True,
        "ingressFrom": [{"labels": {"app": "shop"}, "namespace": "shop"}],
        "egressTo": [{"pods": {"labels": {"app": "db"}}, "ports": [5432.0]}],
        "scaleDown": {"window": "1m", "percent": 50.0},
        "events": [
            {
                "event": "sale",
                "pods": 20.0,
                "begins": "2026-11-27T09:56:00Z",
                "ends": "2026-11-27T12:00:00Z",
            }
        ],
        "egressOutside": [{"cidr": "10.20.0.0/16", "ports": [443.0]}],
    }
    objects = made(package, "ScalableService", stated)
    spec = objects.one("Deployment").inputs["spec"]["template"]["spec"]
    (app,) = spec["containers"]
    env = {variable["name"]: variable.get("value") for variable in app["env"]}
    assert env["LOG_LEVEL"] == "info"
    assert env["HTTP_TIMEOUT"] == "1s"
    assert env["REDIS_POOL_SIZE"] == "50"
    assert [(port["name"], port["containerPort"]) for port in app["ports"]] == [
        *(("http", 9000), ("grpc", 9090), ("raft", 7000), ("metrics", 9100))
    ]
    assert objects.one("PodMonitor").inputs["spec"]["podMetricsEndpoints"][0]["interval"] == "30s"
    assert app["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert app["readinessProbe"]["periodSeconds"] == 3, "what is left out keeps its default"
    grace = policy_workload.Shutdown(pre_stop="20s").grace_period.value
    assert spec["terminationGracePeriodSeconds"] == grace.seconds
    assert spec["automountServiceAccountToken"] is True
    zone, host = spec["topologySpreadConstraints"]
    assert [rule["whenUnsatisfiable"] for rule in (zone, host)] == ["DoNotSchedule"] * 2
    assert host["minDomains"] == 3
    assert host["matchLabelKeys"] == ["pod-template-hash"], "a rollout makes the new pods beside the old ones"
    scaler = objects.one("HorizontalPodAutoscaler").inputs["spec"]
    assert scaler["minReplicas"] == 12
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 60
    assert scaler["behavior"]["scaleDown"]["policies"][0]["value"] == 50
    assert [metric["external"]["metric"]["name"] for metric in scaler["metrics"] if "external" in metric] == [
        *("http_requests_per_second", "headroom_event_floor_pods")
    ]
    assert objects.one("PodDisruptionBudget").inputs["spec"]["maxUnavailable"] == 2
    assert objects.one("v1:Service").inputs["spec"]["ports"][0]["nodePort"] == 30080
    policy = objects.one("NetworkPolicy").inputs["spec"]
    assert len(policy["ingress"]) == 3
    assert [rule["ports"][0]["port"] for rule in policy["egress"]] == [5432, 443, 53]


def test_a_pool_and_a_redis_of_ones_own(package: host.Package) -> None:
    ec2 = {"role": "nodes", "discovery": "shop", "amiAlias": "al2023@v20260101", "volumeSize": "80Gi"}
    bought = {"capacityType": "spot", "disruptionBudget": "3", "daemonPods": 5.0}
    own = {**POOL, "kwok": None, "ec2": ec2, "pool": bought, "closedZones": ["zone-b"]}
    pool = made(package, "KarpenterPool", own)
    (node_class,) = [r for r in pool.resources if r.inputs.get("kind") == "EC2NodeClass"]
    assert node_class.inputs["spec"]["blockDeviceMappings"][0]["ebs"]["volumeSize"] == "80Gi"
    (bought_by,) = [r for r in pool.resources if r.inputs.get("kind") == "NodePool"]
    assert bought_by.inputs["spec"]["disruption"]["budgets"] == [{"nodes": "3"}]
    zones = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["zone-a", "zone-c"]}
    assert zones in bought_by.inputs["spec"]["template"]["spec"]["requirements"]
    stated = {"replicas": 2.0, "use": "cache", "memoryLimit": "2Gi"}
    cluster = made(package, "RedisCluster", {"namespace": "shop", "redis": stated, "names": {"port": 7000.0}})
    config = cluster.one("ConfigMap").inputs["data"]["redis.conf"]
    assert "port 7000\n" in config
    assert "allkeys-lru" in config


def test_an_event_of_ones_own(package: host.Package) -> None:
    window = made(package, "EventWindow", INPUTS["EventWindow"])
    rules = window.one("PrometheusRule").inputs
    assert rules["metadata"]["labels"]["release"] == "prometheus"
    assert rules["spec"]["groups"][0]["rules"][0]["expr"].startswith("vector(45) * ")
    without = made(package, "EventWindow", {**INPUTS["EventWindow"], "rules": False})
    assert without.all("PrometheusRule") == []

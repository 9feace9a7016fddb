"""From objects to facts: defaults of the API filled in, objects joined, and what is unknown left unknown."""

from typing import Any

import pytest

from components.policy.disruption import Budget
from components.policy.facts import ABSENT, Autoscaler, Behavior, Probe, Rollout, Service
from components.policy.facts.objects import UNKNOWN, Document, read_objects
from components.policy.quantities import Milliseconds
from components.policy.review import review

from .manifests import BUDGET, HPA, LABELS, SERVICE, config_map, deployment, facts, only, other


def test_a_whole_right_service_has_no_findings() -> None:
    right = deployment(spec={"replicas": None})
    assert review(facts(right, SERVICE, BUDGET, HPA)) == []


def test_objects_are_joined_by_selector_and_by_target() -> None:
    workload = only(deployment(), SERVICE, BUDGET, HPA)
    assert (workload.floor, workload.peak, workload.replicas) == (3, 9, 2)
    assert workload.budget == Budget(max_unavailable=1)
    assert isinstance(workload.service, Service)
    assert isinstance(workload.autoscaler, Autoscaler)
    assert workload.autoscaler.behavior == Behavior(up_window=Milliseconds(0))


def test_what_is_not_among_the_objects_is_absent_and_what_the_api_fills_in_is_known() -> None:
    workload = only({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"}})
    assert (workload.autoscaler, workload.budget, workload.service) == (ABSENT, ABSENT, ABSENT)
    assert (workload.replicas, workload.floor, workload.peak) == (ABSENT, 1, 1)
    assert (workload.rollout, workload.grace) == (Rollout(), 30_000)


def test_probes_have_the_defaults_of_the_api() -> None:
    (container,) = only(deployment(readinessProbe={"httpGet": {"path": "/x"}})).containers or ()
    assert container.readiness == Probe(target="/x")


@pytest.mark.parametrize(
    ("probe", "asks"),
    [
        ({"exec": {"command": ["redis-cli", "-h", "redis.shop", "ping"]}}, ("redis.shop",)),
        ({"exec": {"command": ["redis-cli", "-h", "127.0.0.1", "ping"]}}, None),
        ({"exec": {"command": ["redis-cli", "ping"]}}, None),
        ({"exec": {"command": ["sh", "-c", "curl -f http://payment-api:8000/healthz"]}}, ("payment-api",)),
        ({"exec": {"command": ["sh", "-c", "curl -f http://localhost:8000/healthz"]}}, None),
        ({"exec": {"command": ["pg_isready", "--host=db", "-U", "shop"]}}, ("db",)),
        ({"httpGet": {"path": "/", "host": "example.test"}}, ("example.test",)),
        ({"tcpSocket": {"port": 6379, "host": "redis"}}, ("redis",)),
    ],
)
def test_a_probe_that_names_another_host_asks_it(probe: dict[str, Any], asks: tuple[str, ...] | None) -> None:
    (container,) = only(deployment(readinessProbe=probe)).containers or ()
    assert isinstance(container.readiness, Probe)
    assert container.readiness.asks == asks


def test_what_readiness_asks_may_be_annotated() -> None:
    stated = deployment(annotations={"headroom.dev/readiness-checks": "redis"})
    assert [f.number for f in review(facts(stated))] == ["HR304"]


@pytest.mark.parametrize(
    ("hook", "wait"),
    [
        ({"sleep": {"seconds": 7}}, 7_000),
        ({"exec": {"command": ["sh", "-c", "sleep 7 && nginx -s quit"]}}, 7_000),
        ({"exec": {"command": ["/drain"]}}, None),
        ({"httpGet": {"path": "/drain"}}, None),
    ],
)
def test_how_long_a_pre_stop_hook_waits(hook: dict[str, Any], wait: int | None) -> None:
    (container,) = only(deployment(lifecycle={"preStop": hook})).containers or ()
    assert container.pre_stop == wait


def test_native_sidecars_count_and_other_init_containers_do_not() -> None:
    init = [{"name": "proxy", "restartPolicy": "Always"}, {"name": "migrate"}]
    names = [c.name for c in only(deployment(pod={"initContainers": init})).containers or ()]
    assert names == ["shop", "proxy"]


def budget_of(selector: dict[str, Any]) -> dict[str, Any]:
    return other("PodDisruptionBudget", "policy/v1", {"maxUnavailable": 1, "selector": selector})


def test_selectors_with_expressions_select() -> None:
    expressions = [
        {"key": "app", "operator": "In", "values": ["shop", "cart"]},
        {"key": "canary", "operator": "DoesNotExist"},
    ]
    chosen = budget_of({"matchExpressions": expressions})
    assert only(deployment(), chosen).budgets == ("PodDisruptionBudget shop",)
    assert only(deployment(), budget_of({})).budgets == ("PodDisruptionBudget shop",)


def test_what_refers_to_nothing_is_found_only_where_there_is_something_to_refer_to() -> None:
    astray = other("Service", "v1", {"selector": {"app": "shopp"}}, name="astray")
    assert [f.number for f in review(facts(deployment(), astray))] == ["HR005"]
    assert review(facts(astray)) == []


def test_a_service_behind_an_ingress_with_ip_targets_may_pin_its_clients() -> None:
    pinned = other("Service", "v1", {"selector": LABELS, "type": "NodePort", "sessionAffinity": "ClientIP"})
    backend = {"service": {"name": "shop", "port": {"number": 80}}}
    ingress = other(
        "Ingress", "networking.k8s.io/v1", {"rules": [{"http": {"paths": [{"backend": backend}]}}]}
    )
    ingress["metadata"]["annotations"] = {"alb.ingress.kubernetes.io/target-type": "ip"}
    assert "HR601" in {f.number for f in review(facts(deployment(), pinned))}
    assert "HR601" not in {f.number for f in review(facts(deployment(), pinned, ingress))}


def test_demand_is_the_share_of_the_namespaces_objective() -> None:
    namespace = {
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "tacos", "annotations": {"headroom.dev/peak-rps": "30000"}},
    }  # fmt: skip
    backend = deployment(annotations={"headroom.dev/demand-share": "1/3"})
    backend["metadata"]["namespace"] = "tacos"
    assert only(namespace, backend).traffic.peak_rps == 10_000


def test_the_guides_variables_are_read_and_annotations_win() -> None:
    env = [{"name": "REDIS_POOL_SIZE", "value": "50"}, {"name": "HTTP_TIMEOUT", "value": "5s"},
           {"name": "RATE_LIMIT_RPS", "value": "lots"}]  # fmt: skip
    client = only(deployment(env=env, annotations={"headroom.dev/redis-pool": "40"})).client
    assert (client.redis_pool, client.http_timeout, client.rate_limit_rps) == (40, 5_000, None)


def test_variables_may_come_from_config_maps() -> None:
    pools = config_map({"REDIS_POOL_SIZE": "50", "RATE": "9"}, name="pools")
    env = [{"name": "RATE_LIMIT_RPS", "valueFrom": {"configMapKeyRef": {"name": "pools", "key": "RATE"}}}]
    client = only(deployment(envFrom=[{"configMapRef": {"name": "pools"}}], env=env), pools).client
    assert (client.redis_pool, client.rate_limit_rps) == (50, 9)


def test_memory_in_thousandths_is_read_as_the_api_reads_it() -> None:
    broken = deployment(resources={"requests": {"cpu": 1, "memory": "512m"}, "limits": {"memory": "1Gi"}})
    assert [f.number for f in review(facts(broken))] == ["HR504"]


def test_lists_are_opened_and_unknown_kinds_counted() -> None:
    items = [deployment(), {"kind": "List", "apiVersion": "v1", "items": [SERVICE]}]
    listed = {"kind": "List", "apiVersion": "v1", "items": [*items, other("Widget", "example.test/v1", {})]}
    reading = read_objects([Document(listed), Document({"values": "of a chart"})])
    assert reading.objects == 2
    assert dict(reading.skipped) == {"Widget": 1, "(no kind)": 1}


def test_a_kind_of_another_group_is_another_kind() -> None:
    knative = other("Service", "serving.knative.dev/v1", {"selector": LABELS})
    assert dict(read_objects([Document(knative)]).skipped) == {"Service": 1}


def test_wrong_types_are_findings_with_their_field() -> None:
    broken = deployment(spec={"replicas": "two"}, pod={"terminationGracePeriodSeconds": -1})
    what = {f.what for f in review(facts(broken)) if f.number == "HR002"}
    assert what == {
        "spec.replicas: 'two' is not usable; allowed: a whole number from 0 up",
        "spec.template.spec.terminationGracePeriodSeconds: -1 is not usable; allowed: whole seconds from 0 up",
    }


def test_annotations_are_read_or_reported() -> None:
    stated = {"headroom.dev/rps-per-pod": "a thousand", "headroom.dev/rps_per_pod": "1000"}
    found = [(f.number, f.what) for f in review(facts(deployment(annotations=stated)))]
    assert [number for number, _ in found] == ["HR002", "HR003"]
    assert "'a thousand'" in found[0][1] and '"headroom.dev/rps_per_pod"' in found[1][1]


def test_one_object_twice_is_a_finding() -> None:
    assert [f.number for f in review(facts(deployment(), deployment()))] == ["HR004"]


def test_what_is_not_known_yet_is_neither_absent_nor_defaulted() -> None:
    pending = deployment(readinessProbe=UNKNOWN, lifecycle=UNKNOWN, resources=UNKNOWN, image=UNKNOWN,
                         spec={"replicas": UNKNOWN, "strategy": UNKNOWN})  # fmt: skip
    workload = only(pending, SERVICE)
    (container,) = workload.containers or ()
    assert (workload.replicas, workload.floor, workload.rollout) == (None, None, None)
    assert (container.readiness, container.pre_stop, container.cpu_request, container.image) == (None,) * 4
    assert [f.number for f in review(facts(pending, SERVICE))] == []


def test_the_engines_whole_floats_are_whole_numbers() -> None:
    budget = other(
        "PodDisruptionBudget", "policy/v1", {"maxUnavailable": 1.0, "selector": {"matchLabels": LABELS}}
    )
    workload = only(deployment(spec={"replicas": 3.0}), budget)
    assert (workload.replicas, workload.budget) == (3, Budget(max_unavailable=1))


@pytest.mark.parametrize(
    "handler",
    [
        {"httpGet": {"path": "/"}},
        {"tcpSocket": {"port": 1}},
        {"grpc": {"port": 1}},
        {"exec": {"command": ["x"]}},
    ],
)
def test_two_probes_that_look_at_the_same_are_seen_to(handler: dict[str, Any]) -> None:
    both = deployment(readinessProbe=handler, livenessProbe=handler)
    assert "HR306" in {f.number for f in review(facts(both))}

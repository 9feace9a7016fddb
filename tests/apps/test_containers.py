"""A stack's words for what runs beside a service: they reach the pods, and the plan counts them."""

from typing import Any

import pytest

from components.policy.plan import build_plan
from config.loader import load_stack
from config.problems import StackError
from config.settings import Settings

from .beside import BESIDE, IN_PODS, LISTENS, LISTENS_ON, MIGRATION, in_pods, listens_on
from .deployed import deployed
from .test_inside import WORKER, worker


def prod(service: dict[str, Any] | None = None, **over: Any) -> Settings:
    return load_stack("prod", over={"services": {"payment-api": service or {}}, **over})


def template(settings: Settings, name: str) -> Any:
    [found] = [
        one.inputs["spec"]["template"]
        for one in deployed(settings).all("v1:Deployment")
        if one.inputs["metadata"]["name"] == name
    ]
    return found


def test_what_a_stack_states_beside_a_service_is_in_its_pods() -> None:
    found = template(prod({**BESIDE, "probes": LISTENS}), "payment-api")
    assert in_pods(found) == IN_PODS
    assert listens_on(found) == LISTENS_ON


def test_a_stacks_volumes_are_what_the_api_calls_them() -> None:
    config = {"kind": "config-map", "name": "payment", "mount_path": "/app/a.yaml", "file": "a.yaml"}
    stated = {
        "env_from_config_maps": {"LEVEL": {"config_map": "payment", "key": "level"}},
        "volumes": {
            "config": config,
            "memory": {
                "kind": "empty-dir",
                "size_limit": "64Mi",
                "medium": "memory",
                "mount_path": "/dev/shm",
            },
            "vault": {"kind": "token", "audience": "vault", "mount_path": "/var/run/vault"},
            "keys": {"kind": "secret-store", "provider_class": "payment-keys", "mount_path": "/keys"},
        },
    }
    spec = template(prod({"image": BESIDE["image"], **stated}), "payment-api")["spec"]
    volumes = {volume.pop("name"): volume for volume in spec["volumes"]}
    assert volumes["memory"] == {"emptyDir": {"sizeLimit": "64Mi", "medium": "Memory"}}
    (source,) = volumes["vault"]["projected"]["sources"]
    assert source["serviceAccountToken"] == {
        "path": "token",
        "audience": "vault",
        "expirationSeconds": 3600,
    }
    assert volumes["keys"]["csi"]["volumeAttributes"] == {"secretProviderClass": "payment-keys"}
    (app,) = spec["containers"]
    mounts = {one["name"]: one for one in app["volumeMounts"]}
    assert (mounts["config"]["subPath"], mounts["memory"]["readOnly"]) == ("a.yaml", False)
    # What is in memory is no part of the node's disk.
    assert (
        app["resources"]["limits"]["ephemeral-storage"]
        == template(prod(), "payment-api")["spec"]["containers"][0]["resources"]["limits"][
            "ephemeral-storage"
        ]
    )


def test_prometheus_asks_a_worker_where_it_says() -> None:
    settings = prod(workers={WORKER: worker(metrics_port=9100, metrics_path="/actuator/prometheus")})
    [monitor] = [
        one for one in deployed(settings).all("PodMonitor") if one.inputs["metadata"]["name"] == WORKER
    ]
    (endpoint,) = monitor.inputs["spec"]["podMetricsEndpoints"]
    assert (endpoint["path"], endpoint["port"]) == ("/actuator/prometheus", "metrics")


def test_the_plan_counts_a_sidecar_in_every_pod_and_the_container_keeps_its_own() -> None:
    with_it, without = prod(BESIDE), prod()
    groups = [
        next(one for one in build_plan(settings.platform).pod_groups if one.name == "payment-api")
        for settings in (with_it, without)
    ]
    assert groups[0].cpu - groups[1].cpu == 100
    assert groups[0].memory - groups[1].memory == 128 * 1024**2
    (app,) = template(with_it, "payment-api")["spec"]["containers"]
    assert app["resources"]["requests"]["cpu"] == "250m"


def test_a_worker_has_them_too() -> None:
    settings = prod(workers={WORKER: worker(**BESIDE)})
    assert in_pods(template(settings, WORKER)) == IN_PODS
    group = next(one for one in build_plan(settings.platform).pod_groups if one.name == WORKER)
    assert group.cpu == 350


COLLECTOR = {"kind": "pods", "namespace": "observability", "labels": {"app": "otel"}, "ports": [4317]}


def test_pods_of_other_namespaces_are_reached_and_call_as_the_stack_states() -> None:
    checkout = {"kind": "pods", "namespace": "checkout"}
    stated = {
        "egress": [COLLECTOR, {**COLLECTOR, "ports": [8125], "protocol": "UDP"}],
        "ingress": [checkout, {"cidr": "10.9.0.0/16"}],
    }
    [policy] = [
        one.inputs["spec"]
        for one in deployed(prod(stated)).all("NetworkPolicy")
        if one.inputs["metadata"]["name"] == "payment-api"
    ]
    namespace = {"matchLabels": {"kubernetes.io/metadata.name": "observability"}}
    there = {"podSelector": {"matchLabels": {"app": "otel"}}, "namespaceSelector": namespace}
    reached = [rule["ports"] for rule in policy["egress"] if rule["to"] == [there]]
    assert reached == [[{"port": 4317, "protocol": "TCP"}], [{"port": 8125, "protocol": "UDP"}]]
    callers = [peer for rule in policy["ingress"] for peer in rule.get("from", [])]
    assert {"ipBlock": {"cidr": "10.9.0.0/16"}} in callers
    assert {
        "podSelector": {"matchLabels": {}},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "checkout"}},
    } in callers


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"user": 0}, "user"),
        (
            {"volumes": {"t": {"kind": "token", "audience": "a", "expires_in": "5m", "mount_path": "/t"}}},
            r'volumes.t.expires_in: "5m": allowed: .*10m to 24h',
        ),
        (
            {"env": {"A": "1"}, "env_from_config_maps": {"A": {"config_map": "x", "key": "y"}}},
            "env_from_config_maps too",
        ),
        (
            {"volumes": {"c": {"kind": "config-map", "name": "x", "mount_path": "/c", "file": "a/b"}}},
            'volumes.c.file: "a/b": allowed: one key',
        ),
        (
            {"egress": [{**COLLECTOR, "kind": "service"}]},
            r'egress\[0\].kind: "service": allowed: addresses, pods',
        ),
        ({"egress": [{**COLLECTOR, "ports": []}]}, r"egress\[0\].ports: \[\]: allowed: at least one"),
        ({"egress": [{**COLLECTOR, "protocol": "SCTP"}]}, 'protocol: "SCTP": allowed: TCP or UDP'),
        ({"egress": [{**COLLECTOR, "cidr": "10.0.0.0/8"}]}, r"egress\[0\].cidr: unknown key"),
        (
            {"ingress": [{"cidr": "10.0.0.1/8"}]},
            'ingress.0..cidr: "10.0.0.1/8": allowed: a block of addresses',
        ),
        ({"pod_labels": {"team name": "x"}}, "pod_labels.team name: allowed: as a key at most 63 letters"),
        ({"pod_labels": {"team": "a b"}}, 'pod_labels.team: "a b": allowed: at most 63 letters'),
        ({"env": {"A": "1"}, "env_from_pod": {"A": "status.podIP"}}, "env_from_pod too"),
        ({"env_from_pod": {"A": "status.address"}}, "status.podIP"),
        ({"init_containers": [{**MIGRATION, "image": "shop/migrate:latest"}]}, "init_containers"),
        ({"init_containers": [{**MIGRATION, "kind": "job"}]}, "step"),
    ],
)
def test_what_no_pod_can_be_is_refused_by_its_field(stated: dict[str, Any], says: str) -> None:
    with pytest.raises(StackError, match=says):
        prod({"image": BESIDE["image"], **stated})

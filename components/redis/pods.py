"""The pods of a Redis cluster, in the API's own words: what mounts where, which probe asks what, who waits how long.

Decides no number of Redis; those are in the plan. It knows the files by name only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi

from ..api import ApiObject
from ..pod import CONTAINER_SECURITY, Spread, pod_security, spread_fields, with_disk
from ..policy.quantities import Bytes, Millicores
from ..policy.redis import RedisPlan
from ..policy.redis_clocks import START_ALLOWANCE
from ..process import SecretKey
from .render import PRE_STOP, PROBE, START_REDIS, START_SENTINEL, Names

# The user "redis" of the official image.
REDIS_USER: Final = 999
CONFIG_DIR: Final = "/config"
READ_BY_ALL: Final = 0o444
# Configuration written at the start; it holds the password, so it is never on a disk.
RUN_SIZE: Final = "4Mi"
# A node is available once the sentinels have read that it may be promoted: INFO every 10 s, and a little.
MIN_READY_S: Final = 12
# Clients ask any sentinel that they find; one that is about to go is first taken out of the endpoints.
SENTINEL_PRE_STOP_S: Final = 3
# That, and the rest for a process that has nothing left to save: it writes its state before it votes.
SENTINEL_GRACE_S: Final = 10


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What the pods are told about their surroundings."""

    image: pulumi.Input[str]
    config_map: pulumi.Input[str]
    account: pulumi.Input[str]
    redis_hosts: pulumi.Input[str]
    sentinel_hosts: pulumi.Input[str]
    # What follows the pod's name in its host name, without the dot.
    domain: pulumi.Input[str]
    password: SecretKey | None


def redis_pod(
    plan: RedisPlan, names: Names, wiring: Wiring, spread: Spread, selector: Mapping[str, str]
) -> ApiObject:
    """The spec of one node's pod."""
    container = _container("redis", START_REDIS, names.port, plan.spec.cpu_request, wiring)
    container["resources"]["requests"]["memory"] = str(plan.spec.memory_request)
    container["resources"]["limits"]["memory"] = str(plan.spec.memory_limit)
    container["lifecycle"] = {"preStop": {"exec": {"command": ["/bin/sh", f"{CONFIG_DIR}/{PRE_STOP}"]}}}
    container["volumeMounts"].append({"name": "data", "mountPath": "/data"})
    container["resources"] = with_disk(container["resources"], plan.spec.memory_limit)
    spec = _spec(container, wiring, spread, selector, plan.grace_period.value.seconds)
    # What a copy that does not fit beside old data is written to before it is loaded; never more than the data.
    spec["volumes"].append({"name": "data", "emptyDir": {"sizeLimit": str(plan.spec.memory_limit)}})
    return spec


def sentinel_pod(
    plan: RedisPlan, names: Names, wiring: Wiring, spread: Spread, selector: Mapping[str, str]
) -> ApiObject:
    """The spec of one sentinel's pod."""
    container = _container(
        "sentinel", START_SENTINEL, names.sentinel_port, plan.spec.sentinel_cpu_request, wiring
    )
    container["resources"]["requests"]["memory"] = str(plan.spec.sentinel_memory)
    container["resources"]["limits"]["memory"] = str(plan.spec.sentinel_memory)
    container["resources"] = with_disk(container["resources"], Bytes(0))
    container["lifecycle"] = {"preStop": {"sleep": {"seconds": SENTINEL_PRE_STOP_S}}}
    return _spec(container, wiring, spread, selector, SENTINEL_GRACE_S)


def stateful_set(
    replicas: int,
    service: pulumi.Input[str],
    labels: Mapping[str, str],
    selector: Mapping[str, str],
    pod: ApiObject,
) -> ApiObject:
    """All pods start at once, since they wait for each other; a rollout goes one by one, the highest ordinal first."""
    return {
        "replicas": replicas,
        "serviceName": service,
        "podManagementPolicy": "Parallel",
        "updateStrategy": {"type": "RollingUpdate"},
        "minReadySeconds": MIN_READY_S,
        "revisionHistoryLimit": 5,
        "selector": {"matchLabels": dict(selector)},
        "template": {"metadata": {"labels": dict(labels)}, "spec": pod},
    }


def _spec(
    container: ApiObject, wiring: Wiring, spread: Spread, selector: Mapping[str, str], grace: int
) -> ApiObject:
    return {
        "serviceAccountName": wiring.account,
        "automountServiceAccountToken": False,
        # A Service named "redis" would put REDIS_PORT=tcp://... into the environment.
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace,
        "securityContext": pod_security(REDIS_USER),
        # A StatefulSet replaces a pod in its place: if the old revision did not count, two might share a host.
        **spread_fields(spread, selector, None),
        "containers": [container],
        "volumes": [
            {"name": "config", "configMap": {"name": wiring.config_map, "defaultMode": READ_BY_ALL}},
            {"name": "run", "emptyDir": {"medium": "Memory", "sizeLimit": RUN_SIZE}},
        ],
    }


def _container(kind: str, script: str, port: int, cpu: Millicores, wiring: Wiring) -> ApiObject:
    return {
        "name": kind,
        "image": wiring.image,
        "command": ["/bin/sh", f"{CONFIG_DIR}/{script}"],
        "env": _environment(wiring),
        "ports": [{"name": kind, "containerPort": port, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": str(cpu)}, "limits": {}},
        "securityContext": CONTAINER_SECURITY,
        "startupProbe": _probe(kind, "started", period=4, failures=START_ALLOWANCE.seconds // 4, timeout=3),
        # The probe itself gives up asking after 2 s, so its timeout is 3 s and its period longer. Two failures, as in
        # guide.md section 5.
        "readinessProbe": _probe(kind, "ready", period=4, failures=2, timeout=3),
        # Silence for a minute: whoever loads, copies or runs a long script answers that it is busy and is left alone.
        "livenessProbe": _probe(kind, "alive", period=10, failures=6, timeout=5),
        "volumeMounts": [
            {"name": "config", "mountPath": CONFIG_DIR, "readOnly": True},
            {"name": "run", "mountPath": "/run/redis"},
        ],
    }


def _environment(wiring: Wiring) -> list[ApiObject]:
    # apiVersion is the default, and stated: left out, it conflicts with itself when a creation that was interrupted is
    # applied again.
    environment: list[ApiObject] = [
        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
        {"name": "SELF_HOST", "value": pulumi.Output.concat("$(POD_NAME).", wiring.domain)},
        {"name": "REDIS_HOSTS", "value": wiring.redis_hosts},
        {"name": "SENTINEL_HOSTS", "value": wiring.sentinel_hosts},
    ]
    if wiring.password is not None:
        key = {"name": wiring.password.secret, "key": wiring.password.key}
        environment.append({"name": "REDISCLI_AUTH", "valueFrom": {"secretKeyRef": key}})
    return environment


def _probe(kind: str, question: str, *, period: int, failures: int, timeout: int) -> ApiObject:
    return {
        "exec": {"command": ["/bin/sh", f"{CONFIG_DIR}/{PROBE}", kind, question]},
        "periodSeconds": period,
        "failureThreshold": failures,
        "timeoutSeconds": timeout,
    }

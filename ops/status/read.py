"""Reads the platform out of a cluster into a Snapshot.

What a service can carry is read from the annotations that the program wrote on its Deployment, not from the plan: a
stack that was changed and not deployed yet must not be shown as if it ran.
"""

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from components.policy.events_time import Instant
from components.policy.facts.annotations import workloads as notes
from components.policy.ignores import Ignore
from components.policy.quantities import parse_ratio

from .api import Api, ApiObject, NoClusterError
from .autoscalers import autoscaler
from .closing import ZONE, pool_of
from .events import announced, floors
from .findings import findings
from .keda import scaled_object
from .pods import selected, unscheduled, waiting_reason, waiting_reasons
from .snapshot import Node, Redis, Service, Snapshot

POOL: Final = "karpenter.sh/nodepool"
INSTANCE_TYPE: Final = "node.kubernetes.io/instance-type"
# KWOK's mark on a node without a machine.
SIMULATED: Final = "kwok.x-k8s.io/node"
# redis.io, "High availability with Redis Sentinel".
REDIS_SENTINEL_PORT: Final = 26379
MOST_EVENTS: Final = 5
# What must be carried, how pods are reached, what Redis is told, what buys nodes, what alerts.
OTHERS: Final = (
    "/api/v1/namespaces?fieldSelector=metadata.name%3D{namespace}",
    "/api/v1/namespaces/{namespace}/services",
    "/api/v1/namespaces/{namespace}/configmaps",
    "/apis/karpenter.sh/v1/nodepools",
    "/apis/karpenter.k8s.aws/v1/ec2nodeclasses",
    "/apis/monitoring.coreos.com/v1/namespaces/{namespace}/prometheusrules",
)


def read(api: Api, namespace: str, services: Sequence[str], ignores: Sequence[Ignore] = ()) -> Snapshot:
    """The ``services`` of ``namespace`` as they are. Raises NoClusterError."""
    core, apps = f"/api/v1/namespaces/{namespace}", f"/apis/apps/v1/namespaces/{namespace}"
    deployments = api.items(f"{apps}/deployments")
    by_name = {deployment["metadata"]["name"]: deployment for deployment in deployments}
    stateful = api.items(f"{apps}/statefulsets")
    hpas = api.items(f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers")
    scaled = api.items(f"/apis/keda.sh/v1alpha1/namespaces/{namespace}/scaledobjects")
    scalers = {hpa["spec"]["scaleTargetRef"]["name"]: hpa for hpa in hpas}
    budgets = api.items(f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets")
    pods = api.items(f"{core}/pods")
    nodes = tuple(_node(node) for node in api.items("/api/v1/nodes"))
    others = _others(api, namespace)
    return Snapshot(
        namespace=namespace,
        services=tuple(
            _service(name, by_name.get(name), scalers.get(name), budgets, pods) for name in services
        ),
        scaled_objects=tuple(map(scaled_object, scaled)),
        redis=tuple(_redis(s, pods) for s in stateful if "redis" in s["metadata"]["name"]),
        master=_master(api, namespace, pods, {node.name for node in nodes if node.simulated}),
        nodes=nodes,
        pools=tuple(pool_of(one) for one in others if one.get("kind") == "NodePool"),
        unscheduled=sum(unscheduled(pod) for pod in pods),
        findings=findings([*deployments, *stateful, *hpas, *scaled, *budgets, *others], ignores),
        events=_events(api.items(f"{core}/events")),
        announced=announced({name: floors(d) for name, d in by_name.items()}, Instant(time.time())),
    )


def _others(api: Api, namespace: str) -> list[ApiObject]:
    """What the rules look at besides; none of a kind that the cluster does not have."""
    paths = (path.format(namespace=namespace) for path in OTHERS)
    return [item for path in paths for item in api.items(path)]


def _service(
    name: str,
    deployment: ApiObject | None,
    hpa: ApiObject | None,
    budgets: Sequence[ApiObject],
    pods: Sequence[ApiObject],
) -> Service:
    if deployment is None:
        return Service(name=name, deployed=False)
    metadata, spec, status = deployment["metadata"], deployment["spec"], deployment.get("status", {})
    annotations = metadata.get("annotations") or {}
    desired = spec.get("replicas", 1)
    labels = spec["template"]["metadata"].get("labels", {})
    budget = next((b for b in budgets if _selects(b["spec"].get("selector"), labels)), None)
    return Service(
        name=name,
        ready=status.get("readyReplicas", 0),
        desired=desired,
        rolled_out=status.get("observedGeneration", 0) >= metadata.get("generation", 0)
        and status.get("updatedReplicas", 0) == status.get("replicas", 0) == desired,
        rps_per_pod=_ratio(annotations.get(notes.RPS_PER_POD.key)),
        share=_ratio(annotations.get(notes.DEMAND_SHARE.key)),
        autoscaler=None if hpa is None else autoscaler(hpa),
        disruptions_allowed=None if budget is None else budget.get("status", {}).get("disruptionsAllowed", 0),
        waits=waiting_reasons(selected(pods, spec["selector"])) + _failure(status),
    )


def _failure(status: ApiObject) -> tuple[str, ...]:
    """Why the Deployment cannot make pods at all: admission, quota."""
    return tuple(
        f"no pod can be made: {condition.get('message', condition.get('reason', ''))}"
        for condition in status.get("conditions", [])
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True"
    )


def _selects(selector: ApiObject | None, labels: ApiObject) -> bool:
    wanted: ApiObject = (selector or {}).get("matchLabels") or {}
    # An empty selector selects every pod; that is nobody's budget here.
    return bool(wanted) and wanted.items() <= labels.items()


def _redis(stateful: ApiObject, pods: Sequence[ApiObject]) -> Redis:
    return Redis(
        name=stateful["metadata"]["name"],
        ready=stateful.get("status", {}).get("readyReplicas", 0),
        desired=stateful["spec"].get("replicas", 1),
        waits=waiting_reasons(selected(pods, stateful["spec"]["selector"])),
    )


def _master(api: Api, namespace: str, pods: Sequence[ApiObject], simulated: set[str]) -> str:
    """The master by the word of a sentinel, or why nobody can say."""
    sentinels = [pod for pod in pods if "sentinel" in pod["metadata"]["name"]]
    if not sentinels:
        return "unknown: no sentinel runs"
    if all(pod["spec"].get("nodeName") in simulated for pod in sentinels):
        return "none: no process runs on simulated nodes"
    able = next((pod for pod in sentinels if waiting_reason(pod) is None), None)
    if able is None:
        return "unknown: no sentinel is ready"
    command = ("redis-cli", "-p", str(_port(able)), "--raw", "SENTINEL", "masters")
    try:
        words = api.run(namespace, able["metadata"]["name"], command).split()
    except NoClusterError as error:
        return f"unknown: {error}"
    return words[words.index("ip") + 1] if "ip" in words[:-1] else "unknown: the sentinel names none"


def _port(pod: ApiObject) -> int:
    ports = (port["containerPort"] for c in pod["spec"]["containers"] for port in c.get("ports", []))
    return next(ports, REDIS_SENTINEL_PORT)


def _node(node: ApiObject) -> Node:
    labels = node["metadata"].get("labels") or {}
    ready = any(
        c["type"] == "Ready" and c["status"] == "True" for c in node.get("status", {}).get("conditions", [])
    )
    return Node(
        name=node["metadata"]["name"],
        ready=ready,
        pool=labels.get(POOL),
        instance_type=labels.get(INSTANCE_TYPE, "unknown"),
        zone=labels.get(ZONE, "unknown"),
        simulated=SIMULATED in (node["metadata"].get("annotations") or {}),
    )


def _events(events: Sequence[ApiObject]) -> tuple[str, ...]:
    warnings = sorted((e for e in events if e.get("type") == "Warning"), key=_time, reverse=True)
    lines = (
        f"{e['involvedObject'].get('name', '')}: {e.get('reason', '')}: {' '.join(e.get('message', '').split())}"
        for e in warnings
    )
    return tuple(list(dict.fromkeys(lines))[:MOST_EVENTS])


def _time(event: ApiObject) -> str:
    times = (event.get("lastTimestamp"), event.get("eventTime"), event["metadata"].get("creationTimestamp"))
    return next((time for time in times if time), "")


def _ratio(text: str | None) -> Fraction | None:
    try:
        return None if text is None else parse_ratio(text)
    except ValueError:
        return None

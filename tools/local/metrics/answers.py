"""The answers of metrics.k8s.io/v1beta1 and external.metrics.k8s.io/v1beta1, from the cluster and the model.

It decides which path has which answer. Each sample is of now, whatever delay the load states, and holds for the
whole window. The HPA refuses a pod's sample that is younger than the pod's Ready plus the window, as it does
with a real metrics-server.
"""

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tools.local.metrics import event_floors, model
from tools.local.metrics.cluster import Cluster, Pod
from tools.local.metrics.demands import demands
from tools.local.metrics.load import MISSING
from tools.local.metrics.notation import kibibytes, matches, milli, nanocores, selector

Json = dict[str, Any]
WINDOW_S = 15
"""metrics-server's default resolution."""
RPS = "http_requests_per_second"
SERVED = (RPS, event_floors.METRIC)
RESOURCES = "/apis/metrics.k8s.io/v1beta1"
EXTERNAL = "/apis/external.metrics.k8s.io/v1beta1"


class NotHere(Exception):
    """Answered with 404 and this text, which the HPA puts into an event."""


@dataclass(frozen=True)
class Query:
    parts: list[str]
    labels: str
    now: float


def answer(cluster: Cluster, target: str, now: float | None = None) -> Json:
    """The answer to a request, at Unix seconds `now`. Raises NotHere, or ValueError for a selector that is none."""
    url = urlsplit(target)
    labels = parse_qs(url.query).get("labelSelector", [""])[0]
    at = time.time() if now is None else now
    with cluster.lock:
        for root, resources in ((RESOURCES, _resource), (EXTERNAL, _external)):
            if url.path == root:
                return _discovery(root)
            if url.path.startswith(f"{root}/"):
                return resources(cluster, Query(url.path.removeprefix(f"{root}/").split("/"), labels, at))
    raise NotHere(f"nothing is served at {url.path}")


def _discovery(root: str) -> Json:
    verbs = ["get", "list"]
    if root == RESOURCES:
        resources = [
            {"name": "nodes", "singularName": "", "namespaced": False, "kind": "NodeMetrics", "verbs": verbs},
            {"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics", "verbs": verbs},
        ]
    else:
        kind = "ExternalMetricValueList"
        resources = [
            {"name": name, "singularName": "", "namespaced": True, "kind": kind, "verbs": verbs}
            for name in SERVED
        ]
    version = root.removeprefix("/apis/")
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources}


def _resource(cluster: Cluster, query: Query) -> Json:
    match query.parts:
        case ["nodes"]:
            wanted = selector(query.labels)
            names = [name for name, labels in sorted(cluster.nodes.items()) if matches(wanted, labels)]
            return _list("NodeMetricsList", [_node(cluster, name, query.now) for name in names])
        case ["nodes", name] if name in cluster.nodes:
            return {"apiVersion": "metrics.k8s.io/v1beta1", **_node(cluster, name, query.now)}
        case ["pods"]:
            return _list("PodMetricsList", _pods(cluster, None, query))
        case ["namespaces", namespace, "pods"]:
            return _list("PodMetricsList", _pods(cluster, namespace, query))
        case ["namespaces", namespace, "pods", name]:
            found = [one for one in _pods(cluster, namespace, query) if one["metadata"]["name"] == name]
            if found:
                return {"apiVersion": "metrics.k8s.io/v1beta1", **found[0]}
    raise NotHere(f"no metrics for {'/'.join(query.parts)}")


def _list(kind: str, items: list[Json]) -> Json:
    return {"kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": items}


def _pods(cluster: Cluster, namespace: str | None, query: Query) -> list[Json]:
    wanted = selector(query.labels)
    pods = [
        pod
        for pod in cluster.pods.values()
        if pod.running and namespace in (None, pod.namespace) and matches(wanted, pod.labels)
    ]
    seen = {space for space in {pod.namespace for pod in pods} if not cluster.blind(space, query.now)}
    pods = [pod for pod in pods if pod.namespace in seen]
    loads = cluster.loads(pods, query.now)
    return [_pod(pod, loads[pod.namespace, pod.name]) for pod in pods]


def _pod(pod: Pod, load: Fraction) -> Json:
    containers = [
        {
            "name": one.name,
            "usage": {
                "cpu": nanocores(model.cores(one.cpu, one.cpu_limit, load)),
                "memory": kibibytes(model.memory(one.memory)),
            },
        }
        for one in pod.containers
    ]
    meta = {"name": pod.name, "namespace": pod.namespace, "labels": pod.labels}
    return {"kind": "PodMetrics", "metadata": meta, **_sampled(), "containers": containers}


def _node(cluster: Cluster, name: str, now: float) -> Json:
    pods = [pod for pod in cluster.pods.values() if pod.running and pod.node == name]
    loads = cluster.loads(pods, now)
    cpu = memory = Fraction(0)
    for pod in pods:
        for one in pod.containers:
            cpu += model.cores(one.cpu, one.cpu_limit, loads[pod.namespace, pod.name])
            memory += model.memory(one.memory)
    usage = {"cpu": nanocores(cpu), "memory": kibibytes(memory)}
    meta = {"name": name, "labels": cluster.nodes[name]}
    return {"kind": "NodeMetrics", "metadata": meta, **_sampled(), "usage": usage}


def _sampled() -> Json:
    return {"timestamp": _now(), "window": f"{WINDOW_S}s"}


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _external(cluster: Cluster, query: Query) -> Json:
    match query.parts:
        case ["namespaces", namespace, name] if name in SERVED:
            find = _demands if name == RPS else _floors
            return {
                "kind": "ExternalMetricValueList",
                "apiVersion": "external.metrics.k8s.io/v1beta1",
                "metadata": {},
                "items": find(cluster, namespace, query),
            }
    raise NotHere(f"no external metric {query.parts[-1]}; there is {' and '.join(SERVED)}")


def _demands(cluster: Cluster, namespace: str, query: Query) -> list[Json]:
    found = demands(cluster, namespace, query.labels, query.now)
    if found.missing:
        raise _missing(namespace)
    if found.wrong or not found.demands:
        keys = f"{model.CAPACITY}, {model.SHARE} and {model.BASELINE}"
        nobody = f'no Deployment in {namespace} with annotations {keys} for selector "{query.labels}"'
        raise NotHere("; ".join(found.wrong) or nobody)
    return [
        {
            "metricName": RPS,
            "metricLabels": {"service": one.service},
            "timestamp": _now(),
            "value": milli(one.rps),
        }
        for one in found.demands
    ]


def _missing(namespace: str) -> NotHere:
    return NotHere(f"metrics of {namespace} are missing for a while, as {MISSING} of the simulated load says")


def _floors(cluster: Cluster, namespace: str, query: Query) -> list[Json]:
    """What events ask of the services that match, by their own labels."""
    if cluster.blind(namespace, query.now):
        raise _missing(namespace)
    wanted = selector(query.labels)
    found = [
        ({"service": one.service, "event": floor.event}, floor.at(query.now))
        for one in cluster.deployments.values()
        if one.namespace == namespace
        for floor in one.floors
    ]
    items = [
        {
            "metricName": event_floors.METRIC,
            "metricLabels": labels,
            "timestamp": _now(),
            "value": str(pods),
        }
        for labels, pods in found
        if matches(wanted, labels)
    ]
    if not items:
        raise NotHere(
            f'no Deployment in {namespace} with annotation {event_floors.FLOORS} for selector "{query.labels}"'
        )
    return items

"""Keeps a Cluster up to date: one list and one watch for each kind, again and again, as long as the process
lives.

It decides when to list anew: at the start, when the API server says that the watch is too old, and after a
failure.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.local.api import Api, ApiError
from tools.local.load import NAME, NAMESPACE
from tools.local.metrics import load
from tools.local.metrics.cluster import Cluster, Deployment, Pod

WATCH_S = 300
"""A watch ends by itself and is begun anew, so that one that the server has forgotten is noticed."""
PAUSE_S = 1.0
"""After a failure, before the next list."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """`put` takes a whole object, `drop` forgets one, `clear` forgets all."""

    path: str
    put: Callable[[Json], None]
    drop: Callable[[Json], None]
    clear: Callable[[], None]
    fields: str = ""


def start(cluster: Cluster, connect: Callable[[], Api]) -> None:
    for kind in _kinds(cluster):
        threading.Thread(target=_keep, args=(cluster, kind, connect), name=kind.path, daemon=True).start()


def _kinds(cluster: Cluster) -> list[Kind]:
    def put_node(raw: Json) -> None:
        cluster.nodes[raw["metadata"]["name"]] = raw["metadata"].get("labels") or {}

    def put_pod(raw: Json) -> None:
        cluster.pods[_key(raw)] = Pod.of(raw)

    def put_deployment(raw: Json) -> None:
        cluster.deployments[_key(raw)] = Deployment.of(raw)

    def put_load(raw: Json) -> None:
        try:
            cluster.offer(load.read(raw.get("data")), time.time())
        except ValueError as error:
            no_load()
            print(f"{NAMESPACE}/{NAME}: {error}; taking the baseline", file=sys.stderr)

    def no_load(_: Json | None = None) -> None:
        cluster.offer(load.Load(), time.time())

    return [
        Kind(
            "/api/v1/nodes",
            put_node,
            lambda raw: _forget(cluster.nodes, raw["metadata"]["name"]),
            cluster.nodes.clear,
        ),
        Kind("/api/v1/pods", put_pod, lambda raw: _forget(cluster.pods, _key(raw)), cluster.pods.clear),
        Kind(
            "/apis/apps/v1/deployments",
            put_deployment,
            lambda raw: _forget(cluster.deployments, _key(raw)),
            cluster.deployments.clear,
        ),
        Kind(
            f"/api/v1/namespaces/{NAMESPACE}/configmaps",
            put_load,
            no_load,
            no_load,
            fields=f"metadata.name={NAME}",
        ),
    ]


def _key(raw: Json) -> tuple[str, str]:
    return raw["metadata"]["namespace"], raw["metadata"]["name"]


def _forget(things: dict[Any, Any], key: object) -> None:
    things.pop(key, None)


def _keep(cluster: Cluster, kind: Kind, connect: Callable[[], Api]) -> None:
    while True:
        try:
            api = connect()
            since = _list(cluster, kind, api)
            while since:
                since = _follow(cluster, kind, api, since)
        except (ApiError, OSError, ValueError, KeyError) as error:
            print(f"{kind.path}: {error}; listing again", file=sys.stderr)
            time.sleep(PAUSE_S)


def _list(cluster: Cluster, kind: Kind, api: Api) -> str:
    query = f"?fieldSelector={kind.fields}" if kind.fields else ""
    answer = api.get(f"{kind.path}{query}", timeout_s=30)
    with cluster.lock:
        kind.clear()
        for raw in answer["items"]:
            kind.put(raw)
    return str(answer["metadata"]["resourceVersion"])


def _follow(cluster: Cluster, kind: Kind, api: Api, since: str) -> str:
    """One watch; where the next has to begin, or nothing if a list is needed."""
    query = {"allowWatchBookmarks": "true", **({"fieldSelector": kind.fields} if kind.fields else {})}
    for event in api.watch(kind.path, since, seconds=WATCH_S, **query):
        if event["type"] == "ERROR":
            return ""
        raw = event["object"]
        since = raw["metadata"]["resourceVersion"]
        with cluster.lock:
            if event["type"] in ("ADDED", "MODIFIED"):
                kind.put(raw)
            elif event["type"] == "DELETED":
                kind.drop(raw)
    return since

"""What is kept of the cluster's objects, and of which kinds: pods, nodes, claims and Deployments, without the rest.

It reads an object as the API gives it; how they come is watching's.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from components.policy.quantities import Bytes, Millicores

from .lane_model import MARK
from .lane_pods import NODE_DAEMON, SPARE_ROOM
from .render import ApiObject

K = TypeVar("K")
V = TypeVar("V")
SERVICE: Final = "app.kubernetes.io/name"


@dataclass(frozen=True, slots=True)
class Pod:
    """``ready`` as an endpoint is; ``service`` is empty for a pod that serves nobody; requests in millicores and bytes.

    Times are Unix seconds as the API gives them, to a whole second."""

    lane: str
    name: str
    service: str
    node: str
    ready: bool
    leaving: bool
    bound_at: float | None
    ready_at: float | None
    placeholder: bool = False
    cpu: int = 0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    lane: str
    zone: str
    ready: bool
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A node that was bought, whether or not it is there yet."""

    name: str
    lane: str
    node: str
    zone: str
    instance_type: str
    leaving: bool


@dataclass(frozen=True, slots=True)
class Scaled:
    """A Deployment: what its scale asks for, since when (Unix seconds, as it was heard), and how many pods are up to
    date."""

    lane: str
    service: str
    wanted: int
    updated: int
    since: float = 0.0


@dataclass
class Seen:
    """Changed by the watching threads, read under the lock."""

    pods: dict[tuple[str, str], Pod] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    deployments: dict[tuple[str, str], Scaled] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Keep:
    put: Callable[[Seen, ApiObject], None]
    drop: Callable[[Seen, ApiObject], None]
    clear: Callable[[Seen], None]


def pod_of(raw: ApiObject) -> Pod:
    """What is kept of a pod."""
    metadata, status = raw["metadata"], raw.get("status") or {}
    labels = metadata.get("labels") or {}
    conditions = {one["type"]: one for one in status.get("conditions") or ()}
    ready = conditions.get("Ready") or {}
    leaving = "deletionTimestamp" in metadata
    is_ready = ready.get("status") == "True" and status.get("phase") == "Running"
    bound = conditions.get("PodScheduled") or {}
    component = labels.get("app.kubernetes.io/component")
    return Pod(
        lane=labels[MARK],
        name=metadata["name"],
        service="" if component in (SPARE_ROOM, NODE_DAEMON) else labels.get(SERVICE, metadata["name"]),
        node=raw["spec"].get("nodeName", ""),
        ready=is_ready and not leaving,
        leaving=leaving,
        bound_at=_time(bound.get("lastTransitionTime")) if bound.get("status") == "True" else None,
        ready_at=_time(ready.get("lastTransitionTime")) if is_ready else None,
        placeholder=component == SPARE_ROOM,
        cpu=sum(Millicores.parse(one.get("cpu", 0)) for one in _requests(raw)),
        memory=sum(Bytes.parse(one.get("memory", 0)) for one in _requests(raw)),
    )


def _requests(raw: ApiObject) -> list[dict[str, str]]:
    return [one.get("resources", {}).get("requests") or {} for one in raw["spec"].get("containers", ())]


def _put_pod(seen: Seen, raw: ApiObject) -> None:
    seen.pods[_key(raw)] = pod_of(raw)


def _put_node(seen: Seen, raw: ApiObject) -> None:
    labels = raw["metadata"]["labels"]
    conditions = {one["type"]: one["status"] for one in raw.get("status", {}).get("conditions") or ()}
    seen.nodes[raw["metadata"]["name"]] = Node(
        name=raw["metadata"]["name"],
        lane=labels[MARK],
        zone=labels.get("topology.kubernetes.io/zone", ""),
        ready=conditions.get("Ready") == "True",
    )


def _put_claim(seen: Seen, raw: ApiObject) -> None:
    metadata = raw["metadata"]
    labels = metadata["labels"]
    seen.claims[metadata["name"]] = Claim(
        name=metadata["name"],
        lane=labels[MARK],
        node=raw.get("status", {}).get("nodeName", ""),
        zone=labels.get("topology.kubernetes.io/zone", ""),
        instance_type=labels.get("node.kubernetes.io/instance-type", ""),
        leaving="deletionTimestamp" in metadata,
    )


def put_deployment(seen: Seen, raw: ApiObject) -> None:
    """Keep a Deployment; while what is wanted stays, so does since when."""
    metadata, before = raw["metadata"], seen.deployments.get(_key(raw))
    wanted = raw["spec"].get("replicas", 1)
    seen.deployments[_key(raw)] = Scaled(
        lane=metadata["labels"][MARK],
        service=metadata["name"],
        wanted=wanted,
        updated=raw.get("status", {}).get("updatedReplicas", 0),
        since=before.since if before and before.wanted == wanted else time.time(),
    )


def _key(raw: ApiObject) -> tuple[str, str]:
    return raw["metadata"]["namespace"], raw["metadata"]["name"]


def _time(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None


KINDS: Final[Mapping[str, Keep]] = {
    "/api/v1/pods": Keep(_put_pod, lambda s, r: _drop(s.pods, _key(r)), lambda s: s.pods.clear()),
    "/api/v1/nodes": Keep(_put_node, lambda s, r: _drop(s.nodes, _name(r)), lambda s: s.nodes.clear()),
    "/apis/karpenter.sh/v1/nodeclaims": Keep(
        _put_claim, lambda s, r: _drop(s.claims, _name(r)), lambda s: s.claims.clear()
    ),
    "/apis/apps/v1/deployments": Keep(
        put_deployment, lambda s, r: _drop(s.deployments, _key(r)), lambda s: s.deployments.clear()
    ),
}


def _name(raw: ApiObject) -> str:
    return str(raw["metadata"]["name"])


def _drop(things: dict[K, V], key: K) -> None:
    things.pop(key, None)

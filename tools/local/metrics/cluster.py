"""What the metrics source knows of the cluster: its pods, nodes and Deployments, and the offered load.

It decides what of each object is kept, which is little: the API server sends whole objects, some hundred of
them, and only the numbers that the model needs stay in memory. It reads no API: watch.py feeds it.
"""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tools.local.metrics import event_floors, model
from tools.local.metrics.load import MOST_DELAY_S, Load
from tools.local.metrics.notation import Requirement, matches, of_object, quantity

Json = dict[str, Any]
Key = tuple[str, str]
NAME_LABEL = "app.kubernetes.io/name"


@dataclass(frozen=True)
class Container:
    name: str
    cpu: Fraction
    cpu_limit: Fraction | None
    memory: Fraction


@dataclass(frozen=True)
class Pod:
    """`ready` as an endpoint is: a pod that is being deleted gets no requests."""

    namespace: str
    name: str
    labels: dict[str, str]
    node: str
    running: bool
    ready: bool
    containers: tuple[Container, ...]

    @classmethod
    def of(cls, raw: Json) -> "Pod":
        meta, spec, status = raw["metadata"], raw["spec"], raw.get("status", {})
        conditions = {one["type"]: one["status"] for one in status.get("conditions", ())}
        running = status.get("phase") == "Running"
        return cls(
            namespace=meta["namespace"],
            name=meta["name"],
            labels=meta.get("labels") or {},
            node=spec.get("nodeName", ""),
            running=running,
            ready=running and conditions.get("Ready") == "True" and "deletionTimestamp" not in meta,
            containers=tuple(_container(one) for one in spec["containers"]),
        )


def _container(raw: Json) -> Container:
    resources = raw.get("resources") or {}
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    return Container(
        name=raw["name"],
        cpu=quantity(requests.get("cpu", "0")),
        cpu_limit=quantity(limits["cpu"]) if "cpu" in limits else None,
        memory=quantity(requests.get("memory", "0")),
    )


@dataclass(frozen=True)
class Deployment:
    """A service: its name is the label app.kubernetes.io/name, or the Deployment's own name without it.
    `wrong` is what is wrong with its annotations, for whoever asks for its demand."""

    namespace: str
    service: str
    pods: list[Requirement]
    traffic: model.Traffic | None
    wrong: str = ""
    floors: tuple[event_floors.EventFloor, ...] = ()

    @classmethod
    def of(cls, raw: Json) -> "Deployment":
        meta = raw["metadata"]
        service = (meta.get("labels") or {}).get(NAME_LABEL) or meta["name"]
        selector, said = of_object(raw["spec"]["selector"]), meta.get("annotations") or {}
        try:
            traffic, floors = model.traffic(said), event_floors.floors(said)
            return cls(meta["namespace"], service, selector, traffic, floors=floors)
        except ValueError as error:
            return cls(meta["namespace"], service, selector, None, f"Deployment {meta['name']}: {error}")


@dataclass
class Cluster:
    """Changed by the watching threads, read by the serving ones, one at a time."""

    pods: dict[Key, Pod] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    deployments: dict[Key, Deployment] = field(default_factory=dict)
    # What was offered since when, the newest last; as long as a metric may be late.
    history: deque[tuple[float, Load]] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, load: Load, now: float) -> None:
        """From now on this load is offered."""
        self.history.append((now, load))
        while len(self.history) > 1 and self.history[1][0] <= now - MOST_DELAY_S:
            self.history.popleft()

    def load(self, now: float) -> Load:
        """What is offered at a time: of the last load from then or before, or else the oldest that is known."""
        found = next((load for since, load in reversed(self.history) if since <= now), None)
        return found or (self.history[0][1] if self.history else Load())

    def blind(self, namespace: str, now: float) -> bool:
        """Whether there is no metric of a namespace now."""
        return now < self.load(now).missing_until(namespace)

    def seen(self, namespace: str, now: float) -> Load:
        """The load that a namespace's metrics show now, which may be late."""
        return self.load(now - self.load(now).delay(namespace))

    def used(self, deployment: Deployment, now: float) -> Fraction:
        """How loaded each ready pod of a service is; 1 is its measured capacity."""
        assert deployment.traffic is not None
        stated = self.seen(deployment.namespace, now).used.get((deployment.namespace, deployment.service))
        if stated is not None:
            return stated
        carried = model.carried(self.demand(deployment, now), self.ready(deployment))
        return carried / deployment.traffic.rps_per_pod

    def demand(self, deployment: Deployment, now: float) -> Fraction:
        """Requests/s that a metric shows of a service now; the Deployment has traffic."""
        assert deployment.traffic is not None
        seen = self.seen(deployment.namespace, now)
        stated = seen.services.get((deployment.namespace, deployment.service))
        return model.demand(deployment.traffic, seen.rps) if stated is None else stated

    def owner(self, pod: Pod) -> Deployment | None:
        """The Deployment with traffic whose selector the pod matches."""
        for one in self.deployments.values():
            if one.traffic and one.namespace == pod.namespace and matches(one.pods, pod.labels):
                return one
        return None

    def ready(self, deployment: Deployment) -> int:
        """How many pods share the service's demand."""
        return sum(
            pod.ready and pod.namespace == deployment.namespace and matches(deployment.pods, pod.labels)
            for pod in self.pods.values()
        )

    def loads(self, pods: Iterable[Pod], now: float) -> dict[Key, Fraction]:
        """How loaded each pod is; 1 is its measured capacity. Idle, starting and ending pods: 0."""
        found: dict[Key, Fraction] = {}
        each: dict[tuple[str, str], Fraction] = {}
        for pod in pods:
            found[pod.namespace, pod.name] = Fraction(0)
            owner = self.owner(pod)
            if owner is None or owner.traffic is None or not pod.ready:
                continue
            service = owner.namespace, owner.service
            if service not in each:
                each[service] = self.used(owner, now)
            found[pod.namespace, pod.name] = each[service]
        return found

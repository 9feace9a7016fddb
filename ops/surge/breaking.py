"""Does to a lane what a fault says: nodes gone, drained or reclaimed, a rollout, metrics that are missing.

It decides how a fault is played on the real API; which faults there are is components.policy.surge.faults. Each is
played in a thread of its own, so that the clock goes on.
"""

import threading
import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Final, assert_never

from components.policy.surge.faults import MetricsMissing, NodesDrained, Rollout, ZoneLost

from ..status.api import NoClusterError
from .cleanup import force
from .cluster import Cluster
from .errors import RequestError
from .lane import Running
from .lane_model import MARK
from .seen import Pod, Seen

ZONE: Final = "topology.kubernetes.io/zone"
_POOLS: Final = "/apis/karpenter.sh/v1/nodepools"
_CLAIMS: Final = "/apis/karpenter.sh/v1/nodeclaims"
_NODES: Final = "/api/v1/nodes"


class Breaker:
    """Plays each fault of each lane once, when its time has come."""

    def __init__(self, cluster: Cluster, seen: Seen, tell: Callable[[str], None]) -> None:
        self._cluster, self._seen, self._tell = cluster, seen, tell
        self._played: set[tuple[str, int]] = set()
        self._closed = threading.Event()

    def close(self) -> None:
        """End drains that are still at it."""
        self._closed.set()

    def play(self, running: Running, now: float) -> None:
        at = running.at_s(now)
        for number, fault in enumerate(running.lane.faults):
            if at is None or at < fault.at_s or (running.name, number) in self._played:
                continue
            self._played.add((running.name, number))
            if isinstance(fault, MetricsMissing):
                # By the wall clock, which is what the metrics source goes by.
                running.missing_until = time.time() + fault.for_s
                continue
            threading.Thread(target=self._safely, args=(running, fault), daemon=True).start()

    def _safely(self, running: Running, fault: ZoneLost | NodesDrained | Rollout) -> None:
        try:
            match fault:
                case ZoneLost():
                    self._lose_zone(running, running.setup.plan.zones[fault.zone])
                case NodesDrained():
                    self._drain(running, fault)
                case Rollout():
                    self._roll_out(running)
                case _:
                    assert_never(fault)
        except (RequestError, NoClusterError) as error:
            running.notes.append(f"{fault.kind} was not played to its end: {error}")

    def _lose_zone(self, running: Running, zone: str) -> None:
        """Not to be bought any more, then gone with its pods; nodes on their way there never come.

        It is still one to spread over, as it would be in AWS: there the pool lists it on, here the deployed
        platform's, which has no taint that the lane's pods do not tolerate (Karpenter, buildDomainGroups).
        """
        for pool in self._cluster.list(_POOLS, labelSelector=f"{MARK}={running.name}")["items"]:
            template = pool["spec"]["template"]
            for one in template["spec"]["requirements"]:
                if one["key"] == ZONE:
                    one["values"] = [value for value in one["values"] if value != zone]
            self._cluster.patch(f"{_POOLS}/{pool['metadata']['name']}", {"spec": {"template": template}})
        with self._seen.lock:
            claims = [c.name for c in self._seen.claims.values() if (c.lane, c.zone) == (running.name, zone)]
            nodes = [n.name for n in self._seen.nodes.values() if (n.lane, n.zone) == (running.name, zone)]
        self._end_nodes(running, nodes, claims)

    def _end_nodes(self, running: Running, nodes: list[str], claims: list[str]) -> None:
        for path, names in ((_NODES, nodes), (_CLAIMS, claims)):
            for name in names:
                force(self._cluster, f"{path}/{name}")
        with self._seen.lock:
            pods = [p.name for p in self._seen.pods.values() if p.lane == running.name and p.node in nodes]
        for name in pods:
            self._cluster.delete(f"/api/v1/namespaces/{running.name}/pods/{name}", at_once=True)

    def _roll_out(self, running: Running) -> None:
        mark = {"headroom.dev/restarted-at": str(int(time.time()))}
        for name in running.setup.plan.services:
            path = f"/apis/apps/v1/namespaces/{running.name}/deployments/{name}"
            self._cluster.patch(path, {"spec": {"template": {"metadata": {"annotations": mark}}}})

    def _drain(self, running: Running, fault: NodesDrained) -> None:
        """As kubectl drain on all of them at once: closed, then evicted within the budgets, asked again and again."""
        with self._seen.lock:
            known = {c.node: c.name for c in self._seen.claims.values() if c.lane == running.name and c.node}
            names = [n.name for n in self._seen.nodes.values() if n.lane == running.name and n.ready]
        nodes = sorted(names, key=lambda name: (known.get(name, ""), name))[: fault.nodes]
        for name in nodes:
            self._cluster.patch(f"{_NODES}/{name}", {"spec": {"unschedulable": True}})

        def reclaim(names: Sequence[str]) -> None:
            if fault.within_s is not None and not self._closed.is_set():
                self._end_nodes(running, list(names), [known[name] for name in names if name in known])

        deadline = time.monotonic() + (inf if fault.within_s is None else fault.within_s)
        again = running.setup.world.timings.evict_again_s
        while nodes and time.monotonic() < deadline and not self._closed.is_set():
            began = time.monotonic()
            pods = self._on(running, nodes)
            holding = {pod.node for pod in pods}
            reclaim([name for name in nodes if name not in holding])
            nodes = [name for name in nodes if name in holding]
            self._evict(running, pods, deadline)
            if nodes:
                self._closed.wait(max(0.0, min(began + again, deadline) - time.monotonic()))
        reclaim(nodes)

    def _on(self, running: Running, nodes: Sequence[str]) -> list[Pod]:
        """What a drain takes off the nodes, node by node."""
        with self._seen.lock:
            pods = [p for p in self._seen.pods.values() if p.lane == running.name and p.node in nodes]
        ours = [pod for pod in pods if not pod.name.startswith(_daemons(running))]
        return sorted(ours, key=lambda pod: nodes.index(pod.node))

    def _evict(self, running: Running, pods: Sequence[Pod], deadline: float) -> None:
        """One after the other, no faster than the world says."""
        every = 1 / running.setup.world.timings.evict_per_s
        for pod in pods:
            if self._closed.is_set() or time.monotonic() >= deadline:
                return
            if not pod.leaving:
                next_at = time.monotonic() + every
                self._cluster.evict(running.name, pod.name)
                self._closed.wait(max(0.0, next_at - time.monotonic()))


def _daemons(running: Running) -> str:
    """How the names of pods begin that a drain leaves on their node."""
    return f"{running.name}-daemons-"

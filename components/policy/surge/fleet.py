"""Pods and nodes of a run, and the scheduler that puts the one on the other. No clock of its own.

The scheduler binds by requests, keeps a strict spread over zones within one pod, and otherwise takes the node with the
fewest pods of the same kind, then the emptiest (kube-scheduler, PodTopologySpread and NodeResourcesFit,
LeastAllocated); of the pools that a pod may run on its first choice before all (NodeAffinity). Closed nodes and their
pods count in no spread (nodeTaintsPolicy Honor, as components/pod.py deploys). What no node holds may take the place of
placeholders.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ..errors import ConfigurationError
from ..packing import Size
from ..quantities import Bytes, Millicores

# kube-scheduler's maxSkew of the strict spread that this platform deploys.
MAX_SKEW: Final = 1


class Kind(NamedTuple):
    """What a group of equal pods asks for; a placeholder gives way to everybody else."""

    name: str
    cpu: int
    memory: int
    strict_zones: bool
    placeholder: bool = False
    # The pools that it may run on, the first choice first.
    pools: tuple[int, ...] = (0,)
    # How many of them a node holds at most, and how many they prefer; None: as many as fit.
    per_host: int | None = None
    preferred_per_host: int | None = None

    def may_join(self, there: int) -> bool:
        """Whether one more may stand where so many are."""
        return self.per_host is None or there < self.per_host

    def would_join(self, there: int) -> bool:
        """Whether one more stands where so many are if it can choose."""
        return self.may_join(there) and (self.preferred_per_host is None or there < self.preferred_per_host)


@dataclass(slots=True, eq=False)
class Node:
    """``cpu``, ``memory`` and ``slots`` are what is free. A node that is not ``ready`` is paid for all the same."""

    zone: int
    cpu: int
    memory: int
    slots: int
    kinds: int
    bought_at: float
    pool: int = 0
    # CPU of the pods that it was bought for.
    bought_for: int = 0
    ready: bool = False
    closed: bool = False
    empty_since: float | None = None
    pods: list["Pod"] = field(default_factory=list)
    of_kind: list[int] = field(init=False)
    # When the image of each kind is there.
    pulled_at: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.of_kind = [0] * self.kinds

    def holds(self, kind: Kind) -> bool:
        """Whether one more fits."""
        return self.cpu >= kind.cpu and self.memory >= kind.memory and self.slots > 0


@dataclass(slots=True, eq=False)
class Pod:
    """``ready_at`` is None until it takes requests; ``node`` until it is bound, or its room is being made."""

    kind: int
    created_at: float
    revision: int = 0
    node: Node | None = None
    started_at: float | None = None
    ready_at: float | None = None
    leaving: bool = False
    # At which of the fleet's ``changes`` its status said last why it has no node.
    told_at: int | None = None


class Fleet:
    """All pods and nodes. ``pods`` are by kind and without those that leave; ``waiting`` have no node, oldest first."""

    def __init__(self, kinds: list[Kind], zones: int) -> None:
        self.kinds = kinds
        self.zones = zones
        self.nodes: list[Node] = []
        self.pods: list[list[Pod]] = [[] for _ in kinds]
        self.ready = [0] * len(kinds)
        self.in_zone = [[0] * zones for _ in kinds]
        self.waiting: list[Pod] = []
        # How often it changed on which nodes pods may go.
        self.changes = 0

    def add_node(
        self, zone: int, size: tuple[int, int, int], at: float, *, ready: bool, pool: int = 0
    ) -> Node:
        """A node of the pool is bought."""
        node = Node(zone, *size, kinds=len(self.kinds), bought_at=at, pool=pool, ready=ready)
        self.nodes.append(node)
        return node

    def open(self, node: Node, at: float) -> None:
        """It is ready and empty."""
        node.ready, node.empty_since = True, at
        self.changes += 1

    def close(self, node: Node) -> None:
        """Cordoned: nothing goes there any more; its pods stay."""
        node.closed = True
        self.changes += 1
        for pod in node.pods:
            if not pod.leaving:
                self.in_zone[pod.kind][node.zone] -= 1

    def drop(self, nodes: Sequence[Node]) -> list[Pod]:
        """They are gone, with their pods, which it returns."""
        dead = {id(node) for node in nodes}
        self.nodes = [node for node in self.nodes if id(node) not in dead]
        self.changes += 1
        pods = [pod for node in nodes for pod in node.pods]
        for pod in pods:
            self.leave(pod)
        return pods

    def emptiest_zone(self) -> int:
        """The zone with the fewest nodes."""
        return min(range(self.zones), key=lambda zone: sum(node.zone == zone for node in self.nodes))

    def place(self, kind: int) -> Node | None:
        """A ready node with room, by the rules above."""
        want = self.kinds[kind]
        allowed = self._zones(kind)
        best: Node | None = None
        least = (0, 0, 0, 0)
        for node in self.nodes:
            if self._may(node, kind, allowed) and node.holds(want):
                choice = want.pools.index(node.pool)
                score = (choice, self.in_zone[kind][node.zone], node.of_kind[kind], -node.cpu)
                if best is None or score < least:
                    best, least = node, score
        return best

    def preempt(self, kind: int) -> tuple[Node, list[Pod]] | None:
        """A ready node where placeholders can give way, and those that must: as few as possible."""
        want = self.kinds[kind]
        if want.placeholder:
            return None
        best: tuple[Node, list[Pod]] | None = None
        allowed = self._zones(kind)
        for node in self.nodes:
            if not self._may(node, kind, allowed):
                continue
            victims = self._victims(node, want)
            if victims and (best is None or len(victims) < len(best[1])):
                best = node, victims
        return best

    def _may(self, node: Node, kind: int, zones: set[int]) -> bool:
        want = self.kinds[kind]
        there = node.ready and not node.closed and node.zone in zones
        return there and node.pool in want.pools and want.may_join(node.of_kind[kind])

    def _victims(self, node: Node, want: Kind) -> list[Pod]:
        cpu, memory, slots, victims = node.cpu, node.memory, node.slots, []
        for pod in node.pods:
            kind = self.kinds[pod.kind]
            if kind.placeholder and not pod.leaving:
                victims.append(pod)
                cpu, memory, slots = cpu + kind.cpu, memory + kind.memory, slots + 1
                if cpu >= want.cpu and memory >= want.memory and slots > 0:
                    return victims
        return []

    def _zones(self, kind: int) -> set[int]:
        """Zones that a strict spread allows: with no more pods of the kind than the emptiest that has nodes."""
        pools = self.kinds[kind].pools
        there = {node.zone for node in self.nodes if node.ready and not node.closed and node.pool in pools}
        if not self.kinds[kind].strict_zones or not there:
            return there
        least = min(self.in_zone[kind][zone] for zone in there)
        return {zone for zone in there if self.in_zone[kind][zone] < least + MAX_SKEW}

    def bind(self, pod: Pod, node: Node) -> None:
        """The node's room is the pod's."""
        kind = self.kinds[pod.kind]
        node.cpu, node.memory, node.slots = node.cpu - kind.cpu, node.memory - kind.memory, node.slots - 1
        node.of_kind[pod.kind] += 1
        node.pods.append(pod)
        node.empty_since = None
        pod.node = node
        self.in_zone[pod.kind][node.zone] += 1

    def leave(self, pod: Pod) -> None:
        """It takes no requests any more and counts no more; its room is free once ``gone``."""
        if pod.leaving:
            return
        pod.leaving = True
        self.pods[pod.kind].remove(pod)
        if pod.ready_at is not None:
            self.ready[pod.kind] -= 1
        if pod.node is None:
            self.waiting = [one for one in self.waiting if one is not pod]
        elif not pod.node.closed:
            self.in_zone[pod.kind][pod.node.zone] -= 1

    def gone(self, pod: Pod, at: float) -> None:
        """Its room is free."""
        node = pod.node
        if node is None or pod not in node.pods:
            return
        kind = self.kinds[pod.kind]
        node.pods.remove(pod)
        node.cpu, node.memory, node.slots = node.cpu + kind.cpu, node.memory + kind.memory, node.slots + 1
        node.of_kind[pod.kind] -= 1
        if not node.pods:
            node.empty_since = at

    def to_remove(self, kind: int, count: int, revision: int | None = None) -> list[Pod]:
        """Those that a ReplicaSet takes first: without a node, not ready, the youngest (ActivePodsWithRanks).

        ``revision``: only of revisions before it.
        """
        pods = [pod for pod in self.pods[kind] if revision is None or pod.revision < revision]
        pods.sort(key=lambda pod: (pod.node is not None, pod.ready_at is not None, -pod.created_at))
        return pods[:count]


def check_size(policy: str, kind: Kind, sizes: Sequence[Size]) -> None:
    """Raises ConfigurationError for a pod that no node of its pools holds."""
    if any(size.holds(Size(kind.cpu, kind.memory)) for size in sizes):
        return
    largest = max(sizes)
    raise ConfigurationError(
        field=f"{policy}: a {kind.name} pod",
        value=f"{Millicores(kind.cpu)} CPU, {Bytes(kind.memory)}",
        allowed=f"what a node holds: {Millicores(largest.cpu)} CPU, {Bytes(largest.memory)}",
        remedy="choose larger nodes, or lower the pod's requests",
    )

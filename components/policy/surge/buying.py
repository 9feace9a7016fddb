"""How many nodes Karpenter buys for pods that wait, of which pools and in which zones.

As its scheduler does: the largest pods first, on nodes that are under way already, then on new ones; a strict spread
goes by the zone with the fewest, one where nothing can be bought among them. Of several pools a pod's first choice,
until its limit is reached: what pods prefer is required until nothing is left of it. One instance type a pool. Decides
no time.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from .fleet import MAX_SKEW, Fleet, Kind, Node, Pod


class Stock(NamedTuple):
    """What a pool sells: nodes of one size, ``most`` of them at a time; ``by_requests`` is NodeModel's ``counts``."""

    size: tuple[int, int, int]
    most: int | None
    by_requests: bool = False

    @property
    def limit(self) -> float:
        """In nodes."""
        return inf if self.most is None else self.most

    def counts(self, node: Node) -> float:
        """What a node takes of the limit, a closed one too: it is there (scheduler.go, updateRemainingResources)."""
        return node.bought_for / self.size[0] if self.by_requests and not node.ready else 1.0


class Bought(NamedTuple):
    """One node, and the CPU of the pods that it was bought for."""

    pool: int
    zone: int
    cpu: int


class _Bin:
    """A node under way, as Karpenter fills it in its head."""

    __slots__ = ("cpu", "memory", "of_kind", "pool", "slots", "zone")

    def __init__(self, pool: int, zone: int, size: tuple[int, int, int], of_kind: Sequence[int]) -> None:
        self.pool, self.zone = pool, zone
        self.cpu, self.memory, self.slots = size
        self.of_kind = list(of_kind)

    def put(self, index: int, kind: Kind) -> bool:
        """Whether it fitted."""
        if self.cpu < kind.cpu or self.memory < kind.memory or self.slots < 1:
            return False
        if not kind.would_join(self.of_kind[index]):
            return False
        self.cpu, self.memory, self.slots = self.cpu - kind.cpu, self.memory - kind.memory, self.slots - 1
        self.of_kind[index] += 1
        return True


def nodes_to_buy(
    fleet: Fleet, pods: Sequence[Pod], pools: Sequence[Stock], open_zones: Sequence[int]
) -> list[Bought]:
    """Each node to buy. ``open_zones`` is where they can be had."""
    none = [0] * len(fleet.kinds)
    there = [
        _Bin(n.pool, n.zone, (n.cpu, n.memory, n.slots), n.of_kind)
        for n in fleet.nodes
        if n.ready and not n.closed
    ]
    under_way = [_Bin(n.pool, n.zone, pools[n.pool].size, none) for n in fleet.nodes if not n.ready]
    standing, new = there + under_way, list[_Bin]()
    counts = [list(of) for of in fleet.in_zone]
    nodes, left = [0] * fleet.zones, [pool.limit for pool in pools]
    for node in fleet.nodes:
        nodes[node.zone] += 1
        left[node.pool] -= pools[node.pool].counts(node)
    for pod in sorted(pods, key=lambda pod: (*_smallness(fleet.kinds[pod.kind]), pod.created_at)):
        index, kind = pod.kind, fleet.kinds[pod.kind]
        allowed = _allowed(counts[index], open_zones, strict=kind.strict_zones)
        for pool in kind.pools:
            mine, fresh = _of(standing, pool, allowed), _of(new, pool, allowed)
            bin_ = _first(mine, index, kind) or _emptiest(fresh, index, kind)
            if bin_ is None and allowed and left[pool] >= 1:
                zone = min(allowed, key=lambda zone: (counts[index][zone], nodes[zone], zone))
                bin_ = _Bin(pool, zone, pools[pool].size, none)
                if not bin_.put(index, kind):
                    continue
                new.append(bin_)
                nodes[zone] += 1
                left[pool] -= 1
            if bin_ is not None:
                counts[index][bin_.zone] += 1
                break
    return [Bought(one.pool, one.zone, pools[one.pool].size[0] - one.cpu) for one in new]


def _smallness(kind: Kind) -> tuple[int, int]:
    """By CPU, then by memory (scheduling/queue.go, byCPUAndMemoryDescending)."""
    return -kind.cpu, -kind.memory


def _allowed(counts: Sequence[int], open_zones: Sequence[int], *, strict: bool) -> Sequence[int]:
    """Where one more may go. A zone that some pool lists is one to spread over, whether or not it sells
    (topology.go, buildDomainGroups): once it is lost and has no pod, a strict spread has nothing bought elsewhere.
    """
    if not strict:
        return open_zones
    least = min(counts)
    return [zone for zone in open_zones if counts[zone] < least + MAX_SKEW]


def _of(bins: list[_Bin], pool: int, zones: Sequence[int]) -> list[_Bin]:
    return [bin_ for bin_ in bins if bin_.pool == pool and bin_.zone in zones]


def _first(bins: list[_Bin], index: int, kind: Kind) -> _Bin | None:
    """Existing nodes and those under way: the first that holds it (scheduler.go, addToExistingNode)."""
    return next((bin_ for bin_ in bins if bin_.put(index, kind)), None)


def _emptiest(bins: list[_Bin], index: int, kind: Kind) -> _Bin | None:
    """New ones: those with the fewest pods first (addToInflightNode)."""
    return _first(sorted(bins, key=lambda bin_: -bin_.slots), index, kind)

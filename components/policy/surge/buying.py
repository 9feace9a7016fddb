"""How many nodes Karpenter buys for pods that wait, and in which zones.

As its scheduler does: the largest pods first, on nodes that are under way already, then on new ones; a strict spread
goes by the zone with the fewest. One instance type. Decides no time.
"""

from collections.abc import Sequence

from .fleet import MAX_SKEW, Fleet, Kind, Pod


class _Bin:
    """A node under way, as Karpenter fills it in its head."""

    __slots__ = ("cpu", "memory", "of_kind", "slots", "zone")

    def __init__(self, zone: int, size: tuple[int, int, int], kinds: int) -> None:
        self.zone = zone
        self.cpu, self.memory, self.slots = size
        self.of_kind = [0] * kinds

    def put(self, index: int, kind: Kind) -> bool:
        """Whether it fitted."""
        if self.cpu < kind.cpu or self.memory < kind.memory or self.slots < 1:
            return False
        self.cpu, self.memory, self.slots = self.cpu - kind.cpu, self.memory - kind.memory, self.slots - 1
        self.of_kind[index] += 1
        return True


def zones_to_buy(
    fleet: Fleet, pods: Sequence[Pod], size: tuple[int, int, int], open_zones: Sequence[int], most: int | None
) -> list[int]:
    """The zone of each node to buy. ``most`` is the pool's limit in nodes, ``open_zones`` where they can be had."""
    kinds = len(fleet.kinds)
    there = [_Bin(n.zone, (n.cpu, n.memory, n.slots), kinds) for n in fleet.nodes if n.ready and not n.closed]
    under_way = [_Bin(node.zone, size, kinds) for node in fleet.nodes if not node.ready]
    new: list[_Bin] = []
    counts = [list(of) for of in fleet.in_zone]
    nodes = [0] * fleet.zones
    for node in fleet.nodes:
        nodes[node.zone] += 1
    left = None if most is None else most - len(fleet.nodes)
    bought: list[int] = []
    for pod in sorted(pods, key=lambda pod: (-fleet.kinds[pod.kind].cpu, pod.created_at)):
        index, kind = pod.kind, fleet.kinds[pod.kind]
        allowed = _allowed(counts[index], open_zones, strict=kind.strict_zones)
        bin_ = _first(there + under_way, index, kind, allowed) or _emptiest(new, index, kind, allowed)
        if bin_ is None and (left is None or left > 0):
            zone = min(allowed, key=lambda zone: (counts[index][zone], nodes[zone], zone))
            bin_ = _Bin(zone, size, kinds)
            if not bin_.put(index, kind):
                continue
            new.append(bin_)
            bought.append(zone)
            nodes[zone] += 1
            left = None if left is None else left - 1
        if bin_ is not None:
            counts[index][bin_.zone] += 1
    return bought


def _allowed(counts: Sequence[int], open_zones: Sequence[int], *, strict: bool) -> Sequence[int]:
    if not strict:
        return open_zones
    least = min(counts[zone] for zone in open_zones)
    return [zone for zone in open_zones if counts[zone] < least + MAX_SKEW]


def _first(bins: list[_Bin], index: int, kind: Kind, allowed: Sequence[int]) -> _Bin | None:
    """Existing nodes and those under way: the first that holds it (scheduler.go, addToExistingNode)."""
    return next((bin_ for bin_ in bins if bin_.zone in allowed and bin_.put(index, kind)), None)


def _emptiest(bins: list[_Bin], index: int, kind: Kind, allowed: Sequence[int]) -> _Bin | None:
    """New ones: those with the fewest pods first (addToInflightNode)."""
    return _first(sorted(bins, key=lambda bin_: -bin_.slots), index, kind, allowed)

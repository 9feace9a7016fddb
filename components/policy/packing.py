"""Packs pods on equal nodes by first-fit decreasing, as a scheduler that fills nodes does.

Works on kinds of pods and kinds of half-full nodes instead of single ones, so that a thousand services cost
little more than ten. Knows nothing of instance types, zones or Kubernetes.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

# Half-full nodes that are looked at again, by kind. More would pack a little tighter and take time that grows with the
# square of the services; what is closed too early errs on the side of one more node.
OPEN_KINDS: Final = 32


class Size(NamedTuple):
    """CPU in millicores, memory in bytes, pod slots: of a node or of a pod (one slot)."""

    cpu: int
    memory: int
    slots: int = 1

    def holds(self, pod: "Size") -> int:
        """How many such pods fit; of a pod that wants nothing, none can be counted."""
        # Written out: it is asked for every kind of pod on every kind of half-full node.
        fit = self.slots // pod.slots if pod.slots else -1
        if pod.cpu and (fit < 0 or self.cpu // pod.cpu < fit):
            fit = self.cpu // pod.cpu
        if pod.memory and (fit < 0 or self.memory // pod.memory < fit):
            fit = self.memory // pod.memory
        return max(0, fit)

    def less(self, pod: "Size", count: int) -> "Size":
        """What is left beside ``count`` pods."""
        return Size(*(have - count * want for have, want in zip(self, pod, strict=True)))


def nodes_needed(node: Size, pods: Iterable[tuple[int, Size]]) -> int:
    """Nodes for ``(count, size)`` pods, largest CPU first. Raises ValueError when a pod does not fit on an
    empty node.
    """
    counts: dict[Size, int] = {}
    for many, size in pods:
        if many > 0:
            counts[size] = counts.get(size, 0) + many
    kinds = sorted(counts.items(), reverse=True)
    smallest = _smallest_after(kinds)
    closed = 0
    started: list[tuple[Size, int]] = []
    for index, (size, count) in enumerate(kinds):
        if not node.holds(size):
            raise ValueError(
                f"a pod of {size.cpu}m CPU and {size.memory} bytes does not fit on an empty node"
            )
        remaining: list[tuple[Size, int]] = []
        for free, many in started:
            if count and free.cpu >= size.cpu and free.memory >= size.memory:
                count = _fill(free, many, size, count, remaining)
            else:
                remaining.append((free, many))
        if count:
            _fill(node, -(-count // node.holds(size)), size, count, remaining)
        least = smallest[index]
        started = [
            (free, many)
            for free, many in remaining
            if free.cpu >= least.cpu and free.memory >= least.memory and free.slots > 0
        ][-OPEN_KINDS:]
        closed += sum(many for _, many in remaining) - sum(many for _, many in started)
    return closed + sum(many for _, many in started)


def _fill(free: Size, many: int, size: Size, count: int, result: list[tuple[Size, int]]) -> int:
    """Put pods on ``many`` equal nodes, append what becomes of the nodes to ``result``, return the pods left over."""
    each = free.holds(size)
    full = min(many, count // each) if each else 0
    if full:
        result.append((free.less(size, each), full))
    count -= full * each
    if each and count and full < many:
        result.append((free.less(size, count), 1))
        full, count = full + 1, 0
    if full < many:
        result.append((free, many - full))
    return count


def _smallest_after(kinds: list[tuple[Size, int]]) -> list[Size]:
    """For each kind the least of each resource that any later kind wants: a node with less can be closed."""
    result: list[Size] = []
    cpu = memory = 10**30
    for size, _ in reversed(kinds):
        result.append(Size(cpu, memory))
        cpu, memory = min(cpu, size.cpu), min(memory, size.memory)
    return result[::-1]

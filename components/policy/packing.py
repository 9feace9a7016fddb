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
        """How many such pods fit."""
        fit = min((have // want for have, want in zip(self, pod, strict=True) if want), default=0)
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
            count = _fill(free, many, size, count, remaining)
        if count:
            _fill(node, -(-count // node.holds(size)), size, count, remaining)
        started = [(free, many) for free, many in remaining if free.holds(smallest[index])][-OPEN_KINDS:]
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

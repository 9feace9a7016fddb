"""The fleet that stands when a run begins: which pods are on which node, in which zone.

How a fleet came about decides how much room is left where, and with it how many pods need a new node. Either everything
is packed as Karpenter would for all of it at once, or a run that was measured says what stood. Decides nothing about
what comes after.
"""

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from ..derived import Frozen
from .buying import nodes_to_buy
from .engine import Engine
from .fleet import Node, Pod

# A pod that was there before the run has been ready for good.
LONG_AGO: Final = -1e6


class NodeAtStart(Frozen):
    """``zone`` and ``pool`` are its numbers in the world, ``pods`` are by service, ``spare`` placeholders; ``beside``
    are other pods by their requests: millicores, bytes.
    """

    zone: int = Field(ge=0)
    pool: int = Field(default=0, ge=0)
    pods: dict[str, int] = {}
    spare: int = Field(default=0, ge=0)
    beside: tuple[tuple[int, int], ...] = ()


def pack(engine: Engine, least: int) -> None:
    """What is wanted, the largest pods first, on as few nodes as hold it, or on ``least`` where those are more."""
    fleet = engine.fleet
    for kind, count in enumerate(engine.wanted):
        fleet.waiting += [Pod(kind, LONG_AGO) for _ in range(count)]
    for pool, zone, _ in nodes_to_buy(fleet, fleet.waiting, engine.stock, engine.open_zones):
        fleet.add_node(zone, engine.pools[pool].size, LONG_AGO, ready=True, pool=pool)
    while len(fleet.nodes) < least:
        fleet.add_node(fleet.emptiest_zone(), engine.pools[0].size, LONG_AGO, ready=True)
    waiting, fleet.waiting = fleet.waiting, []
    for pod in sorted(waiting, key=lambda pod: -fleet.kinds[pod.kind].cpu):
        node = fleet.place(pod.kind)
        if node is None:
            fleet.pods[pod.kind].append(pod)
            fleet.waiting.append(pod)
        else:
            _bind(engine, pod, node)
    if fleet.waiting:
        engine.trigger()


def put(engine: Engine, nodes: Sequence[NodeAtStart]) -> None:
    """All of it as it stood; what the run had is what is wanted. A pod of a size that the world has not is left out."""
    fleet = engine.fleet
    services = {name: kind for kind, name in enumerate(engine.names)}
    spare = next((kind for kind, one in enumerate(fleet.kinds) if one.placeholder), None)
    sizes = {
        (one.cpu, one.memory): kind
        for kind, one in enumerate(fleet.kinds)
        if kind >= len(services) and not one.placeholder
    }
    for stood in nodes:
        node = fleet.add_node(
            stood.zone, engine.pools[stood.pool].size, LONG_AGO, ready=True, pool=stood.pool
        )
        kinds = [services[name] for name, count in stood.pods.items() for _ in range(count)]
        kinds += [] if spare is None else [spare] * stood.spare
        kinds += [sizes[size] for size in stood.beside if size in sizes]
        for kind in kinds:
            _bind(engine, Pod(kind, LONG_AGO), node)
    for kind in services.values():
        engine.wanted[kind] = len(fleet.pods[kind])


def _bind(engine: Engine, pod: Pod, node: Node) -> None:
    """There, with its image, and ready for long."""
    fleet = engine.fleet
    fleet.pods[pod.kind].append(pod)
    fleet.bind(pod, node)
    node.pulled_at[pod.kind] = LONG_AGO
    pod.started_at = pod.ready_at = LONG_AGO
    fleet.ready[pod.kind] += 1

"""On which nodes pods may run, for other languages."""

from typing import TypedDict

from .. import placement
from ..policy import node_pool
from .node_pool import Taint, taints
from .reading import stated


class NodePlacement(TypedDict):
    """NodePools that the pods may run on, the first choice first."""

    pools: list[str]
    """Names of the NodePools."""
    tolerates: list[Taint] | None
    """Their taints. Left out: they have none."""


def node_placement(given: NodePlacement | None, field: str) -> placement.NodePlacement | None:
    """The component's own; None where any node will do. Raises ConfigurationError for a taint that is wrong."""
    if given is None:
        return None
    passed: list[node_pool.Taint] = taints(given.get("tolerates"), f"{field}.tolerates")
    return placement.NodePlacement(**stated(given, "pools"), tolerates=passed)

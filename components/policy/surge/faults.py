"""What may go wrong during a run. Times are seconds from the start of the profile.

Facts only; what becomes of it is for whoever plays it, simulator or wind tunnel.
"""

from typing import Annotated, Literal

from pydantic import Field

from ..derived import Frozen


class ZoneLost(Frozen):
    """All nodes of a zone are gone at once, with their pods; nothing can be bought there any more.

    The pools list it still, as after an outage that nobody has answered yet: it stays one to spread over.
    """

    kind: Literal["zone-lost"] = "zone-lost"
    at_s: float
    zone: int = Field(default=0, ge=0)


class NodesDrained(Frozen):
    """Nodes are closed and their pods evicted as the budgets allow. ``nodes``: that many, oldest first; None: all.

    After ``within_s`` what is left is killed with its node: a spot reclaim has 120 seconds (AWS, "Spot Instance
    interruption notices"), and takes a node once it is empty. None: it takes as long as it takes, and an emptied node
    stays, closed, until Karpenter gives it back.
    """

    kind: Literal["nodes-drained"] = "nodes-drained"
    at_s: float
    nodes: int | None = Field(default=None, ge=1)
    within_s: float | None = Field(default=None, gt=0)


class Rollout(Frozen):
    """Every service gets a new revision at once."""

    kind: Literal["rollout"] = "rollout"
    at_s: float


class MetricsMissing(Frozen):
    """No metric can be read, neither the pods' nor the external ones."""

    kind: Literal["metrics-missing"] = "metrics-missing"
    at_s: float
    for_s: float = Field(default=120.0, gt=0)


Fault = Annotated[ZoneLost | NodesDrained | Rollout | MetricsMissing, Field(discriminator="kind")]


def called(fault: Fault) -> str:
    """Its name for people: nodes that are taken within a time are a spot reclaim."""
    reclaimed = isinstance(fault, NodesDrained) and fault.within_s is not None
    return "spot-reclaim" if reclaimed else fault.kind

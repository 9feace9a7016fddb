"""The facts of Karpenter's node pools and node classes, and of the versions that they run under."""

from dataclasses import dataclass
from fractions import Fraction

from ..instances import InstanceType
from ..quantities import Bytes, Millicores, Milliseconds
from .base import Maybe, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeBudget:
    """One disruption budget, as text, since what the API would refuse must be readable too."""

    nodes: str = "10%"
    reasons: tuple[str, ...] = ()
    schedule: str | None = None
    duration: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """A NodePool. ``planned_nodes`` is how many nodes its owner counts on at the peak, ``planned_zones`` over how many
    zones; ``zones`` are those that it buys in."""

    object: str
    name: str
    api_version: str | None = None
    place: Place | None = None
    consolidation_policy: Maybe[str] = None
    consolidate_after: Maybe[str] = None
    budgets: tuple[NodeBudget, ...] | None = None
    expiry_under_disruption: bool = False
    cpu_limit: Maybe[Millicores] = None
    memory_limit: Maybe[Bytes] = None
    zones: tuple[str, ...] | None = None
    instance: InstanceType | None = None
    planned_nodes: int | None = None
    planned_zones: int | None = None
    termination_grace: Maybe[Milliseconds] = None
    price_region: str | None = None
    # What its requirements allow, and the part of its nodes that its cost was computed with as spot.
    architectures: tuple[str, ...] | None = None
    capacity_types: tuple[str, ...] | None = None
    spot_share: Fraction | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeClass:
    """An EC2NodeClass; ``ami_terms`` are its aliases, ids, names or tags as text."""

    object: str
    name: str
    place: Place | None = None
    ami_terms: Maybe[tuple[str, ...]] = None
    ami_family: str | None = None
    user_data: str | None = None
    http_tokens: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Versions:
    """The versions of the cluster and of Karpenter as (major, minor), and where that was found."""

    object: str = "cluster"
    place: Place | None = None
    kubernetes: tuple[int, int] | None = None
    karpenter: tuple[int, int] | None = None

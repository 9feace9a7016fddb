"""Which of several node pools each group of pods may run on, and on which of them it is planned.

A pod may run where its image runs and where it stands how the nodes are bought. Of those pools the heaviest is its
home, where its room is counted; the others are where it falls back. Of a single pool nothing is decided: all are on it.
"""

from collections.abc import Mapping, Sequence

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .node_pool import NodePoolSpec
from .pod_group import Architecture, PodGroup
from .pool_types import architectures, pool_types


class Placement(Frozen):
    """Pools by name: the one that a group is planned on, and those that it may also run on, the first choice first."""

    home: Derived[str]
    fallbacks: list[str] = []

    @property
    def pools(self) -> list[str]:
        """All of them, the home first."""
        return [self.home.value, *self.fallbacks]


def place(groups: Sequence[PodGroup], specs: Sequence[NodePoolSpec]) -> dict[str, Placement]:
    """The placement of every group, by its name.

    What does not stand a reclaim goes on spot only where there is nothing else, and what nobody said the architecture
    of goes on arm64 only so; rules say so then (HR833, HR836). Raises ConfigurationError for a group whose image runs
    on no pool.
    """
    kinds = {spec.name: architectures(pool_types(spec)) for spec in specs}
    by_name = {spec.name: spec for spec in specs}
    if len(specs) == 1:
        only = derived(specs[0].name, "the only pool")
        for group in groups:
            _fitting(group, kinds)
        return {group.name: Placement(home=only) for group in groups}
    return {group.name: _placement(group, by_name, kinds) for group in groups}


def on_pool(pool: str, placements: Mapping[str, Placement], groups: Sequence[PodGroup]) -> list[PodGroup]:
    """The groups that are at home on a pool, with the room that is kept there."""
    return [
        group
        for group in groups
        if group.name == f"{pool}-spare"
        or (group.name in placements and placements[group.name].home.value == pool)
    ]


def _placement(
    group: PodGroup, specs: Mapping[str, NodePoolSpec], kinds: Mapping[str, Sequence[Architecture]]
) -> Placement:
    fitting = _fitting(group, kinds)
    steady = [name for name in fitting if specs[name].capacity_type == "on-demand"]
    allowed = fitting if group.tolerates_reclaim else steady or fitting
    # Karpenter asks the heaviest first; between equals what is cheaper, then what was named first.
    places = {name: position for position, name in enumerate(specs)}
    order = sorted(
        allowed,
        key=lambda name: (-(specs[name].weight or 0), specs[name].capacity_type != "spot", places[name]),
    )
    why = "its image runs there"
    if not group.tolerates_reclaim:
        why += " and it is not reclaimed" if steady else " and there is no pool that is not reclaimed"
    if len(order) > 1:
        why += f"; of {len(order)} such pools the heaviest, or the cheaper way to buy"
    return Placement(home=derived(order[0], why), fallbacks=order[1:])


def _fitting(group: PodGroup, kinds: Mapping[str, Sequence[Architecture]]) -> list[str]:
    """The pools on all of whose nodes the image runs; unknown, it is taken for amd64 where there is such a pool."""
    known: Sequence[Architecture] = ["amd64"] if group.architectures is None else group.architectures
    fitting = [name for name, on in kinds.items() if set(on) <= set(known)]
    if fitting:
        return fitting
    if group.architectures is None:
        return list(kinds)
    nodes = "; ".join(f"{name} buys {', '.join(on)}" for name, on in kinds.items())
    raise ConfigurationError(
        field=f"services.{group.name}.architectures",
        value=", ".join(group.architectures) or "none",
        allowed=f"images for all that a pool buys: {nodes}",
        remedy="build the image for another architecture, or add a pool whose nodes it runs on",
    )

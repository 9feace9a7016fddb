"""The node pools of a platform together: every group packed into its own, with room for what falls back on it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from .derived import Frozen
from .errors import ConfigurationError
from .instances import instance_type
from .node_pool import NodePoolSpec
from .nodes import NodePlan, plan_nodes
from .placement import Placement, on_pool, place
from .pod_group import PodGroup
from .reaction import Growth
from .service import ServicePlan
from .spare import SpareRoom, SpareSpec, spare_room

# Pools by name, in the field of a refusal.
FIELD: Final = "node_pools"


class Pools(Frozen):
    """The pools by name, which group is where, the room that is kept on each, and all groups with that room."""

    plans: dict[str, NodePlan]
    placements: dict[str, Placement]
    spare: dict[str, SpareRoom]
    groups: list[PodGroup]

    @property
    def with_groups(self) -> list[tuple[NodePlan, list[PodGroup]]]:
        """Each pool with the groups that are at home on it."""
        return [(plan, on_pool(name, self.placements, self.groups)) for name, plan in self.plans.items()]


def plan_pools(
    specs: Sequence[NodePoolSpec],
    groups: Sequence[PodGroup],
    zones: int,
    *,
    services: Mapping[str, ServicePlan],
    spare: SpareSpec,
    growth: Growth | None,
    entry: str,
) -> Pools:
    """Pack everything. Raises ConfigurationError as placement, spare and nodes do; a pool's field by its name."""
    if not specs:
        return Pools(plans={}, placements={}, spare={}, groups=list(groups))
    for spec in specs:
        with _told_by_name(spec):
            for name in spec.instance_types:
                instance_type(name)
    placements = place(groups, specs)
    plans: dict[str, NodePlan] = {}
    rooms: dict[str, SpareRoom] = {}
    kept: list[PodGroup] = []
    for spec in specs:
        at_home = [group for group in groups if placements[group.name].home.value == spec.name]
        own = {group.name: group for group in at_home if group.name in services}
        room = spare_room(
            spare,
            {name: services[name] for name in own},
            own,
            growth,
            with_entry=entry in own,
        )
        if room is not None:
            rooms[spec.name] = room
            kept.append(room.group(spec.name))
            at_home.append(kept[-1])
        falling = [group for group in groups if spec.name in placements[group.name].fallbacks]
        with _told_by_name(spec):
            plans[spec.name] = plan_nodes(spec, at_home, zones, falling_back=falling)
    return Pools(plans=plans, placements=placements, spare=rooms, groups=[*groups, *kept])


@contextmanager
def _told_by_name(spec: NodePoolSpec) -> Iterator[None]:
    try:
        yield
    except ConfigurationError as error:
        if not error.field.startswith("node_pool."):
            raise
        raise error.of_the_value("node_pool").within(f"{FIELD}.{spec.name}") from None

"""Spare room: how many placeholder pods, and how large, so that pods that are needed at once find nodes that are there.

A placeholder is worth what new nodes take to come: growth x that time. What the pods at rest can take meanwhile is not
set off against it, since it is what carries the load until the autoscaler has seen it at all.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Annotated, Literal

from pydantic import Field

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .pod_group import PodGroup
from .quantities import Bytes, Millicores, format_rate
from .reaction import Growth, Step
from .service import ServicePlan


class NoSpare(Frozen):
    """No spare room: what grows faster than nodes come is carried by the floors, or not at all."""

    kind: Literal["none"] = "none"


class DerivedSpare(Frozen):
    """As much as the stated growth needs until new nodes are there."""

    kind: Literal["derived"]


class StatedSpare(Frozen):
    """So many placeholders, each of the largest pod's size, on the pool of the entry."""

    kind: Literal["pods"]
    pods: int = Field(ge=1, le=10_000)


SpareSpec = Annotated[NoSpare | DerivedSpare | StatedSpare, Field(discriminator="kind")]


class SpareRoom(Frozen):
    """Placeholders on one pool. ``cpu`` in millicores, ``memory`` in bytes, of one placeholder."""

    pods: Derived[int]
    cpu: Derived[Millicores]
    memory: Derived[Bytes]
    # Of each service, the pods that find room in them.
    by_service: dict[str, Derived[int]] = {}

    def group(self, pool: str) -> PodGroup:
        """The placeholders as pods of the pool."""
        return PodGroup(
            name=f"{pool}-spare",
            floor=self.pods.value,
            peak=self.pods.value,
            surge=0,
            cpu=self.cpu.value,
            memory=self.memory.value,
            tolerates_reclaim=True,
            architectures=["amd64", "arm64"],
        )


def spare_room(
    spec: SpareSpec,
    services: Mapping[str, ServicePlan],
    groups: Mapping[str, PodGroup],
    growth: Growth | None,
    *,
    with_entry: bool = True,
) -> SpareRoom | None:
    """The room on the pool that ``services`` are planned on, whose pods are ``groups``; None where none is asked for.

    ``with_entry`` is whether the entry is among them. Raises ConfigurationError for room that is to be derived from a
    growth that nobody stated.
    """
    match spec:
        case NoSpare():
            return None
        case StatedSpare(pods=pods):
            return _sized(derived(pods, "stated"), list(groups.values()), {}) if with_entry else None
        case DerivedSpare():
            needed = {name: _needed(service, growth) for name, service in services.items()}
            growing = [groups[name] for name, count in needed.items() if count.value]
            if not growing:
                return None
            room = _sized(derived(1, "one"), growing, needed)
            return room.model_copy(update={"pods": _placeholders(room, growing, needed)})


def _needed(service: ServicePlan, growth: Growth | None) -> Derived[int]:
    """Pods of one service that are asked for before the first node that was bought for them is there."""
    if growth is None:
        raise ConfigurationError(
            field="spare.kind",
            value="derived",
            allowed="with target.growth, from which it is derived",
            remedy="state target.growth ({rps_per_second: 100} or {to_rps: 30000}), or spare: {kind: pods, pods: 40}",
        )
    per_pod, most = service.demand.rps_per_pod, service.replicas.peak.value - service.scaling.rests_at.value
    if isinstance(growth, Step):
        to_rps = growth.to_rps * service.demand.share
        needed = max(0, ceil(to_rps / per_pod) - service.scaling.rests_at.value)
        text = (
            f"ceil({format_rate(to_rps)} rps at once / {format_rate(per_pod)} rps per pod) -"
            f" {service.scaling.rests_at.value} at rest"
        )
    else:
        ramp, wait = growth.rps_per_second * service.demand.share, service.reaction.on_new_nodes.value
        needed = ceil(ramp * wait / 1000 / per_pod)
        text = f"ceil({format_rate(ramp)} rps/s x {wait} on new nodes / {format_rate(per_pod)} rps per pod)"
    if needed > most:
        return derived(most, f"{text} = {needed}, but no more than {most} pods lie between rest and peak")
    return derived(needed, text)


def _sized(pods: Derived[int], groups: Sequence[PodGroup], by_service: dict[str, Derived[int]]) -> SpareRoom:
    """A placeholder holds any one of the pods."""
    largest = max(groups, key=lambda group: (group.cpu, group.memory))
    memory = max(groups, key=lambda group: group.memory)
    return SpareRoom(
        pods=pods,
        cpu=derived(largest.cpu, f"as a {largest.name} pod, the largest"),
        memory=derived(memory.memory, f"as a {memory.name} pod, the largest"),
        by_service=by_service,
    )


def _placeholders(
    room: SpareRoom, groups: Sequence[PodGroup], needed: Mapping[str, Derived[int]]
) -> Derived[int]:
    """So many that all of them find room at once; several small pods share a placeholder."""
    counts: dict[str, tuple[int, int]] = {}
    for group in groups:
        by_cpu = room.cpu.value // group.cpu if group.cpu else needed[group.name].value
        by_memory = room.memory.value // group.memory if group.memory else needed[group.name].value
        counts[group.name] = needed[group.name].value, max(1, min(by_cpu, by_memory))
    text = " + ".join(f"ceil({pods} {name} / {each})" for name, (pods, each) in counts.items())
    return derived(sum(ceil(pods / each) for pods, each in counts.values()), text)

"""The schema of a stack: everything that a person may state, and nothing that can be derived.

It reads no file and no environment; config.loader does. Secrets are not settings (config.secrets). Each part is right
by itself here; that the parts fit each other is seen to where they become Settings (config.settings).
"""

from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, field_validator

from components.policy.cost import CostSpec
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.events import EventSpec
from components.policy.ignores import Ignore
from components.policy.load import LoadSpec
from components.policy.platform import ServiceName, Target
from components.policy.reaction import ReactionTimes
from components.policy.scaling import ScaleDown
from components.policy.spare import NoSpare, SpareSpec
from components.time_zones import event

from .autoscaling import Autoscaling
from .cluster import Cluster
from .containers import ObjectName
from .inside import Inside, PodMonitors
from .pool_names import DEFAULT_POOL, PoolWord, named
from .pools import NodePool
from .redis import Redis
from .worker import Worker
from .workload import Service, StandIn

# The guide's namespace.
NAMESPACE: Final = "tacos-app"


def _own(namespace: str) -> str:
    if namespace == "default" or namespace.startswith("kube-"):
        raise ConfigurationError(
            field="",
            value=namespace,
            allowed="one of your own: this is the cluster's, and the platform's is closed, and removed with the stack",
            remedy="name another, such as tickets",
        )
    return namespace


class Stated(Frozen):
    """What a stack says, part by part."""

    target: Target = Field(examples=["{peak_rps: 600, baseline_rps: 120}"])
    zones: list[str] = Field(min_length=1, examples=["[zone-a, zone-b, zone-c]"])
    # Those of them that are lost for now: no pool buys there, and the plan stays as it is (docs/zones.md).
    closed_zones: list[str] = Field(default=[], examples=["[zone-a]"])
    stand_in: StandIn
    services: dict[ServiceName, Service] = Field(min_length=1)
    # What works off the queues that services fill.
    workers: dict[ServiceName, Worker] = {}
    redis: Redis
    # None: the cluster's nodes are somebody else's, so no pool is made and no node is counted.
    node_pool: NodePool | None = None
    # Several, by a word of yours; a pod goes to the heaviest that it may run on (docs/pools.md).
    node_pools: dict[PoolWord, NodePool] = {}
    # Placeholders that keep room for what grows faster than nodes come. They cost what their nodes cost, so: none.
    spare: SpareSpec = NoSpare()
    reaction: ReactionTimes = ReactionTimes()
    load: LoadSpec = LoadSpec()
    # None: no cost is computed. Not every place has a price, and none is guessed.
    cost: CostSpec | None = None
    namespace: Annotated[ServiceName, AfterValidator(_own)] = NAMESPACE
    # Whether the program makes it, closes it and removes it with the stack, or leaves it to whoever has made it.
    namespace_kind: Literal["made", "already-there"] = "made"
    cluster: Cluster = Field(examples=["{kind: local}"])
    # How much of it this stack makes: all of it, or one layer for other stacks to stand on (docs/aws.md).
    layer: Literal["everything", "network", "cluster"] = "everything"
    autoscaling: Autoscaling = Field(examples=["{kind: external-metric}"])
    # Where Prometheus runs: it may ask every service; null closes them to it.
    monitoring_namespace: ObjectName | None = "monitoring"
    # None: Prometheus finds the pods in some other way, unless the stack makes it.
    pod_monitors: PodMonitors | None = None
    # The controllers inside the cluster that the stack makes; the others are somebody else's.
    inside: Inside = Inside()
    # Rules that this stack may break, each with a written reason (docs/rules).
    ignores: list[Ignore] = []
    # How every autoscaler takes pods away; a service may state its own.
    scale_down: ScaleDown = ScaleDown()
    # What was announced: floors, nodes and a freeze for a stated time (docs/events.md).
    events: list[EventSpec] = []

    @field_validator("zones")
    @classmethod
    def _each_zone_once(cls, zones: list[str]) -> list[str]:
        for index, zone in enumerate(zones):
            if zone in zones[:index]:
                raise ConfigurationError(
                    field=f"[{index}]",
                    value=zone,
                    allowed="each zone once: the loss of one would take twice what was planned for",
                    remedy="remove it, or name another zone",
                )
        return zones

    @field_validator("events")
    @classmethod
    def _each_event_once(cls, events: list[EventSpec]) -> list[EventSpec]:
        names: list[str] = []
        for index, spec in enumerate(events):
            if spec.name in names:
                raise ConfigurationError(
                    field=f"[{index}].name",
                    value=spec.name,
                    allowed=f"each name once; events[{names.index(spec.name)}] has it already",
                    remedy="rename one",
                )
            names.append(spec.name)
            try:
                event(spec)
            except ConfigurationError as error:
                raise error.of_the_value(f"events.{spec.name}").within(f"[{index}]") from None
        return events

    @property
    def _stated_pools(self) -> dict[str, NodePool]:
        return self.node_pools or ({} if self.node_pool is None else {DEFAULT_POOL: self.node_pool})

    @property
    def pools_by_field(self) -> dict[str, NodePool]:
        """The pools by the field that states them."""
        if self.node_pool is not None:
            return {"node_pool": self.node_pool}
        return {f"node_pools.{word}": pool for word, pool in self.node_pools.items()}

    @cached_property
    def pools(self) -> dict[str, NodePool]:
        """All pools by their names in the cluster, each with its name in it."""
        return named(self.namespace, self._stated_pools)

    @property
    def fields_of_pools(self) -> dict[str, str]:
        """The field that states each pool, by the pool's name in the cluster."""
        return dict(zip(self.pools, self.pools_by_field, strict=True))

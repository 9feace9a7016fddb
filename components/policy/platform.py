"""The input of the plan: what must be carried, by which services, with what they were measured to carry."""

from collections.abc import Collection, Iterable
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from .bill.stack import BilledStack
from .cost import CostSpec
from .derived import Frozen
from .errors import ConfigurationError
from .events import Event
from .load import LoadSpec
from .node_pool import NodePoolSpec
from .pod_group import PodGroup
from .quantities import Milliseconds, Percent, Ratio, format_rate, parse_ratio
from .reaction import Growth, ReactionTimes, Step
from .redis_place import AnyRedisSpec
from .scaling import ScaleDown
from .service import ServiceSpec
from .spare import NoSpare, SpareSpec
from .worker import WorkerSpec

# Kubernetes, "Object Names": an RFC 1123 label, since a service's name becomes a DNS name.
ServiceName = Annotated[
    str,
    Field(
        pattern=r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$",
        description="at most 63 lower-case letters, digits and dashes, a letter first",
        examples=["refund-api"],
    ),
]


class Target(Frozen):
    """The objective. Rates in requests/s at the entry, P99 in milliseconds."""

    peak_rps: Ratio = Field(gt=0)
    baseline_rps: Ratio = Field(gt=0)
    p99: Milliseconds = Field(default=Milliseconds.parse("100ms"), gt=0)
    availability: Percent = parse_ratio("99.9%")
    # How the demand gets from the baseline to the peak; left out, the plan says what autoscaling could
    # follow.
    growth: Growth | None = None

    @model_validator(mode="after")
    def _within_peak(self) -> Self:
        if self.baseline_rps > self.peak_rps:
            raise ConfigurationError(
                field="baseline_rps",
                value=self.baseline_rps,
                allowed=f"at most peak_rps, {format_rate(self.peak_rps)}: else every floor would be above its peak",
                remedy="lower baseline_rps or raise peak_rps",
            )
        if isinstance(self.growth, Step) and self.growth.to_rps > self.peak_rps:
            raise ConfigurationError(
                field="growth.to_rps",
                value=self.growth.to_rps,
                allowed=f"at most peak_rps, {format_rate(self.peak_rps)}",
                remedy="lower it or raise peak_rps",
            )
        return self


def check_names_apart(services: Collection[str], workers: Iterable[str]) -> None:
    """Raises ConfigurationError for a worker that is named like a service."""
    both = sorted(name for name in workers if name in services)
    if both:
        raise ConfigurationError(
            field=f"workers.{both[0]}",
            value=None,
            allowed="a name that no service has: the objects of both would have one name",
            remedy="rename the worker",
        )


class Platform(Frozen):
    """Everything the plan is derived from."""

    target: Target
    zones: list[str] = Field(min_length=1)
    # Those of them that are lost for now: no pool buys there. No number changes.
    closed_zones: list[str] = []
    services: dict[ServiceName, ServiceSpec] = Field(min_length=1)
    # What nobody calls: they work off what the services put into queues.
    workers: dict[ServiceName, WorkerSpec] = {}
    # What stands on the same nodes whatever the load: controllers and the like.
    beside: list[PodGroup] = []
    redis: AnyRedisSpec
    # One pool, or several by name: those win.
    node_pool: NodePoolSpec | None = NodePoolSpec()
    node_pools: list[NodePoolSpec] = []
    spare: SpareSpec = NoSpare()
    reaction: ReactionTimes = ReactionTimes()
    load: LoadSpec = LoadSpec()
    # Left out, the plan holds no cost: not every place has a price, and none is guessed.
    cost: CostSpec | None = None
    # What AWS bills beside the pools' nodes; None where the platform is not in AWS.
    billed: BilledStack | None = None
    # How every autoscaler takes pods away whose service does not say it itself.
    scale_down: ScaleDown = ScaleDown()
    # What was announced, each with its instants (components.time_zones).
    events: list[Event] = []

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        check_names_apart(self.services, self.workers)
        return self

    @property
    def pools(self) -> list[NodePoolSpec]:
        """All of them; none where the cluster brings its nodes."""
        return self.node_pools or ([] if self.node_pool is None else [self.node_pool])

    @field_validator("node_pools")
    @classmethod
    def _each_name_once(cls, pools: list[NodePoolSpec]) -> list[NodePoolSpec]:
        names = [pool.name for pool in pools]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigurationError(
                field="", value=twice[0], allowed="each pool's name once", remedy="rename one"
            )
        return pools

    @field_validator("zones")
    @classmethod
    def _zones_once(cls, zones: list[str]) -> list[str]:
        twice = sorted({zone for zone in zones if zones.count(zone) > 1})
        if twice:
            raise ConfigurationError(
                field=f"[{len(zones) - 1 - zones[::-1].index(twice[0])}]",
                value=twice[0],
                allowed="each zone once, since each is one that may be lost",
                remedy="remove it, or name another zone",
            )
        return zones

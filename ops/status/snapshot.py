"""What was seen of the platform in the cluster at one moment. Plain values; nothing here judges or asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from components.policy.findings import Finding


@dataclass(frozen=True)
class Metric:
    """One metric of an autoscaler, as people read it. ``current`` is None while kubectl would say <unknown>."""

    name: str
    current: str | None
    target: str


@dataclass(frozen=True)
class Autoscaler:
    """An HPA, whoever made it."""

    floor: int
    peak: int
    metrics: tuple[Metric, ...] = ()
    problem: str | None = None
    """Why it does not scale, in the controller's words."""


@dataclass(frozen=True)
class ScaledObject:
    """What KEDA says of the autoscaler that it makes for ``target``."""

    target: str
    falls_back: bool = False
    failing: Mapping[str, int] = field(default_factory=dict)
    """Failures in a row of each trigger that does not answer, by the name of its metric."""
    not_ready: str | None = None
    """Why KEDA cannot scale by it."""
    paused: str | None = None
    """Why it stands still on purpose."""


@dataclass(frozen=True)
class Service:
    """One service. Rates in requests/s; None is what the cluster does not say."""

    name: str
    ready: int = 0
    desired: int = 0
    deployed: bool = True
    rolled_out: bool = True
    """Every pod is of the newest revision, and the controller has seen that revision."""
    rps_per_pod: Fraction | None = None
    share: Fraction | None = None
    autoscaler: Autoscaler | None = None
    disruptions_allowed: int | None = None
    waits: tuple[str, ...] = ()
    """Why pods are not ready, each reason with its count."""

    def carries(self, pods: int) -> Fraction | None:
        """What the whole platform may offer at its entry before ``pods`` of this service are full."""
        if self.rps_per_pod is None or not self.share:
            return None
        return pods * self.rps_per_pod / self.share


@dataclass(frozen=True)
class Node:
    """One node; ``pool`` is the Karpenter pool that bought it."""

    name: str
    ready: bool
    pool: str | None = None
    instance_type: str = "unknown"
    zone: str = "unknown"
    simulated: bool = False


@dataclass(frozen=True)
class Pool:
    """A NodePool, whoever made it."""

    name: str
    zones: tuple[str, ...] = ()
    """Those that it lists."""
    place: int = 0
    """Of these among its requirements."""


@dataclass(frozen=True)
class Redis:
    """A StatefulSet of Redis nodes or of sentinels."""

    name: str
    ready: int
    desired: int
    waits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The platform at one moment."""

    namespace: str
    services: tuple[Service, ...]
    redis: tuple[Redis, ...] = ()
    master: str = "unknown"
    nodes: tuple[Node, ...] = ()
    pools: tuple[Pool, ...] = ()
    unscheduled: int = 0
    """Pods of the namespace that have no node."""
    findings: tuple[Finding, ...] = ()
    events: tuple[str, ...] = ()
    """The newest warnings in the namespace, newest first."""
    announced: tuple[str, ...] = ()
    """The announced events that are on or still to come, a line each, the next first."""
    scaled_objects: tuple[ScaledObject, ...] = ()
    """All in the namespace, those of queue workers among them."""

    def carries_now(self) -> Fraction | None:
        """Requests/s at the entry that the ready pods carry: the least of all services over their shares."""
        return _least(service.carries(service.ready) for service in self.services)

    def carries_at_peak(self) -> Fraction | None:
        """The same with every autoscaler at its peak."""
        return _least(
            service.carries(service.autoscaler.peak) if service.autoscaler else None
            for service in self.services
        )


def _least(rates: Iterable[Fraction | None]) -> Fraction | None:
    known = list(rates)
    if not known or any(rate is None for rate in known):
        return None
    return min(rate for rate in known if rate is not None)

"""The facts of one workload: its pods, who scales them, who may evict them, how they are reached, what they call.

Facts only: nothing here judges. A field that is None is unknown, and no rule may guess it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from ..disruption import Budget
from ..events import EventFloor
from ..quantities import Bytes, Millicores, Milliseconds
from .base import Maybe, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """A probe with the API's defaults filled in.

    ``target`` is what it looks at in its own pod (a path, a port, a command), ``asks`` names what it looks at outside.
    """

    initial_delay: Milliseconds = Milliseconds(0)
    period: Milliseconds = Milliseconds(10_000)
    timeout: Milliseconds = Milliseconds(1_000)
    success_threshold: int = 1
    failure_threshold: int = 3
    target: str | None = None
    asks: tuple[str, ...] | None = None

    @property
    def window(self) -> Milliseconds:
        """How long the pod may fail from its start until the kubelet acts."""
        return Milliseconds(self.initial_delay + self.period * self.failure_threshold)


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """One container of the pod; ``pre_stop`` is how long it waits before SIGTERM."""

    name: str = "app"
    image: str | None = None
    cpu_request: Maybe[Millicores] = None
    cpu_limit: Maybe[Millicores] = None
    memory_request: Maybe[Bytes] = None
    memory_limit: Maybe[Bytes] = None
    readiness: Maybe[Probe] = None
    liveness: Maybe[Probe] = None
    startup: Maybe[Probe] = None
    pre_stop: Maybe[Milliseconds] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """What an autoscaler looks at. ``target`` is pods' average, total or percent, as ``target_type`` says."""

    kind: str
    name: str = ""
    target_type: str | None = None
    target: Fraction | None = None
    query: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Behavior:
    """The part of an autoscaler's behavior that rules look at; a window that is None has the API's default."""

    up_window: Milliseconds | None = None
    up_disabled: bool = False
    down_window: Milliseconds | None = None
    down_disabled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Autoscaler:
    """A HorizontalPodAutoscaler or what makes one."""

    object: str
    minimum: int | None = None
    maximum: int | None = None
    metrics: tuple[Metric, ...] | None = None
    behavior: Maybe[Behavior] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollout:
    """How a new revision replaces the old one. Of a percentage the surge rounds up, the unavailable round down."""

    recreate: bool = False
    surge: int | Fraction = Fraction(1, 4)
    unavailable: int | Fraction = Fraction(1, 4)

    def surge_pods(self, replicas: int) -> int:
        """Pods on top of ``replicas``, as the Deployment controller rounds."""
        return 0 if self.recreate else _part(self.surge, replicas, up=True)

    def unavailable_pods(self, replicas: int) -> int:
        """Pods that may be away, as the Deployment controller rounds; it takes one where both round to none."""
        if self.recreate:
            return replicas
        away = _part(self.unavailable, replicas, up=False)
        return 1 if away == 0 and self.surge_pods(replicas) == 0 else min(away, replicas)


def _part(value: int | Fraction, replicas: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    return ceil(value * replicas) if up else int(value * replicas)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A topology spread constraint, or an anti-affinity term (``affinity``) that has its effect."""

    topology: str
    strict: bool
    affinity: bool = False
    own_pods: bool = True
    per_revision: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """The Service in front of the pods. ``ip_targets`` is whether a load balancer sends to pod addresses."""

    object: str
    type: str = "ClusterIP"
    client_ip: bool = False
    ip_targets: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """What a service carries and causes. Rates in requests/s; ``calls`` are requests per own request, by callee."""

    rps_per_pod: Fraction | None = None
    saturation_rps: Fraction | None = None
    peak_rps: Fraction | None = None
    baseline_rps: Fraction | None = None
    share: Fraction | None = None
    calls: Mapping[str, Fraction] | None = None
    # Calls that one request makes one after the other at most, where its owner states that.
    calls_in_turn: int | None = None
    redis_ops_per_request: Fraction | None = None
    cpu_at_capacity: Millicores | None = None
    longest_request: Milliseconds | None = None
    start_time: Milliseconds | None = None
    deregistration: Milliseconds | None = None
    latency_buckets: tuple[Fraction, ...] | None = None
    # By the model of a calibration, the rate of one pod up to which the P99 objective holds.
    holds_p99_to: Fraction | None = None
    # Pods that the stated growth needs from its first moment, where autoscaling cannot follow it.
    floor_for_growth: int | None = None
    # From a pod's eviction until its replacement takes requests.
    leaves_within: Milliseconds | None = None
    # What it must hold for a while, by event.
    event_floors: tuple[EventFloor, ...] | None = None
    # What its image is built for, where somebody said so.
    architectures: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """The queue that a worker takes its messages from: how long one may take, and how long the last one may wait."""

    visibility_timeout: Milliseconds | None = None
    work_off: Milliseconds | None = None
    # What it waits when the demand has grown as stated and pods were started; None: no growth is stated.
    waits_after_growth: Milliseconds | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Pools, timeouts and limits of one pod; guide.md section 3."""

    redis: str | None = None
    redis_pool: int | None = None
    redis_pool_timeout: Milliseconds | None = None
    http_idle_total: int | None = None
    http_idle_per_host: int | None = None
    http_timeout: Milliseconds | None = None
    retries: int | None = None
    retry_backoff: Milliseconds | None = None
    breaker_timeout: Milliseconds | None = None
    rate_limit_rps: int | None = None
    rate_limit_burst: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """Equal pods that one controller keeps. ``floor`` and ``peak`` are the bounds of their number."""

    object: str
    name: str
    namespace: str = ""
    kind: str = "Deployment"
    place: Place | None = None
    containers: tuple[Container, ...] | None = None
    replicas: Maybe[int] = None
    floor: int | None = None
    peak: int | None = None
    autoscaler: Maybe[Autoscaler] = None
    autoscalers: tuple[str, ...] = ()
    budget: Maybe[Budget] = None
    budgets: tuple[str, ...] = ()
    unhealthy_eviction: Maybe[str] = None
    rollout: Rollout | None = None
    grace: Milliseconds | None = None
    spreads: tuple[Spread, ...] | None = None
    service: Maybe[Service] = None
    # The names of all Services that lead to these pods.
    services: tuple[str, ...] | None = None
    # The pool that its pods are meant for, and those that they may also run on; None: any node.
    node_pool: str | None = None
    fallback_pools: tuple[str, ...] = ()
    # Whether its pods only keep room for others.
    placeholder: bool = False
    open_files: int | None = None
    traffic: Traffic = Traffic()
    client: Client = Client()
    # Of what takes messages out of a queue; nobody calls it.
    queue: Queue | None = None

    @property
    def serves(self) -> bool:
        """Whether a Service is known to lead to these pods."""
        return isinstance(self.service, Service)

    @property
    def needed_at_peak(self) -> int | None:
        """Pods that the peak needs, without any room."""
        return pods_for(self.traffic.peak_rps, self.traffic.rps_per_pod)

    @property
    def needed_at_floor(self) -> int | None:
        """Pods that the baseline needs, without any room."""
        return pods_for(self.traffic.baseline_rps, self.traffic.rps_per_pod)


def pods_for(rps: Fraction | None, rps_per_pod: Fraction | None) -> int | None:
    """Pods for a rate, where both are known."""
    return None if rps is None or rps_per_pod is None else ceil(rps / rps_per_pod)

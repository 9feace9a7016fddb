"""One service: what its owner states, and everything that follows for it alone.

``plan_service`` is called by the plan for every service and by the component for its own, so a program that
imports one component gets the numbers that the whole platform's plan would have given it.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal

from pydantic import Field

from .connections import ClientPolicy, Connections, connections
from .demand import Demand
from .derived import Derived, Frozen, derived
from .disruption import Budget, Disruption, disruption
from .drain import Drain, drain
from .errors import ConfigurationError
from .images import Image
from .quantities import Milliseconds, Ratio, format_rate
from .queueing import Calibration, Queueing, queueing
from .reaction import Growth, Reaction, ReactionTimes, reaction, reaction_steps, target_for, total
from .replicas import Replicas, size
from .scaling import Scaling, scaling
from .timeouts import Timeouts, nest, waits
from .workload import Probes, Resources, Shutdown


class ServiceSpec(Frozen):
    """A service as its owner states it. Rates in requests/s, durations in milliseconds."""

    tier: Literal["gateway", "backend"] = "backend"
    image: Image
    # What one pod carries within the P99 objective, and how that was found out.
    rps_per_pod: Ratio = Field(gt=0)
    measured: str = Field(min_length=1)
    # The load test behind it: a model's saturation and P99 stand beside the stated figure.
    calibration: Calibration | None = None
    # Requests to another service per request to this one.
    calls: dict[str, Ratio] = {}
    # The part of the offered requests that comes in here; needed only where there is more than one entry.
    entry_share: Ratio | None = Field(default=None, gt=0, le=1)
    redis_ops_per_request: Ratio = Field(default=Fraction(0), ge=0)
    resources: Resources
    probes: Probes = Probes()
    shutdown: Shutdown = Shutdown()
    client: ClientPolicy = ClientPolicy()
    # Overrides of what is otherwise derived.
    headroom: Ratio | None = Field(default=None, ge=1)
    floor: int | None = Field(default=None, ge=1)
    budget: Budget | None = None


class ServicePlan(Frozen):
    """Every number of one service."""

    name: str
    demand: Demand
    replicas: Replicas
    scaling: Scaling
    disruption: Disruption
    connections: Connections
    grace_period: Derived[Milliseconds]
    carries_at_floor: Derived[Ratio]
    carries_at_peak: Derived[Ratio]
    drain: Drain
    reaction: Reaction
    timeouts: Timeouts
    queueing: Queueing | None = None


# The platform's P99 objective, guide.md.
DEFAULT_P99: Final = Milliseconds.parse("100ms")
_SHUTDOWN: Final = Shutdown()
_PROBES: Final = Probes()
_CLIENT: Final = ClientPolicy()
_TIMES: Final = ReactionTimes()


def plan_service(
    name: str,
    demand: Demand,
    *,
    zones: int = 3,
    p99: Milliseconds = DEFAULT_P99,
    calls: Mapping[str, Fraction] | None = None,
    redis_ops_per_request: Fraction = Fraction(0),
    shutdown: Shutdown = _SHUTDOWN,
    headroom: Fraction | None = None,
    floor: int | None = None,
    budget: Budget | None = None,
    probes: Probes = _PROBES,
    client: ClientPolicy = _CLIENT,
    callers: Mapping[str, tuple[ClientPolicy, int]] | None = None,
    growth: Growth | None = None,
    times: ReactionTimes = _TIMES,
    calibration: Calibration | None = None,
) -> ServicePlan:
    """Everything that follows for one service from its demand. Raises ConfigurationError, its field under ``name``.

    ``callers`` are the policies of those that call it and how often each is itself tried (timeouts.nest).
    """
    calls = calls or {}
    steps = reaction_steps(times, probes)
    try:
        replicas = size(demand, zones, headroom=headroom, floor=floor)
        follows = target_for(growth, demand, replicas, total(steps).value)
        scales = scaling(demand, replicas, at_most=follows)
        away = disruption(replicas, budget=budget)
        model = queueing(calibration, p99, demand.rps_per_pod) if calibration else None
    except ConfigurationError as error:
        raise error.within(f"services.{name}") from None
    reacts = reaction(steps, growth, demand, replicas, scales)
    return ServicePlan(
        name=name,
        demand=demand,
        replicas=replicas,
        scaling=scales,
        disruption=away,
        connections=connections(
            demand.rps_per_pod,
            p99,
            calls,
            redis_ops_per_request,
            saturation_rps=model.saturation_rps.value if model else None,
        ),
        grace_period=shutdown.grace_period,
        carries_at_floor=_carries(replicas.floor.value, demand.rps_per_pod),
        carries_at_peak=_carries(replicas.peak.value, demand.rps_per_pod),
        drain=drain(shutdown, reacts.on_new_nodes.value),
        reaction=reacts,
        timeouts=nest(name, waits(client, calls, redis_ops_per_request > 0), shutdown, callers or {}),
        queueing=model,
    )


def _carries(pods: int, rps_per_pod: Fraction) -> Derived[Fraction]:
    return derived(pods * rps_per_pod, f"{pods} pods x {format_rate(rps_per_pod)} rps")

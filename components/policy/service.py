"""One service: what its owner states, and everything that follows for it alone.

``plan_service`` is called by the plan for every service and by the component for its own, so a program that
imports one component gets the numbers that the whole platform's plan would have given it.
"""

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
from .pod_group import Architecture
from .quantities import Milliseconds, Ratio, format_rate
from .queueing import Calibration, Queueing, queueing
from .reaction import Growth, Reaction, ReactionTimes, reaction, reaction_steps, target_for, total
from .replicas import Replicas, size
from .scaling import ScaleDown, Scaling, scaling
from .timeouts import Timeouts, longest_wait, nest
from .workload import Probes, Resources, Shutdown


class ServicePolicy(Frozen):
    """How a service behaves, and what its owner overrides; every field has the guide's value or none as its default."""

    # The load test behind rps_per_pod: a model's saturation and P99 stand beside the stated figure.
    calibration: Calibration | None = None
    # Requests to another service per request to this one.
    calls: dict[str, Ratio] = {}
    # How many of them one request makes one after the other at most; those made at once count as one. Left out, the
    # least that some request must make.
    calls_in_turn: int | None = Field(default=None, ge=1)
    redis_ops_per_request: Ratio = Field(default=Fraction(0), ge=0)
    # Whether it stands the loss of a node at two minutes' notice, so that its pods may run on spot.
    tolerates_reclaim: bool = False
    # What its image is built for; left out, nobody knows, and a rule says so where it matters.
    architectures: list[Architecture] | None = Field(default=None, min_length=1)
    probes: Probes = Probes()
    shutdown: Shutdown = Shutdown()
    client: ClientPolicy = ClientPolicy()
    # Overrides of what is otherwise derived.
    headroom: Ratio | None = Field(default=None, ge=1)
    floor: int | None = Field(default=None, ge=1)
    # Requests/s per pod at which the autoscaler adds pods, where the derived target is higher: more room for a surge
    # (`plan --optimise surge`), at the price of more pods at any load.
    scales_at_rps: int | None = Field(default=None, ge=1)
    budget: Budget | None = None
    # How the autoscaler takes pods away; left out, the platform's way (Surroundings.scale_down).
    scale_down: ScaleDown | None = None


class ServiceSpec(ServicePolicy):
    """A service as its owner states it. Rates in requests/s, durations in milliseconds."""

    tier: Literal["gateway", "backend"] = "backend"
    image: Image
    # What one pod carries within the P99 objective, and how that was found out.
    rps_per_pod: Ratio = Field(gt=0)
    measured: str = Field(min_length=1)
    # The part of the offered requests that comes in here; needed only where there is more than one entry.
    entry_share: Ratio | None = Field(default=None, gt=0, le=1)
    resources: Resources


class ServicePlan(Frozen):
    """Every number of one service."""

    name: str
    demand: Demand
    # Requests to others and Redis operations per request to this one, as stated.
    calls: dict[str, Ratio] = {}
    calls_in_turn: int | None = None
    redis_ops_per_request: Ratio = Fraction(0)
    tolerates_reclaim: bool = False
    architectures: list[Architecture] | None = None
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


class Surroundings(Frozen):
    """What a service stands in: the platform's zones and objective, how its demand grows, and who calls it.

    ``callers`` are the policies of those that call it and how often each is itself tried (timeouts.nest).
    """

    zones: int = Field(default=3, ge=1)
    # The platform's objective, guide.md.
    p99: Milliseconds = Field(default=Milliseconds.parse("100ms"), gt=0)
    growth: Growth | None = None
    times: ReactionTimes = ReactionTimes()
    callers: dict[str, tuple[ClientPolicy, int]] = {}
    scale_down: ScaleDown = ScaleDown()


_POLICY: Final = ServicePolicy()
_SURROUNDINGS: Final = Surroundings()


def _lasts_as_long_as_promised(longest: Milliseconds, p99: Milliseconds) -> None:
    if p99 > longest:
        raise ConfigurationError(
            field="shutdown.longest_request",
            value=longest,
            allowed=f"at least the P99 objective, {p99}: a pod that leaves would cut off requests that are within it",
            remedy="raise it, or lower the objective (target.p99)",
        )


def plan_service(
    name: str, demand: Demand, policy: ServicePolicy = _POLICY, around: Surroundings = _SURROUNDINGS
) -> ServicePlan:
    """Everything that follows for one service from its demand. Raises ConfigurationError, its field under ``name``."""
    calls, p99 = policy.calls, around.p99
    steps = reaction_steps(around.times, policy.probes)
    down = policy.scale_down or around.scale_down
    try:
        _lasts_as_long_as_promised(policy.shutdown.longest_request, p99)
        replicas = size(demand, around.zones, headroom=policy.headroom, floor=policy.floor)
        away = disruption(replicas, budget=policy.budget)
        lower = derived(policy.scales_at_rps, "stated") if policy.scales_at_rps else None
        scales = scaling(demand, replicas, around.zones, away.budget.value, at_most=lower, down=down)
        follows = target_for(around.growth, demand, replicas, scales, total(steps).value)
        if follows is not None:
            scales = scaling(demand, replicas, around.zones, away.budget.value, at_most=follows, down=down)
        model = queueing(policy.calibration, p99, demand.rps_per_pod) if policy.calibration else None
    except ConfigurationError as error:
        raise error.within(f"services.{name}") from None
    reacts = reaction(steps, around.growth, demand, replicas, scales)
    return ServicePlan(
        name=name,
        demand=demand,
        calls=calls,
        calls_in_turn=policy.calls_in_turn,
        redis_ops_per_request=policy.redis_ops_per_request,
        tolerates_reclaim=policy.tolerates_reclaim,
        architectures=policy.architectures,
        replicas=replicas,
        scaling=scales,
        disruption=away,
        connections=connections(
            demand.rps_per_pod,
            p99,
            calls,
            policy.redis_ops_per_request,
            saturation_rps=model.saturation_rps.value if model else None,
        ),
        grace_period=policy.shutdown.grace_period,
        carries_at_floor=_carries(replicas.floor.value, demand.rps_per_pod),
        carries_at_peak=_carries(replicas.peak.value, demand.rps_per_pod),
        drain=drain(policy.shutdown, reacts.replacement.value),
        reaction=reacts,
        timeouts=nest(name, _longest_wait(policy), policy.shutdown, around.callers),
        queueing=model,
    )


def _longest_wait(policy: ServicePolicy) -> Derived[Milliseconds]:
    client = policy.client
    return longest_wait(
        policy.calls,
        http_timeout=client.http_timeout,
        retries=client.retries,
        retry_backoff=client.retry_backoff,
        redis_operations=policy.redis_ops_per_request,
        redis_pool_timeout=client.redis_pool_timeout,
        calls_in_turn=policy.calls_in_turn,
    )


def _carries(pods: int, rps_per_pod: Fraction) -> Derived[Fraction]:
    return derived(pods * rps_per_pod, f"{pods} pods x {format_rate(rps_per_pod)} rps")

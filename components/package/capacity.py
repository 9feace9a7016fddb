"""What a service must carry and how it calls others, as plain inputs, and the plan that follows from them."""

from collections.abc import Mapping
from typing import Any, TypedDict

from ..policy import connections, demand, disruption, scaling
from ..policy.quantities import Milliseconds, parse_ratio
from ..policy.service import ServicePlan, ServicePolicy, Surroundings, plan_service
from ..policy.workload import Probes, Shutdown
from .reading import camel, model, read, values, whole


class Demand(TypedDict):
    """What one service must carry, and what one of its pods was measured to carry. Rates in requests/s."""

    peak_rps: float
    """The most that must be carried: the autoscaler's ceiling follows."""
    baseline_rps: float
    """What is carried every day: the autoscaler's floor follows. At most peakRps."""
    rps_per_pod: float
    """What one pod was measured to carry within the P99 objective."""
    share: str | None
    """Part of the platform's offered load that reaches this service, such as "1/3". Default: 1."""


class Budget(TypedDict):
    """A PodDisruptionBudget: exactly one of the two, pods ("5") or a whole percentage ("10%")."""

    max_unavailable: str | None
    """How many may be away at once."""
    min_available: str | None
    """How many must stay. A budget that would block every drain is refused."""


class ScaleDown(TypedDict):
    """How the autoscaler takes pods away."""

    window: str | None
    """How long a lower demand must last before a pod goes. Default: 5m."""
    percent: int | None
    """The part of the pods, in percent, that may go in each period. Default: 10."""
    period: str | None
    """The period. Default: 1m."""


class ClientPolicy(TypedDict):
    """How a service treats what it calls. Durations such as "5s"."""

    redis_pool_timeout: str | None
    """How long a request waits for a connection of the Redis pool. Default: 3s."""
    http_timeout: str | None
    """How long a call may last. Default: 5s."""
    breaker_threshold: int | None
    """Failures that open the circuit breaker. Default: 5."""
    breaker_timeout: str | None
    """How long it stays open. Default: 10s."""
    retries: int | None
    """Attempts after a failed one, 0 to 5. Default: 0, since a retry multiplies the load of what already fails."""
    retry_backoff: str | None
    """Pause before a retry. Default: 50ms."""


def client_policy(given: ClientPolicy | None, field: str) -> connections.ClientPolicy:
    """The client policy that is meant."""
    return model(connections.ClientPolicy, given, field)


def plan(
    name: str,
    given: Mapping[str, Any],
    *,
    probes: Probes,
    shutdown: Shutdown,
    client: connections.ClientPolicy,
    prefix: str,
) -> ServicePlan:
    """The service's plan from the fields that bear on it. Raises ConfigurationError, as plan_service does."""
    calls = values(given.get("calls"), f"{prefix}calls")
    policy: dict[str, Any] = {
        "probes": probes,
        "shutdown": shutdown,
        "client": client,
        "calls": {
            callee: read(parse_ratio, part, f"{prefix}calls.{callee}") for callee, part in calls.items()
        },
    }
    for field in ("floor", "scales_at_rps", "calls_in_turn"):
        if given.get(field) is not None:
            policy[field] = whole(given[field], f"{prefix}{camel(field)}")
    for field in ("redis_ops_per_request", "headroom"):
        if given.get(field) is not None:
            policy[field] = read(parse_ratio, given[field], f"{prefix}{camel(field)}")
    if given.get("architectures") is not None:
        policy["architectures"] = [architecture.value for architecture in given["architectures"]]
    if given.get("budget") is not None:
        policy["budget"] = budget(given["budget"], f"{prefix}budget")
    if given.get("scale_down") is not None:
        policy["scale_down"] = model(scaling.ScaleDown, given["scale_down"], f"{prefix}scaleDown")
    around: dict[str, Any] = {}
    if given.get("zones") is not None:
        around["zones"] = whole(given["zones"], f"{prefix}zones")
    if given.get("p99") is not None:
        around["p99"] = read(Milliseconds.parse, given["p99"], f"{prefix}p99")
    here = prefix.rstrip(".")
    return plan_service(
        name,
        model(demand.Demand, given["demand"], f"{prefix}demand"),
        model(ServicePolicy, policy, here),
        model(Surroundings, around, here),
    )


def pods_or_percentage(text: str) -> int | str:
    """ "5" as 5, since only percentages are text to the Kubernetes API."""
    return int(text) if text.isdecimal() else text


def budget(given: Budget, field: str) -> disruption.Budget:
    """The budget that is meant."""
    bounds = {name: pods_or_percentage(str(text)) for name, text in given.items() if text is not None}
    return model(disruption.Budget, bounds, field)

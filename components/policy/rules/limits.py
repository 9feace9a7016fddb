"""Rules about rate limits and pools of one pod, against what it was measured to carry."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from ..connections import REDIS_SHARE_OF_OBJECTIVE, RUNTIME_DESCRIPTORS
from ..facts import Fleet, Workload
from ..quantities import Milliseconds, format_rate
from .rule import error, warning


@error(
    "HR611",
    "rate-limit-above-capacity",
    Workload,
    why="the limit lets every pod be overloaded before it refuses anything, so it protects nothing",
    source="guide.md section 3: 1,500 x 10 pods = 15,000 where 10,000 are carried; x 50 = 75,000 never protects",
    do="set the limit to the measured rps per pod, or between that and its saturation where that is known",
)
def rate_limit_above_capacity(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A pod refuses what it was not measured to carry."""
    limit, capacity = workload.client.rate_limit_rps, workload.traffic.rps_per_pod
    most = workload.traffic.saturation_rps or capacity
    # A limit is a whole number: the one above a measured fraction is the least that lets all of it in.
    if limit is None or capacity is None or most is None or limit <= ceil(max(most, capacity)):
        return
    bounds = (("floor", workload.floor), ("peak", workload.peak))
    fleetwide = [
        f"{pods} pods at the {when} admit {limit * pods} rps where {format_rate(capacity * pods)} are carried"
        for when, pods in bounds
        if pods is not None
    ]
    detail = f" ({'; '.join(fleetwide)})" if fleetwide else ""
    yield f"the limit of {limit} rps per pod is above the measured {format_rate(capacity)}{detail}"


@error(
    "HR612",
    "rate-limit-below-demand",
    Workload,
    why="the fleet refuses requests that it was built to carry",
    source="guide.md section 3: floor x rate limit against the target",
    do="set the limit to the measured rps per pod, or raise the floor",
)
def rate_limit_below_demand(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The pods together let the demand in, at the floor and at the peak."""
    limit, traffic = workload.client.rate_limit_rps, workload.traffic
    cases = (
        ("floor", workload.floor, "baseline", traffic.baseline_rps),
        ("peak", workload.peak, "target", traffic.peak_rps),
    )
    for when, pods, name, rps in cases:
        if limit is not None and pods is not None and rps is not None and limit * pods < rps:
            yield f"{pods} pods at the {when} admit {limit * pods} rps; the {name} is {format_rate(rps)}"


@warning(
    "HR613",
    "burst-over-objective",
    Workload,
    why="a full burst waits longer than the latency objective allows, and the limiter calls that admitted",
    source="guide.md section 3: RATE_LIMIT_BURST 2000 at 1,000 rps per pod is 2 s of queue",
    do="set the burst to rps per pod x the P99 objective",
)
def burst_over_objective(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A burst is worked off within the latency objective."""
    burst, capacity, p99 = (
        workload.client.rate_limit_burst,
        workload.traffic.rps_per_pod,
        _p99(workload, fleet),
    )
    if burst is not None and capacity and p99 is not None and burst > ceil(capacity * p99 / 1000):
        wait = Milliseconds(ceil(burst * 1000 / capacity))
        yield f"a burst of {burst} takes {wait} at {format_rate(capacity)} rps per pod; the P99 objective is {p99}"


@warning(
    "HR614",
    "http-pool-too-small",
    Workload,
    why="connections above the pool are opened for one request and closed again, at the worst time",
    source="Little's law: concurrency = rate x time",
    do="set idle connections per host to rps per pod x calls x the P99 objective",
)
def http_pool_too_small(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Idle connections per host cover the concurrency that a full pod has."""
    pool, capacity, p99 = (
        workload.client.http_idle_per_host,
        workload.traffic.rps_per_pod,
        _p99(workload, fleet),
    )
    calls = workload.traffic.calls
    if pool is None or capacity is None or p99 is None or not calls:
        return
    needed = ceil(capacity * max(calls.values()) * p99 / 1000)
    if pool < needed:
        yield f"{pool} idle connections per host; a full pod has {needed} requests open to one host"


@warning(
    "HR615",
    "http-pools-contradict",
    Workload,
    why="the total closes connections that the limit per host would have kept",
    source="guide.md section 3: HTTP_MAX_IDLE_CONNS 100 with 50 per host and three hosts",
    do="set the total to the limit per host x the hosts that are called",
)
def http_pools_contradict(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The total of idle connections covers the limit per host for every host."""
    total, per_host, calls = (
        workload.client.http_idle_total,
        workload.client.http_idle_per_host,
        workload.traffic.calls,
    )
    if total is not None and per_host is not None and calls and total < per_host * len(calls):
        yield f"{total} idle connections in all; {per_host} per host x {len(calls)} hosts are {per_host * len(calls)}"


@warning(
    "HR616",
    "redis-pool-too-small",
    Workload,
    why="requests queue for a connection before the pod is full, and the wait is on top of the latency",
    source="Little's law: concurrency = rate x time; half of the P99 objective for Redis",
    do="set the pool to rps per pod x Redis operations x half of the P99 objective",
)
def redis_pool_too_small(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The Redis pool covers the concurrency that a full pod has."""
    pool, capacity, operations = (
        workload.client.redis_pool,
        workload.traffic.rps_per_pod,
        workload.traffic.redis_ops_per_request,
    )
    p99 = _p99(workload, fleet)
    if pool is None or capacity is None or operations is None or p99 is None:
        return
    needed = ceil(capacity * operations * Fraction(p99) * REDIS_SHARE_OF_OBJECTIVE / 1000)
    if pool < needed:
        yield f"a pool of {pool}; a full pod has {needed} operations open"


@error(
    "HR617",
    "descriptors-over-limit",
    Workload,
    why="accept and connect fail one after the other when the pod is full, which looks like a network that is broken",
    source="components/policy/connections.py: two for each request that is open, and the pools",
    do="raise the limit of the node's container runtime, lower the pools, or let a pod carry less",
)
def descriptors_over_limit(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A full pod has the files that its requests and pools need."""
    client, p99, capacity = workload.client, _p99(workload, fleet), workload.traffic.rps_per_pod
    requests = ceil(capacity * p99 / 1000) if capacity is not None and p99 is not None else 0
    pools = (client.redis_pool or 0) + (client.http_idle_total or 0)
    needed = RUNTIME_DESCRIPTORS + 2 * requests + pools
    if workload.open_files is not None and needed > workload.open_files:
        yield (
            f"a full pod has {needed} files open: {RUNTIME_DESCRIPTORS} of its own, 2 x {requests} requests and {pools}"
            f" in pools; {workload.open_files} are allowed"
        )


def _p99(workload: Workload, fleet: Fleet) -> Milliseconds | None:
    return fleet.objective(workload.namespace).p99

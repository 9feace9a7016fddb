"""Rules about the way of a request: how it comes to a pod, how long each hop waits, how often it is tried again."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from ..derived import Derived
from ..facts import Fleet, Service, Workload
from ..quantities import Milliseconds
from ..timeouts import longest_wait
from .rule import error, warning

_NOTHING: Final = Milliseconds(0)


@warning(
    "HR601",
    "client-ip-behind-balancer",
    Workload,
    why="behind a load balancer with instance targets the client is the balancer: each of its few nodes is pinned to"
    " one pod, and the others stand idle",
    source="guide.md section 6",
    do="use ClusterIP with ip targets, without session affinity",
)
def client_ip_behind_balancer(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A Service behind a load balancer does not pin its clients to pods."""
    service = workload.service
    if not isinstance(service, Service) or not service.client_ip or service.ip_targets:
        return
    if service.type in ("NodePort", "LoadBalancer"):
        yield f"{service.object} is of type {service.type} with sessionAffinity ClientIP"


@warning(
    "HR602",
    "client-ip-uneven",
    Workload,
    why="clients that come from few addresses fill few pods, whatever the fleet's size",
    source="guide.md section 6: ClientIP is not the default",
    do="keep the session outside the pod and leave sessionAffinity at None",
)
def client_ip_uneven(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A Service spreads requests over all pods."""
    service = workload.service
    if not isinstance(service, Service) or not service.client_ip or service.type != "ClusterIP":
        return
    if fleet.callers(workload) or service.ip_targets:
        yield f"{service.object} has sessionAffinity ClientIP and is called from inside"


@error(
    "HR603",
    "timeouts-not-nested",
    Workload,
    why="the caller has given up before its callee does: the work is done and thrown away, and tried again",
    source="guide.md section 3: timeouts nest inside the request budget",
    do="make every timeout of the callee shorter than the caller's HTTP timeout",
)
def timeouts_not_nested(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """What a callee waits for ends before its caller gives up."""
    timeout = workload.client.http_timeout
    for name in (workload.traffic.calls or ()) if timeout is not None else ():
        callee = fleet.workload(workload.namespace, name)
        wait = _waits(callee) if callee is not None else None
        if timeout is not None and wait is not None and wait.value > timeout:
            yield f"gives {name} {timeout}; that waits {wait}"


def _waits(workload: Workload) -> Derived[Milliseconds]:
    """What one request may wait for: the plan's own sum over what is known, so the least that it may be."""
    client, traffic = workload.client, workload.traffic
    operations = Fraction(1) if traffic.redis_ops_per_request is None else traffic.redis_ops_per_request
    return longest_wait(
        traffic.calls or {},
        http_timeout=client.http_timeout or _NOTHING,
        retries=client.retries or 0,
        retry_backoff=client.retry_backoff or _NOTHING,
        redis_operations=Fraction(0) if client.redis_pool == 0 else operations,
        redis_pool_timeout=client.redis_pool_timeout or _NOTHING,
        calls_in_turn=traffic.calls_in_turn,
    )


@warning(
    "HR604",
    "timeout-over-request-budget",
    Workload,
    why="a request may wait longer than it may last: its drain is cut off, and the last try starts when nobody waits",
    source="guide.md section 3: timeouts nest inside the request budget",
    do="lower the timeout or the retries, or state the longest request that is meant",
)
def timeout_over_request_budget(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """No wait, with all its tries, is longer than the longest request."""
    longest = workload.traffic.longest_request
    wait = _waits(workload)
    if longest is not None and wait.value > longest:
        yield f"waits {wait}; its longest request is {longest}"


@warning(
    "HR605",
    "breaker-closes-early",
    Workload,
    why="the breaker tries again while the calls that opened it still hang",
    source="guide.md section 3: CIRCUIT_BREAKER_TIMEOUT 10s, HTTP_TIMEOUT 5s",
    do="make the breaker's timeout longer than the HTTP timeout",
)
def breaker_closes_early(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A circuit breaker stays open longer than one call lasts."""
    breaker, timeout = workload.client.breaker_timeout, workload.client.http_timeout
    if breaker is not None and timeout is not None and breaker < timeout:
        yield f"the breaker's timeout {breaker} is below the HTTP timeout {timeout}"

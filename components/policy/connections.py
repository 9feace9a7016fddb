"""Pools, timeouts and limits of one service: how many connections it holds and how much it lets in.

Each follows from Little's law (concurrency = rate x time) on what one pod was measured to carry, so that no
pool queues before the latency objective is lost and no limit sheds what a pod could have carried.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Final

from pydantic import Field

from .derived import Derived, Frozen, derived
from .quantities import Milliseconds, format_rate


class ClientPolicy(Frozen):
    """How a service treats what it calls; guide.md section 3. Durations in milliseconds.

    To most clients a timeout of 0 is none at all (Go, http.Client: "A Timeout of zero means no timeout").
    """

    redis_pool_timeout: Milliseconds = Field(default=Milliseconds.parse("3s"), gt=0)
    http_timeout: Milliseconds = Field(default=Milliseconds.parse("5s"), gt=0)
    breaker_threshold: int = Field(default=5, ge=1)
    breaker_timeout: Milliseconds = Field(default=Milliseconds.parse("10s"), gt=0)
    # After a failed attempt. None by default: a retry multiplies the load of a service that is already
    # failing.
    retries: int = Field(default=0, ge=0, le=5)
    retry_backoff: Milliseconds = Milliseconds.parse("50ms")


class Connections(Frozen):
    """Sizes for one pod. Pools count connections, the rate limit requests/s, the burst requests."""

    redis_pool: Derived[int]
    http_idle_per_host: Derived[int]
    http_idle_total: Derived[int]
    rate_limit_rps: Derived[int]
    rate_limit_burst: Derived[int]
    concurrency: Derived[int]
    file_descriptors: Derived[int]


# A slow-down of Redis to half of the objective leaves the other half for the rest of the request. At 1,000
# rps and 100 ms this is the guide's pool of 50.
REDIS_SHARE_OF_OBJECTIVE: Final = Fraction(1, 2)
# Standard streams, listeners, event loop, logs, resolver and probes of a small server: tens; rounded up
# generously, still far below the 65,536 that containerd's service unit and most images allow.
RUNTIME_DESCRIPTORS: Final = 128


def connections(
    rps_per_pod: Fraction,
    p99: Milliseconds,
    calls: Mapping[str, Fraction],
    redis_ops_per_request: Fraction,
    *,
    saturation_rps: int | None = None,
) -> Connections:
    """Pools and limits of one pod, from its capacity, the P99 objective and what one request causes."""
    redis_time = p99 * REDIS_SHARE_OF_OBJECTIVE
    rate = format_rate(rps_per_pod)
    per_host = max((ceil(rps_per_pod * fan_out * p99 / 1000) for fan_out in calls.values()), default=0)
    total = per_host * len(calls)
    pool = ceil(rps_per_pod * redis_ops_per_request * redis_time / 1000)
    within = ceil(rps_per_pod * p99 / 1000)
    return Connections(
        redis_pool=derived(
            pool,
            f"ceil({rate} rps x {redis_ops_per_request} Redis operations x {format_rate(redis_time)}ms,"
            f" half of the P99 objective)",
        ),
        http_idle_per_host=derived(
            per_host, f"ceil({rate} rps x {max(calls.values(), default=0)} calls x P99 {p99})"
        ),
        http_idle_total=derived(total, f"{per_host} per host x {len(calls)} hosts"),
        rate_limit_rps=_rate_limit(rps_per_pod, saturation_rps),
        rate_limit_burst=derived(within, f"ceil({rate} rps x {p99}): a burst drains within the objective"),
        concurrency=derived(within, f"ceil({rate} rps x {p99}): Little's law at the P99 objective"),
        file_descriptors=derived(
            RUNTIME_DESCRIPTORS + 2 * within + pool + total,
            f"{RUNTIME_DESCRIPTORS} for the runtime + 2 x {within} requests (served and waiting) + {pool} to Redis"
            f" + {total} to services",
        ),
    )


def _rate_limit(rps_per_pod: Fraction, saturation_rps: int | None) -> Derived[int]:
    """At least the capacity, so that pods x limit is never below what they were counted for; at most saturation."""
    if saturation_rps is None or saturation_rps <= rps_per_pod:
        return derived(
            ceil(rps_per_pod),
            f"ceil({format_rate(rps_per_pod)} rps), what one pod was measured to carry within the objective",
        )
    return derived(
        ceil((rps_per_pod + saturation_rps) / 2),
        f"half-way from the measured {format_rate(rps_per_pod)} rps to saturation at {saturation_rps}: requests spread"
        f" unevenly are not shed, a flood is",
    )

"""Whether timeouts and retries nest: nobody waits longer than its caller does.

A caller that gives up first leaves work behind that nobody wants, and its retry doubles it. Decides no
timeout; the owner states them (guide.md section 3 by default).
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from .connections import ClientPolicy
from .derived import Derived, Frozen, derived
from .quantities import Milliseconds
from .workload import Shutdown


class Timeouts(Frozen):
    """Durations in milliseconds. ``attempts_per_request`` counts requests to this service for one at the
    entry that keeps failing, per call on the path.
    """

    waits: Derived[Milliseconds]
    caller_waits: Derived[Milliseconds]
    nested: Derived[bool]
    attempts_per_request: Derived[int]


def waits(client: ClientPolicy, calls: Mapping[str, Fraction], uses_redis: bool) -> Derived[Milliseconds]:
    """The longest that one request may wait for others.

    Attempts of a call add up, and so do calls beyond one per request to the same service; a wait that fails
    ends the request, so waits for different things do not.
    """
    attempts = client.retries + 1
    one_call = attempts * client.http_timeout + client.retries * client.retry_backoff
    parts = {f"{ceil(fan_out)} x {attempts} attempts of {client.http_timeout} at {callee}": ceil(fan_out) * one_call
             for callee, fan_out in calls.items()}  # fmt: skip
    if uses_redis:
        parts[f"the Redis pool's {client.redis_pool_timeout}"] = client.redis_pool_timeout
    if not parts:
        return derived(Milliseconds(0), "waits for nobody")
    text, longest = max(parts.items(), key=lambda item: item[1])
    backoff = f" + {client.retries} x {client.retry_backoff} between" if client.retries and calls else ""
    return derived(Milliseconds(longest), text + backoff)


def nest(
    name: str,
    own: Derived[Milliseconds],
    shutdown: Shutdown,
    callers: Mapping[str, tuple[ClientPolicy, int]],
) -> Timeouts:
    """Compare with the callers: for each its policy and its own ``attempts_per_request``; none for an entry."""
    limits = {caller: policy.http_timeout for caller, (policy, _) in callers.items()}
    caller, patience = min(limits.items(), key=lambda item: item[1], default=("", shutdown.longest_request))
    least = min(patience, shutdown.longest_request)
    attempts = {c: before * (policy.retries + 1) for c, (policy, before) in callers.items()}
    most = max(attempts.values(), default=1)
    return Timeouts(
        waits=own,
        caller_waits=derived(
            patience, f"{caller}'s http_timeout" if caller else f"the longest request that {name} promises"
        ),
        nested=derived(
            own.value <= least,
            f"waits {own.value}; {least} is the least of the caller's patience {patience} and the longest request"
            f" {shutdown.longest_request} that a drain waits for",
        ),
        attempts_per_request=derived(
            most, " or ".join(f"{count} by way of {c}" for c, count in attempts.items()) or "the entry's own"
        ),
    )

"""Whether timeouts and retries nest: nobody waits longer than its caller does.

A caller that gives up first leaves work behind that nobody wants, and its retry doubles it. Decides no
timeout; the owner states them (guide.md section 3 by default).
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Final

from .connections import ClientPolicy
from .derived import Derived, Frozen, derived
from .quantities import Milliseconds
from .workload import Shutdown

_NOTHING: Final = Milliseconds(0)


class Timeouts(Frozen):
    """Durations in milliseconds. ``attempts_per_request`` counts requests to this service for one at the
    entry that keeps failing, per call on the path.
    """

    waits: Derived[Milliseconds]
    caller_waits: Derived[Milliseconds]
    nested: Derived[bool]
    attempts_per_request: Derived[int]


def longest_wait(
    calls: Mapping[str, Fraction],
    *,
    http_timeout: Milliseconds = _NOTHING,
    retries: int = 0,
    retry_backoff: Milliseconds = _NOTHING,
    redis_operations: Fraction = Fraction(0),
    redis_pool_timeout: Milliseconds = _NOTHING,
    calls_in_turn: int | None = None,
) -> Derived[Milliseconds]:
    """The longest that one request may wait for others: what comes one after the other adds up.

    Each wait may end well just before its time is up, so the next begins with all of its own still to come: three
    calls of 4.9 s are 14.7 s. ``calls`` are the calls per request by callee. ``calls_in_turn`` is how many a request
    makes one after the other at most, where its owner states that (calls made at once count as one). Left out, it is
    the least that some request must make for these means, so three callees of one request in three each are one call.
    Each Redis operation may wait for the pool. What is left at zero is waited for by nobody, or not known.
    """
    attempts = retries + 1
    total = sum(calls.values(), Fraction(0))
    turns = ceil(total) if calls_in_turn is None or not calls else calls_in_turn
    one_call = attempts * http_timeout + retries * retry_backoff
    operations = ceil(redis_operations)
    parts = []
    if turns and one_call:
        backoff = f" and {retries} x {retry_backoff} between" if retries and retry_backoff else ""
        counted = "stated" if calls_in_turn is not None else " + ".join(str(n) for n in calls.values())
        parts.append(f"{turns} calls in turn ({counted}) x {attempts} attempts of {http_timeout}{backoff}")
    if operations and redis_pool_timeout:
        parts.append(f"{operations} Redis operations x {redis_pool_timeout} for the pool")
    return derived(
        Milliseconds(turns * one_call + operations * redis_pool_timeout),
        " + ".join(parts) or "waits for nobody",
    )


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

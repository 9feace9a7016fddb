"""Waits until the platform is well, for a stated time. Clock and sleep come in, so that a test needs no time."""

from collections.abc import Callable
from typing import Final

from .judge import problems
from .snapshot import Snapshot

# The HPA computes every 15 s and nodes take tens of seconds; asking more often only costs the API server.
POLL_S: Final = 2.0


def wait_until_well(
    look: Callable[[], Snapshot],
    tell: Callable[[str], None],
    *,
    timeout_s: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Snapshot:
    """The first snapshot without a problem, or the last one when the time is over.

    Tells a line whenever something has changed. Raises what ``look`` raises.
    """
    start, told = clock(), ""
    while True:
        snapshot = look()
        open_problems = problems(snapshot)
        line = progress(snapshot, len(open_problems))
        elapsed = clock() - start
        if line != told:
            tell(f"{elapsed:6.1f} s  {line}")
            told = line
        if not open_problems or elapsed + POLL_S > timeout_s:
            return snapshot
        sleep(POLL_S)


def progress(snapshot: Snapshot, open_problems: int) -> str:
    """``gateway-api 3/9, reservation-api 6/6, redis 4/4, 5 of 6 nodes Ready; 3 things are not ready``."""
    parts = [f"{service.name} {service.ready}/{service.desired}" for service in snapshot.services]
    parts += [f"{redis.name} {redis.ready}/{redis.desired}" for redis in snapshot.redis]
    ready = sum(node.ready for node in snapshot.nodes)
    parts.append(f"{ready} of {len(snapshot.nodes)} nodes Ready")
    return f"{', '.join(parts)}; {f'{open_problems} not well' if open_problems else 'all well'}"

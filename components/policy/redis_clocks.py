"""The clocks of a failover: how soon a master is taken for dead, and how long a node that starts waits for one.

Why they hold what was written is argued in components/redis; here is only between which values that stays true.
"""

from typing import Final

from .errors import ConfigurationError
from .quantities import Milliseconds

# Sentinels ask every node for INFO so often (redis.io, "Sentinel").
INFO_PERIOD: Final = Milliseconds.parse("10s")
# What the startup probe gives a node: the patience (35 s by default) and the copy, both twice over and rounded up. A
# restart by this probe costs nothing: a node that has not started holds nothing.
START_ALLOWANCE: Final = Milliseconds.parse("300s")
# 512 MiB at 10 MB/s take 54 s.
COPY_ALLOWANCE: Final = Milliseconds.parse("60s")


def patience(down_after: Milliseconds, failover_timeout: Milliseconds) -> Milliseconds:
    """How long a node that starts waits: by then anybody who holds data has been elected, at the second try."""
    return Milliseconds(down_after + 2 * failover_timeout + INFO_PERIOD)


def check_clocks(down_after: Milliseconds, failover_timeout: Milliseconds) -> None:
    """Raises ConfigurationError for clocks with which a failover loses writes or never ends."""
    if not 5_000 <= down_after <= 60_000:
        raise ConfigurationError(
            field="down_after",
            value=down_after,
            allowed="5s to 60s: below, a master that is cut off still takes writes when the next is elected",
            remedy="leave it out to have 5s",
        )
    if failover_timeout < down_after:
        raise ConfigurationError(
            field="failover_timeout",
            value=failover_timeout,
            allowed=f"at least down_after, {down_after}: else it is given up before it is noticed",
            remedy="raise it",
        )
    most = Milliseconds(
        (START_ALLOWANCE - COPY_ALLOWANCE - patience(down_after, Milliseconds(0))) // 2000 * 1000
    )
    if failover_timeout > most:
        raise ConfigurationError(
            field="failover_timeout",
            value=failover_timeout,
            allowed=f"at most {most}: a node that starts waits for down_after and twice this, copies"
            f" the data, and is started again after {START_ALLOWANCE}",
            remedy="lower it",
        )

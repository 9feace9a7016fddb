"""What a metrics pipeline would show of the load, from what really arrives: a mean over a window, samples of CPU, late.

The external metric is a rate over a window, as Prometheus computes one; CPU is a mean over metrics-server's own period,
which is looked at only when the period is over. Pure; the times come in.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

# metrics-server --metric-resolution.
CPU_PERIOD_S: Final = 15


@dataclass
class Meter:
    """One service's. ``window_s`` 0 is the load itself."""

    window_s: float
    cpu_period_s: float = CPU_PERIOD_S
    _arrived: deque[tuple[float, float]] = field(default_factory=deque)
    _used: list[float] = field(default_factory=list)
    _sampled: float | None = None
    _period: int | None = None

    def record(self, now: float, arrives_rps: float, used: float) -> None:
        """At second ``now`` so much arrives, and a ready pod is ``used`` (1 is what it was measured to carry)."""
        self._arrived.append((now, arrives_rps))
        while self._arrived and self._arrived[0][0] <= now - max(self.window_s, 1):
            self._arrived.popleft()
        period = int(now // self.cpu_period_s) if self.cpu_period_s else int(now)
        if self._period is not None and period != self._period and self._used:
            self._sampled = sum(self._used) / len(self._used)
            self._used.clear()
        self._period = period
        self._used.append(used)
        if not self.cpu_period_s or self._sampled is None:
            self._sampled = used

    @property
    def rps(self) -> float:
        """The external metric."""
        if not self.window_s:
            return self._arrived[-1][1]
        return sum(rps for _, rps in self._arrived) / len(self._arrived)

    @property
    def used(self) -> float:
        """How loaded metrics-server says that a ready pod is."""
        assert self._sampled is not None, "nothing was recorded yet"
        return self._sampled

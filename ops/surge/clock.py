"""Whether the machine kept up: a run whose clock slipped says nothing about the policies.

Two things are held against time: the driver's own ticks, and the pods, each of which KWOK should have made Ready after
exactly the modelled delay. Pure; the times come in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from .seen import Pod

TICK_S: Final = 1.0
# A tick this late still falls in its own second, so that what it shows is right to a second.
LATE_S: Final = 0.5
# So late once, or so many of them late, and the run is void: an autoscaler looks every 15 s, and a tenth of that moves
# the answer by as much as it may differ.
WORST_S: Final = 2.0
MOST_LATE: Final = 0.05
# The API gives times to a whole second, so a pod may seem to be up to one second late; beyond it by as much again.
POD_LATE_S: Final = 2.0


@dataclass
class Clock:
    """The driver's ticks, and the pods' delays."""

    lags: list[float] = field(default_factory=list)
    pods_late: dict[tuple[str, str], float] = field(default_factory=dict)

    def tick(self, lag_s: float) -> None:
        self.lags.append(max(0.0, lag_s))

    def pods(self, pods: Iterable[Pod], modelled_s: dict[str, float]) -> None:
        """Note how much later than modelled a pod was Ready."""
        for pod in pods:
            key = pod.lane, pod.name
            if pod.bound_at is None or pod.ready_at is None or key in self.pods_late:
                continue
            modelled = modelled_s.get(pod.service)
            if modelled is not None:
                self.pods_late[key] = pod.ready_at - pod.bound_at - modelled

    @property
    def worst_s(self) -> float:
        return max(self.lags, default=0.0)

    @property
    def late_share(self) -> float:
        return sum(lag > LATE_S for lag in self.lags) / len(self.lags) if self.lags else 0.0

    @property
    def pods_late_s(self) -> float:
        """How late the 95th of a hundred pods was."""
        late = sorted(self.pods_late.values())
        return late[ceil(len(late) * 0.95) - 1] if late else 0.0

    def void(self) -> str:
        """Why the run says nothing; empty if the clock was kept."""
        if self.worst_s > WORST_S:
            return f"a tick was {self.worst_s:.1f} s late, allowed: {WORST_S:g} s"
        if self.late_share > MOST_LATE:
            late = f"{self.late_share:.0%} of the ticks were more than {LATE_S:g} s late"
            return f"{late}, allowed: {MOST_LATE:.0%}"
        if self.pods_late_s > POD_LATE_S:
            return (
                f"of the pods 5 % were Ready {self.pods_late_s:.0f} s or more after the modelled time,"
                f" allowed: {POD_LATE_S:g} s"
            )
        return ""

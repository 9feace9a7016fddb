"""A run's clock: what is to happen when, in order; and how fast a client of the API server may be."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

# At one and the same moment: what breaks, then what arrives, then who looks, then who writes it down.
FAULT, ARRIVAL, LOOK, RECORD = range(4)
# Two moments closer than this are one: sums of floats are not exact.
HAIR_S: Final = 1e-9


class Clock:
    """Events by time, then by the order above, then first come first served."""

    __slots__ = ("_count", "_events", "now")

    def __init__(self, start: float) -> None:
        self.now = start
        self._events: list[tuple[float, int, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: float, order: int, do: Callable[[], None]) -> None:
        """It happens then; what lies in the past happens now."""
        self._count += 1
        heappush(self._events, (max(when, self.now), order, self._count, do))

    def run(self, until: float) -> None:
        """Everything up to and at ``until``."""
        while self._events and self._events[0][0] <= until + HAIR_S:
            self.now, _, _, do = heappop(self._events)
            do()


class Tokens:
    """client-go's token bucket (util/flowcontrol): ``burst`` requests at once, then ``per_s``."""

    __slots__ = ("_at", "_burst", "_left", "_per_s")

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s, self._burst = per_s, float(burst)
        self._left, self._at = float(burst), float("-inf")

    def take(self, now: float, requests: int = 1) -> float:
        """When the last of them is sent."""
        if now > self._at:
            self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
            self._at = now
        self._left -= requests
        return now if self._left >= 0 else now - self._left / self._per_s

"""The load at the platform's entry over time: piecewise linear, a step being two points at the same time.

Times are seconds from the start of the profile; before it the load is that of the first point. Rates are requests/s.
Decides nothing about who carries it.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, Self

from ..errors import ConfigurationError
from ..load import LoadPlan

# The length of the runs by which policies are compared: five minutes.
RUN_S: Final = 300.0
# A run looks once a second, so what is shorter cannot be seen; a day is longer than any surge.
LEAST_S: Final = 1.0
MOST_S: Final = 86_400.0
# A day at one point a second is what nobody needs finer.
MOST_POINTS: Final = 100_000
# The pods that the API can count (int32), at a request/s each.
MOST_RPS: Final = 2.0**31 - 1
CSV_HEADER: Final = ("at_s", "rps")


class Point(NamedTuple):
    """At ``at_s`` seconds, ``rps`` requests/s."""

    at_s: float
    rps: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A load. Raises ConfigurationError for points that run backwards or are no rates."""

    name: str
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.points) <= MOST_POINTS:
            raise _wrong(
                self.name, f"{len(self.points)} points", f"2 to {MOST_POINTS} points", "state start and end"
            )
        for point in self.points:
            if not (math.isfinite(point.at_s) and 0 <= point.rps <= MOST_RPS):
                raise _wrong(
                    self.name,
                    f"{point.rps} rps at {point.at_s} s",
                    f"finite times, rates from 0 to {MOST_RPS:.0f}",
                )
        if self.points[0].at_s != 0:
            raise _wrong(self.name, f"a first point at {self.points[0].at_s} s", "a first point at 0 s")
        for before, after in pairwise(self.points):
            if after.at_s < before.at_s:
                raise _wrong(
                    self.name, f"{after.at_s} s after {before.at_s} s", "times that do not run backwards"
                )
        if not LEAST_S <= self.duration_s <= MOST_S or self.peak_rps <= 0:
            raise _wrong(
                self.name,
                f"{self.peak_rps} rps for {self.duration_s} s",
                f"a load above 0 for {LEAST_S:g} to {MOST_S:g} s",
                "state times in seconds, not milliseconds, and some load",
            )

    @property
    def duration_s(self) -> float:
        """Seconds from the start to the last point."""
        return self.points[-1].at_s

    @property
    def before_rps(self) -> float:
        """The load before the start, at which everything has settled."""
        return self.points[0].rps

    @property
    def peak_rps(self) -> float:
        """The highest rate."""
        return max(point.rps for point in self.points)

    @property
    def requests(self) -> float:
        """All requests that are offered."""
        return sum((b.at_s - a.at_s) * (a.rps + b.rps) / 2 for a, b in pairwise(self.points))

    @property
    def rises_at_s(self) -> float:
        """When the load first exceeds what it was before; the end where it never does."""
        for before, after in pairwise(self.points):
            if after.rps > self.before_rps:
                return before.at_s
        return self.duration_s

    def rps_at(self, at_s: float) -> float:
        """The load at a time; at a step what it steps to, after the end that of the last point."""
        after = bisect_right(self.points, at_s, key=lambda point: point.at_s)
        if after == 0:
            return self.before_rps
        if after == len(self.points):
            return self.points[-1].rps
        a, b = self.points[after - 1], self.points[after]
        return a.rps + (b.rps - a.rps) * (at_s - a.at_s) / (b.at_s - a.at_s)

    def to_csv_text(self) -> str:
        """As ``from_csv_text`` reads it."""
        return "".join(f"{a},{b}\n" for a, b in (CSV_HEADER, *self.points))

    @classmethod
    def step(cls, from_rps: float, to_rps: float, *, hold_s: float = RUN_S, name: str = "step") -> Self:
        """All of it at once: a sale opens unannounced."""
        return cls(name, (Point(0, from_rps), Point(0, to_rps), Point(hold_s, to_rps)))

    @classmethod
    def ramp(
        cls, from_rps: float, to_rps: float, over_s: float, *, hold_s: float | None = None, name: str = "ramp"
    ) -> Self:
        """Evenly over ``over_s``, then held; left out, until the run is five minutes long."""
        end = over_s + hold_s if hold_s is not None else max(RUN_S, over_s)
        return cls(name, (Point(0, from_rps), Point(over_s, to_rps), Point(end, to_rps)))

    @classmethod
    def event(
        cls, from_rps: float, to_rps: float, *, ramp_s: float, hold_s: float, name: str = "event"
    ) -> Self:
        """Up over ``ramp_s``, held, and down over as long; a ramp of 0 is a step either way."""
        up, down = Point(ramp_s, to_rps), Point(ramp_s + hold_s, to_rps)
        return cls(name, (Point(0, from_rps), up, down, Point(2 * ramp_s + hold_s, from_rps)))

    @classmethod
    def phases(cls, plan: LoadPlan, *, before_rps: float = 0.0, name: str = "phases") -> Self:
        """The load test's phases, one after the other: each ramps to its rate and holds it."""
        points, at = [Point(0, before_rps)], 0.0
        for phase in plan.phases:
            for seconds in (phase.ramp.value / 1000, phase.duration / 1000):
                at += seconds
                points.append(Point(at, float(phase.rate.value)))
        return cls(name, tuple(points))

    @classmethod
    def from_csv_text(cls, text: str, *, name: str = "recorded") -> Self:
        """Lines of seconds and requests/s with a comma between them, perhaps under a header of any two words; counted
        from the first. Raises ConfigurationError with the line that cannot be read.
        """
        return cls(name, tuple(_counted_from_first(_read(text, name))))


def _read(text: str, name: str) -> Iterable[Point]:
    # Spreadsheets begin a file with a mark of its encoding.
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        cells = [cell.strip() for cell in line.split(",")]
        if not line.strip() or (number == 1 and _is_header(cells)):
            continue
        try:
            at_s, rps = map(float, cells)
        except ValueError:
            raise _wrong(
                name,
                f"line {number}: {line[:60]!r}",
                "two numbers, seconds and requests/s: 12.5,3000",
                "mend the line",
            ) from None
        yield Point(at_s, rps)


def _is_header(cells: Sequence[str]) -> bool:
    """Two words, neither with a digit: a line of numbers that is misspelt is none."""
    return (
        len(cells) == len(CSV_HEADER) and not any(c.isdigit() for cell in cells for c in cell) and all(cells)
    )


def _counted_from_first(points: Iterable[Point]) -> Iterable[Point]:
    start: float | None = None
    for point in points:
        start = point.at_s if start is None else start
        yield Point(point.at_s - start, point.rps)


def _wrong(
    name: str, value: str, allowed: str, remedy: str = "mend the profile's points"
) -> ConfigurationError:
    return ConfigurationError(field=f"profile {name}", value=value, allowed=allowed, remedy=remedy)

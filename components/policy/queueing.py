"""What one pod carries within the latency objective, from calibration points or from its workers.

Two stated models, each with its limits: the Universal Scalability Law fitted to measured (concurrency,
throughput) points (N. Gunther, "Guerrilla Capacity Planning"), and M/M/c for a pod with a known number of
workers and service time. Both give a mean from which P99 follows for exponential tails. A measurement beats
either: the plan uses the stated rps_per_pod and says beside it what the model thinks of it.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import exp, floor, log, sqrt
from typing import Final, Self

from pydantic import Field, model_validator

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import Milliseconds, Ratio, format_rate

# The 99th percentile of an exponential distribution is ln(100) = 4.6 times its mean.
P99_OF_MEAN: Final = log(100)
# Measurement noise: a request in flight brings so much more at a higher concurrency than at a lower one at most.
NOISE: Final = 1.05
# Three unknowns of the Universal Scalability Law.
LEAST_POINTS: Final = 3


class CalibrationPoint(Frozen):
    """One step of a load test of one pod: requests in flight, requests/s answered."""

    concurrency: int = Field(ge=1)
    rps: Ratio = Field(gt=0)


class Calibration(Frozen):
    """What was measured of one pod: either points, or workers and their mean service time."""

    points: list[CalibrationPoint] = []
    workers: int | None = Field(default=None, ge=1)
    service_time: Milliseconds | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        by_workers = self.workers is not None and self.service_time is not None
        if by_workers == bool(self.points) or (self.workers is None) != (self.service_time is None):
            raise ConfigurationError(
                field="",
                value=None,
                allowed="either points, or workers together with service_time",
                remedy="state what was measured: requests/s by concurrency, or how long one request takes",
            )
        if self.points and len({point.concurrency for point in self.points}) < LEAST_POINTS:
            raise ConfigurationError(
                field="points",
                value=f"{len({point.concurrency for point in self.points})} concurrencies",
                allowed=f"at least {LEAST_POINTS} different ones",
                remedy="measure more steps",
            )
        return self


class Scalability(Frozen):
    """X(N) = per_one N / (1 + contention (N - 1) + coherency N (N - 1)), in requests/s for N requests in flight."""

    per_one: float
    contention: float
    coherency: float

    def throughput(self, concurrency: float) -> float:
        """Requests/s at a concurrency."""
        n = concurrency
        return self.per_one * n / (1 + self.contention * (n - 1) + self.coherency * n * (n - 1))

    @property
    def saturates_at(self) -> float:
        """The concurrency beyond which throughput falls; infinite where nothing is shared."""
        return sqrt(max(0.0, 1 - self.contention) / self.coherency) if self.coherency > 0 else float("inf")


class Queueing(Frozen):
    """Requests/s of one pod. ``utilisation`` is the part of its saturation at which the objective still holds."""

    model: str
    saturation_rps: Derived[int]
    holds_p99_to: Derived[int]
    utilisation: Derived[Ratio]
    agrees: Derived[bool]
    scalability: Scalability | None = None


def fit(points: Sequence[CalibrationPoint]) -> Scalability:
    """Least squares on N / X = (1 + contention (N - 1) + coherency N (N - 1)) / per_one, which is linear.

    Raises ConfigurationError where the points bend upwards, which no server does: the test was limited
    elsewhere.
    """
    if _bends_upwards(points):
        raise _refused(points)
    rows = [(1.0, p.concurrency - 1.0, p.concurrency * (p.concurrency - 1.0)) for p in points]
    wanted = [p.concurrency / float(p.rps) for p in points]
    normal = [[sum(r[i] * r[j] for r in rows) for j in range(3)] for i in range(3)]
    right = [sum(r[i] * y for r, y in zip(rows, wanted, strict=True)) for i in range(3)]
    base, linear, square = _solve(normal, right)
    # Measurement noise puts a term that is nothing a little below nothing.
    if base <= 0 or linear / base < -0.05:
        raise _refused(points)
    return Scalability(
        per_one=1 / base, contention=max(0.0, linear / base), coherency=max(0.0, square / base)
    )


def _bends_upwards(points: Sequence[CalibrationPoint]) -> bool:
    """Whether a request in flight brings more than it did at a lower concurrency, which the fit would smooth over."""
    least = float("inf")
    for concurrency in sorted({p.concurrency for p in points}):
        here = [float(p.rps) / concurrency for p in points if p.concurrency == concurrency]
        if max(here) > least * NOISE:
            return True
        least = min(least, *here)
    return False


def _refused(points: Sequence[CalibrationPoint]) -> ConfigurationError:
    return ConfigurationError(
        field="calibration.points",
        value=", ".join(f"{p.concurrency}: {format_rate(p.rps)} rps" for p in points),
        allowed="points whose throughput per request in flight does not rise with the concurrency",
        remedy="measure again with a generator that is not itself the limit",
    )


def _solve(matrix: list[list[float]], right: list[float]) -> tuple[float, float, float]:
    """Gauss with pivoting, three unknowns. The concurrencies differ, so there is one solution."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(3):
        pivot = max(range(column, 3), key=lambda r: abs(rows[r][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for r in range(3):
            if r != column:
                factor = rows[r][column] / rows[column][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column], strict=True)]
    return rows[0][3] / rows[0][0], rows[1][3] / rows[1][1], rows[2][3] / rows[2][2]


def erlang_c(workers: int, offered: float) -> float:
    """Probability that a request waits, M/M/c with ``offered`` = rate x service time < workers."""
    blocking = 1.0
    for n in range(1, workers + 1):
        blocking = offered * blocking / (n + offered * blocking)
    rho = offered / workers
    return blocking / (1 - rho + rho * blocking)


def beyond(time: float, workers: int, service_time: float, rate: float) -> float:
    """Probability that an M/M/c request takes longer than ``time`` (same unit as ``service_time``)."""
    offered = rate * service_time
    if offered >= workers:
        return 1.0
    waiting = erlang_c(workers, offered)
    spare = workers - 1 - offered
    scaled = time / service_time
    if abs(spare) < 1e-9:
        return exp(-scaled) * (1 + waiting * scaled)
    return exp(-scaled) * (1 + waiting * (1 - exp(-scaled * spare)) / spare)


def queueing(calibration: Calibration, p99: Milliseconds, rps_per_pod: Ratio) -> Queueing:
    """Saturation, and the rate up to which P99 holds. Raises ConfigurationError where it never does."""
    if calibration.points:
        law = fit(calibration.points)
        saturation, holds, text = _by_scalability(law, max(p.concurrency for p in calibration.points), p99)
        model, why = "universal scalability law", "the fitted curve's highest throughput"
    else:
        assert calibration.workers is not None and calibration.service_time is not None
        law = None
        saturation = calibration.workers * 1000 / calibration.service_time
        holds = _by_workers(calibration.workers, calibration.service_time, p99)
        model, why = "M/M/c", f"{calibration.workers} workers / {calibration.service_time}"
        text = f"the rate at which 1 % of requests take longer than {p99}"
    if holds < 1:
        raise ConfigurationError(
            field="calibration",
            value=model,
            allowed=f"a pod that answers within {p99} at some rate of at least 1 request/s",
            remedy="make a request cheaper, or relax target.p99",
        )
    # Floating point puts a whole number a hair below itself.
    saturation_rps, holds_rps = floor(saturation + 1e-6), floor(holds + 1e-6)
    return Queueing(
        model=model,
        saturation_rps=derived(saturation_rps, why),
        holds_p99_to=derived(holds_rps, text),
        utilisation=derived(Fraction(holds_rps, saturation_rps), f"{holds_rps} / {saturation_rps} rps"),
        agrees=derived(
            rps_per_pod <= holds_rps,
            f"{format_rate(rps_per_pod)} rps per pod is stated, the model holds P99 {p99} to {holds_rps}",
        ),
        scalability=law,
    )


def _by_scalability(law: Scalability, measured_to: int, p99: Milliseconds) -> tuple[float, float, str]:
    """Within the measured range and a doubling of it: a fit says nothing about what lies far beyond its points."""
    last = min(law.saturates_at, 2.0 * measured_to)
    text = f"Little's law: mean latency N / X(N) x ln(100) <= {p99}"

    def holds(concurrency: float) -> bool:
        return concurrency / law.throughput(concurrency) * 1000 * P99_OF_MEAN <= p99

    if holds(last):
        return law.throughput(last), law.throughput(last), f"{text} up to saturation"
    low, high = (1.0, last) if holds(1.0) else (0.0, 1.0)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if middle > 0 and holds(middle) else (low, middle)
    return law.throughput(last), law.throughput(low), text


def _by_workers(workers: int, service_time: Milliseconds, p99: Milliseconds) -> float:
    """Bisection: the share of slow requests grows with the rate."""
    low, high = 0.0, workers * 1000 / service_time
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if beyond(p99, workers, service_time, middle / 1000) <= 0.01 else (low, middle)
        )
    return low

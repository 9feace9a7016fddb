"""Queueing against closed forms and published values."""

from math import exp, floor, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.errors import ConfigurationError
from components.policy.quantities import Milliseconds, parse_ratio
from components.policy.queueing import (
    Calibration,
    CalibrationPoint,
    Scalability,
    beyond,
    erlang_c,
    fit,
    queueing,
)

P99 = Milliseconds.parse("100ms")


def points(law: Scalability, *concurrencies: int) -> list[CalibrationPoint]:
    return [CalibrationPoint(concurrency=n, rps=round(law.throughput(n), 9)) for n in concurrencies]


def test_erlang_c_by_hand() -> None:
    # M/M/1: the probability of waiting is the utilisation.
    assert erlang_c(1, 0.8) == pytest.approx(0.8)
    # M/M/2 at a = 1: (1/2 x 2) / (1 + 1 + 1/2 x 2) = 1/3.
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    # Ten servers at a = 8: 0.409 in the printed Erlang C tables.
    assert erlang_c(10, 8.0) == pytest.approx(0.409, abs=5e-4)


def test_one_worker_is_the_closed_form() -> None:
    # M/M/1: P(T > t) = exp(-(1/s - rate) t).
    assert beyond(100, 1, 10, 0.05) == pytest.approx(exp(-(0.1 - 0.05) * 100))
    assert beyond(100, 1, 10, 0.1) == 1.0


def test_the_rate_at_which_p99_holds_for_one_worker() -> None:
    # 1/10 ms - ln(100) / 100 ms = 0.1 - 0.04605 = 0.05395 per ms = 53.9 rps of 100.
    result = queueing(Calibration(workers=1, service_time="10ms"), P99, parse_ratio(50))
    assert (result.saturation_rps.value, result.holds_p99_to.value) == (100, floor(100 - log(100) * 10))
    assert result.utilisation.value == parse_ratio("53%")
    assert result.agrees.value is True
    assert queueing(Calibration(workers=1, service_time="10ms"), P99, parse_ratio(54)).agrees.value is False


def test_more_workers_hold_p99_at_a_higher_utilisation() -> None:
    at = [
        queueing(Calibration(workers=c, service_time="10ms"), P99, parse_ratio(1)).utilisation.value
        for c in (1, 4, 16)
    ]
    assert at == sorted(at)
    assert at[0] < at[-1] < 1


@given(st.integers(1, 64), st.integers(1, 15))
def test_at_the_rate_found_one_in_a_hundred_is_slower_and_beyond_it_more(
    workers: int, service_time: int
) -> None:
    holds = queueing(
        Calibration(workers=workers, service_time=Milliseconds(service_time)), P99, parse_ratio(1)
    ).holds_p99_to.value
    assert beyond(100, workers, service_time, holds / 1000) <= 0.01
    assert beyond(100, workers, service_time, (holds + 1) / 1000) > 0.01


def test_a_fit_finds_the_law_that_made_the_points() -> None:
    law = Scalability(per_one=50, contention=0.02, coherency=0.0005)
    found = fit(points(law, 1, 4, 8, 16, 32, 64))
    assert found.per_one == pytest.approx(50, rel=1e-6)
    assert found.contention == pytest.approx(0.02, rel=1e-4)
    assert found.coherency == pytest.approx(0.0005, rel=1e-4)
    # sqrt((1 - 0.02) / 0.0005) = sqrt(1960) = 44.27.
    assert found.saturates_at == pytest.approx(44.27, abs=0.01)


def test_a_pod_by_its_calibration_points() -> None:
    law = Scalability(per_one=50, contention=0.02, coherency=0.0005)
    result = queueing(Calibration(points=points(law, 1, 4, 8, 16, 32, 64)), P99, parse_ratio(100))
    assert result.saturation_rps.value == floor(law.throughput(law.saturates_at))
    # Little: N / X(N) x ln(100) = 100 ms. N / X = (1 + 0.02 (N - 1) + 0.0005 N (N - 1)) / 50 = 21.7 ms at N = 4:
    # 1.066 / 50 = 21.3 ms (98 ms at P99), X = 187.6; N = 5: 1.09 / 50 = 21.8 ms (100.4 ms).
    assert 187 <= result.holds_p99_to.value <= 230
    n = 4.83  # (1 + 0.0766 + 0.00925) / 50 = 21.717 ms
    assert result.holds_p99_to.value == pytest.approx(law.throughput(n), abs=2)


def test_a_pod_that_shares_nothing_is_trusted_to_twice_what_was_measured() -> None:
    law = Scalability(per_one=100, contention=0, coherency=0)
    result = queueing(Calibration(points=points(law, 1, 2, 4)), P99, parse_ratio(100))
    # Mean 10 ms x ln(100) = 46 ms holds everywhere; 2 x 4 in flight x 100 rps.
    assert result.saturation_rps.value == result.holds_p99_to.value == 800


@pytest.mark.parametrize(
    "steps",
    [
        ((1, 10), (2, 40), (4, 160)),
        # 100, 50 and 200 rps for each request in flight: down and then up, which a fit smooths over.
        ((1, 100), (10, 500), (100, 20000)),
        ((100, 20000), (1, 100), (10, 500)),
        # The last of four, 6 % above the one before.
        ((1, 100), (2, 190), (4, 360), (8, 764)),
    ],
)
def test_points_that_bend_upwards_are_refused(steps: tuple[tuple[int, int], ...]) -> None:
    rising = [CalibrationPoint(concurrency=n, rps=rps) for n, rps in steps]
    with pytest.raises(ConfigurationError, match="does not rise with the concurrency"):
        queueing(Calibration(points=rising), P99, parse_ratio(10))


def test_noise_is_no_bend() -> None:
    # 90 rps for each in flight at 4, 94 at 8: 4.4 % more.
    fit([CalibrationPoint(concurrency=n, rps=rps) for n, rps in ((1, 100), (2, 190), (4, 360), (8, 752))])


def test_an_objective_that_never_holds_is_refused() -> None:
    # One request alone takes 50 ms: 50 x ln(100) = 230 ms at P99.
    with pytest.raises(ConfigurationError, match="answers within 100ms"):
        queueing(Calibration(workers=4, service_time="50ms"), P99, parse_ratio(10))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"workers": 4},
        {"service_time": "10ms"},
        {"workers": 4, "service_time": "10ms", "points": [{"concurrency": n, "rps": n} for n in (1, 2, 3)]},
        {"points": [{"concurrency": n, "rps": 5} for n in (1, 2, 2)]},
        {"workers": 4, "service_time": "0"},
    ],
)
def test_a_calibration_is_one_of_the_two(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Calibration.model_validate(fields)

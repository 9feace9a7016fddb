"""The arithmetic of the simulated load, and what is said about annotations that are wrong."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.local.metrics import load, model
from tools.local.metrics.model import BASELINE, CAPACITY, SHARE, Traffic

HALF_CORE = Fraction(1, 2)


def annotated(capacity: str = "1000", share: str = "1/3", baseline: str = "2000") -> dict[str, str]:
    return {CAPACITY: capacity, SHARE: share, BASELINE: baseline, "unrelated": "x"}


def test_annotations_are_read_as_numbers_and_fractions() -> None:
    assert model.traffic(annotated()) == Traffic(Fraction(1000), Fraction(1, 3), Fraction(2000))
    assert model.traffic(annotated(share="0.5")) == Traffic(Fraction(1000), HALF_CORE, Fraction(2000))


def test_a_third_of_the_load_is_exactly_a_third() -> None:
    service = model.traffic(annotated())
    assert service is not None
    assert model.demand(service, Fraction(30_000)) == 10_000


def test_a_deployment_without_annotations_has_no_traffic() -> None:
    assert model.traffic({"unrelated": "x"}) is None


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        (annotated(capacity="0"), r"rps-per-pod is 0; it takes the requests/s"),
        (annotated(capacity="fast"), r'rps-per-pod is "fast"; it takes a number or a fraction'),
        (annotated(share="1/0"), r'demand-share is "1/0"'),
        (annotated(share="-1"), r'demand-share is "-1"'),
        ({CAPACITY: "1000", SHARE: "1"}, r'baseline-rps is ""'),
    ],
)
def test_a_wrong_annotation_is_named(annotations: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model.traffic(annotations)


def test_without_an_offered_load_a_service_has_its_baseline() -> None:
    service = Traffic(Fraction(1000), Fraction(1), Fraction(2000))
    assert model.demand(service, load.read(None).rps) == 2000
    assert model.demand(service, load.read({}).rps) == 2000


def test_an_offered_load_of_nothing_is_not_the_baseline() -> None:
    service = Traffic(Fraction(1000), Fraction(1), Fraction(2000))
    assert model.demand(service, load.read({"rps": "0"}).rps) == 0


@pytest.mark.parametrize("text", ["many", "-1", "", "1/0"])
def test_a_load_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it takes requests per second"):
        load.read({"rps": text})


def test_a_pod_at_its_capacity_uses_its_request() -> None:
    assert model.cores(HALF_CORE, Fraction(2), Fraction(1)) == HALF_CORE


def test_use_stops_at_the_limit() -> None:
    assert model.cores(HALF_CORE, Fraction(2), Fraction(4)) == 2
    assert model.cores(HALF_CORE, Fraction(2), Fraction(400)) == 2
    assert model.cores(HALF_CORE, None, Fraction(400)) == 200


def test_an_idle_pod_uses_a_thousandth_of_a_core() -> None:
    assert model.cores(HALF_CORE, None, Fraction(0)) == Fraction(1, 1000)


def test_nobody_carries_what_no_ready_pod_is_there_for() -> None:
    assert model.carried(Fraction(30_000), 0) == 0


@given(st.integers(0, 10**6), st.integers(1, 500))
def test_the_ready_pods_together_carry_the_demand(demand: int, ready: int) -> None:
    assert model.carried(Fraction(demand), ready) * ready == demand


@given(st.fractions(0, 100), st.fractions(0, 100))
def test_more_load_never_uses_less(one: Fraction, two: Fraction) -> None:
    low, high = sorted((one, two))
    assert model.cores(HALF_CORE, Fraction(2), low) <= model.cores(HALF_CORE, Fraction(2), high)

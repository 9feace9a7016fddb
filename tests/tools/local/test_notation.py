"""Quantities and label selectors, as the API server writes them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.local.metrics.notation import kibibytes, matches, milli, nanocores, of_object, quantity, selector

LABELS = {"app": "gateway", "tier": "front"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500m", Fraction(1, 2)),
        ("2", Fraction(2)),
        ("0.25", Fraction(1, 4)),
        ("1Gi", Fraction(1024**3)),
        ("512Mi", Fraction(512 * 1024**2)),
        ("1k", Fraction(1000)),
        ("1e3", Fraction(1000)),
        ("1E", Fraction(10**18)),
        ("100n", Fraction(1, 10**7)),
        (".5", Fraction(1, 2)),
    ],
)
def test_a_quantity_has_its_value(text: str, value: Fraction) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize("text", ["", "512mb", "2 cores", "1KI", "m", "--1"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quantity"):
        quantity(text)


@given(st.integers(0, 10**9))
def test_thousandths_survive_writing_and_reading(thousandths: int) -> None:
    assert quantity(milli(Fraction(thousandths, 1000))) == Fraction(thousandths, 1000)


def test_use_is_written_as_metrics_server_does() -> None:
    assert nanocores(Fraction(1, 3)) == "333333333n"
    assert kibibytes(quantity("256Mi")) == "262144Ki"
    assert milli(Fraction(2000, 3)) == "666667m"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("app=gateway", True),
        ("app==gateway,tier=front", True),
        ("app=other", False),
        ("app!=gateway", False),
        ("missing!=x", True),
        ("app in (gateway,other)", True),
        ("app notin (gateway)", False),
        ("app in (other), tier=front", False),
        ("app", True),
        ("!app", False),
        ("!missing,app", True),
        ("missing", False),
        ("app=", False),
    ],
)
def test_a_selector_holds_or_not(text: str, holds: bool) -> None:
    assert matches(selector(text), LABELS) == holds


@pytest.mark.parametrize("text", ["app in gateway", "=x", "a=b c", "a in (b", ","])
def test_what_is_no_selector_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a label selector"):
        selector(text)


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ({"key": "tier", "operator": "In", "values": ["front", "back"]}, True),
        ({"key": "tier", "operator": "NotIn", "values": ["front"]}, False),
        ({"key": "tier", "operator": "Exists"}, True),
        ({"key": "tier", "operator": "DoesNotExist"}, False),
    ],
)
def test_a_deployments_selector_holds_or_not(expression: dict[str, object], holds: bool) -> None:
    raw = {"matchLabels": {"app": "gateway"}, "matchExpressions": [expression]}
    assert matches(of_object(raw), LABELS) == holds

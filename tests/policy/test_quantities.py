"""Quantities are read exactly, written so that they read back, and refused with what is allowed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from components.policy.quantities import (
    Bytes,
    IntOrPercent,
    Millicores,
    Milliseconds,
    Percent,
    Ratio,
    format_percent,
    format_rate,
    parse_int_or_percent,
    parse_ratio,
    resolve,
)

QUANTITIES = (Millicores, Bytes, Milliseconds)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Millicores, "500m", 500),
        (Millicores, "2", 2000),
        (Millicores, 0.25, 250),
        (Millicores, 2, 2000),
        (Bytes, "512Mi", 512 * 1024 * 1024),
        (Bytes, "1Gi", 1024**3),
        (Bytes, "1G", 10**9),
        (Bytes, "1.5Ki", 1536),
        (Bytes, 7, 7),
        (Milliseconds, "100ms", 100),
        (Milliseconds, "1.5s", 1500),
        (Milliseconds, "5m", 5 * 60 * 1000),
        (Milliseconds, "720h", 720 * 3600 * 1000),
        (Milliseconds, "0", 0),
    ],
)
def test_what_a_person_writes_is_read_exactly(kind: type[Bytes], text: object, value: int) -> None:
    assert kind.parse(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Bytes, "512mb", 'unit "mb" is not known'),
        (Bytes, "512m", 'unit "m" is not known'),
        (Millicores, "2 cores", 'unit "cores" is not known'),
        (Millicores, "0.5m", "finer than one millicore"),
        (Milliseconds, "5", "a unit is missing"),
        (Milliseconds, 5, "a unit is missing"),
        (Milliseconds, "-1s", "not a quantity"),
        (Milliseconds, "0.1ms", "finer than one millisecond"),
        (Bytes, "", "not a quantity"),
        (Bytes, None, "not a quantity"),
        (Bytes, True, "not a quantity"),
        (Bytes, "1e3", 'unit "e" is not known|not a quantity'),
        (Millicores, "\u0663", "not a quantity"),
        (Bytes, Millicores(5), "another unit"),
    ],
)
def test_a_wrong_unit_is_refused_with_the_allowed_ones(kind: type[Bytes], text: object, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        kind.parse(text)
    assert "allowed: " in str(caught.value)


@given(st.sampled_from(QUANTITIES), st.integers(min_value=0, max_value=10**18))
def test_what_is_written_reads_back_as_the_same(kind: type[Bytes], value: int) -> None:
    assert kind.parse(str(kind(value))) == value
    adapter = TypeAdapter(kind)
    assert adapter.validate_json(adapter.dump_json(kind(value))) == value


@given(st.fractions(min_value=0))
def test_a_ratio_reads_back_as_the_same(value: Fraction) -> None:
    adapter: TypeAdapter[Fraction] = TypeAdapter(Ratio)
    assert adapter.validate_json(adapter.dump_json(value)) == value


@given(st.fractions(min_value=0, max_value=1).filter(lambda f: 0 < f < 1))
def test_a_percentage_reads_back_as_the_same(value: Fraction) -> None:
    adapter: TypeAdapter[Fraction] = TypeAdapter(Percent)
    assert adapter.validate_json(adapter.dump_json(value)) == value


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_a_float_is_read_by_its_decimal_text(value: float) -> None:
    assert parse_ratio(value) == Fraction(Decimal(repr(value)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", Fraction(1, 3)),
        ("99.9%", Fraction(999, 1000)),
        ("0.25", Fraction(1, 4)),
        (0.1, Fraction(1, 10)),
        (3, Fraction(3)),
    ],
)
def test_ratios(text: object, value: Fraction) -> None:
    assert parse_ratio(text) == value


@pytest.mark.parametrize(
    "text", ["1/0", "", "a", "1e999999999", "-1", "nan", "1/3%", None, True, float("inf"), []]
)
def test_what_is_no_ratio_is_refused_at_once(text: object) -> None:
    """1e999999999 as a fraction would take all memory there is."""
    with pytest.raises(ValueError, match="not a ratio; allowed: "):
        parse_ratio(text)


@given(st.text(max_size=40) | st.floats() | st.integers() | st.none() | st.lists(st.integers(), max_size=2))
def test_nothing_that_is_read_ends_in_another_error(value: object) -> None:
    for read in (Millicores.parse, Bytes.parse, Milliseconds.parse, parse_ratio, parse_int_or_percent):
        try:
            read(value)
        except ValueError as error:
            assert "allowed: " in str(error)


@pytest.mark.parametrize(
    ("value", "replicas", "pods"),
    # The disruption controller rounds a percentage up: 10 % of 9 = 0.9 -> 1, of 45 = 4.5 -> 5.
    [(5, 45, 5), ("10%", 9, 1), ("10%", 45, 5), ("10%", 0, 0), ("100%", 7, 7), ("0%", 7, 0)],
)
def test_a_percentage_of_pods_rounds_up(value: object, replicas: int, pods: int) -> None:
    assert resolve(parse_int_or_percent(value), replicas) == pods


@pytest.mark.parametrize("value", [-1, "10", "101%", "1.5%", 0.1, True, "ten%", Fraction(1, 3)])
def test_what_is_no_number_of_pods_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a number of pods"):
        parse_int_or_percent(value)


@given(st.integers(0, 10**6) | st.integers(0, 100).map(lambda n: Fraction(n, 100)))
def test_a_number_of_pods_reads_back_as_the_same_kind(value: int | Fraction) -> None:
    adapter: TypeAdapter[int | Fraction] = TypeAdapter(IntOrPercent)
    back = adapter.validate_json(adapter.dump_json(value))
    assert (back, type(back)) == (value, type(value))


def test_numbers_for_people() -> None:
    assert format_percent(Fraction(999, 1000)) == "99.9%"
    assert format_percent(Fraction(1, 3)) == "1/3"
    assert format_rate(Fraction(10000)) == "10000"
    assert format_rate(Fraction(10000, 3)) == "3333.3"
    assert str(Bytes(0)) == "0"
    assert Milliseconds(1500).seconds == 2

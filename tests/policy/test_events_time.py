"""Calendar arithmetic, held against the standard library's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.policy.events_time import (
    Instant,
    cron,
    local_text,
    next_year,
    on_the_clock,
    seconds_of,
)
from components.policy.quantities import Milliseconds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS = st.integers(min_value=0, max_value=int(datetime(2500, 1, 1, tzinfo=UTC).timestamp()))


@given(SECONDS)
def test_it_writes_what_the_standard_library_writes_and_reads_it_back(seconds: int) -> None:
    text = local_text(seconds)
    assert text == (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    assert seconds_of(text) == seconds
    assert Instant.parse(str(Instant(seconds))) == seconds


@given(SECONDS)
def test_cron_names_the_minute_and_comes_again_on_the_same_day_of_a_later_year(seconds: int) -> None:
    moment = EPOCH + timedelta(seconds=seconds)
    assert cron(Instant(seconds)) == f"{moment.minute} {moment.hour} {moment.day} {moment.month} *"
    again = EPOCH + timedelta(seconds=next_year(Instant(seconds)))
    assert cron(Instant(int(again.timestamp()))) == cron(Instant(seconds))
    assert again.year - moment.year in ((4, 8) if (moment.month, moment.day) == (2, 29) else (1,))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-02-29T10:00", "no such day"),
        ("2026-13-01T10:00", "no such day"),
        ("1969-12-31T10:00", "no such day"),
        ("2026-11-27T24:00", "no such time"),
        ("2026-11-27T10:60", "no such time"),
        ("2026-11-27", "not a local time"),
        ("2026-11-27T19:00+09:00", "not a local time"),
        ("2026-11-27T19:00Z", "not a local time"),
        ("tomorrow", "not a local time"),
    ],
)
def test_what_is_no_local_time_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        seconds_of(text)


def test_a_leap_day_is_a_day() -> None:
    assert local_text(seconds_of("2028-02-29 10:00")) == "2028-02-29T10:00:00"


def test_minutes_are_rounded_outwards() -> None:
    one = Instant.parse("2026-11-27T09:56:05Z")
    assert (str(one.minute), str(one.next_minute)) == ("2026-11-27T09:56:00Z", "2026-11-27T09:57:00Z")
    whole = one.minute
    assert (whole.minute, whole.next_minute) == (whole, whole)
    assert str(whole.earlier(Milliseconds(1500))) == "2026-11-27T09:55:58Z"


def test_a_clock_east_and_west_of_utc() -> None:
    noon = Instant.parse("2026-11-27T12:00:00Z")
    assert on_the_clock(noon, 9 * 3600) == "2026-11-27T21:00:00+09:00"
    assert on_the_clock(noon, -(3 * 3600 + 1800)) == "2026-11-27T08:30:00-03:30"

"""Instants of events, and how they are written: for people, for cron and for PromQL. Whole seconds, UTC.

Pure calendar arithmetic of the proleptic Gregorian calendar, since this layer has no clock and reads no table. Which
instant a local time of a time zone is, is in ``components.time_zones``, which reads the system's table of zones.
"""

import re
from typing import Any, Final, Literal, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema

from .derived import Frozen
from .quantities import Milliseconds, written_as_text

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_UNIX_EPOCH: Final = 1970
# Days of 400 years, after which the calendar repeats.
_ERA_YEARS: Final = 400
_ERA_DAYS: Final = 146_097
_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LOCAL: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?")
_UTC: Final = re.compile(rf"({_LOCAL.pattern})Z")
LOCAL_ALLOWED: Final = 'a date and a time without a zone, in quotes, such as "2026-11-27T19:00"'


class Instant(int):
    """A second, counted from 1970 in UTC. Written "2026-11-27T10:00:00Z"."""

    @classmethod
    def parse(cls, value: object) -> Self:
        """Reads what ``str`` writes. Raises ValueError."""
        if isinstance(value, int) and not isinstance(value, bool):
            return cls(value)
        match = _UTC.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise ValueError(
                'not an instant; allowed: a date and a time in UTC, such as "2026-11-27T10:00:00Z"'
            )
        return cls(seconds_of(match[1]))

    def __str__(self) -> str:
        return f"{local_text(int(self))}Z"

    __repr__ = __str__

    def later(self, by: Milliseconds) -> "Instant":
        """So much later, in whole seconds."""
        return Instant(self + by // 1000)

    def earlier(self, by: Milliseconds) -> "Instant":
        """So much earlier, in whole seconds, rounded to the earlier one."""
        return Instant(self - -(-by // 1000))

    @property
    def minute(self) -> "Instant":
        """The minute that it is in: cron knows no seconds."""
        return Instant(self - self % MINUTE)

    @property
    def next_minute(self) -> "Instant":
        """The first whole minute that is not before it."""
        return Instant(self + -self % MINUTE)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return written_as_text(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "description": "a date and a time in UTC, ending in Z"}


class Occurrence(Frozen):
    """When an event is: both ends, the clocks' distance from UTC at each (seconds, east is positive), and whether the
    local time that was written is one instant, two (clocks were put back over it) or none (put forward over it).

    Of two the first is taken; of none the one that the clocks would have shown without the change.
    """

    starts: Instant
    ends: Instant
    offset_at_start: int
    offset_at_end: int
    written: Literal["once", "twice", "never"] = "once"


def seconds_of(local: str) -> int:
    """The seconds from 1970 to a local time, as if it were UTC. Raises ValueError for what is no date and time."""
    match = _LOCAL.fullmatch(local.strip())
    if match is None:
        raise ValueError(f"not a local time; allowed: {LOCAL_ALLOWED}")
    year, month, day, hour, minute = (int(match[group]) for group in range(1, 6))
    second = int(match[6] or 0)
    if year < _UNIX_EPOCH or not 1 <= month <= 12 or not 1 <= day <= _days_of_month(year, month):
        raise ValueError(f"there is no such day; allowed: {LOCAL_ALLOWED}")
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"there is no such time of day; allowed: {LOCAL_ALLOWED}")
    return (_days(year, month) + day - 1) * DAY + hour * HOUR + minute * MINUTE + second


def local_text(seconds: int) -> str:
    """The reverse: "2026-11-27T19:00:00"."""
    year, month, day = date_of(seconds)
    hour, minute, second = seconds // HOUR % 24, seconds // MINUTE % 60, seconds % MINUTE
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def date_of(seconds: int) -> tuple[int, int, int]:
    """Year, month and day."""
    left = seconds // DAY
    year = _UNIX_EPOCH + left // _ERA_DAYS * _ERA_YEARS
    left %= _ERA_DAYS
    while left >= _days_of_year(year):
        left -= _days_of_year(year)
        year += 1
    month = 1
    while left >= _days_of_month(year, month):
        left -= _days_of_month(year, month)
        month += 1
    return year, month, left + 1


def cron(instant: Instant) -> str:
    """The minute of an instant as a cron schedule in UTC: minute, hour, day, month. Cron has no year, so it comes again
    each year."""
    _, month, day = date_of(instant)
    return f"{instant // MINUTE % 60} {instant // HOUR % 24} {day} {month} *"


def cron_bounds(begins: Instant, ends: Instant) -> tuple[str, str]:
    """Start and end of a window for KEDA, which holds it open while the end comes before the next start.

    A start on a 29th of February that is over comes again years after its end does, so the window would stay open for
    good: then it starts with the last minute of the 28th.
    """
    leap = date_of(begins)[1:] == (2, 29) and date_of(ends)[1:] != (2, 29)
    return cron(Instant(begins - begins % DAY - MINUTE) if leap else begins), cron(ends)


def next_year(instant: Instant) -> Instant:
    """When a cron schedule of this instant comes again; a 29th of February waits for the next leap year."""
    year, month, day = date_of(instant)
    year += 1
    while day > _days_of_month(year, month):
        year += 1
    return Instant((_days(year, month) + day - 1) * DAY + instant % DAY)


def on_the_clock(instant: Instant, offset: int) -> str:
    """What a local clock shows, with its distance from UTC: "2026-11-27T19:00:00+09:00"."""
    sign, distance = ("-" if offset < 0 else "+"), abs(offset)
    return f"{local_text(instant + offset)}{sign}{distance // HOUR:02}:{distance // MINUTE % 60:02}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_of_year(year: int) -> int:
    return 366 if _is_leap(year) else 365


def _days_of_month(year: int, month: int) -> int:
    return _MONTHS[month - 1] + (1 if month == 2 and _is_leap(year) else 0)


def _days(year: int, month: int) -> int:
    """From the first of January 1970 to the first of a month."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400 - (1969 // 4 - 1969 // 100 + 1969 // 400)
    return (year - _UNIX_EPOCH) * 365 + leaps + sum(_days_of_month(year, m) for m in range(1, month))

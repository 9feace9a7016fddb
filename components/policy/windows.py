"""The hours in which AWS may restart or copy what holds data: as AWS writes them, in UTC.

Decides no hour. Whether an event falls into one is a rule's to say.
"""

import re
from typing import Final

from .errors import ConfigurationError

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY: Final = 24 * 60
MINUTES_A_WEEK: Final = 7 * MINUTES_A_DAY
# Amazon ElastiCache, CreateReplicationGroup: both windows last an hour at least.
LEAST_MINUTES: Final = 60
_TIME: Final = r"([01]\d|2[0-3]):([0-5]\d)"
_WEEKLY: Final = re.compile(rf"({'|'.join(DAYS)}):{_TIME}-({'|'.join(DAYS)}):{_TIME}")
_DAILY: Final = re.compile(rf"{_TIME}-{_TIME}")


def check_weekly_window(field: str, window: str) -> tuple[int, int]:
    """Its start in minutes after Monday 00:00 UTC, and how many minutes it lasts. Raises ConfigurationError."""
    found = _WEEKLY.fullmatch(window)
    if found:
        start = _minute(found[1], found[2], found[3])
        lasts = (_minute(found[4], found[5], found[6]) - start) % MINUTES_A_WEEK
        # A maintenance window of more than a day is refused by AWS.
        if LEAST_MINUTES <= lasts <= MINUTES_A_DAY:
            return start, lasts
    raise ConfigurationError(
        field=field,
        value=window,
        allowed='UTC, an hour to a day: "ddd:hh:mm-ddd:hh:mm", such as "sun:18:00-sun:19:00"',
        remedy="choose the quietest hour of the week, away from every event",
    )


def check_snapshot_window(field: str, window: str) -> tuple[int, int]:
    """Its start in minutes after 00:00 UTC, and how many minutes it lasts. Raises ConfigurationError."""
    found = _DAILY.fullmatch(window)
    if found:
        start = int(found[1]) * 60 + int(found[2])
        lasts = (int(found[3]) * 60 + int(found[4]) - start) % MINUTES_A_DAY
        if lasts >= LEAST_MINUTES:
            return start, lasts
    raise ConfigurationError(
        field=field,
        value=window,
        allowed='UTC, an hour at least: "hh:mm-hh:mm", such as "18:00-19:00"',
        remedy="choose the quietest hour of the day",
    )


def check_windows_apart(field: str, snapshot: str, maintenance: str) -> None:
    """AWS refuses both at once ("The snapshot window and maintenance window must not overlap"), whatever the day.
    Raises ConfigurationError."""
    copies, copying = check_snapshot_window(field, snapshot)
    serviced, servicing = check_weekly_window("maintenance_window", maintenance)
    if (copies - serviced) % MINUTES_A_DAY < servicing or (serviced - copies) % MINUTES_A_DAY < copying:
        raise ConfigurationError(
            field=field,
            value=snapshot,
            allowed=f"hours of the day that do not overlap the maintenance window {maintenance}",
            remedy="move one of the two; one may begin when the other ends",
        )


def _minute(day: str, hour: str, minute: str) -> int:
    return DAYS.index(day) * MINUTES_A_DAY + int(hour) * 60 + int(minute)


def falls_into(window: str, begins: int, ends: int) -> bool:
    """Whether any minute of the weekly ``window`` lies between two instants (seconds from 1970 in UTC)."""
    start, lasts = check_weekly_window("maintenance_window", window)
    # 1970 began on a Thursday, the fourth day of the week that windows are written in.
    first = (begins // 60 + DAYS.index("thu") * MINUTES_A_DAY) % MINUTES_A_WEEK
    takes = -(-ends // 60) - begins // 60
    until_next = (start - first) % MINUTES_A_WEEK
    since_last = (first - start) % MINUTES_A_WEEK
    return until_next < takes or since_last < lasts

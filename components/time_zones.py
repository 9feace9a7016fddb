"""Which instants a local time of a time zone is: the one place that reads the system's table of time zones.

It stands outside the policy layer, which reads nothing: a plan is given instants, so that the same stack has the same
plan wherever it is made. It asks for no time of day and loads no engine, so that configuration may use it.
"""

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from .policy.errors import ConfigurationError
from .policy.events import Event, EventSpec
from .policy.events_time import Instant, Occurrence


def event(spec: EventSpec) -> Event:
    """The event with its instants. Raises ConfigurationError for a time zone that the table does not have."""
    return Event(spec=spec, at=occurrence(spec))


def occurrence(spec: EventSpec) -> Occurrence:
    """Both ends of an event. Of a local time that comes twice the first is taken, and said (PEP 495, fold)."""
    zone = _zone(spec)
    local = datetime.fromisoformat(spec.start).replace(tzinfo=zone)
    starts = local.astimezone(UTC)
    ends = starts + timedelta(milliseconds=spec.duration)
    return Occurrence(
        starts=_instant(starts),
        ends=_instant(ends),
        offset_at_start=_offset(starts, zone),
        offset_at_end=_offset(ends, zone),
        written=_written(local),
    )


def _written(local: datetime) -> Literal["once", "twice", "never"]:
    """Both readings of the same clock, before and after a change; a gap reads the later offset first."""
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    assert first is not None and second is not None, "a zone has an offset"
    if first == second:
        return "once"
    return "twice" if first > second else "never"


def _instant(moment: datetime) -> Instant:
    return Instant(int(moment.timestamp()))


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None, "a zone has an offset"
    return int(offset.total_seconds())


def _zone(spec: EventSpec) -> ZoneInfo:
    try:
        return ZoneInfo(spec.time_zone)
    except (KeyError, ValueError, OSError):
        # Abbreviations are in the table too, and stand for no place.
        known = sorted(name for name in available_timezones() if "/" in name)
        near = get_close_matches(spec.time_zone, known, n=3, cutoff=0.5) or ["Asia/Seoul", "Etc/UTC"]
        raise ConfigurationError(
            field=f"events.{spec.name}.time_zone",
            value=spec.time_zone,
            allowed=f"a name of the IANA time zone database, such as {', '.join(near)}"
            if known
            else "nothing: this machine has no time zone database (Debian's package tzdata, or pip's)",
            remedy="state the zone in which the start was announced",
        ) from None

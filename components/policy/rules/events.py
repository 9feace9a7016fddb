"""Rules about when an announced event is: times that are not what they seem, windows that meet, what ends too early."""

from collections.abc import Iterator
from typing import Final

from ..events_time import DAY, next_year
from ..facts import Event, Fleet
from ..quantities import Milliseconds
from .rule import error, warning

# Cron comes again after so long at the least.
YEAR: Final = 365 * DAY


@error(
    "HR941",
    "event-time-never",
    Event,
    why="the clocks are put forward over that time, so it is never on a clock and nobody knows which hour was meant",
    source="PEP 495; the IANA time zone database",
    do="state a time that comes on that day, or the same instant with time_zone Etc/UTC",
)
def event_time_never(event: Event, fleet: Fleet) -> Iterator[str]:
    """An event starts at a time that there is."""
    if event.written == "never":
        yield f"starts at a local time that is skipped on that day; taken as {event.starts}"


@error(
    "HR942",
    "event-time-twice",
    Event,
    why="the clocks are put back over that time, so it comes twice: taken the wrong way, all is an hour off",
    source="PEP 495; the IANA time zone database",
    do="state the instant with time_zone Etc/UTC",
)
def event_time_twice(event: Event, fleet: Fleet) -> Iterator[str]:
    """An event starts at a time that comes once."""
    if event.written == "twice":
        yield f"starts at a local time that comes twice on that day; the first was taken, {event.starts}"


@warning(
    "HR943",
    "event-over",
    Event,
    why="cron has no year: the pool's freeze, and the floors where KEDA scales, come again a year later",
    source="karpenter v1.14.1, nodepool.go, Budget; KEDA, cron scaler",
    do="take the event out of the stack",
)
def event_over(event: Event, fleet: Fleet) -> Iterator[str]:
    """A stack states events that are still to come."""
    if event.now is None or event.closes is None or event.opens is None or event.closes > event.now:
        return
    yield f"was over on {event.closes}; it comes again on {next_year(event.opens)}"


@warning(
    "HR944",
    "clocks-change-in-event",
    Event,
    why="the duration is elapsed time: whoever announced an end by the clock means an hour more or less",
    source="the IANA time zone database",
    do="compare the end that plan shows with the one that was announced, and correct the duration",
)
def clocks_change(event: Event, fleet: Fleet) -> Iterator[str]:
    """The clocks are not changed during an event."""
    if event.clocks_change:
        way = "forward" if event.clocks_change > 0 else "back"
        by = Milliseconds(abs(event.clocks_change) * 1000)
        yield f"clocks are put {way} by {by} before it is over on {event.ends}"


@warning(
    "HR945",
    "event-too-soon",
    Event,
    why="the floors begin to rise when this is deployed, and new nodes and pods take longer than what is left",
    source="components/policy/events_service.py: reaction on new nodes, and a launch that fails",
    do="deploy at once, and expect the first requests to meet fewer pods; ramp the traffic up later if you can",
)
def event_too_soon(event: Event, fleet: Fleet) -> Iterator[str]:
    """An event is announced earlier than it takes to prepare."""
    now, starts, needed = event.now, event.starts, event.needed_lead
    if now is not None and starts is not None and needed is not None and now < starts < now.later(needed):
        left = Milliseconds((starts - now) * 1000)
        yield f"starts on {starts}, in {left}; it takes {needed}"


@error(
    "HR946",
    "event-lead-too-short",
    Event,
    why="the event begins before its pods take requests, and nodes dominate: no autoscaler makes up for it",
    source="components/policy/events_service.py: reaction on new nodes, the autoscaler's steps, a launch that fails",
    do="leave lead out to have it derived, or state at least that",
)
def lead_too_short(event: Event, fleet: Fleet) -> Iterator[str]:
    """The floors rise as early as it takes."""
    if event.lead is not None and event.needed_lead is not None and event.lead < event.needed_lead:
        yield f"a lead of {event.lead}; it takes {event.needed_lead}"


@warning(
    "HR947",
    "events-overlap",
    Event,
    why="of several floors the highest holds, not their sum: two crowds at once are more than either",
    source="kubernetes.io, Horizontal Pod Autoscaling: of several metrics the largest answer wins",
    do="announce them as one event with the sum of what is expected, or ignore this where the larger is the whole",
)
def events_overlap(event: Event, fleet: Fleet) -> Iterator[str]:
    """No two events are at the same time."""
    for other in fleet.subjects(Event):
        if other.namespace != event.namespace or other.name <= event.name:
            continue
        if None in (event.opens, event.closes, other.opens, other.closes):
            continue
        if event.opens < other.closes and other.opens < event.closes:  # type: ignore[operator]
            yield (
                f"its floors, {event.opens} to {event.closes}, and those of {other.name}, {other.opens} to"
                f" {other.closes}, are up together"
            )


@error(
    "HR948",
    "event-outlives",
    Event,
    why="what the event leans on ends in the middle of it",
    source="headroom:events.valid_until, as its owner states it",
    do="renew it before the event, and state until when the new one lasts",
)
def event_outlives(event: Event, fleet: Fleet) -> Iterator[str]:
    """A certificate, a reservation or a commitment lasts as long as the event."""
    for name, until in (event.valid_until or {}).items():
        if event.closes is not None and until < event.closes:
            yield f"its {name} lasts until {until}; it closes on {event.closes}"


@error(
    "HR949",
    "event-a-year-ahead",
    Event,
    why="cron has no year: the freeze, and the floors where KEDA scales, would come a year too early as well, or end at"
    " last year's end",
    source="karpenter v1.14.1, nodepool.go, Budget; KEDA v2.20.2, cron_scaler.go",
    do="announce it within the year before its end; say what lasts for a year by the baseline instead",
)
def event_a_year_ahead(event: Event, fleet: Fleet) -> Iterator[str]:
    """An event is over within a year of its announcement."""
    first, last = event.frozen_from or event.opens, event.closes
    if last is None:
        return
    if first is not None and last - first >= YEAR:
        yield f"takes from {first} until {last}, a year or more"
    elif event.now is not None and last - event.now >= YEAR:
        yield f"is over on {last}, a year or more from {event.now}"


@warning(
    "HR950",
    "event-shorter-than-lead",
    Event,
    why="most of its price is the way there and back",
    source="components/policy/events_plan.py",
    do="keep the floor up by a higher baseline, or pack several short events into one",
)
def shorter_than_lead(event: Event, fleet: Fleet) -> Iterator[str]:
    """An event is longer than its preparation."""
    if event.starts is not None and event.ends is not None and event.needed_lead is not None:
        duration = Milliseconds((event.ends - event.starts) * 1000)
        if duration < event.needed_lead:
            yield f"lasts {duration}; its lead takes {event.needed_lead}"

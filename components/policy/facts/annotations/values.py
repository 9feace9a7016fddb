"""How the text of an annotation is read, and written so that it reads back as the same.

Each reader raises ValueError with what is allowed, in bounded time.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Final

from ...events import EventFloor
from ...events_time import Instant
from ...quantities import Milliseconds, parse_ratio
from ..parse import whole
from ..platform import LoadPhase

_MOST_ITEMS: Final = 200


def name(value: object) -> str:
    """A name."""
    if isinstance(value, str) and 0 < len(value.strip()) <= 253:
        return value.strip()
    raise ValueError("not a name; allowed: 1 to 253 characters")


def names(value: object) -> tuple[str, ...]:
    """Names with commas between them."""
    items = tuple(item.strip() for item in str(value).split(",", _MOST_ITEMS + 1) if item.strip())
    if not items or len(items) > _MOST_ITEMS or len(str(value)) > 50 * _MOST_ITEMS:
        raise ValueError(f"not a list; allowed: 1 to {_MOST_ITEMS} items with commas between them")
    return items


def _ratio(value: object) -> Fraction:
    # Written out: the exact value of "1e999999999" would fill the memory.
    if isinstance(value, str) and "e" in value.lower():
        raise ValueError("has an exponent; allowed: a number written out")
    return parse_ratio(value)


def rate(value: object) -> Fraction:
    """A number above 0."""
    ratio = _ratio(value)
    if not 0 < ratio <= 10**12:
        raise ValueError("not a rate; allowed: a number above 0")
    return ratio


def amount(value: object) -> Fraction:
    """A number from 0 up."""
    ratio = _ratio(value)
    if not 0 <= ratio <= 10**12:
        raise ValueError("not an amount; allowed: a number from 0 up")
    return ratio


def zero_to_one(value: object) -> Fraction:
    """A part of a whole."""
    ratio = _ratio(value)
    if not 0 <= ratio <= 1:
        raise ValueError("not a part; allowed: a number from 0 to 1")
    return ratio


def calls_by_callee(value: object) -> dict[str, Fraction]:
    """Fan-out by callee, from pairs such as "payment-api=1/3"."""
    pairs = [item.partition("=") for item in names(value)]
    return {callee.strip(): rate(fan_out) for callee, _, fan_out in pairs}


def some_of(allowed: tuple[str, ...]) -> Callable[[object], frozenset[str]]:
    """A parser of some of the allowed names."""

    def parse(value: object) -> frozenset[str]:
        chosen = frozenset(names(value))
        if not chosen <= set(allowed):
            raise ValueError(f"not known; allowed: {', '.join(allowed)}")
        return chosen

    return parse


def listed_architectures(value: object) -> tuple[str, ...]:
    """Some of those that a node may have, in their order."""
    return tuple(sorted(some_of(("amd64", "arm64"))(value)))


def one_of(*allowed: str) -> Callable[[object], str]:
    """A parser of one of the allowed names."""

    def parse(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"not known; allowed: {', '.join(allowed)}")
        return str(value)

    return parse


def yes_or_no(value: object) -> bool:
    """true or false."""
    return one_of("true", "false")(value) == "true"


def buckets(value: object) -> tuple[Fraction, ...]:
    """Upper bounds in seconds."""
    return tuple(rate(item) for item in names(value))


def load_phases(value: object) -> tuple[LoadPhase, ...]:
    """ "users" or "users@rps" for each phase."""
    pairs = [item.partition("@") for item in names(value)]
    return tuple(
        LoadPhase(virtual_users=whole(users.strip()), rps=rate(rps) if at else None)
        for users, at, rps in pairs
    )


def event_floors(value: object) -> tuple[EventFloor, ...]:
    """ "event=pods@from/until" for each event."""
    return tuple(_event_floor(item) for item in names(value))


def _event_floor(item: str) -> EventFloor:
    event, equals, rest = item.partition("=")
    pods, at, window = rest.partition("@")
    begins, slash, ends = window.partition("/")
    if not (equals and at and slash and event.strip()):
        raise ValueError('not a floor of an event; allowed: event=pods@from/until, the instants as "...Z"')
    instants = {"begins": Instant.parse(begins.strip()), "ends": Instant.parse(ends.strip())}
    if instants["ends"] <= instants["begins"]:
        raise ValueError("ends before it begins; allowed: event=pods@from/until, the later instant last")
    return EventFloor(event=event.strip(), pods=whole(pods.strip()), **instants)


def minor_version(value: object) -> tuple[int, int]:
    """Major and minor of a version."""
    major, _, minor = str(value).strip().removeprefix("v").partition(".")
    try:
        return whole(major), whole(minor.partition(".")[0])
    except ValueError:
        raise ValueError('not a version; allowed: a version such as "1.36"') from None


def availability(value: object) -> Fraction:
    """A ratio between 0 and 1."""
    ratio = _ratio(value)
    if not 0 < ratio < 1:
        raise ValueError('not an availability; allowed: a percentage such as "99.9%"')
    return ratio


def listed(values: Iterable[object]) -> str:
    """Items with commas between them; a set in its order of names."""
    return ", ".join(map(str, sorted(values, key=str) if isinstance(values, frozenset) else values))


def written_event_floors(floors: Iterable[EventFloor]) -> str:
    """The reverse of ``event_floors``."""
    return listed(f"{floor.event}={floor.pods}@{floor.begins}/{floor.ends}" for floor in floors)


def written_calls(calls: Mapping[str, Fraction]) -> str:
    """Pairs of callee and fan-out."""
    return listed(f"{callee}={fan_out}" for callee, fan_out in calls.items())


def written_duration(value: Milliseconds) -> str:
    """A Go duration; none at all has a unit too."""
    return str(value) if value else "0s"


def written_yes_or_no(value: bool) -> str:
    """true or false."""
    return "true" if value else "false"


def written_version(version: tuple[int, int]) -> str:
    """Major and minor."""
    return f"{version[0]}.{version[1]}"


def written_phases(phases: tuple[LoadPhase, ...]) -> str:
    """ "users" or "users@rps" for each phase."""
    return listed(f"{p.virtual_users}" + ("" if p.rps is None else f"@{p.rps}") for p in phases)

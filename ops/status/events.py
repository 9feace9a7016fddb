"""Announced events as they stand in the cluster: which are on, which come next. Read from what was deployed."""

from collections.abc import Iterator, Mapping

from components.policy.events import EventFloor
from components.policy.events_time import Instant
from components.policy.facts.annotations.workloads import EVENT_FLOORS

from .api import ApiObject


def floors(deployment: ApiObject) -> tuple[EventFloor, ...]:
    """What a Deployment says that it holds; nothing where that cannot be read, which a rule says (HR001)."""
    text = (deployment["metadata"].get("annotations") or {}).get(EVENT_FLOORS.key)
    try:
        return () if text is None else EVENT_FLOORS.parse(text)
    except ValueError:
        return ()


def announced(by_service: Mapping[str, tuple[EventFloor, ...]], now: Instant) -> tuple[str, ...]:
    """A line for each event that is not over, the next first."""
    events: dict[str, dict[str, EventFloor]] = {}
    for service, held in by_service.items():
        for floor in held:
            if floor.ends > now:
                events.setdefault(floor.event, {})[service] = floor
    return tuple(_lines(events, now))


def _lines(events: Mapping[str, Mapping[str, EventFloor]], now: Instant) -> Iterator[str]:
    for name, held in sorted(events.items(), key=lambda item: min(f.begins for f in item[1].values())):
        pods = ", ".join(f"{service} {floor.pods}" for service, floor in held.items())
        begins, ends = min(f.begins for f in held.values()), max(f.ends for f in held.values())
        when = f"on until {ends}" if begins <= now else f"from {begins} until {ends}"
        yield f"{name}: {when}: {pods}"

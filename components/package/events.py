"""What a service holds during announced events, for other languages."""

from collections.abc import Sequence
from typing import TypedDict

from ..policy import events
from .reading import model, stated, whole


class EventFloor(TypedDict):
    """Pods that a service holds during one event."""

    event: str
    """The event's name."""
    pods: int
    """So many, or more where the demand asks for more; at most the autoscaler's maximum."""
    begins: str
    """From when, in UTC, such as "2026-11-27T09:56:00Z"; early enough for new nodes and the start of the pods."""
    ends: str
    """Until when, in UTC. Cron knows whole minutes."""


def floors(given: Sequence[EventFloor] | None, field: str) -> list[events.EventFloor]:
    """The floors that are meant."""
    return [_floor(floor, f"{field}[{position}]") for position, floor in enumerate(given or ())]


def _floor(given: EventFloor, field: str) -> events.EventFloor:
    fields = {**stated(given), "pods": whole(given["pods"], f"{field}.pods")}
    return model(events.EventFloor, fields, field)

"""The floors of announced events, as the rules of an event window record them: the pods in the window, 0 outside of it.

A Deployment says in an annotation what its service holds and when; it is the contract with the program that deploys it.
It decides how that text is read and which floor holds now; it reads no cluster.
"""

import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from time import strptime

FLOORS = "headroom.dev/event-floors"
METRIC = "headroom_event_floor_pods"
_FLOOR = re.compile(r"\s*([a-z0-9-]+)=(\d+)@(\S+?Z)/(\S+?Z)\s*")
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class EventFloor:
    """`begins` and `ends` in Unix seconds."""

    event: str
    pods: int
    begins: int
    ends: int

    def at(self, now: float) -> int:
        """The pods that it asks for."""
        return self.pods if self.begins <= now < self.ends else 0


def floors(annotations: Mapping[str, str]) -> tuple[EventFloor, ...]:
    """Of all events; none without the annotation. Raises ValueError if it is wrong."""
    text = annotations.get(FLOORS, "").strip()
    return tuple(_floor(item) for item in text.split(",")) if text else ()


def _floor(item: str) -> EventFloor:
    match = _FLOOR.fullmatch(item)
    try:
        if match is None:
            raise ValueError
        begins, ends = (timegm(strptime(text, _INSTANT)) for text in (match[3], match[4]))
    except ValueError:
        raise ValueError(
            f'annotation {FLOORS} is "{item.strip()}"; it takes event=pods@from/until in UTC'
        ) from None
    return EventFloor(match[1], int(match[2]), begins, ends)

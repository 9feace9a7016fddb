"""What happened, moment by moment: written by the simulator and by the wind tunnel alike, so that like compares with
like. Times are seconds from the start of the profile (negative before it), rates requests/s, money US dollars.

Records only; what it comes to is in outcome.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from ..errors import ConfigurationError

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class ServiceTick:
    """One service at one moment.

    ``wanted`` is what the autoscaler asked for (the scale's spec.replicas), ``current`` the pods that exist and are not
    leaving, ``ready`` those that take requests. ``arrives_rps`` is before the service's own shedding.
    """

    wanted: int
    current: int
    ready: int
    capacity_rps: float
    arrives_rps: float


@dataclass(frozen=True, slots=True)
class Tick:
    """One moment; it holds until the next tick.

    ``capacity_rps`` is the most offered load that every service has room for (flow). ``pending_pods`` are pods without
    a node, placeholders left out. ``nodes`` counts from the moment that one is paid for. ``cost_usd`` is what the nodes
    have cost since the first tick.
    """

    at_s: float
    offered_rps: float
    served_rps: float
    shed_rps: float
    capacity_rps: float
    services: Mapping[str, ServiceTick]
    pending_pods: int
    nodes: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """A run. ``source`` says what made it ("simulator", "wind tunnel"); ``notes`` are for people: what was modelled,
    what went wrong."""

    policy: str
    profile: str
    source: str
    ticks: tuple[Tick, ...]
    notes: tuple[str, ...] = ()

    def to_json_text(self) -> str:
        """All of it, as ``from_json_text`` reads it."""
        return json.dumps({"format": FORMAT, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_json_text(cls, text: str) -> Self:
        """Raises ConfigurationError for a text that is no timeline of this format."""
        try:
            data = json.loads(text)
            if data.pop("format") != FORMAT:
                raise ValueError("another format")
            ticks = tuple(_tick(tick) for tick in data.pop("ticks"))
            return cls(ticks=ticks, notes=tuple(data.pop("notes")), **data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ConfigurationError(
                field="timeline",
                value=f"{type(error).__name__}: {error}"[:200],
                allowed=f"the JSON of a timeline, format {FORMAT}",
                remedy="make the run again with this version",
            ) from None

    def to_csv_text(self) -> str:
        """A line a tick: the platform's columns, then each service's as ``gateway-api.ready``."""
        return "".join(f"{','.join(row)}\n" for row in self._rows())

    def _rows(self) -> Iterator[list[str]]:
        services = list(self.ticks[0].services) if self.ticks else []
        yield [*_OWN, *(f"{name}.{column}" for name in services for column in _OF_SERVICE)]
        for tick in self.ticks:
            yield [
                *(_cell(getattr(tick, column)) for column in _OWN),
                *(_cell(getattr(tick.services[name], column)) for name in services for column in _OF_SERVICE),
            ]


_OWN: Final = tuple(field.name for field in fields(Tick) if field.name != "services")
_OF_SERVICE: Final = tuple(field.name for field in fields(ServiceTick))


def _cell(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def _tick(data: dict[str, Any]) -> Tick:
    services = {name: ServiceTick(**service) for name, service in data.pop("services").items()}
    return Tick(services=services, **data)

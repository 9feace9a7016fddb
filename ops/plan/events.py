"""Announced events as tables: when each begins and ends, by the clock and in UTC, and what each service holds.

Figures only; which there are is components.policy.events_plan's.
"""

from typing import Final

from components.policy.cost import dollars
from components.policy.events_plan import EventPlan
from components.policy.events_service import EventService
from components.policy.events_time import on_the_clock
from components.policy.events_worker import EventWorker
from components.policy.quantities import format_rate

from ..tables import Figures, Table, figures_of

NONE: Final = "-"
_EVENT: Final[Figures[EventPlan]] = {
    "starts": lambda one: on_the_clock(one.at.starts, one.at.offset_at_start),
    "ends": lambda one: on_the_clock(one.at.ends, one.at.offset_at_end),
    "expected rps": lambda one: format_rate(one.expected.value),
    "lead": lambda one: one.lead.value,
    "floors from": lambda one: one.floors_from.value,
    "until": lambda one: one.floors_until.value,
    "back by": lambda one: one.back_by.value,
    "nodes frozen from": lambda one: NONE if one.nodes is None else one.nodes.freeze.begins.value,
    "nodes": lambda one: (
        NONE if one.nodes is None else f"{one.nodes.at_event.value} (+{one.nodes.extra.value})"
    ),
    "price": lambda one: _price(one),
}
_SERVICE: Final[Figures[EventService]] = {
    "expected rps": lambda one: format_rate(one.demand.value),
    "pods needed": lambda one: one.needed.value,
    "floor": lambda one: one.floor.value,
    "tolerated": lambda one: one.tolerated.value,
    "admits rps": lambda one: one.admits.value,
    "lead": lambda one: one.lead.value,
}
_WORKER: Final[Figures[EventWorker]] = {
    "expected messages/s": lambda one: format_rate(one.demand.value),
    "pods needed": lambda one: one.needed.value,
    "floor": lambda one: one.floor.value,
    "most that waits": lambda one: one.messages.value,
    "its last waits": lambda one: one.waits.value,
    "of": lambda one: one.work_off,
    "worked off by": lambda one: "never" if one.worked_off_by is None else one.worked_off_by.value,
    "lead": lambda one: one.lead.value,
}
_BILLED: Final[Figures[EventPlan]] = {
    "from": lambda one: one.floors_from.value,
    "back by": lambda one: one.back_by.value,
    "nodes more": lambda one: NONE if one.nodes is None else one.nodes.extra.value,
    "node-hours": lambda one: NONE if one.nodes is None else format_rate(one.nodes.node_hours.value),
    "price": lambda one: _price(one),
}


def event_tables(events: list[EventPlan]) -> list[Table]:
    """None where nothing is announced."""
    if not events:
        return []
    return [
        figures_of("Events", "event", _named(events), _EVENT),
        *(figures_of(f"Event {one.name}", "service", one.services.items(), _SERVICE) for one in events),
        *(
            figures_of(f"Queues during {one.name}", "worker", one.workers.items(), _WORKER)
            for one in events
            if one.workers
        ),
    ]


def event_bill(events: list[EventPlan]) -> list[Table]:
    """What each costs: the nodes that it takes on top."""
    billed = _named([event for event in events if event.nodes is not None])
    return [figures_of("Events, each once and beside the month", "event", billed, _BILLED)] if billed else []


def _named(events: list[EventPlan]) -> list[tuple[str, EventPlan]]:
    return [(event.name, event) for event in events]


def _price(event: EventPlan) -> str:
    return NONE if event.nodes is None or event.nodes.price is None else dollars(event.nodes.price.value)

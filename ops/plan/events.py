"""Announced events as tables: when each begins and ends, by the clock and in UTC, and what each service holds.

Figures only; which there are is components.policy.events_plan's.
"""

from components.policy.cost import dollars
from components.policy.events_plan import EventPlan
from components.policy.events_time import on_the_clock
from components.policy.quantities import format_rate

from ..tables import Table

NONE = "-"


def event_tables(events: list[EventPlan]) -> list[Table]:
    """None where nothing is announced."""
    if not events:
        return []
    return [_events(events), *map(_floors, events), *(_queues(event) for event in events if event.workers)]


def event_bill(events: list[EventPlan]) -> list[Table]:
    """What each costs: the nodes that it takes on top."""
    rows = [
        (
            event.name,
            str(event.floors_from.value),
            str(event.back_by.value),
            str(nodes.extra.value),
            format_rate(nodes.node_hours.value),
            NONE if nodes.price is None else dollars(nodes.price.value),
        )
        for event in events
        if (nodes := event.nodes) is not None
    ]
    columns = ("event", "from", "back by", "nodes more", "node-hours", "price")
    return [Table("Events, each once and beside the month", columns, rows)] if rows else []


def _events(events: list[EventPlan]) -> Table:
    rows = [
        (
            event.name,
            on_the_clock(event.at.starts, event.at.offset_at_start),
            on_the_clock(event.at.ends, event.at.offset_at_end),
            format_rate(event.expected.value),
            str(event.lead.value),
            str(event.floors_from.value),
            str(event.floors_until.value),
            str(event.back_by.value),
            NONE if event.nodes is None else str(event.nodes.freeze.begins.value),
            NONE if event.nodes is None else f"{event.nodes.at_event.value} (+{event.nodes.extra.value})",
            NONE if event.nodes is None or event.nodes.price is None else dollars(event.nodes.price.value),
        )
        for event in events
    ]
    columns = (
        "event", "starts", "ends", "expected rps", "lead", "floors from", "until", "back by", "nodes frozen from",
        "nodes", "price",
    )  # fmt: skip
    return Table("Events", columns, rows)


def _floors(event: EventPlan) -> Table:
    rows = [
        (
            name,
            format_rate(part.demand.value),
            str(part.needed.value),
            str(part.floor.value),
            str(part.tolerated.value),
            str(part.admits.value),
            str(part.lead.value),
        )
        for name, part in event.services.items()
    ]
    columns = ("service", "expected rps", "pods needed", "floor", "tolerated", "admits rps", "lead")
    return Table(f"Event {event.name}", columns, rows)


def _queues(event: EventPlan) -> Table:
    rows = [
        (
            name,
            format_rate(part.demand.value),
            str(part.needed.value),
            str(part.floor.value),
            str(part.messages.value),
            str(part.waits.value),
            str(part.work_off),
            "never" if part.worked_off_by is None else str(part.worked_off_by.value),
            str(part.lead.value),
        )
        for name, part in event.workers.items()
    ]
    columns = (
        "worker", "expected messages/s", "pods needed", "floor", "most that waits", "its last waits", "of",
        "worked off by", "lead",
    )  # fmt: skip
    return Table(f"Queues during {event.name}", columns, rows)

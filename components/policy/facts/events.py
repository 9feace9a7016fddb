"""The facts of an announced event, as its plan knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..events_time import Instant
from ..quantities import Milliseconds
from .base import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class EventService:
    """One service during it: the pods that should stand, its autoscaler's maximum, the requests/s that its floor lets
    in and those that come."""

    name: str
    wanted: int
    maximum: int
    admits: int
    demand: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class EventWorker:
    """One queue worker during it: the most messages that wait, how long the last of them does and may, and when the
    queue is as short as every day (None: never)."""

    name: str
    messages: int
    waits: Milliseconds
    work_off: Milliseconds
    worked_off_by: Instant | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Announced from ``starts`` to ``ends``; its floors are up from ``opens`` to ``closes``. Rates in requests/s at the
    entry. ``now`` is when somebody looked: this layer has no clock of its own."""

    object: str
    name: str
    namespace: str = ""
    place: Place | None = None
    now: Instant | None = None
    starts: Instant | None = None
    ends: Instant | None = None
    opens: Instant | None = None
    closes: Instant | None = None
    frozen_from: Instant | None = None
    # "once", "twice" or "never": how often the local time comes that was written; and seconds that clocks go forward.
    written: str | None = None
    clocks_change: int | None = None
    lead: Milliseconds | None = None
    needed_lead: Milliseconds | None = None
    valid_until: Mapping[str, Instant] | None = None
    expected_rps: Fraction | None = None
    baseline_rps: Fraction | None = None
    services: tuple[EventService, ...] | None = None
    workers: tuple[EventWorker, ...] | None = None
    # What it asks of Redis, of the pool and of each zone's subnet, and what these have.
    redis_connections: int | None = None
    redis_accepts: int | None = None
    redis_operations: Fraction | None = None
    redis_answers: int | None = None
    nodes: int | None = None
    nodes_allowed: int | None = None
    addresses: int | None = None
    addresses_in_zone: int | None = None
    capacity_type: str | None = None
    expire_after: Milliseconds | None = None

"""The facts of what stands around the workloads: the objective, Redis, alerts, load tests, charts and scripts."""

from dataclasses import dataclass
from fractions import Fraction

from ..quantities import Bytes, Milliseconds
from .base import Maybe, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Objective:
    """What a namespace must carry at its entry. Rates in requests/s."""

    object: str = "target"
    namespace: str = ""
    place: Place | None = None
    peak_rps: Fraction | None = None
    baseline_rps: Fraction | None = None
    p99: Milliseconds | None = None
    availability: Fraction | None = None
    zones: int | None = None
    region: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Redis:
    """One Redis and who watches over it. ``nodes`` counts masters and replicas together."""

    object: str
    name: str
    namespace: str = ""
    place: Place | None = None
    nodes: int | None = None
    persistent: bool | None = None
    # Whether a node that restarts empty is kept from being master.
    restart_guard: bool | None = None
    # "sentinel", "cluster" or "managed".
    failover: Maybe[str] = None
    sentinels: int | None = None
    quorum: int | None = None
    resolves_before_monitor: bool | None = None
    maxmemory: Maybe[Bytes] = None
    memory_limit: Maybe[Bytes] = None
    eviction: str | None = None
    # What is stored: "cache", "locks", "queues".
    stores: frozenset[str] | None = None
    maxclients: int | None = None
    reserved_clients: int = 0
    min_replicas_to_write: int | None = None
    open_files: int | None = None
    # Operations/s and bytes/s of its busiest node at the peak, and what one node was measured to answer and to send.
    busiest_operations: Fraction | None = None
    node_answers: int | None = None
    busiest_sends: Bytes | None = None
    node_sends: Bytes | None = None
    # AWS' own: the hours a week in which it may restart nodes, "ddd:hh:mm-ddd:hh:mm" in UTC.
    maintenance_window: str | None = None
    # What its own objects are called, so that nothing else may be.
    own_names: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """An alerting rule that fires above ``threshold``: requests/s, a ratio, seconds or percent, by its signal."""

    object: str
    name: str
    # "traffic", "capacity" (traffic against the pods that are there), "errors", "latency" or "cpu".
    signal: str | None = None
    # The one service that it watches; None is the entry.
    service: str | None = None
    namespace: str = ""
    place: Place | None = None
    threshold: Fraction | None = None
    windows: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadPhase:
    """One phase of a load test; without ``rps`` it states no rate."""

    virtual_users: int
    rps: Fraction | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadTest:
    """A load test against the entry."""

    object: str
    namespace: str = ""
    place: Place | None = None
    phases: tuple[LoadPhase, ...] | None = None
    arguments: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart release and the version that it asks for."""

    object: str
    name: str
    place: Place | None = None
    version: Maybe[str] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """Text that somebody or something runs: a job's command, a runbook's step."""

    object: str
    namespace: str = ""
    place: Place | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A field that could not be read as what it must be."""

    object: str
    problem: str
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownAnnotation:
    """An annotation under our prefix that nothing reads."""

    object: str
    key: str
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Duplicate:
    """An object that was stated more than once."""

    object: str
    times: int
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dangling:
    """An object that refers to workloads and finds none although its namespace has some."""

    object: str
    refers_to: str
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusedIgnore:
    """An ignore that matched no finding; its object is the pattern that it states."""

    object: str
    rule: str
    reason: str
    place: Place | None = None

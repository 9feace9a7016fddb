"""What an event takes: pods of every service along the call graph, nodes, Redis, money, and when each must begin.

Puts together what the services (events_service), Redis and the nodes need, and decides the windows. How the cluster is
told is in components (autoscaling, event_window).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil

from .cost import Cost, dollars
from .derived import Derived, Frozen, derived
from .events import Event, EventFloor, EventSpec
from .events_service import EventService, event_service
from .events_time import HOUR, Instant, Occurrence, cron, on_the_clock
from .events_worker import EventWorker, event_worker
from .node_budgets import NodeBudget
from .node_pool import NEVER
from .nodes import NodePlan, nodes_for
from .pod_group import PodGroup
from .quantities import Milliseconds, Ratio, format_rate
from .redis_load import redis_load
from .redis_place import AnyRedisPlan
from .service import ServicePlan
from .worker import WorkerPlan

# A pool with the pods that are at home on it.
Pool = tuple[NodePlan, Sequence[PodGroup]]
# What an autoscaler scales: the services that are called, and the workers that are not.
Scaled = tuple[Mapping[str, ServicePlan], Mapping[str, WorkerPlan]]


class EventRedis(Frozen):
    """What the event asks of Redis beside what it takes."""

    connections: Derived[int]
    client_connections: Derived[int]
    busiest_operations: Derived[Ratio]
    node_answers: Derived[int]


class Freeze(Frozen):
    """When no node may be disrupted, and the budget of 0 nodes by schedule that says so to Karpenter."""

    begins: Derived[Instant]
    ends: Derived[Instant]
    budget: NodeBudget


class EventNodes(Frozen):
    """``wanted`` holds the pods that should stand, also those above an autoscaler's maximum; ``price`` in dollars."""

    at_event: Derived[int]
    extra: Derived[int]
    wanted: Derived[int]
    freeze: Freeze
    node_hours: Derived[Ratio]
    price: Derived[Ratio] | None = None


class EventPlan(Frozen):
    """Everything that follows from one event; instants in UTC."""

    name: str
    spec: EventSpec
    at: Occurrence
    expected: Derived[Ratio]
    services: dict[str, EventService]
    workers: dict[str, EventWorker] = {}
    # What the event takes, and what is given to it: the stated lead wins.
    needed_lead: Derived[Milliseconds]
    lead: Derived[Milliseconds]
    # The floors' window, in whole minutes, since cron knows no seconds; and when all is as before.
    floors_from: Derived[Instant]
    floors_until: Derived[Instant]
    back_by: Derived[Instant]
    redis: EventRedis | None = None
    nodes: EventNodes | None = None

    @property
    def holds(self) -> dict[str, int]:
        """The pods that must stand, by service, and by worker where more are needed than every day."""
        workers = {name: part.floor.value for name, part in self.workers.items() if part.raised}
        return {name: part.floor.value for name, part in self.services.items()} | workers

    def floor_of(self, name: str) -> EventFloor:
        """What one of them must hold, for its autoscaler. Raises KeyError for what holds nothing."""
        return EventFloor(
            event=self.name,
            pods=self.holds[name],
            begins=self.floors_from.value,
            ends=self.floors_until.value,
        )


def plan_events(
    events: Sequence[Event],
    scaled: Scaled,
    target: tuple[Fraction, Fraction],
    redis: AnyRedisPlan,
    around: tuple[Sequence[Pool], int],
    cost: Cost | None,
) -> list[EventPlan]:
    """``target`` is baseline and peak in requests/s at the entry; ``around`` the pools, and how many zones."""
    return [_plan(event, scaled, target, redis, around, cost) for event in events]


def _plan(
    event: Event,
    scaled: Scaled,
    target: tuple[Fraction, Fraction],
    redis: AnyRedisPlan,
    around: tuple[Sequence[Pool], int],
    cost: Cost | None,
) -> EventPlan:
    spec, at = event.spec, event.at
    (services, workers), (pools, zones) = scaled, around
    expected, buys = spec.expected(*target), bool(pools)
    parts = {n: event_service(s, expected.value, zones, buys=buys) for n, s in services.items()}
    queues = {n: event_worker(w, expected.value, (at.starts, at.ends), buys=buys) for n, w in workers.items()}
    leads = {n: part.lead for n, part in parts.items()} | {n: part.lead for n, part in queues.items()}
    slowest = max(leads, key=lambda name: leads[name].value)
    needed = derived(leads[slowest].value, f"{slowest} is the slowest: {leads[slowest].because}")
    lead = derived(spec.lead, f"stated; it takes {needed.value}") if spec.lead is not None else needed
    starts = on_the_clock(at.starts, at.offset_at_start)
    ends = derived(
        at.ends.next_minute, f"{starts} + {spec.duration}, {on_the_clock(at.ends, at.offset_at_end)}"
    )
    plan = EventPlan(
        name=spec.name,
        spec=spec,
        at=at,
        expected=expected,
        services=parts,
        workers=queues,
        needed_lead=needed,
        lead=lead,
        floors_from=derived(
            at.starts.earlier(lead.value).minute, f"{starts} - {lead.value} lead, whole minutes"
        ),
        floors_until=ends,
        back_by=_back_by(ends.value, scaled, (parts, queues), pools),
        redis=_redis(services, parts, redis),
    )
    return plan.model_copy(update={"nodes": _nodes(plan, pools, zones, cost)}) if pools else plan


def _back_by(
    ends: Instant,
    scaled: Scaled,
    parts: tuple[Mapping[str, EventService], Mapping[str, EventWorker]],
    pools: Sequence[Pool],
) -> Derived[Instant]:
    """When the fleet rests at the baseline again, and nodes that emptied have been idle as long as the pool says."""
    services, workers = scaled
    back: dict[str, Derived[Instant]] = {}
    for name, service in parts[0].items():
        takes = services[name].scaling.down.takes(service.floor.value, services[name].scaling.rests_at.value)
        back[name] = derived(ends.later(takes), f"the end + {takes} until {name} is down again")
    for name, worker in parts[1].items():
        own = workers[name]
        takes = own.scaling.down.takes(worker.works.value, own.replicas.floor.value)
        since = max(ends, ends if worker.worked_off_by is None else worker.worked_off_by.value)
        back[name] = derived(
            since.later(takes), f"{since}, when its queue is worked off, + {takes} until {name} is down again"
        )
    last = max(back.values(), key=lambda one: one.value)
    after = [nodes.spec.consolidate_after for nodes, _ in pools]
    idle = max((wait for wait in after if wait != NEVER), default=None)
    if idle is None:
        return last
    return derived(last.value.later(idle), f"{last.because} + {idle} until its nodes count as idle")


def _redis(
    services: Mapping[str, ServicePlan],
    parts: Mapping[str, EventService],
    redis: AnyRedisPlan,
) -> EventRedis | None:
    pools = {n: s.connections.redis_pool.value for n, s in services.items() if s.connections.redis_pool.value}
    if not pools:
        return None
    pods = {n: ceil(parts[n].wanted.value * (1 + services[n].disruption.max_surge.value)) for n in pools}
    connections = sum(pods[name] * pool for name, pool in pools.items())
    operations = {n: parts[n].demand.value * services[n].redis_ops_per_request for n in pools}
    load = redis_load(redis.spec, redis.spec.replicas, operations, connections)
    return EventRedis(
        connections=derived(
            connections, " + ".join(f"{pods[n]} {n} pods during a rollout x {pool}" for n, pool in pools.items())
        ),
        client_connections=redis.client_connections,
        busiest_operations=max(load.on_master, load.on_replica, key=lambda number: number.value),
        node_answers=load.node_answers,
    )  # fmt: skip


def _nodes(plan: EventPlan, pools: Sequence[Pool], zones: int, cost: Cost | None) -> EventNodes:
    works = {name: part.works.value for name, part in plan.workers.items()}
    floors, wishes = (
        works | {n: getattr(s, kind).value for n, s in plan.services.items()} for kind in ("floor", "wanted")
    )
    at_event = _sum(pools, [nodes_for(nodes.spec, groups, zones, floors) for nodes, groups in pools])
    wanted = _sum(pools, [nodes_for(nodes.spec, groups, zones, wishes) for nodes, groups in pools])
    at_floor = sum(nodes.at_floor.value for nodes, _ in pools)
    extra = derived(max(0, at_event.value - at_floor), f"{at_event.value} - {at_floor} at the floor")
    seconds = plan.back_by.value - plan.floors_from.value
    hours = derived(
        Fraction(extra.value * seconds, HOUR),
        f"{extra.value} nodes x {format_rate(Fraction(seconds, HOUR))}h from the lead until all is back, as if the last"
        " left last",
    )
    price = cost.per_node_hour if cost is not None else None
    return EventNodes(
        at_event=at_event,
        extra=extra,
        wanted=wanted,
        freeze=_freeze(plan, pools),
        node_hours=hours,
        price=None
        if price is None
        else derived(
            hours.value * price.value,
            f"{format_rate(hours.value)} node-hours x {dollars(price.value)}",
        ),
    )  # fmt: skip


def _sum(pools: Sequence[Pool], counts: Sequence[Derived[int]]) -> Derived[int]:
    if len(counts) == 1:
        return counts[0]
    named = zip(counts, pools, strict=True)
    text = " + ".join(f"{count.value} of {nodes.spec.name}" for count, (nodes, _) in named)
    return derived(sum(count.value for count in counts), text)


def _freeze(plan: EventPlan, pools: Sequence[Pool]) -> Freeze:
    """So early that a node whose disruption began just before is gone when the floors rise."""
    grace = max(nodes.termination_grace_period.value for nodes, _ in pools)
    begins = plan.floors_from.value.earlier(grace).minute
    ends = plan.floors_until.value
    return Freeze(
        begins=derived(begins, f"the floors' {plan.floors_from.value} - {grace}: a disruption begun before has ended"),
        ends=derived(ends, "with the floors"),
        budget=NodeBudget(nodes=0, schedule=cron(begins), duration=Milliseconds((ends - begins) * 1000)),
    )  # fmt: skip

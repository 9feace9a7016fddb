"""Rules about what an announced event asks for, against what peak, limits, nodes, subnets and Redis can give."""

from collections.abc import Iterator
from typing import Final

from ..facts import Autoscaler, Event, Fleet, Redis, Workload
from ..quantities import Milliseconds, format_rate
from ..windows import falls_into
from .rule import error, warning

# What asks for a floor: the HPA's metric (events_watch.FLOOR_PODS), KEDA's trigger, and what a plan calls either.
EVENT_METRICS: Final = frozenset({"headroom_event_floor_pods", "cron", "event"})


@error(
    "HR951",
    "event-above-peak",
    Event,
    why="no metric and no floor takes an autoscaler above its maximum, so the rest of the demand is shed",
    source="kubernetes.io, Horizontal Pod Autoscaling: maxReplicas",
    do="raise target.peak_rps to what is expected, and deploy that before the event",
)
def event_above_peak(event: Event, fleet: Fleet) -> Iterator[str]:
    """What an event asks for is within every autoscaler's maximum."""
    for service in event.services or ():
        if service.wanted > service.maximum:
            yield (
                f"{service.name} should have {service.wanted} pods for {format_rate(service.demand)} rps;"
                f" its maximum is {service.maximum}"
            )


@error(
    "HR952",
    "event-over-rate-limit",
    Event,
    why="the pods refuse what the event brings, although they stand",
    source="guide.md section 3: pods x rate limit against the target",
    do="set the limit to the measured rps per pod, or raise target.peak_rps to have more pods",
)
def event_over_rate_limit(event: Event, fleet: Fleet) -> Iterator[str]:
    """The floors of an event let in what is expected."""
    for service in event.services or ():
        if service.admits < service.demand:
            yield f"the floor of {service.name} admits {service.admits} rps; {format_rate(service.demand)} are expected"


@error(
    "HR953",
    "event-over-redis",
    Event,
    why="Redis refuses connections or answers late for every service at once, in the middle of the event",
    source="components/policy/redis_load.py; redis.io, Redis benchmark and client handling",
    do="raise redis.maxclients, make the pools smaller, or state what a node was measured to answer",
)
def event_over_redis(event: Event, fleet: Fleet) -> Iterator[str]:
    """Redis takes the connections and the operations of an event."""
    connections, accepts = event.redis_connections, event.redis_accepts
    if connections is not None and accepts is not None and connections > accepts:
        yield f"pools of {connections} connections; Redis accepts {accepts}"
    operations, answers = event.redis_operations, event.redis_answers
    if operations is not None and answers is not None and operations > answers:
        yield f"{format_rate(operations)} operations a second on one node; it answers {answers}"


@error(
    "HR954",
    "event-over-nodes",
    Event,
    why="pods stay pending on the day: Karpenter buys nothing above the pool's limits, and without an address no pod"
    " starts",
    source="karpenter v1.14.1, NodePool limits; AWS, Subnet CIDR blocks",
    do="raise target.peak_rps to what is expected, so that limits and subnets follow",
)
def event_over_nodes(event: Event, fleet: Fleet) -> Iterator[str]:
    """The pool and its subnets hold the nodes of an event."""
    if event.nodes is not None and event.nodes_allowed is not None and event.nodes > event.nodes_allowed:
        yield f"takes {event.nodes} nodes; the pool's limits allow {event.nodes_allowed}"
    addresses, there = event.addresses, event.addresses_in_zone
    if addresses is not None and there is not None and addresses > there:
        yield f"takes {addresses} addresses in a zone; its subnets have {there}"


@warning(
    "HR955",
    "event-on-spot",
    Event,
    why="AWS takes spot nodes back with two minutes' notice, most likely when everybody buys; no freeze stops that",
    source="AWS, Spot Instance interruption notices; karpenter, Disruption: interruption",
    do="buy on demand for the event (node_pool.capacity_type), or keep more room",
)
def event_on_spot(event: Event, fleet: Fleet) -> Iterator[str]:
    """The nodes of an event are not taken back in the middle of it."""
    if event.capacity_type == "spot":
        yield "stands on spot nodes"


@error(
    "HR956",
    "event-outlives-nodes",
    Event,
    why="a node is replaced when it has expired, whatever the budgets say: every node that is bought for the event goes"
    " before it is over",
    source="karpenter v1.14.1: budgets do not stop expiration",
    do="raise node_pool.expire_after above the event with its lead",
)
def event_outlives_nodes(event: Event, fleet: Fleet) -> Iterator[str]:
    """A node lives longer than an event with its lead."""
    if event.expire_after is not None and event.opens is not None and event.closes is not None:
        needed = Milliseconds((event.closes - event.opens) * 1000)
        if event.expire_after <= needed:
            yield f"nodes expire after {event.expire_after}; the floors are up for {needed}"


@warning(
    "HR957",
    "event-without-effect",
    Event,
    why="the floors of every day carry it, so it only freezes the nodes",
    source="components/policy/events_service.py",
    do="state what is expected at the entry in all, not what comes on top; or remove the event",
)
def event_without_effect(event: Event, fleet: Fleet) -> Iterator[str]:
    """An event brings more than an ordinary day."""
    expected, baseline = event.expected_rps, event.baseline_rps
    if expected is not None and baseline is not None and expected <= baseline:
        yield f"{format_rate(expected)} rps are expected; the baseline is {format_rate(baseline)}"


@error(
    "HR958",
    "event-floor-above-maximum",
    Workload,
    why="the autoscaler stops at its maximum, and the event finds fewer pods than were promised to it",
    source="kubernetes.io, Horizontal Pod Autoscaling: maxReplicas",
    do="raise the autoscaler's maximum, or lower the floor of the event",
)
def floor_above_maximum(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The floor of an event is within the autoscaler's maximum."""
    scaler = workload.autoscaler
    if not isinstance(scaler, Autoscaler) or scaler.maximum is None:
        return
    for floor in workload.traffic.event_floors or ():
        if floor.pods > scaler.maximum:
            yield f"{floor.event} asks for {floor.pods} pods; the maximum of {scaler.object} is {scaler.maximum}"


@error(
    "HR959",
    "event-floor-unheld",
    Workload,
    why="the floor stands in an annotation, and no metric asks for it: the event finds every day's pods",
    source="components/autoscaling.py: one metric of the HPA, or one cron trigger of KEDA, for each event",
    do="deploy the service again with its events, or take the annotation away",
)
def floor_unheld(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The autoscaler has a metric for every event."""
    scaler, floors = workload.autoscaler, workload.traffic.event_floors
    if not floors or not isinstance(scaler, Autoscaler) or scaler.metrics is None:
        return
    held = sum(metric.name in EVENT_METRICS for metric in scaler.metrics)
    if held < len(floors):
        yield f"{len(floors)} events have floors; {scaler.object} asks for {held}"


@error(
    "HR960",
    "event-in-maintenance",
    Redis,
    why="AWS restarts nodes in this window: a failover in the middle of the event, with seconds in which nothing is"
    " written",
    source="Amazon ElastiCache, Managing maintenance",
    do="move redis.maintenance_window to an hour without an event",
)
def event_in_maintenance(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """A managed Redis is not restarted while an event's floors are up."""
    if redis.maintenance_window is None:
        return
    for event in fleet.events:
        begins, ends = event.opens or event.starts, event.closes or event.ends
        if begins is not None and ends is not None and falls_into(redis.maintenance_window, begins, ends):
            yield f"may be restarted in {redis.maintenance_window}, during {event.name} ({begins} to {ends})"


@warning(
    "HR961",
    "event-backlog-too-long",
    Event,
    why="more messages come than the whole fleet works off: none is lost, but the last of them waits longer than was"
    " promised, perhaps until after the event",
    source="components/policy/events_worker.py: what piles up until pods are there, and above the peak",
    do="raise target.peak_rps to what is expected, which raises the worker's peak, or allow the last message to wait"
    " longer (workers.*.work_off)",
)
def event_backlog_too_long(event: Event, fleet: Fleet) -> Iterator[str]:
    """What an event leaves in a queue is worked off in the time that was promised."""
    for worker in event.workers or ():
        if worker.waits <= worker.work_off:
            continue
        until = (
            "never worked off" if worker.worked_off_by is None else f"worked off by {worker.worked_off_by}"
        )
        outlives = event.closes is not None and (worker.worked_off_by or event.closes + 1) > event.closes
        yield (
            f"{worker.messages} messages wait for {worker.name}, the last of them {worker.waits}, where"
            f" {worker.work_off} is promised; {until}" + (", after the event" if outlives else "")
        )

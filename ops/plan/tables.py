"""What a plan comes to, as tables: the services, one pod of each, what they share, the load test. Figures only.

A table of like things is its columns: a heading and the figure under it.
"""

from typing import Final

from components.policy.cost import dollars
from components.policy.elasticache import ElastiCacheSpec
from components.policy.load import LoadPhase, LoadPlan
from components.policy.placement import Placement
from components.policy.plan import Plan
from components.policy.quantities import format_rate
from components.policy.redis import RedisSpec
from components.policy.service import ServicePlan
from components.policy.worker import WorkerPlan

from ..bill_view import parts
from ..tables import Figures, Table, figures_of
from .events import event_tables

_SERVICE: Final[Figures[ServicePlan]] = {
    "of demand": lambda one: one.demand.share,
    "peak rps": lambda one: format_rate(one.demand.peak_rps),
    "rps/pod": lambda one: format_rate(one.demand.rps_per_pod),
    "floor": lambda one: one.replicas.floor.value,
    "peak": lambda one: one.replicas.peak.value,
    "scales at rps/pod": lambda one: one.scaling.target_rps.value,
    "budget": lambda one: one.disruption.budget.value,
    "carries rps at floor": lambda one: format_rate(one.carries_at_floor.value),
    "at peak": lambda one: format_rate(one.carries_at_peak.value),
}
_WORKER: Final[Figures[WorkerPlan]] = {
    "messages per request": lambda one: one.demand.share,
    "peak messages/s": lambda one: format_rate(one.demand.peak_rps),
    "messages/s/pod": lambda one: format_rate(one.demand.rps_per_pod),
    "floor": lambda one: one.replicas.floor.value,
    "peak": lambda one: one.replicas.peak.value,
    "scales at messages/pod": lambda one: one.scaling.queue_length.value,
    "budget": lambda one: one.disruption.budget.value,
    "backlog while pods start": lambda one: one.backlog.messages.value,
    "its last waits": lambda one: one.backlog.waits.value,
}
_POD: Final[Figures[ServicePlan]] = {
    "Redis pool": lambda one: one.connections.redis_pool.value,
    "HTTP idle": lambda one: one.connections.http_idle_total.value,
    "per host": lambda one: one.connections.http_idle_per_host.value,
    "rate limit rps": lambda one: one.connections.rate_limit_rps.value,
    "burst": lambda one: one.connections.rate_limit_burst.value,
    "file descriptors": lambda one: one.connections.file_descriptors.value,
    "drain": lambda one: one.drain.drain_time.value,
    "grace": lambda one: one.grace_period.value,
}
_REACTION: Final[Figures[ServicePlan]] = {
    "reacts on free nodes": lambda one: one.reaction.on_free_nodes.value,
    "on new nodes": lambda one: one.reaction.on_new_nodes.value,
    "fastest ramp rps/s": lambda one: format_rate(one.reaction.fastest_ramp.value),
    "follows the growth": lambda one: (
        "-" if one.reaction.follows is None else _yes_or_no(one.reaction.follows.value)
    ),
    "waits": lambda one: one.timeouts.waits.value,
    "caller waits": lambda one: one.timeouts.caller_waits.value,
}
_PLACEMENT: Final[Figures[Placement]] = {
    "pool": lambda one: one.home.value,
    "falls back on": lambda one: ", ".join(one.fallbacks) or "-",
    "because": lambda one: one.home.because,
}
_PHASE: Final[Figures[LoadPhase]] = {
    "ramp": lambda one: one.ramp.value,
    "hold": lambda one: one.duration,
    "rps": lambda one: one.rate.value,
    "VUs": lambda one: one.pre_allocated_vus.value,
    "is carried": lambda one: _yes_or_no(one.carried.value),
}


def headline(name: str, plan: Plan) -> str:
    """What was asked for, in a line."""
    target = plan.target
    return (
        f"{name}: {format_rate(target.peak_rps)} requests/s at the peak,"
        f" {format_rate(target.baseline_rps)} at the baseline, P99 {target.p99}, in {len(plan.zones)} zones"
    )


def plan_tables(plan: Plan) -> list[Table]:
    """All tables of the plan."""
    services, workers = plan.services.items(), plan.workers.items()
    tables = [figures_of("Services", "service", services, _SERVICE)]
    if workers:
        tables.append(figures_of("Queue workers", "worker", workers, _WORKER))
    tables += [
        figures_of("One pod", "service", services, _POD),
        figures_of("Reaction and timeouts", "service", services, _REACTION),
        _shared(plan),
    ]
    if len(plan.pools) > 1:
        title = "Which pods are on which pool"
        tables.append(figures_of(title, "pods", plan.placements.items(), _PLACEMENT))
    tables += [_load(plan.load), *event_tables(plan.events)]
    return tables if plan.bill is None else [*tables, parts(plan.bill)]


def _shared(plan: Plan) -> Table:
    redis = plan.redis
    rows = [
        ("Redis", _redis(redis.spec)),
        ("Redis maxmemory", f"{redis.maxmemory.value}, {redis.eviction.value}"),
        ("Redis connections", f"{plan.redis_connections.value} of {redis.client_connections.value}"),
    ]
    if not plan.pools:
        rows.append(("nodes", "the cluster's own: the stack has no node_pool"))
    for pool, nodes in plan.pools.items():
        of = f" of {pool}" if len(plan.pools) > 1 else ""
        rows += [
            (f"nodes at floor{of}", f"{nodes.at_floor.value} {nodes.instance.name}"),
            (f"nodes at peak{of}", f"{nodes.at_peak.value} {nodes.instance.name}"),
            (f"pool limits{of}", f"{nodes.cpu_limit.value} CPU, {nodes.memory_limit.value}"),
        ]
    for pool, room in plan.spare.items():
        rows.append(
            (f"spare room on {pool}", f"{room.pods.value} x {room.cpu.value} CPU, {room.memory.value}")
        )
    if plan.cost is not None:
        rows.append(("nodes a month", dollars(plan.cost.per_month.value)))
    rows += [
        ("carries at floor", f"{format_rate(plan.carries_at_floor.value)} rps"),
        ("carries at peak", f"{format_rate(plan.carries_at_peak.value)} rps"),
        ("fastest ramp", f"{format_rate(plan.fastest_ramp.value)} rps per second"),
    ]
    return Table("Shared", ("what", "value"), rows)


def _redis(spec: RedisSpec | ElastiCacheSpec) -> str:
    members = f"1 master, {spec.replicas} replicas"
    if isinstance(spec, ElastiCacheSpec):
        return f"{members}, ElastiCache {spec.node_type}"
    return f"{members}, {spec.sentinels} sentinels"


def _load(load: LoadPlan) -> Table:
    title = f"Load test, from {load.generators.value} generators of {load.generator_cpu.value} cores"
    return figures_of(title, "phase", ((phase.name, phase) for phase in load.phases), _PHASE)


def _yes_or_no(answer: bool) -> str:
    return "yes" if answer else "no"

"""What a plan comes to, as tables: the services, one pod of each, what they share, the load test. Figures only."""

from components.policy.cost import dollars
from components.policy.elasticache import ElastiCacheSpec
from components.policy.plan import Plan
from components.policy.quantities import format_rate
from components.policy.redis import RedisSpec

from ..tables import Table
from .events import event_tables


def headline(name: str, plan: Plan) -> str:
    """What was asked for, in a line."""
    target = plan.target
    return (
        f"{name}: {format_rate(target.peak_rps)} requests/s at the peak,"
        f" {format_rate(target.baseline_rps)} at the baseline, P99 {target.p99}, in {len(plan.zones)} zones"
    )


def plan_tables(plan: Plan) -> list[Table]:
    """All tables of the plan."""
    workers = [_workers(plan)] if plan.workers else []
    several = [_placements(plan)] if len(plan.pools) > 1 else []
    several += [_load(plan), *event_tables(plan.events)]
    return [_services(plan), *workers, _pods(plan), _reaction(plan), _shared(plan), *several]


def _services(plan: Plan) -> Table:
    rows = [
        (
            name,
            str(service.demand.share),
            format_rate(service.demand.peak_rps),
            format_rate(service.demand.rps_per_pod),
            str(service.replicas.floor.value),
            str(service.replicas.peak.value),
            str(service.scaling.target_rps.value),
            str(service.disruption.budget.value),
            format_rate(service.carries_at_floor.value),
            format_rate(service.carries_at_peak.value),
        )
        for name, service in plan.services.items()
    ]
    columns = (
        "service", "of demand", "peak rps", "rps/pod", "floor", "peak", "scales at rps/pod", "budget",
        "carries rps at floor", "at peak",
    )  # fmt: skip
    return Table("Services", columns, rows)


def _workers(plan: Plan) -> Table:
    rows = [
        (
            name,
            str(worker.demand.share),
            format_rate(worker.demand.peak_rps),
            format_rate(worker.demand.rps_per_pod),
            str(worker.replicas.floor.value),
            str(worker.replicas.peak.value),
            str(worker.scaling.queue_length.value),
            str(worker.disruption.budget.value),
            str(worker.backlog.messages.value),
            str(worker.backlog.waits.value),
        )
        for name, worker in plan.workers.items()
    ]
    columns = (
        "worker", "messages per request", "peak messages/s", "messages/s/pod", "floor", "peak",
        "scales at messages/pod", "budget", "backlog while pods start", "its last waits",
    )  # fmt: skip
    return Table("Queue workers", columns, rows)


def _pods(plan: Plan) -> Table:
    rows = [
        (
            name,
            str(service.connections.redis_pool.value),
            str(service.connections.http_idle_total.value),
            str(service.connections.http_idle_per_host.value),
            str(service.connections.rate_limit_rps.value),
            str(service.connections.rate_limit_burst.value),
            str(service.connections.file_descriptors.value),
            str(service.drain.drain_time.value),
            str(service.grace_period.value),
        )
        for name, service in plan.services.items()
    ]
    columns = (
        "service", "Redis pool", "HTTP idle", "per host", "rate limit rps", "burst", "file descriptors", "drain",
        "grace",
    )  # fmt: skip
    return Table("One pod", columns, rows)


def _reaction(plan: Plan) -> Table:
    rows = [
        (
            name,
            str(service.reaction.on_free_nodes.value),
            str(service.reaction.on_new_nodes.value),
            format_rate(service.reaction.fastest_ramp.value),
            "-" if service.reaction.follows is None else "yes" if service.reaction.follows.value else "no",
            str(service.timeouts.waits.value),
            str(service.timeouts.caller_waits.value),
        )
        for name, service in plan.services.items()
    ]
    columns = (
        "service", "reacts on free nodes", "on new nodes", "fastest ramp rps/s", "follows the growth", "waits",
        "caller waits",
    )  # fmt: skip
    return Table("Reaction and timeouts", columns, rows)


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


def _placements(plan: Plan) -> Table:
    rows = [
        (group, placement.home.value, ", ".join(placement.fallbacks) or "-", placement.home.because)
        for group, placement in plan.placements.items()
    ]
    return Table("Which pods are on which pool", ("pods", "pool", "falls back on", "because"), rows)


def _redis(spec: RedisSpec | ElastiCacheSpec) -> str:
    members = f"1 master, {spec.replicas} replicas"
    if isinstance(spec, ElastiCacheSpec):
        return f"{members}, ElastiCache {spec.node_type}"
    return f"{members}, {spec.sentinels} sentinels"


def _load(plan: Plan) -> Table:
    rows = [
        (
            phase.name,
            str(phase.ramp.value),
            str(phase.duration),
            str(phase.rate.value),
            str(phase.pre_allocated_vus.value),
            "yes" if phase.carried.value else "no",
        )
        for phase in plan.load.phases
    ]
    title = (
        f"Load test, from {plan.load.generators.value} generators of {plan.load.generator_cpu.value} cores"
    )
    return Table(title, ("phase", "ramp", "hold", "rps", "VUs", "is carried"), rows)

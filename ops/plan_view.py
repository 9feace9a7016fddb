"""The plan as tables: what each service, Redis and the nodes get, then what every number was derived from.

It shows; every number is the plan's.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from components.policy.plan import Plan
from components.policy.quantities import format_rate

from .derivations import Derivation, derivations


def show_plan(console: Console, stack: str, plan: Plan) -> None:
    """All tables of the plan."""
    target = plan.target
    console.print(
        f"[bold]{stack}[/bold]: {format_rate(target.peak_rps)} requests/s at the peak,"
        f" {format_rate(target.baseline_rps)} at the baseline, P99 {target.p99}, in {len(plan.zones)} zones"
    )
    for table in (_services(plan), _connections(plan), _platform(plan)):
        console.print(table)
    show_derivations(console, derivations(plan))


def show_derivations(console: Console, found: Sequence[Derivation]) -> None:
    """One number a line; a line is never broken, so that it can be searched."""
    width = max(len(d.path) for d in found)
    for d in found:
        line = f"{d.path:<{width}}  {d.value} = {d.because}"
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position == 0 else "right")
    return table


def _services(plan: Plan) -> Table:
    table = _table(
        "Services",
        "service", "of demand", "peak rps", "rps/pod", "floor", "peak", "scales at rps/pod", "budget",
        "carries rps at floor", "at peak",
    )  # fmt: skip
    for name, service in plan.services.items():
        demand, replicas = service.demand, service.replicas
        table.add_row(
            name,
            str(demand.share),
            format_rate(demand.peak_rps),
            format_rate(demand.rps_per_pod),
            str(replicas.floor.value),
            str(replicas.peak.value),
            str(service.scaling.target_rps.value),
            str(service.disruption.budget.value),
            format_rate(service.carries_at_floor.value),
            format_rate(service.carries_at_peak.value),
        )
    return table


def _connections(plan: Plan) -> Table:
    table = _table(
        "One pod",
        "service", "Redis pool", "HTTP idle", "per host", "rate limit rps", "burst", "grace",
    )  # fmt: skip
    for name, service in plan.services.items():
        sizes = service.connections
        table.add_row(
            name,
            str(sizes.redis_pool.value),
            str(sizes.http_idle_total.value),
            str(sizes.http_idle_per_host.value),
            str(sizes.rate_limit_rps.value),
            str(sizes.rate_limit_burst.value),
            str(service.grace_period.value),
        )
    return table


def _platform(plan: Plan) -> Table:
    table = _table("Shared", "what", "value")
    redis = plan.redis
    table.add_row("Redis", f"1 master, {redis.spec.replicas} replicas, {redis.spec.sentinels} sentinels")
    table.add_row("Redis maxmemory", f"{redis.maxmemory.value}, {redis.eviction.value}")
    table.add_row("Redis connections", f"{plan.redis_connections.value} of {redis.client_connections.value}")
    if plan.nodes is None:
        table.add_row("nodes", "the cluster's own: the stack has no node_pool")
    else:
        nodes = plan.nodes
        table.add_row("nodes at floor", f"{nodes.at_floor.value} {nodes.instance.name}")
        table.add_row("nodes at peak", f"{nodes.at_peak.value} {nodes.instance.name}")
        table.add_row("pool limits", f"{nodes.cpu_limit.value} CPU, {nodes.memory_limit.value}")
    return table

"""Rules about nodes that go: how many at once, how often at all, and whether their pods can leave in time."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Final

from ..disruption import Budget
from ..facts import Fleet, Pool, Workload, known
from ..quantities import Milliseconds
from .rule import error, warning

# karpenter v1.14.1, CRD of NodePool.
MOST_BUDGETS: Final = 50


@error(
    "HR839",
    "node-budgets-too-many",
    Pool,
    why="the API server refuses the pool, and with it everything that is deployed after it",
    source="karpenter v1.14.1, CRD of NodePool: disruption.budgets, maxItems 50",
    do="take events that are over out of the stack, and announce the later ones when the next are over",
)
def node_budgets_too_many(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """A pool has no more budgets than the API takes: its own, and one for each announced event."""
    if pool.budgets is not None and len(pool.budgets) > MOST_BUDGETS:
        yield f"has {len(pool.budgets)} budgets; the API takes {MOST_BUDGETS}"


@warning(
    "HR825",
    "node-budget-over-zone",
    Pool,
    why="consolidation or drift may take more nodes at once than the loss of a zone, which is all there is room for",
    source="Karpenter, Disruption: budgets; loss of one zone at the peak, components/policy/replicas.py",
    do="set the budget to 10%",
)
def node_budget_over_zone(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """At most one zone's part of the nodes is disrupted at once."""
    zones = len(pool.zones) if pool.zones else None
    always = [b.nodes for b in pool.budgets or () if b.schedule is None and not b.reasons]
    shares = [
        Fraction(int(nodes[:-1]), 100) for nodes in always if nodes[:-1].isdigit() and nodes.endswith("%")
    ]
    # With several budgets the most restrictive one holds, and a plain number may be that one.
    if (
        zones is not None
        and zones > 1
        and shares
        and len(shares) == len(always)
        and min(shares) > Fraction(1, zones)
    ):
        yield f"its budget lets {ceil(min(shares) * 100)}% of the nodes go at once; one of {zones} zones holds less"


@warning(
    "HR826",
    "nodes-never-replaced",
    Pool,
    why="a budget of 0 at all times stops drift and consolidation for good, so no patch and no saving ever arrives",
    source="Karpenter, Disruption: budgets; they do not stop expiration or interruption",
    do="give the budget of 0 a schedule and a duration, or leave it to the event's window",
)
def nodes_never_replaced(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """Some of the time nodes may be replaced."""
    for budget in pool.budgets or ():
        if budget.nodes in ("0", "0%") and budget.schedule is None and not budget.reasons:
            yield "its budget is 0 nodes at all times"


@error(
    "HR829",
    "node-budget-outruns-budgets",
    Pool,
    why="the nodes that go at once hold more pods of a service than its budget lets go one after the other in the time"
    " that a node has: then the rest is killed past the budget",
    source="Karpenter, Disruption: drains respect budgets until terminationGracePeriod, which bypasses them",
    do="let fewer nodes go at once, more pods of the service, or give the nodes a longer terminationGracePeriod",
)
def node_budget_outruns_budgets(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """The pods of all nodes that go at once can leave within the budgets."""
    grace, nodes = known(pool.termination_grace), _nodes_at_once(pool)
    if grace is None or not nodes or not pool.planned_nodes:
        return
    for workload in fleet.on_pool(pool):
        pods, allowed, leaves = workload.peak, _allowed(workload), _leaves(workload)
        if pods is None or not allowed or leaves is None:
            continue
        per_host = ceil(Fraction(pods, pool.planned_nodes))
        leaving = min(pods, nodes * per_host)
        turns = ceil(Fraction(leaving, allowed))
        if turns * leaves > grace:
            yield (
                f"{nodes} nodes at once x {per_host} {workload.name} pods each are {leaving}; {workload.budget} lets"
                f" {allowed} go at a time, {turns} x {leaves} = {Milliseconds(turns * leaves)}; a node has {grace}"
            )


def _nodes_at_once(pool: Pool) -> int | None:
    """By the strictest budget that always holds; a percentage rounds up as Karpenter's does."""
    always = [b.nodes for b in pool.budgets or () if b.schedule is None and not b.reasons]
    counts = [
        ceil(Fraction(int(nodes.removesuffix("%")), 100) * (pool.planned_nodes or 0))
        if nodes.endswith("%")
        else int(nodes)
        for nodes in always
        if nodes.removesuffix("%").isdecimal() and len(nodes) < 10
    ]
    return min(counts, default=None)


def _allowed(workload: Workload) -> int | None:
    if workload.peak is None or not isinstance(workload.budget, Budget):
        return None
    return workload.budget.allowed(workload.peak)


def _leaves(workload: Workload) -> Milliseconds | None:
    """How long one pod takes until the budget lets the next go: at least until it is gone."""
    return workload.traffic.leaves_within or workload.grace

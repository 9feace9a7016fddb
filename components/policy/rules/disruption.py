"""Rules about disruption budgets: no drain may wait for good, and no drain may take what the demand needs."""

from collections.abc import Iterator

from ..disruption import Budget
from ..facts import ABSENT, Fleet, Workload
from .rule import error, warning


def _allowed(budget: Budget, pods: int) -> int:
    return min(budget.allowed(pods), pods)


@error(
    "HR201",
    "budget-blocks-drain",
    Workload,
    why="a node drain waits for good: the eviction API refuses every attempt, and nobody warns when the budget is made",
    source="guide.md facts: minAvailable >= minReplicas blocks every drain; percentages round up",
    do="state maxUnavailable of at least 1",
)
def budget_blocks_drain(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The budget lets at least one pod go, at the floor as at the peak."""
    if not isinstance(workload.budget, Budget):
        return
    for when, pods in (("floor", workload.floor), ("peak", workload.peak)):
        if pods and _allowed(workload.budget, pods) < 1:
            yield f"{workload.budget} lets none of {pods} pods go at the {when}"
            return


@error(
    "HR202",
    "budget-below-demand",
    Workload,
    why="one drain of several nodes may take so many pods at once that the rest is overloaded",
    source="guide.md section 1: minAvailable 5 at 50 pods lets 45 go at once; measured: 1.4 million requests shed",
    do="state maxUnavailable, at most what peak and floor have above their demand",
)
def budget_below_demand(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """What the budget leaves still carries the demand."""
    if not isinstance(workload.budget, Budget):
        return
    cases = (
        ("floor", workload.floor, workload.needed_at_floor),
        ("peak", workload.peak, workload.needed_at_peak),
    )
    for when, pods, needed in cases:
        if pods is None or needed is None or pods < needed:
            continue
        # A single pod must be allowed to go for a drain to end, even where there is none to spare.
        gone = _allowed(workload.budget, pods)
        if gone > 1 and pods - gone < needed:
            yield f"{workload.budget} leaves {pods - gone} of {pods} pods at the {when}; the demand needs {needed}"


@warning(
    "HR203",
    "budget-fixed-number",
    Workload,
    why="minAvailable as a number protects the floor only: the higher the fleet scales, the more may go at once",
    source="guide.md section 1: PDB by maxUnavailable",
    do="state maxUnavailable, in percent",
)
def budget_fixed_number(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The budget of a fleet that scales is not a fixed number that must stay."""
    budget, floor, peak = workload.budget, workload.floor, workload.peak
    if (
        not isinstance(budget, Budget)
        or not isinstance(budget.min_available, int)
        or floor is None
        or peak is None
    ):
        return
    if budget.min_available and floor < peak:
        yield f"{budget} with {floor} to {peak} pods lets {_allowed(budget, peak)} go at once at the peak"


@warning(
    "HR204",
    "budget-missing",
    Workload,
    why="a drain, a consolidation or an upgrade may evict all pods at once",
    source="kubernetes.io, Specifying a Disruption Budget for your Application",
    do="add a PodDisruptionBudget with maxUnavailable 10 % and unhealthyPodEvictionPolicy AlwaysAllow",
)
def budget_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service has a disruption budget."""
    if (
        workload.serves
        and workload.budget is ABSENT
        and workload.kind != "DaemonSet"
        and (workload.floor or 0) > 1
    ):
        yield "no PodDisruptionBudget among the reviewed objects selects its pods"


@warning(
    "HR205",
    "unhealthy-pods-block",
    Workload,
    why="a pod that never became ready counts as unavailable and cannot be evicted, so it holds up its node's drain",
    source="guide.md facts: unhealthyPodEvictionPolicy AlwaysAllow",
    do="set unhealthyPodEvictionPolicy: AlwaysAllow",
)
def unhealthy_pods_block(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Pods that are not healthy may always be evicted."""
    policy = workload.unhealthy_eviction
    if isinstance(workload.budget, Budget) and policy is not None and policy != "AlwaysAllow":
        stated = "is not set" if policy is ABSENT else f"is {policy}"
        yield f"unhealthyPodEvictionPolicy {stated}"


@error(
    "HR206",
    "budgets-overlap",
    Workload,
    why="the eviction API answers 500 for a pod that more than one budget selects: it cannot be drained at all",
    source="kubernetes.io, API-initiated Eviction",
    do="leave one budget that selects these pods",
)
def budgets_overlap(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """At most one budget selects a pod."""
    if len(workload.budgets) > 1:
        yield f"is selected by {len(workload.budgets)} budgets: {', '.join(workload.budgets)}"

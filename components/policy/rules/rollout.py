"""Rules about a rollout: a new revision must not take capacity that the demand needs, and must be able to proceed."""

from collections.abc import Iterator

from ..disruption import Budget
from ..facts import Fleet, Workload
from .rule import error, warning


@error(
    "HR211",
    "rollout-below-demand",
    Workload,
    why="during a rollout, with a drain at the same time, fewer pods are left than the demand needs",
    source="kubernetes.io, Deployments: Max Unavailable; it and the disruption budget do not count each other's pods",
    do="set rollingUpdate.maxUnavailable: 0 and a maxSurge, so that a rollout takes nothing away",
)
def rollout_below_demand(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """What a rollout and the budget leave together carries the demand, at the floor as at the peak."""
    rollout = workload.rollout
    if rollout is None or rollout.recreate:
        return
    cases = (
        ("floor", workload.floor, workload.needed_at_floor),
        ("peak", workload.peak, workload.needed_at_peak),
    )
    for when, pods, needed in cases:
        if pods is None or needed is None:
            continue
        away = rollout.unavailable_pods(pods)
        evicted = min(workload.budget.allowed(pods), pods) if isinstance(workload.budget, Budget) else 0
        if away and pods - evicted >= needed > pods - evicted - away:
            yield (
                f"a rollout may take {away} and a drain {evicted} of {pods} pods at the {when};"
                f" {pods - away - evicted} are left and the demand needs {needed}"
            )


@error(
    "HR212",
    "rollout-cannot-proceed",
    Workload,
    why="with no pod on top and none away the API server refuses the Deployment",
    source="kubernetes.io, Deployments: maxUnavailable cannot be 0 if maxSurge is 0",
    do="set a maxSurge",
)
def rollout_cannot_proceed(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A rollout may add a pod or take one away."""
    rollout = workload.rollout
    if rollout is not None and not rollout.recreate and rollout.surge == 0 and rollout.unavailable == 0:
        yield "maxSurge and maxUnavailable are both 0"


@warning(
    "HR213",
    "rollout-recreates",
    Workload,
    why="all pods of a service are stopped before the first new one starts: every deployment is an outage",
    source="kubernetes.io, Deployments: Recreate Deployment",
    do="use RollingUpdate with maxUnavailable: 0 and a maxSurge",
)
def rollout_recreates(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service is not stopped for a new revision."""
    if workload.serves and workload.rollout is not None and workload.rollout.recreate:
        yield "its strategy is Recreate"

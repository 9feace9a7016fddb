"""Rules about nodes that are bought as spot, and about images and the nodes that they run on."""

from collections.abc import Iterator
from typing import Final

from ..facts import Fleet, Pool, Workload
from ..quantities import Milliseconds
from .rule import error, warning

SPOT: Final = "spot"
# EC2, "Spot Instance interruption notices": two minutes before the instance is ended.
NOTICE: Final = Milliseconds.parse("2m")


def _spot_only(pool: Pool) -> bool:
    return pool.capacity_types == (SPOT,)


def _on_spot_only(workload: Workload, fleet: Fleet) -> str | None:
    """The pools that it may run on, where all of them buy spot alone."""
    if workload.placeholder or workload.kind == "DaemonSet":
        return None
    pools = fleet.may_run_on(workload)
    if not pools or not all(_spot_only(pool) for pool in pools):
        return None
    return ", ".join(pool.name[:60] for pool in pools)


def _critical(workload: Workload, fleet: Fleet) -> str | None:
    if fleet.entry(workload.namespace) is workload:
        return "every request enters by it"
    own = [redis for redis in fleet.redis if redis.namespace == workload.namespace]
    if any(workload.name in (redis.name, f"{redis.name}-sentinel") for redis in own):
        return "it holds what has no copy elsewhere"
    return None


@warning(
    "HR833",
    "critical-on-spot-only",
    Workload,
    why="spot is reclaimed at two minutes' notice, many nodes of one type at once, and most likely when everybody buys",
    source="guide.md section 8: the pool is called on-demand-critical; EC2, Spot Instance interruptions",
    do="add an on-demand pool (headroom:node_pools) for these, or ignore this where an outage costs little",
)
def critical_on_spot_only(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The entry and Redis have nodes that are not reclaimed."""
    pools, why = _on_spot_only(workload, fleet), _critical(workload, fleet)
    if pools is not None and why is not None:
        yield f"may run on {pools} only, which buys spot alone; {why}"


@warning(
    "HR834",
    "spot-without-fallback",
    Workload,
    why="while EC2 has no spot of these types, pods that must be replaced or added stay Pending",
    source="Karpenter, NodePools: a pod falls back on another pool that it may run on",
    do="let it run on an on-demand pool too (headroom:node_pools), with a lower weight",
)
def spot_without_fallback(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """What runs on spot may run on something else too."""
    # What may be the entry or Redis is HR833's.
    share = workload.traffic.share
    pools = _on_spot_only(workload, fleet) if share is not None and share != 1 else None
    if pools is not None:
        yield f"may run on {pools} only, which buys spot alone"


@warning(
    "HR835",
    "reclaim-outruns-drain",
    Workload,
    why="EC2 ends the instance two minutes after its notice, however long the pods' grace period is: requests are cut",
    source="EC2, Spot Instance interruption notices",
    do="shorten terminationGracePeriodSeconds to less than two minutes, or keep the service off spot",
)
def reclaim_outruns_drain(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Pods on spot are gone within the notice."""
    on_spot = [pool for pool in fleet.may_run_on(workload) if SPOT in (pool.capacity_types or ())]
    if on_spot and workload.grace is not None and workload.grace > NOTICE and not workload.placeholder:
        yield f"its grace period is {workload.grace}; {on_spot[0].name[:60]} is reclaimed within {NOTICE}"


@error(
    "HR836",
    "image-not-for-the-nodes",
    Workload,
    why="the container ends at once with an exec format error on a node of another architecture",
    source="kubernetes.io, well-known labels: kubernetes.io/arch",
    do="build the image for all that its pools buy, or keep it to pools that buy what it is built for",
)
def image_not_for_the_nodes(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Images run on every node that their pods may come to."""
    built = workload.traffic.architectures
    if built is None:
        return
    for pool in fleet.may_run_on(workload):
        others = [kind for kind in pool.architectures or () if kind not in built]
        if others:
            yield f"is built for {', '.join(built)}; {pool.name[:60]} buys {', '.join(others)[:60]}"


@warning(
    "HR837",
    "image-architecture-unknown",
    Workload,
    why="an image that is not built for the node ends at once with an exec format error; nobody said what it is for",
    source="kubernetes.io, well-known labels: kubernetes.io/arch",
    do="state services.NAME.architectures, or the annotation headroom.dev/architectures, once it was looked at",
)
def image_architecture_unknown(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Of what may run on arm64 it is known that the image does."""
    if workload.traffic.architectures is not None or workload.traffic.rps_per_pod is None:
        return
    for pool in fleet.may_run_on(workload):
        if "arm64" in (pool.architectures or ()):
            yield f"may run on {pool.name[:60]}, which buys arm64"


@warning(
    "HR838",
    "pool-for-nobody",
    Pool,
    why="it never buys a node, and whoever reads the configuration believes that it does",
    source="Karpenter, NodePools: nodes are bought for pods that may run on them",
    do="let a service run on it (services.NAME.tolerates_reclaim, services.NAME.architectures), or remove the pool",
)
def pool_for_nobody(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """Somebody may run on every pool."""
    named = [w for w in fleet.workloads if w.node_pool is not None and not w.placeholder]
    free = [w for w in fleet.workloads if w.node_pool is None and w.kind != "DaemonSet"]
    if named and not free and not any(pool.name in (w.node_pool, *w.fallback_pools) for w in named):
        yield "no pods may run on it"

"""Rules about node pools against the fleet: what they may buy, and what that costs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final, TypeVar

from ..facts import ABSENT, Container, Fleet, Maybe, Pool, Workload, known
from ..quantities import Bytes, Millicores, format_percent
from .rule import error, warning

# guide.md section 9: 47.5 cores requested against 120 to 160 bought is the case that this must find.
LEAST_USE: Final = Fraction(1, 2)
FEW_NODES: Final = 2

Q = TypeVar("Q", Millicores, Bytes)


def _sum(kind: type[Q], values: list[Q | None]) -> Q | None:
    return kind(sum(v for v in values if v is not None)) if values and None not in values else None


def pod_cpu(workload: Workload) -> Millicores | None:
    """One pod's CPU request, where every container's is known."""
    return _sum(Millicores, [_cpu(container) for container in workload.containers or ()])


def pod_memory(workload: Workload) -> Bytes | None:
    """One pod's memory request, where every container's is known."""
    return _sum(Bytes, [_memory(container) for container in workload.containers or ()])


def _cpu(container: Container) -> Millicores | None:
    return _request(container.cpu_request, container.cpu_limit, Millicores(0))


def _memory(container: Container) -> Bytes | None:
    return _request(container.memory_request, container.memory_limit, Bytes(0))


def _request(request: Maybe[Q], limit: Maybe[Q], nothing: Q) -> Q | None:
    """What the scheduler counts: the limit where only that is stated, nothing where neither is."""
    if request is ABSENT:
        return nothing if limit is ABSENT else known(limit)
    return known(request)


@dataclass(frozen=True)
class _Requested:
    """What the pool's workloads request at the peak of a rollout: a lower bound, unless all of it is known."""

    cpu: Millicores
    memory: Bytes
    whole: bool


def _requested(pool: Pool, fleet: Fleet) -> _Requested:
    cpu, memory, whole = 0, 0, True
    for workload in fleet.on_pool(pool):
        each = pod_cpu(workload), pod_memory(workload)
        pods = workload.peak or 0
        pods += workload.rollout.surge_pods(pods) if workload.rollout is not None else 0
        cpu += pods * (each[0] or 0)
        memory += pods * (each[1] or 0)
        # Only a Deployment adds pods during a rollout.
        surge_known = workload.rollout is not None or workload.kind != "Deployment"
        whole = whole and surge_known and workload.peak is not None and None not in each
    return _Requested(Millicores(cpu), Bytes(memory), whole)


@error(
    "HR821",
    "pool-limit-below-peak",
    Pool,
    why="the last pods of the peak stay Pending: the pool may not buy the nodes that they need",
    source="guide.md section 4: the sum over the fleet is checked against the node pool",
    do="raise the pool's limits, with room for a rollout and for the nodes of a lost zone",
)
def pool_limit_below_peak(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """The pool may buy what the fleet requests at its peak."""
    requested = _requested(pool, fleet)
    cpu, memory = requested.cpu, requested.memory
    limits = known(pool.cpu_limit), known(pool.memory_limit)
    if limits[0] is not None and cpu > limits[0]:
        yield f"the peak of a rollout requests {cpu} CPU; the pool's limit is {limits[0]}"
    if limits[1] is not None and memory > limits[1]:
        yield f"the peak of a rollout requests {memory} memory; the pool's limit is {limits[1]}"


@error(
    "HR822",
    "pool-limit-below-plan",
    Pool,
    why="the limit counts whole nodes, so the pool stops buying before it has the nodes that were counted on",
    source="guide.md sections 8 and 9: 400Gi are 12 m5.2xlarge where 15 to 20 are planned",
    do="set cpu and memory to the nodes at the peak x what one node has",
)
def pool_limit_below_plan(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """The pool may buy the nodes that its owner counts on."""
    node, planned = pool.instance, pool.planned_nodes
    if node is None or planned is None:
        return
    for name, limit, each in (
        ("cpu", known(pool.cpu_limit), node.cpu),
        ("memory", known(pool.memory_limit), node.memory),
    ):
        if limit is not None and planned * each > limit:
            yield f"limits.{name} {limit} is {limit // each} {node.name}; {planned} are planned"


@warning(
    "HR823",
    "pool-unlimited",
    Pool,
    why="one wrong autoscaler buys nodes until the account's quota stops it",
    source="guide.md section 8",
    do="state limits for cpu and memory, derived from the peak",
)
def pool_unlimited(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """A pool has limits."""
    missing = [
        name for name, limit in (("cpu", pool.cpu_limit), ("memory", pool.memory_limit)) if limit is ABSENT
    ]
    if missing:
        yield f"has no limit for {' and '.join(missing)}"


@warning(
    "HR824",
    "pool-mostly-idle",
    Pool,
    why="more than half of what is bought is requested by nobody, even at the peak",
    source="guide.md section 9: 47.5 cores requested against 120 to 160 bought",
    do="plan the nodes from the requests; or raise the requests if they are too small",
)
def pool_mostly_idle(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """What is bought for the peak is mostly requested at the peak."""
    # With one or two nodes in a zone, what is idle is the rounding up to whole nodes.
    least = FEW_NODES * (len(pool.zones) if pool.zones else 1)
    if pool.instance is None or pool.planned_nodes is None or pool.planned_nodes <= least:
        return
    requested = _requested(pool, fleet)
    bought_cpu = pool.planned_nodes * pool.instance.cpu
    bought_memory = pool.planned_nodes * pool.instance.memory
    idle = requested.cpu < bought_cpu * LEAST_USE and requested.memory < bought_memory * LEAST_USE
    if requested.whole and requested.cpu and idle:
        yield (
            f"{pool.planned_nodes} {pool.instance.name} have {Millicores(bought_cpu)} CPU; the peak of a rollout"
            f" requests {requested.cpu}"
        )


@warning(
    "HR827",
    "pool-in-one-zone",
    Pool,
    why="the loss of that zone loses all nodes, however well the pods are spread",
    source="loss of one zone at the peak, components/policy/replicas.py",
    do="allow every zone of the region that the subnets cover",
)
def pool_in_one_zone(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """A pool may buy in more than one zone."""
    if pool.zones is not None and len(pool.zones) == 1:
        yield f"may buy in {pool.zones[0][:60]} only"


@warning(
    "HR841",
    "pool-zone-closed",
    Pool,
    why="the numbers are made for the loss of one of all zones, and that has happened: each that is left holds more",
    source="karpenter v1.14.1, topology.go: pods are spread over the zones that pools list; docs/zones.md",
    do="open the zone as soon as nodes can be had there again: out of headroom:closed_zones, into the pool's zones",
)
def pool_zone_closed(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """A pool buys in every zone that its numbers are made for."""
    zones, planned = pool.zones, pool.planned_zones
    if zones is None or planned is None or len(zones) >= planned:
        return
    after = _after_another(fleet.on_pool(pool), len(zones))
    yield f"buys in {', '.join(zones)[:100]}, {len(zones)} of {planned} zones; {after}"


def _after_another(workloads: Sequence[Workload], zones: int) -> str:
    """What is left when one more of the zones is lost, of the service that it hurts most."""
    known = [
        (w.peak - ceil(Fraction(w.peak, zones)), needed, w)
        for w in workloads
        if w.peak is not None and (needed := w.needed_at_peak)
    ]
    if not known:
        return "the loss of another is not counted on"
    left, needed, worst = min(known, key=lambda one: Fraction(one[0], one[1]))
    if left >= needed:
        return "another may be lost"
    return f"if another is lost, {left} of {worst.peak} pods of {worst.name[:60]} remain; its peak needs {needed}"


@warning(
    "HR828",
    "price-of-another-region",
    Pool,
    why="prices differ between regions by a quarter and more, so the stated cost is wrong",
    source="guide.md section 9: $0.384 is us-east-1",
    do="state the price of the region that the pool buys in",
)
def price_of_another_region(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """The stated price is of the region that the nodes are in."""
    # A zone is its region and one letter.
    regions = {zone[:-1] for zone in pool.zones or () if zone[-1:].isalpha() and zone[-2:-1].isdigit()}
    regions |= {o.region for o in fleet.objectives if o.region is not None and not regions}
    if pool.price_region is not None and regions and pool.price_region not in regions:
        yield f"its price is of {pool.price_region[:60]}; it buys in {', '.join(sorted(regions))[:120]}"


@error(
    "HR831",
    "architecture-not-the-types",
    Pool,
    why="no instance type meets both requirements, so the pool never buys a node and every pod stays Pending",
    source="Karpenter, NodePools: requirements are met all together",
    do="require the architecture of the instance type, and images that are built for it",
)
def architecture_not_the_types(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """The required architecture is the instance type's."""
    allowed, node = pool.architectures, pool.instance
    if allowed is not None and node is not None and node.architecture not in allowed:
        yield f"requires {', '.join(allowed)[:60]}; {node.name} is {node.architecture}"


@warning(
    "HR832",
    "spot-never-bought",
    Pool,
    why="the bill counts on the price of spot, and the pool may buy on demand only: it will be higher",
    source="Karpenter, NodePools: karpenter.sh/capacity-type",
    do="set cost.spot_share to 0, or allow spot in the pool",
)
def spot_never_bought(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """What the cost takes for spot, the pool may buy as spot."""
    allowed, share = pool.capacity_types, pool.spot_share
    if allowed is not None and share and "spot" not in allowed:
        bought = ", ".join(allowed)[:60]
        yield f"{format_percent(share)} of the nodes above the floor are priced as spot; it buys {bought}"

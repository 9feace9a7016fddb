"""Rules about where pods stand: the loss of one zone or one node may take its share of them and no more."""

from collections.abc import Iterator
from typing import Final

from ..facts import Fleet, Workload
from .rule import warning

ZONE: Final = "topology.kubernetes.io/zone"
HOST: Final = "kubernetes.io/hostname"
# Below three pods a strict spread over three zones says nothing that two anti-affine pods do not.
LEAST_PODS: Final = 2


def _spreads_over(workload: Workload, topology: str) -> bool:
    return any(spread.topology == topology and spread.own_pods for spread in workload.spreads or ())


def _many(workload: Workload) -> bool:
    return workload.kind != "DaemonSet" and not workload.placeholder and (workload.floor or 0) >= LEAST_PODS


@warning(
    "HR521",
    "zone-spread-missing",
    Workload,
    why="the scheduler may put most pods into one zone, whose loss then takes most of the capacity",
    source="guide.md section 6: default is topologySpreadConstraints over zone and host",
    do="add a topologySpreadConstraint over topology.kubernetes.io/zone with maxSkew 1",
)
def zone_spread_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Pods are spread over zones."""
    if workload.spreads is not None and _many(workload) and not _spreads_over(workload, ZONE):
        over = ", ".join(sorted({s.topology for s in workload.spreads if s.own_pods})) or "nothing"
        yield f"{workload.floor} pods and more are spread over {over}"


@warning(
    "HR522",
    "host-spread-missing",
    Workload,
    why="one node may hold most pods of a zone, and its drain takes them together",
    source="guide.md section 6: default is topologySpreadConstraints over zone and host",
    do="add a topologySpreadConstraint over kubernetes.io/hostname, ScheduleAnyway",
)
def host_spread_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Pods are spread over hosts."""
    if workload.spreads is not None and _many(workload) and not _spreads_over(workload, HOST):
        yield f"{workload.floor} pods and more may share one node"


@warning(
    "HR523",
    "spread-selects-others",
    Workload,
    why="a spread that counts other pods than its own has no effect on its own",
    source="kubernetes.io, Pod Topology Spread Constraints: labelSelector",
    do="make its labelSelector match the pod's own labels",
)
def spread_selects_others(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A spread counts the pods that it is written on."""
    for spread in workload.spreads or ():
        if not spread.own_pods:
            yield f"its spread over {spread.topology} does not select its own pods"


@warning(
    "HR524",
    "spread-counts-old-revision",
    Workload,
    why="in a rollout the old revision's pods count too, so the new ones end up uneven, or wait",
    source="guide.md section 6: matchLabelKeys [pod-template-hash]",
    do="add matchLabelKeys: [pod-template-hash]",
)
def spread_counts_old_revision(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A strict spread looks at one revision at a time."""
    for spread in workload.spreads or ():
        if (
            workload.kind == "Deployment"
            and spread.strict
            and not spread.affinity
            and not spread.per_revision
        ):
            yield f"its strict spread over {spread.topology} counts the pods of all revisions"

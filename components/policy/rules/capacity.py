"""Rules about how many pods there are, against what they must carry: at the floor, at the peak, along every call."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from ..facts import Fleet, Objective, Workload
from ..quantities import format_rate
from .rule import error, warning


@error(
    "HR101",
    "floor-below-baseline",
    Workload,
    why="the load of every quiet hour is already more than the floor carries, so the fleet starts overloaded",
    source="guide.md section 1",
    do="raise the floor, or lower the baseline that is stated",
)
def floor_below_baseline(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The floor carries the baseline."""
    needed = workload.needed_at_floor
    if needed is not None and workload.floor is not None and workload.floor < needed:
        yield f"the floor of {workload.floor} pods is below the {needed} that the baseline needs"


@error(
    "HR102",
    "peak-below-demand",
    Workload,
    why="the autoscaler stops at its maximum, whatever is asked for above it",
    source="guide.md section 1: 30,000 / 1,000 rps per pod = 30",
    do="raise the maximum, or lower the target that is stated",
)
def peak_below_demand(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The peak carries the target."""
    needed = workload.needed_at_peak
    if needed is not None and workload.peak is not None and workload.peak < needed:
        yield f"the peak of {workload.peak} pods is below the {needed} that the target needs"


@error(
    "HR103",
    "floor-not-carried",
    Workload,
    why="at rest the callers pass on more than this service carries, although each of them alone looks right",
    source="guide.md section 1: 10 gateway pods pass 10,000 rps on, 5 pods of 500 rps each carry 2,500",
    do="derive all floors from one baseline along the call graph",
)
def floor_not_carried(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The floor carries what its callers' floors pass on."""
    yield from _not_carried(workload, fleet, "floor")


@error(
    "HR104",
    "peak-not-carried",
    Workload,
    why="at the peak the callers pass on more than this service carries, although each of them alone looks right",
    source="guide.md section 1: the fan-out from the gateway to the backends is stated, not assumed to spread",
    do="derive all peaks from one target along the call graph",
)
def peak_not_carried(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The peak carries what its callers' peaks pass on."""
    yield from _not_carried(workload, fleet, "peak")


def _not_carried(workload: Workload, fleet: Fleet, when: str) -> Iterator[str]:
    pods = workload.floor if when == "floor" else workload.peak
    callers = fleet.callers(workload)
    loads = [_passed_on(caller, workload.name, when) for caller in callers]
    if workload.traffic.rps_per_pod is None or pods is None or not loads or None in loads:
        return
    load = sum((load for load in loads if load is not None), Fraction(0))
    # Whole pods only: a caller's own rounding up must not be held against its callee.
    if pods < load // workload.traffic.rps_per_pod:
        carried = pods * workload.traffic.rps_per_pod
        names = ", ".join(caller.name for caller in callers)
        yield (
            f"the {when} of {pods} pods carries {format_rate(carried)} rps; {names} pass on {format_rate(load)} rps"
            f" at their {when}, {ceil(load / workload.traffic.rps_per_pod)} pods"
        )


def _passed_on(caller: Workload, callee: str, when: str) -> Fraction | None:
    """What a caller sends: its demand where that is stated, else all that its pods carry."""
    traffic = caller.traffic
    demand = traffic.baseline_rps if when == "floor" else traffic.peak_rps
    pods = caller.floor if when == "floor" else caller.peak
    if demand is None and pods is not None and traffic.rps_per_pod is not None:
        demand = pods * traffic.rps_per_pod
    return None if demand is None else demand * (traffic.calls or {})[callee]


@warning(
    "HR105",
    "zone-loss-not-carried",
    Workload,
    why="the pods that remain when the fullest zone is lost do not carry the peak",
    source="guide.md section 1: x 1.5 is what three zones need",
    do="raise the peak to needed + ceil(needed / (zones - 1)), or ignore this with the reason why a zone may be lost",
)
def zone_loss_not_carried(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The peak less its fullest zone still carries the target."""
    zones, needed = fleet.objective(workload.namespace).zones, workload.needed_at_peak
    if zones is None or needed is None or workload.peak is None or workload.peak < needed:
        return
    left = workload.peak - ceil(Fraction(workload.peak, zones))
    if left < needed:
        yield f"of {workload.peak} pods in {zones} zones {left} remain when one is lost; the target needs {needed}"


@warning(
    "HR106",
    "call-graph-unstated",
    Objective,
    why="without the fan-out nobody can tell whether the floors and peaks of callers and callees fit each other",
    source='guide.md section 1: the fan-out is stated, not "assumed spread"',
    do='state `calls` per service, or the annotation headroom.dev/calls: "reservation-api=1/3" on the caller',
)
def call_graph_unstated(objective: Objective, fleet: Fleet) -> Iterator[str]:
    """Services of one platform say who calls whom."""
    measured = [
        w for w in fleet.workloads if w.namespace == objective.namespace and w.traffic.rps_per_pod is not None
    ]
    if len(measured) > 1 and not any(w.traffic.calls or w.traffic.share is not None for w in measured):
        yield f"{len(measured)} services have a measured capacity; none says what it calls or its share of the demand"


@warning(
    "HR107",
    "single-pod",
    Workload,
    why="with one pod every drain, every eviction and every crash is an outage",
    source="kubernetes.io, Specifying a Disruption Budget for your Application",
    do="run at least two pods, spread over zones",
)
def single_pod(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service has more than one pod."""
    if workload.kind == "Deployment" and workload.serves and workload.floor == 1:
        yield "its floor is 1 pod"


@warning(
    "HR108",
    "callee-unknown",
    Workload,
    why="demand that is passed to a service that is not there is carried by nobody in the plan",
    source="demand along the calls, components/policy/demand.py",
    do="correct the name of the callee, or review its objects too",
)
def callee_unknown(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A called service is among the reviewed ones."""
    # Of a service that is reviewed by itself nobody knows who stands beside it.
    if not any(w.namespace == workload.namespace and w.name != workload.name for w in fleet.workloads):
        return
    for callee in workload.traffic.calls or ():
        if fleet.workload(workload.namespace, callee) is None:
            yield f'calls "{callee}", which is not among the reviewed services'


@error(
    "HR109",
    "growth-not-followed",
    Workload,
    why="the demand grows faster than pods can be started: until they are there, those that are there are overloaded",
    source="kubernetes.io, Horizontal Pod Autoscaling: sync period; the reaction time of components/policy/reaction.py",
    do="raise the floor to it, or open a window with that floor before the growth begins and ignore this for that",
)
def growth_not_followed(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The floor carries the growth that autoscaling cannot follow."""
    needed, floor = workload.traffic.floor_for_growth, workload.floor
    if needed is not None and floor is not None and floor < needed:
        yield f"the floor of {floor} pods is below the {needed} that the growth needs before autoscaling can answer"


@warning(
    "HR110",
    "calibration-disagrees",
    Workload,
    why="every count follows from what one pod carries: where the calibration says less, the whole fleet is too small",
    source="components/policy/queueing.py: the Universal Scalability Law or M/M/c over the stated calibration",
    do="state what the calibration holds the objective to, or measure one pod at the stated rate",
)
def calibration_disagrees(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The calibration holds the latency objective up to the stated rate."""
    stated, holds = workload.traffic.rps_per_pod, workload.traffic.holds_p99_to
    if stated is not None and holds is not None and stated > holds:
        yield (
            f"{format_rate(stated)} rps per pod are stated; by its calibration the P99 objective holds up to"
            f" {format_rate(holds)}"
        )

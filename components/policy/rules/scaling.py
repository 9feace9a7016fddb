"""Rules about the autoscaler as such: who owns the number of pods, on what signal, up at once and down slowly."""

import re
from collections.abc import Iterator
from typing import Final

from ..facts import ABSENT, Autoscaler, Behavior, Fleet, Workload
from .rule import error, warning


def _autoscaler(workload: Workload) -> Autoscaler | None:
    return workload.autoscaler if isinstance(workload.autoscaler, Autoscaler) else None


@warning(
    "HR401",
    "behavior-missing",
    Workload,
    why="the default takes the whole fleet down 300 s after a wave, so the next one meets the floor",
    source="guide.md facts: an HPA without a behavior scales down after 300 s and flaps",
    do="state behavior: scaleUp without a window, scaleDown by 10 % a minute",
)
def behavior_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The autoscaler says how fast it scales."""
    scaler = _autoscaler(workload)
    if scaler is not None and scaler.behavior is ABSENT:
        yield f"{scaler.object} has no behavior"


@error(
    "HR402",
    "replicas-and-autoscaler",
    Workload,
    why="every deployment sets the fleet back to the written number, in the middle of the peak too",
    source="guide.md facts: an autoscaler owns spec.replicas (pulumi-kubernetes #2569, #2491)",
    do="leave spec.replicas out",
)
def replicas_and_autoscaler(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Only the autoscaler sets the number of pods."""
    scaler = _autoscaler(workload)
    if scaler is not None and isinstance(workload.replicas, int):
        yield f"spec.replicas is {workload.replicas} and {scaler.object} scales it"


@warning(
    "HR403",
    "scales-on-cpu-only",
    Workload,
    why="CPU is a poor signal for what mostly waits: the queue is full long before the processor is",
    source="guide.md facts: 15 % CPU at 10,000 rps was seen",
    do="scale on requests per second, with CPU as a backstop",
)
def scales_on_cpu_only(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service scales on what it is asked for, not on CPU or memory alone."""
    scaler = _autoscaler(workload)
    if scaler is None or not scaler.metrics or not workload.serves:
        return
    if all(metric.kind in ("Resource", "ContainerResource") for metric in scaler.metrics):
        yield f"{scaler.object} looks at {', '.join(sorted({metric.name for metric in scaler.metrics}))} only"


@error(
    "HR404",
    "autoscaler-bounds-crossed",
    Workload,
    why="the API server refuses an autoscaler whose minimum is above its maximum",
    source="kubernetes.io, HorizontalPodAutoscaler v2",
    do="set minReplicas at most maxReplicas",
)
def autoscaler_bounds_crossed(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The autoscaler's minimum is at most its maximum."""
    scaler = _autoscaler(workload)
    if scaler is None or scaler.minimum is None or scaler.maximum is None:
        return
    if scaler.minimum > scaler.maximum:
        yield f"{scaler.object} has the minimum {scaler.minimum} above the maximum {scaler.maximum}"


@error(
    "HR405",
    "autoscalers-compete",
    Workload,
    why="two autoscalers set the same field in turn, so the fleet jumps between their answers",
    source="KEDA, FAQ: do not combine a ScaledObject with an HPA on one workload",
    do="leave one autoscaler, with all metrics in it",
)
def autoscalers_compete(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """One autoscaler scales a workload."""
    if len(workload.autoscalers) > 1:
        yield f"is scaled by {len(workload.autoscalers)}: {', '.join(workload.autoscalers)}"


@warning(
    "HR406",
    "scale-up-waits",
    Workload,
    why="a surge is met only when it has lasted for the whole window",
    source="kubernetes.io, Horizontal Pod Autoscaling: the default scale-up window is 0",
    do="set behavior.scaleUp.stabilizationWindowSeconds: 0 and leave scaleUp enabled",
)
def scale_up_waits(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The autoscaler adds pods at once."""
    scaler = _autoscaler(workload)
    if scaler is None or not isinstance(scaler.behavior, Behavior):
        return
    if scaler.behavior.up_disabled:
        yield f"{scaler.object} never scales up: selectPolicy is Disabled, or KEDA is paused"
    elif scaler.behavior.up_window:
        yield f"{scaler.object} waits {scaler.behavior.up_window} before it scales up"


@warning(
    "HR407",
    "scale-down-at-once",
    Workload,
    why="a gap between two waves removes the pods that the second needs, and starting them again takes a minute",
    source="kubernetes.io, Horizontal Pod Autoscaling: flapping",
    do="set behavior.scaleDown.stabilizationWindowSeconds to 300",
)
def scale_down_at_once(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The autoscaler waits before it removes pods."""
    scaler = _autoscaler(workload)
    if scaler is None or not isinstance(scaler.behavior, Behavior):
        return
    if scaler.behavior.down_window == 0 and not scaler.behavior.down_disabled:
        yield f"{scaler.object} scales down without a window"


@warning(
    "HR408",
    "scales-to-zero",
    Workload,
    why="the first requests after a quiet time find no pod at all",
    source="KEDA, ScaledObject specification: minReplicaCount defaults to 0",
    do="state a floor that carries the baseline",
)
def scales_to_zero(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service always has pods."""
    scaler = _autoscaler(workload)
    if scaler is not None and workload.serves and scaler.minimum == 0:
        yield f"{scaler.object} has the minimum 0"


# Ways in which a query is divided by the number of pods before the autoscaler divides it once more.
_PER_POD: Final = re.compile(
    r"\bavg\s*(?:by\b[^()]{0,80}\([^()]{0,80}\)\s*)?\(|/\s*(?:scalar\s*\(\s*)?count\s*\(|/\s*kube_"
)


@error(
    "HR409",
    "average-divided-twice",
    Workload,
    why="the autoscaler divides an AverageValue by the pods itself: divided twice, the fleet never grows as it must",
    source="guide.md facts: an AverageValue query must not divide by the number of pods",
    do="let the query give the total over all pods",
)
def average_divided_twice(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The query of an AverageValue target gives the total."""
    scaler = _autoscaler(workload)
    for metric in (scaler.metrics or ()) if scaler is not None else ():
        if (
            metric.target_type == "AverageValue"
            and metric.query is not None
            and _PER_POD.search(metric.query)
        ):
            yield "the query of an AverageValue target is an average over pods"


@warning(
    "HR410",
    "never-scales-down",
    Workload,
    why="the first wave, or the floor of an event, takes the fleet up, and nothing takes it down again: its nodes are"
    " paid for until somebody remembers",
    source="kubernetes.io, HPAScalingRules: selectPolicy Disabled; KEDA, Pausing: paused, paused-scale-in",
    do="state scaleDown by its window and policies (10 % a minute after 300 s), and take a pause away",
)
def never_scales_down(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The autoscaler takes pods away that nobody needs."""
    scaler = _autoscaler(workload)
    if scaler is None or not isinstance(scaler.behavior, Behavior) or not scaler.behavior.down_disabled:
        return
    events = ", ".join(floor.event for floor in workload.traffic.event_floors or ())
    yield (
        f"{scaler.object} never scales down: selectPolicy is Disabled, or KEDA is paused"
        + (f"; so the floor of {events} stays for good" if events else "")
    )

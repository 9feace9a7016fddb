"""How long until a new pod takes requests, and whether autoscaling can follow the growth of the demand at all.

The reaction time is a budget: each part is stated with its source, the sum is what every other number uses.
Decides no replica count: where autoscaling cannot follow, it names the floor that would.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Annotated, Final

from pydantic import AfterValidator, Discriminator, Field, Tag

from .bounds import NODE_LAUNCH, START
from .demand import Demand
from .derived import Derived, Frozen, derived
from .quantities import Milliseconds, Ratio, format_rate
from .replicas import Replicas
from .scaling import TOLERATED, Scaling, rests_at
from .workload import Probes


class Ramp(Frozen):
    """Demand that grows steadily, in requests/s per second at the entry."""

    rps_per_second: Ratio = Field(gt=0)


class Step(Frozen):
    """Demand that is there at once, in requests/s at the entry: a sale opens."""

    to_rps: Ratio = Field(gt=0)


def _by_its_key(value: object) -> str | None:
    """The model that a growth is meant to be."""
    if isinstance(value, Ramp | Step):
        return type(value).__name__
    keys = set(value) if isinstance(value, Mapping) else set()
    return next((one.__name__ for one in (Ramp, Step) if keys & one.model_fields.keys()), None)


Growth = Annotated[
    Annotated[Ramp, Tag(Ramp.__name__)] | Annotated[Step, Tag(Step.__name__)],
    # Without it one misspelt key would be refused once for each of the two.
    Discriminator(_by_its_key, custom_error_type="growth", custom_error_message="neither of the two"),
    Field(
        description="{to_rps: REQUESTS} for demand that is there at once, {rps_per_second: REQUESTS} for one that"
        " grows steadily"
    ),
]


class ReactionTimes(Frozen):
    """The parts of the reaction time that do not depend on the service. Measure yours and state them."""

    # The metric is a rate over the last minute (objectives, RATE_WINDOW): it shows all of a change after
    # that.
    metric_window: Milliseconds = Milliseconds.parse("60s")
    # kube-controller-manager --horizontal-pod-autoscaler-sync-period.
    sync: Milliseconds = Milliseconds.parse("15s")
    # kube-scheduler binds hundreds of pods a second (its qps is 50 with a burst of 100 by default).
    schedule: Milliseconds = Milliseconds.parse("1s")
    # Karpenter waits for more pods for up to 10 s (BATCH_MAX_DURATION); an EC2 node is Ready within a minute.
    node_launch: Annotated[Milliseconds, AfterValidator(NODE_LAUNCH.of_the_value)] = Milliseconds.parse("70s")
    # An assumption: 200 MB at 20 MB/s from a registry in the region.
    pull: Annotated[Milliseconds, AfterValidator(START.of_the_value)] = Milliseconds.parse("10s")
    # From the start of the container until it answers: the guide's readiness probe allows 5 s before it asks.
    start: Annotated[Milliseconds, AfterValidator(START.of_the_value)] = Milliseconds.parse("5s")


class Reaction(Frozen):
    """The budget in milliseconds; ``fastest_ramp`` in requests/s per second of this service's own demand.

    ``follows`` and ``floor_that_follows`` are there when the growth of the demand is stated.
    """

    steps: dict[str, Derived[Milliseconds]]
    on_free_nodes: Derived[Milliseconds]
    on_new_nodes: Derived[Milliseconds]
    # From a pod's eviction until another takes requests that needs a new node.
    replacement: Derived[Milliseconds]
    fastest_ramp: Derived[Ratio]
    follows: Derived[bool] | None = None
    floor_that_follows: Derived[int] | None = None


_DEFAULTS: Final = {
    "metric_window": "the window of the rate that the autoscaler reads",
    "sync": "kube-controller-manager, horizontal-pod-autoscaler-sync-period",
    "schedule": "kube-scheduler, rounded up",
    "node_launch": "Karpenter's BATCH_MAX_DURATION 10s + a minute until an EC2 node is Ready",
    "pull": "an assumption: 200 MB at 20 MB/s",
    "start": "the guide's readiness initialDelay",
}
# What a pod that finds room on a node need not wait for.
_ONLY_ON_NEW_NODES: Final = ("node_launch", "pull")
# What only the autoscaler waits for: a ReplicaSet replaces a pod that leaves at once.
_ONLY_TO_SCALE: Final = ("metric_window", "sync")


def reaction_steps(times: ReactionTimes, probes: Probes) -> dict[str, Derived[Milliseconds]]:
    """The parts of the budget in order, from a request too many to the first request to a new pod."""
    startup, readiness = probes.startup, probes.readiness
    started = startup.initial_delay + ceil(Fraction(times.start, startup.period)) * startup.period
    waits = max(started, readiness.initial_delay) - times.start
    asked = readiness.period * readiness.success_threshold
    stated = {
        name: derived(getattr(times, name), "stated" if name in times.model_fields_set else why)
        for name, why in _DEFAULTS.items()
    }
    return stated | {
        "readiness": derived(
            Milliseconds(waits + asked),
            f"max({Milliseconds(started)} startup probe, {readiness.initial_delay} initial delay) - {times.start} start"
            f" + {readiness.success_threshold} x {readiness.period} period",
        )
    }


def total(steps: dict[str, Derived[Milliseconds]], leave_out: tuple[str, ...] = ()) -> Derived[Milliseconds]:
    """The sum of the steps, but for those that whoever is waited for need not take."""
    parts = {name: step.value for name, step in steps.items() if name not in leave_out}
    return derived(
        Milliseconds(sum(parts.values())), " + ".join(f"{name} {value}" for name, value in parts.items())
    )


def target_for(
    growth: Growth | None, demand: Demand, replicas: Replicas, scaling: Scaling, wait: Milliseconds
) -> Derived[int] | None:
    """The scaling target (requests/s per pod) at which autoscaling follows a ramp from the floor; None: ``scaling``
    follows it as it is, or there is no way.

    Pods asked for at a demand d arrive when it is d + ramp x wait. They suffice from the floor's capacity on
    when (1.1 x target) <= capacity - ramp x wait / floor.
    """
    if not isinstance(growth, Ramp):
        return None
    ramp = growth.rps_per_second * demand.share
    if ramp <= _fastest(demand, scaling, wait):
        return None
    arrives = ramp * wait / 1000
    target = floor((demand.rps_per_pod - arrives / replicas.floor.value) / TOLERATED)
    if target < 1 or rests_at(demand.baseline_rps, target, replicas) >= replicas.peak.value:
        return None
    return derived(
        target,
        f"floor(({format_rate(demand.rps_per_pod)} rps - {format_rate(ramp)} rps/s x {wait} / {replicas.floor.value}"
        f" pods) / {float(TOLERATED)}): pods asked for now are there when the demand has grown by"
        f" {format_rate(arrives)} rps",
    )


def reaction(
    steps: dict[str, Derived[Milliseconds]],
    growth: Growth | None,
    demand: Demand,
    replicas: Replicas,
    scaling: Scaling,
) -> Reaction:
    """The budget, the fastest ramp that autoscaling follows, and the answer for the stated growth.

    While a zone is missing, its spare is not there for the growth: the two are not promised together.
    """
    on_new_nodes = total(steps)
    spare = demand.rps_per_pod - scaling.target_rps.value * TOLERATED
    pods = scaling.rests_at.value
    fastest = _fastest(demand, scaling, on_new_nodes.value)
    text = (
        f"{pods} pods x ({format_rate(demand.rps_per_pod)} - {float(TOLERATED)} x {scaling.target_rps.value}) rps spare"
        f" / {on_new_nodes.value}"
    )
    follows, needed = _answer(growth, demand, replicas, spare, on_new_nodes.value, pods, fastest)
    return Reaction(
        steps=steps,
        on_free_nodes=total(steps, _ONLY_ON_NEW_NODES),
        on_new_nodes=on_new_nodes,
        replacement=total(steps, _ONLY_TO_SCALE),
        fastest_ramp=derived(fastest, text),
        follows=follows,
        floor_that_follows=needed,
    )


def _fastest(demand: Demand, scaling: Scaling, wait: Milliseconds) -> Fraction:
    """Until new pods arrive, those at rest have what lies between the autoscaler's answer and their capacity."""
    spare = demand.rps_per_pod - scaling.target_rps.value * TOLERATED
    return max(Fraction(0), scaling.rests_at.value * spare * 1000 / max(1, wait))


def _answer(
    growth: Growth | None,
    demand: Demand,
    replicas: Replicas,
    spare: Fraction,
    wait: Milliseconds,
    pods: int,
    fastest: Fraction,
) -> tuple[Derived[bool] | None, Derived[int] | None]:
    peak = replicas.peak.value
    if growth is None:
        return None, None
    if isinstance(growth, Step):
        to_rps = growth.to_rps * demand.share
        needed = ceil(to_rps / demand.rps_per_pod)
        return (
            derived(needed <= pods, f"{needed} pods are needed at once, {pods} are there"),
            derived(
                min(peak, needed),
                f"ceil({format_rate(to_rps)} / {format_rate(demand.rps_per_pod)} rps per pod)",
            ),
        )
    ramp = growth.rps_per_second * demand.share
    rate = f"{format_rate(ramp)} rps/s"
    follows = derived(
        ramp <= fastest, f"{rate} against {format_rate(fastest)} rps/s that autoscaling follows"
    )
    if spare <= 0:
        return follows, derived(peak, "no pod has anything to spare: only the peak carries the growth")
    needed = ceil(ramp * wait / 1000 / spare)
    return follows, derived(
        min(peak, needed),
        f"min(peak {peak}, ceil({rate} x {wait} / {format_rate(spare)} rps that each pod has to spare))",
    )

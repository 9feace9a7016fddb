"""How a service scales: on requests per second, with CPU as a backstop, up at once and down slowly.

Decides the targets and the behaviour, so that at every count at which the autoscaler may stand still the pods that a
lost zone or a used-up budget leaves carry what it stands still at. How long a new pod takes and whether that is soon
enough is in reaction.
"""

from fractions import Fraction
from math import ceil, floor
from typing import Annotated, Final, NamedTuple

from pydantic import AfterValidator, Field

from .bounds import SCALING_PERIOD, SCALING_WINDOW
from .demand import Demand
from .derived import Derived, Frozen, derived
from .disruption import Budget
from .errors import ConfigurationError
from .quantities import Milliseconds, format_rate
from .replicas import Replicas, fullest_zone

# kube-controller-manager --horizontal-pod-autoscaler-tolerance: within 10 % of the target the HPA does
# nothing.
HPA_TOLERANCE_PERCENT: Final = 10
TOLERATED: Final = 1 + Fraction(HPA_TOLERANCE_PERCENT, 100)
# guide.md section 7: CPU above 80 % is a warning. As a scaling signal it only catches what requests per
# second miss.
CPU_BACKSTOP_PERCENT: Final = 80
# kubernetes.io, "Horizontal Pod Autoscaling": the defaults are a period of 15 s and a window of 300 s.
SCALE_UP_PERIOD: Final = Milliseconds.parse("15s")
SCALE_DOWN_WINDOW: Final = Milliseconds.parse("300s")
# Ten percent a minute: the fleet halves in about seven minutes, so a second wave still finds most of it.
SCALE_DOWN_PERCENT: Final = 10
SCALE_DOWN_PERIOD: Final = Milliseconds.parse("60s")


class ScaleDown(Frozen):
    """How the autoscaler takes pods away; durations in milliseconds. The defaults are argued above."""

    # How long a lower demand must last before a pod goes; the HPA takes the highest count of the window.
    window: Annotated[Milliseconds, AfterValidator(SCALING_WINDOW.of_the_value)] = SCALE_DOWN_WINDOW
    # The part of the pods that may go in each period.
    percent: int = Field(default=SCALE_DOWN_PERCENT, ge=1, le=100)
    period: Annotated[Milliseconds, AfterValidator(SCALING_PERIOD.of_the_value)] = SCALE_DOWN_PERIOD

    def takes(self, pods: int, left: int) -> Milliseconds:
        """How long the way from ``pods`` down to ``left`` takes once the demand is gone: the window, then the steps.

        The HPA rounds what must stay down, so that at least one pod goes in each period.
        """
        steps = 0
        while pods > left:
            pods = pods * (100 - self.percent) // 100
            steps += 1
        return Milliseconds(self.window + max(0, steps - 1) * self.period)


DEFAULT_SCALE_DOWN: Final = ScaleDown()


class Pace(Frozen):
    """How fast the autoscaler moves, whatever it looks at; periods and windows in milliseconds."""

    scale_up_pods: Derived[int]
    scale_up_period: Milliseconds = SCALE_UP_PERIOD
    scale_down_window: Milliseconds = SCALE_DOWN_WINDOW
    scale_down_percent: int = SCALE_DOWN_PERCENT
    scale_down_period: Milliseconds = SCALE_DOWN_PERIOD

    @property
    def down(self) -> ScaleDown:
        """The way down."""
        return ScaleDown(
            window=self.scale_down_window, percent=self.scale_down_percent, period=self.scale_down_period
        )


class Scaling(Pace):
    """The targets of an autoscaler that looks at requests, and its pace."""

    target_rps: Derived[int]
    # Where the autoscaler stands still at the baseline, coming from the floor.
    rests_at: Derived[int]
    cpu_percent: Derived[int]


class Weakest(NamedTuple):
    """The count of which the smallest part is left, how many are left, and what took the others."""

    pods: int
    left: int
    by: str


def scaling(
    demand: Demand,
    replicas: Replicas,
    zones: int,
    budget: Budget,
    *,
    at_most: Derived[int] | None = None,
    down: ScaleDown = DEFAULT_SCALE_DOWN,
) -> Scaling:
    """The requests per second per pod at which the autoscaler adds pods: at the target it asks for the peak, and
    wherever it stands still below the peak a lost zone, or a drain and a consolidation during a rollout, leave enough.

    ``at_most`` is a lower target that something else asks for (how fast the demand grows). Raises
    ConfigurationError when the target would be below one request per second, which a whole number cannot say.
    """
    pods, least = replicas.peak.value, replicas.floor.value
    target = _reaches_peak(demand, pods)
    weakest = weakest_count(replicas, zones, budget)
    if weakest is not None:
        target = min(target, _carried_at_rest(demand, replicas, weakest), key=lambda t: t.value)
    if at_most is not None and at_most.value < target.value:
        target = at_most
    if target.value < 1:
        raise ConfigurationError(
            field="rps_per_pod",
            value=format_rate(demand.rps_per_pod),
            allowed="enough that the scaling target is at least 1 request per second per pod",
            remedy="let one pod carry more, or scale this service on the length of its queue",
        )
    return Scaling(
        target_rps=target,
        rests_at=_rests(demand, replicas, target.value),
        cpu_percent=derived(CPU_BACKSTOP_PERCENT, "the guide's CPU warning, as a backstop"),
        scale_up_pods=derived(
            max(1, pods - least), f"peak {pods} - floor {least}: from the floor to the peak in one step"
        ),
        scale_down_window=down.window,
        scale_down_percent=down.percent,
        scale_down_period=down.period,
    )


def rests_at(rps: Fraction, target: int, replicas: Replicas) -> int:
    """Pods at which the autoscaler stands still at a demand, coming from the floor.

    Within the tolerance it does nothing; beyond it asks for ceil(demand / target) (kubernetes.io, "Algorithm
    details"), which is more than the least that would be within.
    """
    least, most = replicas.floor.value, replicas.peak.value
    return least if rps <= least * target * TOLERATED else min(most, max(least, ceil(rps / target)))


def weakest_count(replicas: Replicas, zones: int, budget: Budget) -> Weakest | None:
    """The count from the floor to one below the peak of which the smallest part is left.

    A zone counts where floor and peak are sized for its loss; the budget counts always, and a rollout takes none. The
    two do not add up: what a lost zone took is missing already, so the budget lets nobody go. None where there is no
    such count, or nothing is left at any (a single pod).
    """
    least, peak = replicas.floor.value, replicas.peak.value
    survives = (
        replicas.left_at_floor.value >= replicas.needed_at_floor.value
        and replicas.left_at_peak.value >= replicas.needed_at_peak.value
    )
    # What is taken of k grows in steps, one each `zones` pods and one each 1/percentage: the first steps above the
    # floor weigh most. A fixed number that may go leaves nothing up to itself; one that must stay weighs most at the
    # other end.
    stated = budget.max_unavailable if budget.max_unavailable is not None else budget.min_available
    steps = max(zones, stated.denominator if isinstance(stated, Fraction) else 1)
    first = max(least, budget.max_unavailable + 1) if isinstance(budget.max_unavailable, int) else least
    worst: Weakest | None = None
    for pods in (*range(first, min(peak, first + steps + 1)), peak - 1) if first < peak else ():
        zone, evicted = fullest_zone(pods, zones) if survives else 0, min(pods, budget.allowed(pods))
        left = pods - max(zone, evicted)
        if left and (worst is None or left * worst.pods < worst.left * pods):
            worst = Weakest(pods, left, "a lost zone" if zone >= evicted else f"{budget}")
    return worst


def _reaches_peak(demand: Demand, pods: int) -> Derived[int]:
    """peak / (1.1 x peak pods): the autoscaler stands still at k pods while peak_rps / (k x target) <= 1.1.

    Rounded up unless it would then rest one pod below the peak.
    """
    exact = demand.peak_rps / (pods * TOLERATED)
    reaches_peak = demand.peak_rps > ceil(exact) * TOLERATED * (pods - 1)
    target = ceil(exact) if reaches_peak else floor(exact)
    return derived(
        target,
        f"{'ceil' if reaches_peak else 'floor'}({format_rate(demand.peak_rps)} rps / ({pods} pods x"
        f" {float(TOLERATED)} that the HPA tolerates)): {pods - 1} pods are too few at the target",
    )


def _carried_at_rest(demand: Demand, replicas: Replicas, weakest: Weakest) -> Derived[int]:
    """At k pods the autoscaler stands still up to 1.1 x k x target, which those that are left must carry."""
    pods, left, by = weakest
    rate = format_rate(demand.rps_per_pod)
    return derived(
        floor(left * demand.rps_per_pod / (pods * TOLERATED)),
        f"floor({left} pods x {rate} rps / ({pods} pods x {float(TOLERATED)} that the HPA tolerates)): of {pods} pods,"
        f" the weakest count from the floor {replicas.floor.value} up to the peak, {by} leaves {left}",
    )


def _rests(demand: Demand, replicas: Replicas, target: int) -> Derived[int]:
    least, most = replicas.floor.value, replicas.peak.value
    baseline = format_rate(demand.baseline_rps)
    pods = rests_at(demand.baseline_rps, target, replicas)
    stays = format_rate(least * target * TOLERATED)
    if pods == least:
        return derived(pods, f"the floor stays up to {least} x {target} x {float(TOLERATED)} = {stays} rps")
    return derived(
        pods,
        f"min({most}, ceil({baseline} rps / {target})): the floor of {least} stays up to {stays} rps only; a target at"
        f" which it would stay at the baseline leaves too few pods at a higher count",
    )

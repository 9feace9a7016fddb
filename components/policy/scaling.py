"""How a service scales: on requests per second, with CPU as a backstop, up at once and down slowly.

Decides the targets and the behaviour; how long a new pod takes and whether that is soon enough is in
reaction.
"""

from fractions import Fraction
from math import ceil, floor
from typing import Final

from .demand import Demand
from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import Milliseconds, format_rate
from .replicas import Replicas

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


class Scaling(Frozen):
    """The autoscaler's targets and behaviour; periods and windows in milliseconds."""

    target_rps: Derived[int]
    # Where the autoscaler stands still at the baseline, coming from the floor.
    rests_at: Derived[int]
    cpu_percent: Derived[int]
    scale_up_pods: Derived[int]
    scale_up_period: Milliseconds = SCALE_UP_PERIOD
    scale_down_window: Milliseconds = SCALE_DOWN_WINDOW
    scale_down_percent: int = SCALE_DOWN_PERCENT
    scale_down_period: Milliseconds = SCALE_DOWN_PERIOD


def scaling(demand: Demand, replicas: Replicas, *, at_most: Derived[int] | None = None) -> Scaling:
    """The requests per second per pod at which the autoscaler adds pods, so that at the target it asks for the peak.

    ``at_most`` is a lower target that something else asks for (how fast the demand grows). Raises
    ConfigurationError when the target would be below one request per second, which a whole number cannot say.
    """
    pods = replicas.peak.value
    target = _target(demand, pods)
    if at_most is not None and at_most.value < target.value:
        target = at_most
    rests = max(replicas.floor.value, ceil(demand.baseline_rps / (target.value * TOLERATED)))
    return Scaling(
        target_rps=target,
        rests_at=derived(
            min(pods, rests),
            f"ceil({format_rate(demand.baseline_rps)} rps / ({target.value} x {float(TOLERATED)})), within"
            f" {replicas.floor.value} and {pods}",
        ),
        cpu_percent=derived(CPU_BACKSTOP_PERCENT, "the guide's CPU warning, as a backstop"),
        scale_up_pods=derived(
            max(1, pods - replicas.floor.value),
            f"peak {pods} - floor {replicas.floor.value}: from the floor to the peak in one step",
        ),
    )


def _target(demand: Demand, pods: int) -> Derived[int]:
    """peak / (1.1 x peak pods): the autoscaler stands still at k pods while peak_rps / (k x target) <= 1.1.

    Rounded up, so that it also rests at the floor at the baseline, unless it would then rest one pod below
    the peak.
    """
    exact = demand.peak_rps / (pods * TOLERATED)
    reaches_peak = demand.peak_rps > ceil(exact) * TOLERATED * (pods - 1)
    target = ceil(exact) if reaches_peak else floor(exact)
    if target < 1:
        raise ConfigurationError(
            field="rps_per_pod",
            value=format_rate(demand.rps_per_pod),
            allowed="enough that the scaling target is at least 1 request per second per pod",
            remedy="let one pod carry more, or scale this service on the length of its queue",
        )
    return derived(
        target,
        f"{'ceil' if reaches_peak else 'floor'}({format_rate(demand.peak_rps)} rps / ({pods} pods x"
        f" {float(TOLERATED)} that the HPA tolerates)): {pods - 1} pods are too few at the target",
    )

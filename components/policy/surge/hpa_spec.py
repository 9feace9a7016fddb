"""How an autoscaler scales, as the API says it: bounds, metrics and behaviour of a HorizontalPodAutoscaler v2.

Any v2 spec can be read, with the API's defaults filled in, and what is here can be written as one. Decides nothing:
what the controller makes of it is the simulator's.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ..derived import Frozen
from ..quantities import Ratio

# k8s.io/kubernetes v1.36.1, pkg/apis/autoscaling/v2/defaults.go, where a behaviour leaves a direction out: per 15 s
# four pods or as many again, whichever is more, at once; down by all of them, by the safest of the last 300 s.
DEFAULT_PERIOD_S: Final = 15
DEFAULT_DOWN_WINDOW_S: Final = 300
# KEDA, ScaledObject specification: pollingInterval.
DEFAULT_POLLING_S: Final = 30
# autoscaling/v2 API reference, HPAScalingPolicy and HPAScalingRules.
MOST_PERIOD_S: Final = 1800
MOST_WINDOW_S: Final = 3600


class ScalingStep(Frozen):
    """At most ``value`` pods, or percent of them, in ``period_s`` seconds."""

    type: Literal["Pods", "Percent"]
    value: int = Field(gt=0)
    period_s: int = Field(default=DEFAULT_PERIOD_S, gt=0, le=MOST_PERIOD_S)


class ScalingRules(Frozen):
    """One direction. ``tolerance`` as a part of 1; None is the controller's own (10 %)."""

    steps: tuple[ScalingStep, ...] = Field(min_length=1)
    select: Literal["Max", "Min", "Disabled"] = "Max"
    window_s: int = Field(default=0, ge=0, le=MOST_WINDOW_S)
    tolerance: float | None = Field(default=None, ge=0)


DEFAULT_UP: Final = ScalingRules(
    steps=(ScalingStep(type="Pods", value=4), ScalingStep(type="Percent", value=100))
)
DEFAULT_DOWN: Final = ScalingRules(
    steps=(ScalingStep(type="Percent", value=100),), window_s=DEFAULT_DOWN_WINDOW_S
)


class Behavior(Frozen):
    """Both directions, with the API's defaults."""

    up: ScalingRules = DEFAULT_UP
    down: ScalingRules = DEFAULT_DOWN


class CpuUtilization(Frozen):
    """Resource cpu, Utilization: the pods' use in percent of what they request."""

    kind: Literal["cpu"] = "cpu"
    percent: int = Field(gt=0)


class CpuValue(Frozen):
    """Resource cpu, AverageValue: the pods' use in millicores."""

    kind: Literal["cpu-value"] = "cpu-value"
    millicores: Ratio = Field(gt=0)


class MemoryUtilization(Frozen):
    """Resource memory, Utilization: it does not follow the load here, but a low target holds pods."""

    kind: Literal["memory"] = "memory"
    percent: int = Field(gt=0)


class MemoryValue(Frozen):
    """Resource memory, AverageValue: the pods' use in bytes."""

    kind: Literal["memory-value"] = "memory-value"
    bytes: Ratio = Field(gt=0)


class RpsOfPods(Frozen):
    """Pods, AverageValue: the mean of what each pod says of itself, pods that are not ready counting as idle."""

    kind: Literal["rps-of-pods"] = "rps-of-pods"
    target: Ratio = Field(gt=0)


class RpsPerPod(Frozen):
    """External, AverageValue: the service's requests/s in all, ``target`` of them for each pod."""

    kind: Literal["rps-per-pod"] = "rps-per-pod"
    target: Ratio = Field(gt=0)


class RpsTotal(Frozen):
    """External, Value: the service's requests/s in all against ``target``, as a ratio of the pods that there are."""

    kind: Literal["rps-total"] = "rps-total"
    target: Ratio = Field(gt=0)


Metric = Annotated[
    CpuUtilization | CpuValue | MemoryUtilization | MemoryValue | RpsPerPod | RpsTotal | RpsOfPods,
    Field(discriminator="kind"),
]


class Fallback(Frozen):
    """KEDA's: what it says of the requests/s, in pods, once it could not read them more than ``failures`` times.

    It asks at each sync of the HPA and every ``polling_s`` of its own (KEDA v2.20.2, pkg/fallback, scale_handler.go).
    """

    replicas: int = Field(ge=0)
    failures: int = Field(ge=0)
    polling_s: int = Field(default=DEFAULT_POLLING_S, gt=0)
    behavior: Literal["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"] = (
        "static"
    )

    def pods(self, now_at: int) -> int:
        """What stands in for the metric."""
        match self.behavior:
            case "static":
                return self.replicas
            case "currentReplicas":
                return now_at
            case "currentReplicasIfHigher":
                return max(now_at, self.replicas)
            case "currentReplicasIfLower":
                return min(now_at, self.replicas)


class HpaSpec(Frozen):
    """The autoscaler of one service. Several metrics: the one that asks for the most pods wins.

    Without ``behavior`` the controller's own limit holds, max(twice the pods, 4) at each sync, which is not the same as
    a behaviour that states nothing (horizontal.go, convertDesiredReplicasWithRules).
    """

    floor: int = Field(ge=1)
    peak: int = Field(ge=1)
    metrics: tuple[Metric, ...] = Field(min_length=1)
    behavior: Behavior | None = None
    # Where KEDA makes it, and is told what to do without metrics.
    fallback: Fallback | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.floor > self.peak:
            raise ValueError(f"floor {self.floor} is above peak {self.peak}; allowed: at most the peak")
        return self

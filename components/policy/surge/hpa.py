"""What the HorizontalPodAutoscaler controller makes of what it sees: a clock and observations in, a number of pods out.

Written after k8s.io/kubernetes v1.36.1, pkg/controller/podautoscaler: replica_calculator.go (metrics) and horizontal.go
(stabilisation, behaviour). Knows no cluster; every pod of a service is taken for equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final, NamedTuple

from .hpa_spec import (
    Behavior,
    CpuUtilization,
    CpuValue,
    HpaSpec,
    MemoryUtilization,
    Metric,
    RpsOfPods,
    RpsPerPod,
    RpsTotal,
    ScalingRules,
)

# kube-controller-manager's flags and their defaults: --horizontal-pod-autoscaler-sync-period, -tolerance,
# -downscale-stabilization, -cpu-initialization-period, -initial-readiness-delay.
SYNC_S: Final = 15.0
TOLERANCE: Final = 0.1
DOWN_WINDOW_S: Final = 300.0
CPU_INITIALIZATION_S: Final = 300.0
INITIAL_READINESS_S: Final = 30.0
# horizontal.go, scaleUpLimitFactor and scaleUpLimitMinimum: what holds where no behaviour is stated.
LEGACY_FACTOR: Final = 2
LEGACY_MINIMUM: Final = 4


class Seen(NamedTuple):
    """What a sync sees of one service.

    ``replicas`` is the scale's spec, ``pods`` its status, ``ready`` those of them that are Ready. ``sampled`` pods have
    a CPU sample that counts, with a mean of ``cpu_percent`` of ``cpu_request`` millicores. ``rps`` is the service's
    external metric. ``cron`` is what a schedule asks for. None is what cannot be read, or is not there.
    """

    replicas: int
    pods: int
    ready: int
    sampled: int
    cpu_percent: float | None
    rps: float | None
    cron: int | None = None
    cpu_request: int = 1000
    memory_percent: float | None = None


@dataclass(slots=True)
class Controller:
    """One autoscaler and its memory. Times in seconds, of any clock that runs forward."""

    spec: HpaSpec
    tolerance: float = TOLERANCE
    recommendations: list[tuple[float, int]] = field(default_factory=list)
    ups: list[tuple[float, int]] = field(default_factory=list)
    downs: list[tuple[float, int]] = field(default_factory=list)

    def sync(self, now: float, seen: Seen, minimum: int | None = None) -> int:
        """The replicas to set. ``minimum`` is another minReplicas than the spec's."""
        least = self.spec.floor if minimum is None else minimum
        now_at = seen.replicas
        if not self.recommendations:
            self.recommendations.append((now, now_at))
        if now_at > self.spec.peak:
            wanted = self.spec.peak
        elif now_at < least:
            wanted = least
        else:
            asked = self.asks(seen)
            if asked is None:
                return now_at
            wanted = self._normalized(now, now_at, asked, least)
        self._remember(now, now_at, wanted)
        return wanted

    def asks(self, seen: Seen) -> int | None:
        """The most that any metric asks for; None where none can be read, or one cannot and the others ask for less."""
        found = [self._by(metric, seen) for metric in self.spec.metrics]
        if seen.cron is not None:
            found.append(per_pod(seen.cron, 1.0, seen.pods, self._tolerances()))
        known = [pods for pods in found if pods is not None]
        if not known or (len(known) < len(found) and max(known) < seen.replicas):
            return None
        return max(known)

    def _by(self, metric: Metric, seen: Seen) -> int | None:
        within = self._tolerances()
        match metric:
            case CpuUtilization(percent=percent):
                # metrics/utilization.go computes whole percents.
                return of_pods(seen, seen.sampled, seen.cpu_percent, percent, within, whole=True)
            case CpuValue(millicores=cores):
                used = None if seen.cpu_percent is None else seen.cpu_percent * seen.cpu_request / 100
                return of_pods(seen, seen.sampled, used, float(cores), within)
            case MemoryUtilization(percent=percent):
                return of_pods(seen, seen.ready, seen.memory_percent, percent, within, whole=True)
            case RpsOfPods(target=target):
                each = None if seen.rps is None or seen.ready == 0 else seen.rps / seen.ready
                return of_pods(seen, seen.ready, each, float(target), within)
            case RpsPerPod(target=target):
                return None if seen.rps is None else per_pod(seen.rps, float(target), seen.pods, within)
            case RpsTotal(target=target):
                return None if seen.rps is None else total(seen, float(target), within)

    def _tolerances(self) -> tuple[float, float]:
        behavior = self.spec.behavior
        if behavior is None:
            return self.tolerance, self.tolerance
        down, up = behavior.down.tolerance, behavior.up.tolerance
        return (self.tolerance if down is None else down), (self.tolerance if up is None else up)

    def _normalized(self, now: float, now_at: int, asked: int, least: int) -> int:
        behavior = self.spec.behavior
        if behavior is None:
            recent = max(
                (pods for at, pods in self.recommendations if at >= now - DOWN_WINDOW_S), default=asked
            )
            self._recommend(now, asked, DOWN_WINDOW_S)
            most = min(self.spec.peak, max(LEGACY_FACTOR * now_at, LEGACY_MINIMUM))
            return max(least, min(max(asked, recent), most))
        return self._within_rate(now, now_at, self._stabilized(now, now_at, asked, behavior), least, behavior)

    def _stabilized(self, now: float, now_at: int, asked: int, behavior: Behavior) -> int:
        """Not above the least recommendation of the window up, not below the most of the window down."""
        up, down = behavior.up.window_s, behavior.down.window_s
        lowest = min((n for at, n in self.recommendations if at > now - up), default=asked)
        highest = max((n for at, n in self.recommendations if at > now - down), default=asked)
        self._recommend(now, asked, max(up, down))
        return min(max(now_at, min(lowest, asked)), max(highest, asked))

    def _within_rate(self, now: float, now_at: int, asked: int, least: int, behavior: Behavior) -> int:
        if asked > now_at:
            most = max(now_at, self._limit(now, now_at, behavior.up, up=True))
            return min(asked, self.spec.peak, most)
        if asked < now_at:
            lowest = min(now_at, self._limit(now, now_at, behavior.down, up=False))
            return max(asked, least, lowest)
        return asked

    def _limit(self, now: float, now_at: int, rules: ScalingRules, *, up: bool) -> int:
        """calculateScaleUpLimitWithScalingRules and its twin: from where the period started."""
        if rules.select == "Disabled":
            return now_at
        limits = []
        for step in rules.steps:
            started = (
                now_at - _changed(self.ups, now, step.period_s) + _changed(self.downs, now, step.period_s)
            )
            if step.type == "Pods":
                limits.append(started + step.value if up else started - step.value)
            elif up:
                # Rounded as the controller's floats would be: 3 x 1.1 is a hair above 3.3, never a whole pod more.
                limits.append(ceil(round(started * (1 + step.value / 100), 9)))
            else:
                limits.append(int(round(started * (1 - step.value / 100), 9)))
        most_change = (rules.select == "Max") == up
        return max(limits) if most_change else min(limits)

    def _recommend(self, now: float, asked: int, window_s: float) -> None:
        self.recommendations = [(at, n) for at, n in self.recommendations if at >= now - window_s]
        self.recommendations.append((now, asked))

    def _remember(self, now: float, before: int, after: int) -> None:
        behavior = self.spec.behavior
        if behavior is None or after == before:
            return
        if after > before:
            self.ups = _recent(self.ups, now, behavior.up)
            self.ups.append((now, after - before))
        else:
            self.downs = _recent(self.downs, now, behavior.down)
            self.downs.append((now, before - after))


def per_pod(value: float, target: float, pods: int, within: tuple[float, float]) -> int:
    """GetExternalPerPodMetricReplicas: an External metric with an AverageValue."""
    if pods and _tolerated(value / (target * pods), within):
        return pods
    return ceil(value / target)


def total(seen: Seen, target: float, within: tuple[float, float]) -> int:
    """GetExternalMetricReplicas: an External metric with a Value is a ratio of the ready pods."""
    ratio = (seen.rps or 0.0) / target
    return seen.replicas if _tolerated(ratio, within) else ceil(ratio * seen.ready)


def of_pods(
    seen: Seen,
    sampled: int,
    mean: float | None,
    target: float,
    within: tuple[float, float],
    *,
    whole: bool = False,
) -> int | None:
    """GetResourceReplicas and calcPlainMetricReplicas: ``mean`` over the ``sampled`` pods against the target of each.

    The others count as idle where the metric would scale up, and not at all where it would not.
    """
    if mean is None or sampled == 0:
        return None
    unready = seen.pods - sampled
    ratio = (int(mean) if whole else mean) / target
    if not (unready and ratio > 1):
        return seen.replicas if _tolerated(ratio, within) else ceil(ratio * sampled)
    again = mean * sampled / seen.pods
    ratio = (int(again) if whole else again) / target
    asked = ceil(ratio * seen.pods)
    if _tolerated(ratio, within) or ratio < 1 or asked < seen.replicas:
        return seen.replicas
    return asked


def _tolerated(ratio: float, within: tuple[float, float]) -> bool:
    down, up = within
    return 1 - down <= ratio <= 1 + up


def _changed(events: Iterable[tuple[float, int]], now: float, period_s: float) -> int:
    return sum(change for at, change in events if at > now - period_s)


def _recent(events: list[tuple[float, int]], now: float, rules: ScalingRules) -> list[tuple[float, int]]:
    longest = max((step.period_s for step in rules.steps), default=inf)
    return [(at, change) for at, change in events if at >= now - longest]

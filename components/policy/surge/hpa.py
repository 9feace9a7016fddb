"""What the HorizontalPodAutoscaler controller makes of what it sees: a clock and observations in, a number of pods out.

Written after k8s.io/kubernetes v1.36.1, pkg/controller/podautoscaler/horizontal.go (bounds, stabilisation, behaviour);
what a metric asks for is in replica_count. Knows no cluster.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from .hpa_spec import Behavior, HpaSpec, ScalingRules
from .replica_count import MILLI, Seen, Tolerances, per_pod, replicas_for, standing_in

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


@dataclass(slots=True)
class Controller:
    """One autoscaler and its memory. Times in seconds, of any clock that runs forward."""

    spec: HpaSpec
    tolerance: float = TOLERANCE
    recommendations: list[tuple[float, int]] = field(default_factory=list)
    ups: list[tuple[float, int]] = field(default_factory=list)
    downs: list[tuple[float, int]] = field(default_factory=list)
    # Since when KEDA cannot read the requests/s, and how many syncs met that.
    blind_since: float = 0.0
    blind_syncs: int = 0

    def sync(self, now: float, seen: Seen, minimum: int | None = None) -> int:
        """The replicas to set. ``minimum`` is another minReplicas than the spec's."""
        least = self.spec.floor if minimum is None else minimum
        now_at = seen.replicas
        if not self.recommendations:
            self.recommendations.append((now, now_at))
        if now_at == 0:
            # A person scaled it to zero, and so it stays.
            return 0
        if now_at > self.spec.peak:
            wanted = self.spec.peak
        elif now_at < least:
            wanted = least
        else:
            asked = self.asks(seen, self._instead(now, seen))
            if asked is None:
                return now_at
            wanted = self._normalized(now, now_at, asked, least)
        self._remember(now, now_at, wanted)
        return wanted

    def asks(self, seen: Seen, instead: int | None = None) -> int | None:
        """The most that any metric asks for; None where none can be read, or one cannot and the others ask for less.

        ``instead`` are the pods that stand in for requests/s which cannot be read.
        """
        within = self._tolerances()
        found = [
            replicas_for(metric, seen if instead is None else standing_in(metric, seen, instead), within)
            for metric in self.spec.metrics
        ]
        if seen.cron is not None:
            found.append(per_pod(seen.cron, MILLI, seen.pods, within))
        known = [pods for pods in found if pods is not None]
        if not known or (len(known) < len(found) and max(known) < seen.replicas):
            return None
        return max(known)

    def _instead(self, now: float, seen: Seen) -> int | None:
        """KEDA's fallback, once it failed often enough: at each sync, and at its own polls in between."""
        fallback = self.spec.fallback
        if fallback is None or seen.rps is not None:
            self.blind_syncs = 0
            return None
        if not self.blind_syncs:
            self.blind_since = now
        self.blind_syncs += 1
        failures = self.blind_syncs + int((now - self.blind_since) / fallback.polling_s)
        return fallback.pods(seen.replicas) if failures > fallback.failures else None

    def _tolerances(self) -> Tolerances:
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
                # In the controller's floats: 50 + 10 % are 55.00000000000001, so 56.
                limits.append(ceil(started * (1 + step.value / 100)))
            else:
                limits.append(int(started * (1 - step.value / 100)))
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
            _store(self.ups, now, after - before, behavior.up)
        else:
            _store(self.downs, now, before - after, behavior.down)


def _changed(events: Iterable[tuple[float, int]], now: float, period_s: float) -> int:
    return sum(change for at, change in events if at > now - period_s)


def _store(events: list[tuple[float, int]], now: float, change: int, rules: ScalingRules) -> None:
    """storeScaleEvent: in the place of the last that is older than every period of its own direction. Older ones stay,
    and the other direction's periods, where they are longer, still count them.
    """
    longest = max(step.period_s for step in rules.steps)
    outdated = [index for index, (at, _) in enumerate(events) if at < now - longest]
    if outdated:
        events[outdated[-1]] = (now, change)
    else:
        events.append((now, change))

"""One lane while it runs: its meters, its event's floor, its cost, its timeline."""

from dataclasses import dataclass, field

from components.policy.surge.flow import Flow
from components.policy.surge.start import NodeAtStart
from components.policy.surge.timeline import Tick

from .cluster import Cluster
from .lane_model import Lane
from .metering import Meter
from .moment import HOUR_S, Counted, count, fleet_of, flow_of, tick
from .offering import Shown
from .seen import Seen
from .setup import QUIET_S, Setup


@dataclass
class Running:
    """``starts_at`` is the start of its profile in seconds of the run, ``began`` the same in Unix seconds; unknown
    until the lane has settled. ``start`` is the fleet that stood at the first tick; ``looks`` is when each autoscaler
    first changed its mind, in seconds of the profile.
    """

    lane: Lane
    setup: Setup
    meters: dict[str, Meter] = field(default_factory=dict)
    starts_at: float | None = None
    began: float = 0.0
    looks: dict[str, float] = field(default_factory=dict)
    start: list[NodeAtStart] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    notes: list[str] = field(init=False)
    cost_usd: float = 0.0
    missing_until: float = 0.0
    counted: Counted | None = None
    found: Flow | None = None
    _raised: bool | None = None
    _last: float | None = None

    def __post_init__(self) -> None:
        self.notes = list(self.lane.notes)
        timings = self.setup.world.timings
        self.meters = {
            name: Meter(timings.rate_window_s, timings.cpu_rate_s) for name in self.setup.plan.services
        }

    @property
    def name(self) -> str:
        return self.lane.name

    @property
    def lead_s(self) -> float:
        event = self.lane.policy.event
        return event.lead_s if event else 0.0

    def at_s(self, now: float) -> float | None:
        """Seconds of its profile; None before that is known."""
        return None if self.starts_at is None else now - self.starts_at

    def over(self, now: float) -> bool:
        at = self.at_s(now)
        return at is not None and at > self.setup.profile.duration_s

    def look(self, seen: Seen, now: float) -> Shown:
        """Count, write down, and say what the metrics show now. The caller holds the lock."""
        at = self.at_s(now)
        offered = self.setup.profile.rps_at(at) if at is not None else self.setup.profile.before_rps
        rps_per_pod = self.setup.rps_per_pod
        self.counted = count(seen, self.name)
        self.found = flow_of(self.counted, offered, rps_per_pod, self.setup.graph)
        for name, meter in self.meters.items():
            if at is None:
                # While the fleet comes about, its metrics are those of the fleet that it becomes: pods that start one
                # after the other would look overloaded, and what the autoscaler adds for that stays for minutes.
                arrives = offered * self.setup.graph.shares[name]
                ready = max(self.counted.ready.get(name, 0), self._resting(name))
            else:
                arrives = self.found.services[name].arrives_rps
                ready = self.counted.ready.get(name, 0)
            used = self.setup.world.services[name].uses(arrives / ready / rps_per_pod[name]) if ready else 0.0
            meter.record(now, arrives, used)
        if at is not None and -self.lead_s - QUIET_S <= at <= self.setup.profile.duration_s:
            self._pay(seen, now)
            self._hear(seen)
            self.ticks.append(tick(at, self.counted, self.found, rps_per_pod, self.cost_usd))
        return Shown(
            rps={name: meter.rps for name, meter in self.meters.items()},
            used={name: meter.used for name, meter in self.meters.items()},
            missing_until=self.missing_until,
        )

    @property
    def cpu_phase_s(self) -> float:
        """When CPU is sampled, in seconds of the profile: the meters count the run's."""
        return -(self.starts_at or 0.0) % self.setup.world.timings.cpu_rate_s

    def _hear(self, seen: Seen) -> None:
        """What of the run is chance: the fleet that the load met, and when each autoscaler looked."""
        if not self.ticks:
            self.start = fleet_of(seen, self.name, self.setup.plan.zones, self.setup.plan.services)
        for scaled in seen.deployments.values():
            if scaled.lane == self.name and scaled.since >= self.began - self.lead_s - QUIET_S:
                self.looks.setdefault(scaled.service, scaled.since - self.began)

    def _resting(self, name: str) -> int:
        """At least so many pods there will be."""
        assert self.counted is not None, "counted before"
        return max(self.counted.wanted.get(name, 0), self.setup.floor(self.lane, name))

    def _pay(self, seen: Seen, now: float) -> None:
        if self._last is not None:
            per_hour = sum(self._price(c.instance_type) for c in seen.claims.values() if c.lane == self.name)
            self.cost_usd += per_hour * (now - self._last) / HOUR_S
        self._last = now

    def _price(self, instance_type: str) -> float:
        return (self.setup.prices or {}).get(instance_type, self.setup.world.nodes.per_hour)

    def _in_event(self, at: float | None) -> bool:
        event = self.lane.policy.event
        if event is None or at is None or at < -event.lead_s:
            return False
        return event.ends_s is None or at < event.ends_s

    def hold_floor(self, cluster: Cluster, now: float) -> None:
        """A policy's floor for an event, by the autoscalers' minimum: up at its time, and back. Our own event has its
        own objects, which do that themselves."""
        event = self.lane.policy.event
        if event is None or self.lane.own:
            return
        raised = self._in_event(self.at_s(now))
        if raised == self._raised or (self._raised is None and not raised):
            return
        self._raised = raised
        for name, pods in event.pods.items():
            spec = self.lane.policy.services[name]
            least = min(spec.peak, max(spec.floor, pods)) if raised else spec.floor
            path = f"/apis/autoscaling/v2/namespaces/{self.name}/horizontalpodautoscalers/{name}"
            cluster.patch(path, {"spec": {"minReplicas": least}})

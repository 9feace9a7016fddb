"""The run: lanes deployed, settled, put under their load a second at a time, and taken away whatever happens.

It decides the order and the clock. What becomes of a moment is lane's, what a fault does is breaking's, whether the
machine kept up is clock's.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from components.policy.surge.timeline import Timeline

from ..status.api import NoClusterError
from .breaking import Breaker
from .cleanup import clear, leftovers
from .clock import TICK_S, Clock
from .cluster import Cluster
from .errors import NotSettledError
from .lane import Running
from .lane_model import MARK, launch_delay
from .lane_objects import lane_objects
from .offering import keys, offer
from .setup import QUIET_S, Setup
from .watching import Watcher

# Three looks of the autoscaler, without anything moving.
STEADY_S: Final = 46.0
SETTLED_WITHIN_S: Final = 420.0
# While a run settles, nodes come at once: how the fleet came about is no part of it.
SETTLING_LAUNCH_S: Final = 1.0
CLASSES: Final = "/apis/karpenter.kwok.sh/v1alpha1/kwoknodeclasses"
SOURCE: Final = "wind tunnel"
REAL: Final = (
    "real: API server, autoscaler, KEDA where the stack has it, ReplicaSet controller, scheduler with preemption,"
    " disruption controller, Karpenter with its batching and consolidation"
)


@dataclass
class Run:
    """What came of it. ``ended`` is why it ended before its time; empty if it did not."""

    setup: Setup
    lanes: list[Running]
    clock: Clock = field(default_factory=Clock)
    ended: str = ""
    interrupted: bool = False

    @property
    def void(self) -> str:
        return self.clock.void()

    def timelines(self) -> list[Timeline]:
        """Of each lane what there is."""
        return [
            Timeline(
                one.lane.title,
                self.setup.profile.name,
                SOURCE,
                tuple(one.ticks),
                (REAL, *self.setup.modelled(), *one.notes),
            )
            for one in self.lanes
        ]


class Tunnel:
    """One run on one cluster. ``show`` is told once a second, ``tell`` what happens."""

    def __init__(
        self, cluster: Cluster, setup: Setup, tell: Callable[[str], None], show: Callable[[Run, str], None]
    ) -> None:
        self._cluster, self._setup, self._tell, self._show = cluster, setup, tell, show
        self._watcher = Watcher(cluster)
        self._breaker = Breaker(cluster, self._watcher.seen, tell)
        self.run = Run(setup, [Running(lane, setup) for lane in setup.lanes])

    def go(self) -> Run:
        """The whole run; partial if it is interrupted or the cluster dies. Raises NotSettledError and, where nothing
        has begun, NoClusterError."""
        try:
            left = leftovers(self._cluster)
            if left:
                self._tell(f"taking away what an earlier run left: {', '.join(left)}")
                clear(self._cluster, self._tell)
            self._deploy()
            self._watcher.start()
            self._settle()
            self._measure()
        except NoClusterError as error:
            if not any(one.ticks for one in self.run.lanes):
                raise
            self.run.ended = str(error)
        except KeyboardInterrupt:
            self.run.interrupted = True
            self.run.ended = "interrupted"
        finally:
            self._leave()
        return self.run

    def _deploy(self) -> None:
        began, apart = time.monotonic(), self._setup.world.timings.sync_s / len(self._setup.lanes)
        for number, lane in enumerate(self._setup.lanes):
            # An autoscaler looks every period from its creation on. Two lanes that looked at once would wait for each
            # other's pods: the ReplicaSet controller has one rate of requests for all.
            time.sleep(max(0.0, began + number * apart - time.monotonic()))
            self._tell(f"{lane.name}: deploying the stack's objects with the policy {lane.policy.name}")
            objects = lane_objects(self._setup.objects, self._setup.plan, lane, self._setup.model)
            for one in objects:
                self._cluster.apply(one)
            self._launches(lane.name, SETTLING_LAUNCH_S)

    def _launches(self, lane: str, after_s: float) -> None:
        for one in self._cluster.list(CLASSES, labelSelector=f"{MARK}={lane}")["items"]:
            path = f"{CLASSES}/{one['metadata']['name']}"
            self._cluster.patch(path, {"spec": {"nodeRegistrationDelay": launch_delay(after_s)}})

    def _settle(self) -> None:
        """Until nothing has moved for three looks of the autoscaler, every pod is there and no node is on its way."""
        started = time.monotonic()
        steady_since: dict[str, float] = {}
        before: dict[str, object] = {}
        while True:
            now = time.monotonic() - started
            self._look(now)
            for one in self.run.lanes:
                state = self._state(one)
                if state is None or state != before.get(one.name):
                    steady_since.pop(one.name, None)
                else:
                    steady_since.setdefault(one.name, now)
                before[one.name] = state
            waits = [one for one in self.run.lanes if now - steady_since.get(one.name, now) < STEADY_S]
            if not waits:
                break
            if now > self._patience(started):
                raise NotSettledError(
                    f"after {now:.0f} s not at rest at {self._setup.profile.before_rps:g} rps:"
                    f" {', '.join(self._describe(one) for one in waits)}"
                )
            self._show(self.run, f"settling {now:.0f} s")
            time.sleep(max(0.0, TICK_S - (time.monotonic() - started - now)))
        self.run.clock = Clock()
        for one in self.run.lanes:
            self._launches(one.name, self._setup.world.nodes.launch_s)

    def _patience(self, started: float) -> float:
        """Seconds that it may take: an event does not wait, and its floor rises a lead before it."""
        if self._setup.begins_at is None:
            return SETTLED_WITHIN_S
        lead = max(one.lead_s for one in self.run.lanes)
        left = self._setup.begins_at - lead - QUIET_S - time.time()
        return time.monotonic() - started + left

    def _state(self, one: Running) -> object:
        """What must not change; None while something is missing."""
        counted = one.counted
        assert counted is not None, "looked at before"
        names = self._setup.plan.services
        spare = sum(spare.pods for spare in one.lane.policy.spare)
        there = all(counted.ready.get(n, 0) == counted.wanted.get(n, 0) > 0 for n in names)
        if not there or counted.pending or counted.bought != counted.there or counted.spare < spare:
            return None
        return dict(counted.wanted), counted.bought

    def _describe(self, one: Running) -> str:
        counted = one.counted
        assert counted is not None
        services = ", ".join(
            f"{name} {counted.ready.get(name, 0)} of {counted.wanted.get(name, 0)}"
            for name in self._setup.plan.services
        )
        return f"{one.name}: {services}, {counted.pending} pending, {counted.there} of {counted.bought} nodes"

    def _look(self, now: float) -> None:
        self._watcher.check()
        data: dict[str, str] = {}
        with self._watcher.seen.lock:
            for one in self.run.lanes:
                data |= keys(one.name, one.look(self._watcher.seen, now), self._setup.delay_s)
            pods = list(self._watcher.seen.pods.values())
        if self.run.lanes[0].starts_at is not None:
            self.run.clock.pods(pods, dict(self._setup.model.ready_after_s))
        offer(self._cluster, data)

    def _measure(self) -> None:
        """A tick a second, each lane by its own start."""
        base = time.monotonic()
        self._start_lanes(time.time(), base)
        number = 0
        while not all(one.over(number - TICK_S) for one in self.run.lanes):
            wait = base + number * TICK_S - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            lag = time.monotonic() - base - number * TICK_S
            self.run.clock.tick(lag)
            now = float(number)
            for one in self.run.lanes:
                one.hold_floor(self._cluster, now)
                self._breaker.play(one, now)
            self._look(now)
            self._show(self.run, self._progress(now))
            # A tick that was missed is not made up for: it would show another second's pods.
            number = max(number + 1, int(time.monotonic() - base))

    def _progress(self, now: float) -> str:
        ends = max((one.starts_at or 0.0) for one in self.run.lanes) + self._setup.profile.duration_s
        return f"{now:.0f} of {ends:.0f} s"

    def _start_lanes(self, wall: float, base: float) -> None:
        """Each lane after the one before, and so that its entry's autoscaler looks in the middle of its period: when it
        looks is chance, and the middle is what chance gives on average."""
        sync = self._setup.world.timings.sync_s
        if self._setup.begins_at is not None:
            for one in self.run.lanes:
                one.starts_at = float(round(self._setup.begins_at - wall))
                one.began = wall + one.starts_at
            return
        for number, one in enumerate(self.run.lanes):
            earliest = one.lead_s + QUIET_S + 1 + number * self._setup.stagger_s
            looked = self._looks_at(one, wall)
            starts = earliest if looked is None else earliest + (looked - sync / 2 - earliest) % sync
            one.starts_at = float(round(starts))
            one.began = wall + one.starts_at
            if looked is not None:
                one.notes.append(
                    f"the entry's autoscaler looks {(looked - one.starts_at) % sync:.1f} s after"
                )

    def _looks_at(self, one: Running, wall: float) -> float | None:
        """When the entry's autoscaler looks, in seconds of the run: every period from its creation on."""
        from datetime import datetime

        path = f"/apis/autoscaling/v2/namespaces/{one.name}/horizontalpodautoscalers"
        for hpa in self._cluster.list(path)["items"]:
            if hpa["spec"]["scaleTargetRef"]["name"] == self._setup.plan.entry_name:
                made = datetime.fromisoformat(hpa["metadata"]["creationTimestamp"]).timestamp()
                return made + 0.5 - wall
        return None

    def _leave(self) -> None:
        self._breaker.close()
        self._watcher.close()
        self._tell("taking the lanes away")
        try:
            clear(self._cluster, self._tell)
        except NoClusterError as error:
            self._tell(f"the lanes could not be taken away: {error}; the next run does it")

"""The simulator: a policy meets a load in a world, in milliseconds instead of minutes, and writes a Timeline.

Deterministic: what the real controllers leave to chance (when an autoscaler looks, which node is tried first) is an
argument or a rule here. docs/simulator.md says what is modelled and by which source.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil
from typing import Final

from ..errors import ConfigurationError
from .clock import LOOK, RECORD
from .engine import Engine
from .faults import Fault
from .faulty import Faults
from .flow import Flow, flow
from .hpa import Controller
from .metrics import Metrics
from .profile import Profile
from .replica_count import Seen
from .scaling_policy import SurgePolicy
from .start import NodeAtStart, pack, put
from .timeline import ServiceTick, Tick, Timeline
from .world import World

# Before the first thing happens the run shows that nothing moves.
QUIET_S: Final = 15.0
# Between two looks at what stands empty.
CONSOLIDATION_LOOKS_S: Final = 10
HOUR_S: Final = 3600.0
STEADY_ROUNDS: Final = 100


def simulate(
    world: World,
    policy: SurgePolicy,
    profile: Profile,
    *,
    faults: Sequence[Fault] = (),
    phase_s: float | Mapping[str, float] | None = None,
    nodes: int | Sequence[NodeAtStart] | None = None,
) -> Timeline:
    """A tick a second, from the lead time before the profile to its end.

    ``phase_s`` is when an autoscaler looks, in seconds after the start of the profile modulo the sync period, perhaps
    by service; left out, half of the period, which is the mean. ``nodes`` stand at the start where they are more than
    the pods fill: how a fleet came about leaves more or less room on them; or each of them with its pods. Raises
    ConfigurationError for a service without an autoscaler and for a pod that no node holds.
    """
    return _Run(world, policy, profile, faults, phase_s, nodes or 0).timeline()


def nodes_at_rest(world: World, policy: SurgePolicy, profile: Profile) -> int:
    """Nodes that the policy keeps at the load before the profile, spare room included."""
    return len(_Run(world, policy, profile, (), None, 0).engine.fleet.nodes)


class _Run:
    def __init__(
        self,
        world: World,
        policy: SurgePolicy,
        profile: Profile,
        faults: Sequence[Fault],
        phase_s: float | Mapping[str, float] | None,
        nodes: int | Sequence[NodeAtStart],
    ) -> None:
        missing = sorted(set(world.services) - set(policy.services))
        if missing:
            raise ConfigurationError(
                field=f"{policy.name}.services",
                value=f"no autoscaler for {', '.join(missing)}",
                allowed="an autoscaler for each service of the world",
                remedy="name one for each",
            )
        self.policy, self.profile, self.world = policy, profile, world
        self.start = float(-ceil(policy.event.lead_s if policy.event else 0) - QUIET_S)
        self.engine = Engine(world, policy, self.start)
        self.faults = Faults(self.engine)
        self.graph = world.graph
        names = self.engine.names
        self.controllers = [Controller(policy.services[name], world.timings.tolerance) for name in names]
        self.metrics = Metrics(self.engine)
        self.ticks: list[Tick] = []
        self.cost = 0.0
        self._settle(nodes)
        for fault in faults:
            self.faults.plan(fault)
        period = world.timings.sync_s
        for index, name in enumerate(names):
            phase = phase_s.get(name) if isinstance(phase_s, Mapping) else phase_s
            after = (period / 2 if phase is None else phase) - self.start
            self.engine.clock.at(self.start + after % period, LOOK, partial(self._sync, index))
        self.engine.clock.at(self.start, RECORD, self._record)

    def timeline(self) -> Timeline:
        self.engine.clock.run(self.profile.duration_s)
        return Timeline(self.policy.name, self.profile.name, "simulator", tuple(self.ticks))

    def _settle(self, nodes: int | Sequence[NodeAtStart]) -> None:
        """Before the start everything has been as it is for long: pods ready, nodes packed, autoscalers at rest."""
        engine = self.engine
        for index, name in enumerate(engine.names):
            arrives = self.profile.before_rps * self.graph.shares[name]
            engine.wanted[index] = self._steady(index, arrives)
            self.metrics.fill(index, arrives)
        if isinstance(nodes, int):
            pack(engine, nodes)
        else:
            put(engine, nodes)

    def _steady(self, index: int, arrives: float) -> int:
        """Where the autoscaler rests, coming from its floor; one that never scales up stays there."""
        spec = self.policy.services[self.engine.names[index]]
        pods = spec.floor
        if spec.behavior is not None and spec.behavior.up.select == "Disabled":
            return pods
        for _ in range(STEADY_ROUNDS):
            asked = Controller(spec, self.world.timings.tolerance).asks(
                self.metrics.at_rest(index, arrives, pods)
            )
            wanted = min(spec.peak, max(spec.floor, pods if asked is None else asked))
            if wanted <= pods:
                break
            pods = wanted
        return pods

    def _flow(self, offered: float) -> Flow:
        engine = self.engine
        capacity = {
            name: engine.fleet.ready[index] * engine.services[index].rps_per_pod
            for index, name in enumerate(engine.names)
        }
        return flow(offered, capacity, self.graph)

    def _sync(self, index: int) -> None:
        engine, name = self.engine, self.engine.names[index]
        now = engine.clock.now
        wanted = self.controllers[index].sync(now, self._seen(index), self._minimum(name))
        if wanted != engine.wanted[index]:
            engine.wanted[index] = wanted
            engine.reconcile(index)
        engine.clock.at(now + self.world.timings.sync_s, LOOK, partial(self._sync, index))

    def _seen(self, index: int) -> Seen:
        now, name = self.engine.clock.now, self.engine.names[index]
        arrives = self._flow(self.profile.rps_at(now)).services[name].arrives_rps
        seen = self.metrics.seen(index, arrives, self._cron(name))
        if now < self.faults.blind_until:
            return seen._replace(cpu_percent=None, rps=None, memory_percent=None)
        return seen

    def _event_pods(self, name: str) -> int | None:
        event, now = self.policy.event, self.engine.clock.now
        if event is None or now < -event.lead_s or (event.ends_s is not None and now >= event.ends_s):
            return None
        return event.pods.get(name)

    def _cron(self, name: str) -> int | None:
        """KEDA's cron trigger asks for none outside of its window (cron_scaler.go)."""
        event = self.policy.event
        if event is None or event.by != "cron" or name not in event.pods:
            return None
        return self._event_pods(name) or 0

    def _minimum(self, name: str) -> int | None:
        spec, pods = self.policy.services[name], self._event_pods(name)
        if pods is None or self.policy.event is None or self.policy.event.by != "minimum":
            return None
        return min(spec.peak, max(spec.floor, pods))

    def _record(self) -> None:
        engine, now = self.engine, self.engine.clock.now
        if (now - self.start) % CONSOLIDATION_LOOKS_S == 0:
            engine.consolidate()
        found = self._flow(self.profile.rps_at(now))
        services = {}
        for index, name in enumerate(engine.names):
            arrives = found.services[name].arrives_rps
            ready = engine.fleet.ready[index]
            self.metrics.record(index, arrives)
            capacity = ready * engine.services[index].rps_per_pod
            current = len(engine.fleet.pods[index])
            services[name] = ServiceTick(engine.wanted[index], current, ready, capacity, arrives)
        pending = sum(not engine.fleet.kinds[pod.kind].placeholder for pod in engine.fleet.waiting)
        nodes = len(engine.fleet.nodes)
        offered, served, shed = found.offered_rps, found.served_rps, found.shed_rps
        self.ticks.append(
            Tick(now, offered, served, shed, found.capacity_rps, services, pending, nodes, self.cost)
        )
        of_pools = Counter(node.pool for node in engine.fleet.nodes)
        self.cost += sum(count * engine.pools[pool].per_hour for pool, count in of_pools.items()) / HOUR_S
        if now + 1 <= self.profile.duration_s:
            engine.clock.at(now + 1, RECORD, self._record)

"""What faults do to a run."""

from collections.abc import Callable

from .clock import FAULT
from .engine import Engine
from .faults import Fault, MetricsMissing, NodesDrained, Rollout, ZoneLost
from .fleet import Node, Pod


class Faults:
    """Plays the faults on an engine; ``blind_until`` is when metrics are there again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.blind_until = float("-inf")
        self.draining: list[Node] = []

    def plan(self, fault: Fault) -> None:
        """It happens at its time."""
        self.engine.clock.at(fault.at_s, FAULT, self._doing(fault))

    def _doing(self, fault: Fault) -> Callable[[], None]:
        match fault:
            case ZoneLost():
                return lambda: self._lose(fault.zone)
            case NodesDrained():
                return lambda: self._drain(fault)
            case Rollout():
                return self._roll
            case MetricsMissing():
                return lambda: self._blind(fault.at_s + fault.for_s)

    def _blind(self, until: float) -> None:
        self.blind_until = until

    def _roll(self) -> None:
        for kind in range(len(self.engine.services)):
            self.engine.revision[kind] += 1
            self.engine.reconcile(kind)

    def _lose(self, zone: int) -> None:
        engine = self.engine
        engine.open_zones = [one for one in engine.open_zones if one != zone]
        self._kill([node for node in engine.fleet.nodes if node.zone == zone])

    def _kill(self, nodes: list[Node]) -> None:
        engine = self.engine
        dead = {id(node) for node in nodes}
        engine.fleet.nodes = [node for node in engine.fleet.nodes if id(node) not in dead]
        hurt = set()
        for node in nodes:
            for pod in list(node.pods):
                engine.fleet.leave(pod)
                hurt.add(pod.kind)
        for kind in sorted(hurt):
            engine.reconcile(kind)

    def _drain(self, fault: NodesDrained) -> None:
        nodes = [node for node in self.engine.fleet.nodes if node.ready and not node.closed][: fault.nodes]
        for node in nodes:
            node.closed = True
        self.draining += nodes
        if fault.within_s is not None:
            end = self.engine.clock.now + fault.within_s
            self.engine.clock.at(
                end, FAULT, lambda: self._kill([n for n in nodes if n in self.engine.fleet.nodes])
            )
        self._evict()

    def _evict(self) -> None:
        engine = self.engine
        there = {id(node) for node in engine.fleet.nodes}
        self.draining = [node for node in self.draining if id(node) in there]
        done = [node for node in self.draining if not node.pods]
        self._kill(done)
        self.draining = [node for node in self.draining if node.pods]
        for node in self.draining:
            for pod in [pod for pod in node.pods if not pod.leaving]:
                if self._may_go(pod):
                    engine.remove(pod)
                    engine.reconcile(pod.kind)
        if self.draining:
            again = engine.clock.now + engine.world.timings.evict_again_s
            engine.clock.at(again, FAULT, self._evict)

    def _may_go(self, pod: Pod) -> bool:
        """The disruption controller: healthy pods above what must stay; unhealthy ones always (AlwaysAllow)."""
        engine = self.engine
        if pod.kind >= len(engine.services) or pod.ready_at is None:
            return True
        name = engine.names[pod.kind]
        budget = engine.policy.budgets.get(name, engine.world.services[name].budget)
        if budget is None:
            return True
        expected = engine.wanted[pod.kind]
        return engine.fleet.ready[pod.kind] - 1 >= expected - budget.allowed(expected)

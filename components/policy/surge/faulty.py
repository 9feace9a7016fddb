"""What faults do to a run."""

from collections.abc import Callable, Sequence
from functools import partial

from .clock import FAULT, Tokens
from .engine import Engine
from .faults import Fault, MetricsMissing, NodesDrained, Rollout, ZoneLost
from .fleet import Node, Pod


class Faults:
    """Plays the faults on an engine; ``blind_until`` is when metrics are there again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.blind_until = float("-inf")

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

    def _kill(self, nodes: Sequence[Node]) -> None:
        engine = self.engine
        for kind in sorted({pod.kind for pod in engine.fleet.drop(nodes)}):
            engine.reconcile(kind)
        engine.there_is_room()

    def _drain(self, fault: NodesDrained) -> None:
        engine = self.engine
        nodes = [node for node in engine.fleet.nodes if node.ready and not node.closed][: fault.nodes]
        for node in nodes:
            engine.fleet.close(node)
        engine.there_is_room()
        if fault.within_s is not None:
            end = engine.clock.now + fault.within_s
            engine.clock.at(end, FAULT, lambda: self._kill(self._there(nodes)))
        client = Tokens(engine.world.timings.evict_per_s, 1)
        self._round(nodes, client, reclaimed=fault.within_s is not None)

    def _there(self, nodes: Sequence[Node]) -> list[Node]:
        return [node for node in nodes if node in self.engine.fleet.nodes]

    def _round(self, nodes: Sequence[Node], client: Tokens, *, reclaimed: bool) -> None:
        """The client asks for every pod that is still there, one after the other, and then again.

        An emptied node stays, unless it is ``reclaimed``: what else takes it away is Karpenter's consolidation.
        """
        engine, now = self.engine, self.engine.clock.now
        nodes = self._there(nodes)
        if reclaimed and (empty := [node for node in nodes if not node.pods]):
            self._kill(empty)
        left = [node for node in nodes if node.pods]
        last = now
        for pod in [pod for node in left for pod in node.pods if not pod.leaving]:
            last = client.take(now)
            engine.clock.at(last, FAULT, partial(self._evict, pod))
        if left:
            again = max(last, now + engine.world.timings.evict_again_s)
            engine.clock.at(again, FAULT, partial(self._round, left, client, reclaimed=reclaimed))

    def _evict(self, pod: Pod) -> None:
        if not pod.leaving and self._may_go(pod):
            self.engine.remove(pod)
            self.engine.reconcile(pod.kind)

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

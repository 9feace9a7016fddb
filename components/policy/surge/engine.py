"""One run: the controllers around the fleet, each at its time. What each decides is in hpa, fleet and buying.

Deployment and ReplicaSet controllers make and remove pods, the scheduler binds them, Karpenter buys nodes, nodes come,
pods become ready. Faults are in faulty, what is written down in simulator.
"""

from collections.abc import Callable
from math import ceil
from typing import Final

from .buying import Stock, nodes_to_buy
from .clock import ARRIVAL, Clock, Tokens
from .fleet import Fleet, Kind, Node, Pod, check_size
from .scaling_policy import SurgePolicy
from .world import SimulatedService, World

# client-go, tools/record: after 25 events on one object the others are dropped; 5 minutes bring one back.
EVENTS_OF_A_REPLICA_SET: Final = 25
# Karpenter looks at a pod that still waits again (provisioning/controller.go).
LOOKS_AGAIN_S: Final = 10.0
# A placeholder has nothing to finish.
PLACEHOLDER: Final = "placeholder"


class Engine:
    """``wanted`` are replicas by kind: services, callers before callees; then placeholders; then what is beside."""

    def __init__(self, world: World, policy: SurgePolicy, start: float) -> None:
        self.world, self.policy = world, policy
        self.clock = Clock(start)
        self.names = list(world.graph.shares)
        services = [world.services[name] for name in self.names]
        self.services: list[SimulatedService] = services
        kinds = [
            Kind(n, s.cpu, s.memory, s.zones == "strict", pools=s.pools, preferred_per_host=s.per_host)
            for n, s in zip(self.names, services, strict=True)
        ]
        kinds += [
            Kind(PLACEHOLDER, one.cpu, one.memory, one.zones == "strict", placeholder=True, pools=(one.pool,))
            for one in policy.spare
        ]
        on = world.beside_pools or ((0,),) * len(world.beside)
        most = world.beside_per_host or (None,) * len(world.beside)
        kinds += [
            Kind("beside", cpu, memory, False, pools=pools, per_host=per_host)
            for (_, cpu, memory), pools, per_host in zip(world.beside, on, most, strict=True)
        ]
        self.pools = world.pools
        self.stock = [Stock(pool.size, pool.most, pool.counts == "requests") for pool in self.pools]
        for kind in kinds:
            check_size(policy.name, kind, [self.pools[pool].size for pool in kind.pools])
        self.fleet = Fleet(kinds, world.zones)
        self.wanted = [0] * len(services) + [s.pods for s in policy.spare] + [n for n, _, _ in world.beside]
        self.making = [0] * len(kinds)
        self.revision = [0] * len(kinds)
        self.events_sent = [0] * len(kinds)
        timings = world.timings
        self.creating = Tokens(timings.create_per_s, timings.create_burst)
        self.binding = Tokens(timings.bind_per_s, timings.bind_burst)
        self.looks_again = False
        self.batch_since: float | None = None
        self.batch_end = start
        self.asked_again = False
        self.open_zones = list(range(world.zones))

    # Deployment and ReplicaSet.

    def reconcile(self, kind: int) -> None:
        """As many pods as are wanted; during a rollout the new ones first, then the old ones go."""
        active = len(self.fleet.pods[kind]) + self.making[kind]
        wanted = self.wanted[kind]
        old = sum(pod.revision < self.revision[kind] for pod in self.fleet.pods[kind])
        if not old:
            if active < wanted:
                self._create(kind, wanted - active)
            else:
                for pod in self.fleet.to_remove(kind, active - wanted):
                    self.remove(pod)
            return
        surge = ceil(wanted * self.services[kind].surge)
        self._create(kind, min(wanted + surge - active, wanted - (active - old)))
        spare = self.fleet.ready[kind] - wanted
        unready = [pod for pod in self.fleet.pods[kind] if pod.ready_at is None]
        first = sum(pod.revision < self.revision[kind] for pod in unready)
        for pod in self.fleet.to_remove(kind, max(0, min(old, first + spare)), self.revision[kind]):
            self.remove(pod)

    def _create(self, kind: int, count: int) -> None:
        if count > 0:
            self.making[kind] += count
            self._batch(kind, count, 1)

    def _batch(self, kind: int, left: int, size: int) -> None:
        """1, 2, 4, ... at once, each batch after the one before, so that several ReplicaSets take turns
        (replica_set.go, slowStartBatch).
        """
        at = self.clock.now
        for _ in range(min(left, size)):
            told = self.events_sent[kind] < EVENTS_OF_A_REPLICA_SET
            self.events_sent[kind] += told
            at = self.creating.take(self.clock.now, 1 + told)
            self.clock.at(at, ARRIVAL, self._created(Pod(kind, 0.0, self.revision[kind])))
        if left > size:
            answered = at + self.world.timings.answer_s
            self.clock.at(answered, ARRIVAL, lambda: self._batch(kind, left - size, 2 * size))

    def _created(self, pod: Pod) -> Callable[[], None]:
        def arrive() -> None:
            pod.created_at = self.clock.now
            self.making[pod.kind] -= 1
            self.fleet.pods[pod.kind].append(pod)
            self.fleet.waiting.append(pod)
            self.schedule([pod])
            if len(self.fleet.pods[pod.kind]) + self.making[pod.kind] > self.wanted[pod.kind]:
                self.reconcile(pod.kind)

        return arrive

    def remove(self, pod: Pod, *, at_once: bool = False) -> None:
        """It leaves: out of the endpoints now, off its node when it has ended."""
        self.fleet.leave(pod)
        if pod.node is None:
            return
        service = pod.kind < len(self.services)
        after = self.services[pod.kind].leaves_after_s if service and not at_once else 0.0
        self.clock.at(self.clock.now + after, ARRIVAL, lambda: self._gone(pod))

    def _gone(self, pod: Pod) -> None:
        self.fleet.gone(pod, self.clock.now)
        self.there_is_room()

    # The scheduler.

    def there_is_room(self) -> None:
        """All that wait are looked at again, once for all the room that this moment brings: they are in their backoff,
        and what each of them is told takes requests.
        """
        if self.fleet.waiting and not self.looks_again:
            self.looks_again = True
            self.clock.at(self.clock.now, ARRIVAL, self._look_at_all)

    def _look_at_all(self) -> None:
        self.looks_again = False
        self.schedule(self.fleet.waiting)

    def schedule(self, pods: list[Pod]) -> None:
        """Bind what has room, make room by placeholders, and leave the rest to Karpenter.

        A binding is one request, and so is a status, which is written when what it says of the nodes is new; events
        have a client of their own (schedule_one.go, handleSchedulingFailure; options.go, createClients).
        """
        kinds = self.fleet.kinds
        bound = []
        hopeless: set[int] = set()
        for pod in sorted(pods, key=lambda pod: (kinds[pod.kind].placeholder, pod.created_at)):
            node = None if pod.kind in hopeless else self.fleet.place(pod.kind)
            at = self.clock.now
            if node is None and pod.kind not in hopeless:
                node = self._made_room(pod.kind)
                at += self.world.timings.preempt_s
            if node is None:
                hopeless.add(pod.kind)
                if pod.told_at != self.fleet.changes:
                    pod.told_at = self.fleet.changes
                    self.clock.at(self.binding.take(self.clock.now), ARRIVAL, self.trigger)
                continue
            bound.append(pod)
            self.fleet.bind(pod, node)
            self._start(pod, node, max(at, self.binding.take(self.clock.now)))
        gone = {id(pod) for pod in bound}
        self.fleet.waiting = [pod for pod in self.fleet.waiting if id(pod) not in gone]

    def _made_room(self, kind: int) -> Node | None:
        found = self.fleet.preempt(kind)
        if found is None:
            return None
        node, victims = found
        for victim in victims:
            self.fleet.leave(victim)
            self.fleet.gone(victim, self.clock.now)
        for hurt in {victim.kind for victim in victims}:
            self.reconcile(hurt)
        return node

    def _start(self, pod: Pod, node: Node, bound_at: float) -> None:
        if pod.kind >= len(self.services):
            return
        service = self.services[pod.kind]
        pulled = node.pulled_at.setdefault(pod.kind, bound_at + service.pull_s)
        pod.started_at = max(bound_at, pulled)
        self.clock.at(pod.started_at + service.ready_after_s, ARRIVAL, lambda: self._ready(pod))

    def _ready(self, pod: Pod) -> None:
        if pod.leaving:
            return
        pod.ready_at = self.clock.now
        self.fleet.ready[pod.kind] += 1
        if self.revision[pod.kind]:
            self.reconcile(pod.kind)

    # Karpenter.

    def trigger(self) -> None:
        """A pod waits: a batch opens, or stays open a little longer (provisioning/batcher.go)."""
        now, timings = self.clock.now, self.world.timings
        if self.batch_since is None:
            self.batch_since = now
            self.clock.at(now + timings.batch_idle_s, ARRIVAL, self._batched)
        self.batch_end = min(self.batch_since + timings.batch_most_s, now + timings.batch_idle_s)

    def _batched(self) -> None:
        if self.clock.now < self.batch_end:
            self.clock.at(self.batch_end, ARRIVAL, self._batched)
            return
        self.batch_since = None
        if not self.asked_again:
            self.asked_again = True
            self.clock.at(self.clock.now + LOOKS_AGAIN_S, ARRIVAL, self._look_again)
        for pool, zone, cpu in nodes_to_buy(self.fleet, self.fleet.waiting, self.stock, self.open_zones):
            at, sold = self.clock.now + self.world.timings.claim_s, self.pools[pool]
            node = self.fleet.add_node(zone, sold.size, at, ready=False, pool=pool)
            node.bought_for = cpu
            self.clock.at(at + sold.launch_s + sold.register_s, ARRIVAL, self._arrives(node))

    def _look_again(self) -> None:
        self.asked_again = False
        if self.fleet.waiting:
            self.trigger()

    def _arrives(self, node: Node) -> Callable[[], None]:
        def arrive() -> None:
            if node not in self.fleet.nodes:
                return
            self.fleet.open(node, self.clock.now)
            self.there_is_room()

        return arrive

    def consolidate(self) -> None:
        """Nodes that stood empty long enough are given back; fuller ones stay (WhenEmpty)."""
        if given_back := [node for node in self.fleet.nodes if self._given_back(node)]:
            self.fleet.drop(given_back)

    def _given_back(self, node: Node) -> bool:
        after, since = self.pools[node.pool].consolidate_after_s, node.empty_since
        if after is None or since is None or not node.ready:
            return False
        return self.clock.now - since >= after

"""What a policy meets: the pods' and the nodes' sizes and times. Everything that the simulator models stands here with
its unit and its source, so that a wind tunnel can be set to the same.

Seconds, requests/s, millicores, bytes, US dollars per hour.
"""

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from ..derived import Frozen
from ..disruption import Budget
from ..node_pool import NEVER
from ..packing import Size
from ..plan import Plan
from ..quantities import Milliseconds
from .flow import CallGraph
from .timings import Timings

# components/policy/reaction.py has Karpenter's batching in its node_launch; here it is a step of its own.
BATCHING_IN_LAUNCH_S: Final = 10.0
# A node is Ready, Karpenter takes its taint away, and pods that the scheduler had looked at meanwhile are in their
# backoff: a second, doubled at each attempt (kube-scheduler, podInitialBackoffSeconds 1). In the recordings of the wind
# tunnel (docs/surge/recordings) 1.5 s leave the least error of shed shares and times, of 0 to 2 s by halves.
REGISTER_S: Final = 1.5


class SimulatedService(Frozen):
    """One service's pods. ``ready_after_s`` counts from the start of the container, ``pull_s`` the image's once a node.

    ``cpu_at_capacity`` is the part of its CPU request that a pod uses at ``rps_per_pod``, ``cpu_at_most`` where its
    limit ends. ``leaves_after_s`` is how long a pod holds its node's room after it was told to go.
    """

    rps_per_pod: float = Field(gt=0)
    cpu: int = Field(gt=0)
    memory: int = Field(gt=0)
    ready_after_s: float = Field(ge=0)
    pull_s: float = Field(default=0.0, ge=0)
    leaves_after_s: float = Field(default=10.0, ge=0)
    cpu_at_capacity: float = Field(default=1.0, gt=0)
    cpu_at_most: float | None = Field(default=None, gt=0)
    # Part of its memory request, whatever the load.
    memory_used: float = Field(default=0.5, ge=0)
    zones: Literal["strict", "preferred"] = "strict"
    # How many of them a node should hold at most: Karpenter buys for it, the scheduler does not insist.
    per_host: int | None = Field(default=None, ge=1)
    # The pools that it may run on by their numbers in the world, the first choice first.
    pools: tuple[int, ...] = Field(default=(0,), min_length=1)
    budget: Budget | None = None
    # Pods on top during a rollout, as a part of the replicas (Deployment maxSurge, rounded up).
    surge: float = Field(default=0.25, ge=0)

    def uses(self, load: float) -> float:
        """The part of its CPU request that a pod uses at so many times what it carries."""
        use = load * self.cpu_at_capacity
        return use if self.cpu_at_most is None else min(use, self.cpu_at_most)


class NodeModel(Frozen):
    """Equal nodes of one pool; sizes are what is left for pods after reserves and daemons."""

    cpu: int = Field(gt=0)
    memory: int = Field(gt=0)
    pods: int = Field(default=110, gt=0)
    # From the purchase until the node object is there.
    launch_s: float = Field(ge=0)
    # From there until pods are bound.
    register_s: float = Field(default=REGISTER_S, ge=0)
    per_hour: float = Field(default=0.0, ge=0)
    most: int | None = Field(default=None, ge=1)
    # What a node under way takes of ``most``: all of one, or the part that it was bought for, as Karpenter's KWOK
    # provider says it (kwok/cloudprovider, toNode), so that a pool without machines may sell a little beyond its limit.
    counts: Literal["capacity", "requests"] = "capacity"
    # An empty node is given back after this; None: never.
    consolidate_after_s: float | None = Field(default=300.0, ge=0)

    @property
    def size(self) -> Size:
        return Size(self.cpu, self.memory, self.pods)


class World(Frozen):
    """All of it. ``beside`` are other pods that take room from the start: (how many, millicores, bytes).

    ``nodes`` is the pool of the entry, number 0, ``more_nodes`` are the others from 1 on; ``beside_pools`` says on
    which the pods beside may run, as a service's ``pools``; left out, on the first. ``beside_per_host`` is how many of
    a kind a node holds at most, as a Redis master stays apart from its replicas; left out or None, as many as fit.
    """

    services: dict[str, SimulatedService] = Field(min_length=1)
    # CallGraph.of's input: requests to each callee per own request.
    calls: dict[str, dict[str, float]] = {}
    entries: dict[str, float] | None = None
    zones: int = Field(default=3, ge=1)
    nodes: NodeModel
    more_nodes: tuple[NodeModel, ...] = ()
    timings: Timings = Timings()
    beside: tuple[tuple[int, int, int], ...] = ()
    beside_pools: tuple[tuple[int, ...], ...] = ()
    beside_per_host: tuple[int | None, ...] = ()

    @model_validator(mode="after")
    def _pools_that_there_are(self) -> Self:
        named = [pool for one in self.services.values() for pool in one.pools]
        named += [pool for pools in self.beside_pools for pool in pools]
        beyond = [pool for pool in named if not 0 <= pool < len(self.pools)]
        said = [len(each) for each in (self.beside_pools, self.beside_per_host) if each]
        if beyond or any(count != len(self.beside) for count in said):
            raise ValueError(
                f"pools {beyond} of {len(self.pools)}, {said} entries for {len(self.beside)} kinds beside; allowed:"
                " numbers of pools that there are, and one entry for each kind"
            )
        return self

    @property
    def pools(self) -> tuple[NodeModel, ...]:
        """All node pools by their numbers."""
        return (self.nodes, *self.more_nodes)

    @property
    def graph(self) -> CallGraph:
        """The call graph of the services."""
        return CallGraph.of_rates({name: self.calls.get(name, {}) for name in self.services}, self.entries)

    def without_machines(self) -> "World":
        """As KWOK plays it: what a node pulls once every pod waits for, and a node counts what it was bought for."""
        services = {
            name: one.model_copy(update={"ready_after_s": one.ready_after_s + one.pull_s, "pull_s": 0.0})
            for name, one in self.services.items()
        }
        first, *others = [pool.model_copy(update={"counts": "requests"}) for pool in self.pools]
        return self.model_copy(update={"services": services, "nodes": first, "more_nodes": tuple(others)})

    @classmethod
    def of_plan(cls, plan: Plan) -> Self:
        """The platform as the plan has it. Raises ValueError for one whose nodes are somebody else's."""
        if plan.nodes is None:
            raise ValueError("the plan has no node pool")
        spare = {room.group(pool).name for pool, room in plan.spare.items()}
        # Spare room is the policy's.
        beside = [
            group for group in plan.pod_groups if group.name not in plan.services | dict.fromkeys(spare)
        ]
        first, *others = [_nodes(plan, name) for name in pool_numbers(plan)]
        return cls(
            services={name: _service(plan, name) for name in plan.services},
            calls={
                name: {to: float(n) for to, n in one.calls.items()} for name, one in plan.services.items()
            },
            entries=dict(CallGraph.of_plan(plan).entries),
            zones=len(plan.zones),
            nodes=first,
            more_nodes=tuple(others),
            timings=Timings(rate_window_s=_step(plan, "metric_window"), sync_s=_step(plan, "sync")),
            beside=tuple((group.peak, int(group.cpu), int(group.memory)) for group in beside),
            beside_pools=tuple(_pools_of(plan, group.name) for group in beside) if others else (),
            beside_per_host=tuple(group.per_host for group in beside),
        )


def pool_numbers(plan: Plan) -> dict[str, int]:
    """The number of each pool in the world of a plan: the entry's first, the others as they were stated."""
    home = plan.placements[plan.entry_name].home.value
    return {name: number for number, name in enumerate(sorted(plan.pools, key=lambda name: name != home))}


def _pools_of(plan: Plan, group: str) -> tuple[int, ...]:
    numbers, placement = pool_numbers(plan), plan.placements.get(group)
    return tuple(numbers[name] for name in placement.pools) if placement is not None else (0,)


def _service(plan: Plan, name: str) -> SimulatedService:
    service = plan.services[name]
    group = next(group for group in plan.pod_groups if group.name == name)
    steps = {step: value.value / 1000 for step, value in service.reaction.steps.items()}
    return SimulatedService(
        rps_per_pod=float(service.demand.rps_per_pod),
        cpu=int(group.cpu),
        memory=int(group.memory),
        ready_after_s=steps["start"] + steps["readiness"],
        pull_s=steps["pull"],
        leaves_after_s=service.drain.drain_time.value / 1000,
        cpu_at_most=None if group.cpu_limit is None else group.cpu_limit / group.cpu,
        per_host=plan.pods_per_host(name),
        pools=_pools_of(plan, name),
        budget=service.disruption.budget.value,
        surge=group.surge / group.peak,
    )


def _nodes(plan: Plan, pool: str) -> NodeModel:
    nodes = plan.pools[pool]
    spec, kind = nodes.spec, nodes.instance
    return NodeModel(
        cpu=kind.allocatable_cpu.value - spec.daemons_cpu,
        memory=kind.allocatable_memory.value - spec.daemons_memory,
        pods=kind.max_pods - spec.daemon_pods,
        launch_s=max(0.0, _step(plan, "node_launch") - BATCHING_IN_LAUNCH_S),
        per_hour=_price(plan, pool),
        most=nodes.cpu_limit.value // kind.cpu,
        consolidate_after_s=None
        if spec.consolidate_after == NEVER
        else Milliseconds.parse(spec.consolidate_after) / 1000,
    )


def _price(plan: Plan, pool: str) -> float:
    cost = plan.cost
    return 0.0 if cost is None else float(cost.node_hour_by_pool.get(pool, cost.per_node_hour).value)


def _step(plan: Plan, name: str) -> float:
    return plan.entry.reaction.steps[name].value / 1000

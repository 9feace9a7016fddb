"""From a plan to the facts of what stands around the services: objective, Redis, nodes, alerts, load test."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from ...cost import CostSpec
from ...elasticache import MAXCLIENTS, ElastiCachePlan
from ...node_budgets import NodeBudget
from ...nodes import NodePlan
from ...plan import Plan
from ...pod_group import PodGroup
from ...quantities import Bytes, Millicores, format_int_or_percent
from ...redis import RedisUse
from ...redis_load import RedisLoad
from ...redis_place import AnyRedisPlan
from .. import nodes as facts
from ..expression import read_expression
from ..nodes import Pool
from ..platform import Alert, LoadPhase, LoadTest, Objective, Redis
from ..workload import Container, Rollout, Workload
from .services import OPEN_FILES

STORES: Final = {
    RedisUse.LOCKS: frozenset({"locks", "queues"}),
    RedisUse.CACHE: frozenset({"cache"}),
    RedisUse.CACHE_AND_QUEUES: frozenset({"cache", "queues"}),
}

# Of a RedisCluster's objects, those of kinds that a service makes too; the first is the cluster's own name.
OWN_SUFFIXES: Final = ("", "-sentinel", "-nodes", "-sentinels", "-read")


def own_names(name: str) -> frozenset[str]:
    """What no service may be called beside a RedisCluster of that name."""
    return frozenset(name + suffix for suffix in OWN_SUFFIXES)


def group_facts(
    group: PodGroup, namespace: str = "", pools: Sequence[str] = (), *, placeholder: bool = False
) -> Workload:
    """Pods that are no service's: only what they take of a node is known, and which pools they may run on."""
    return Workload(
        object=group.name,
        name=group.name,
        namespace=namespace,
        kind="Deployment" if placeholder else "StatefulSet",
        containers=(Container(cpu_request=group.cpu, memory_request=group.memory),),
        floor=group.floor,
        peak=group.peak,
        rollout=Rollout(recreate=True) if placeholder else None,
        node_pool=pools[0] if pools else None,
        fallback_pools=tuple(pools[1:]),
        placeholder=placeholder,
    )


def objective_facts(plan: Plan, namespace: str = "") -> Objective:
    """What must be carried."""
    target = plan.target
    return Objective(
        namespace=namespace,
        peak_rps=target.peak_rps,
        baseline_rps=target.baseline_rps,
        p99=target.p99,
        availability=target.availability,
        zones=len(plan.zones),
    )


def redis_facts(plan: AnyRedisPlan, name: str = "redis", namespace: str = "") -> Redis:
    """A RedisCluster of that name."""
    if isinstance(plan, ElastiCachePlan):
        return _managed(plan, name, namespace)
    spec = plan.spec
    return Redis(
        object=name,
        name=name,
        namespace=namespace,
        nodes=spec.replicas + 1,
        # RedisCluster writes nothing to disk, and its start script keeps an empty node from being master.
        persistent=False,
        restart_guard=True,
        failover="sentinel",
        sentinels=spec.sentinels,
        quorum=plan.quorum.value,
        maxmemory=plan.maxmemory.value,
        memory_limit=spec.memory_limit,
        eviction=plan.eviction.value,
        stores=STORES[spec.use],
        maxclients=spec.maxclients,
        reserved_clients=spec.maxclients - plan.client_connections.value,
        min_replicas_to_write=1,
        open_files=OPEN_FILES,
        **(_load(plan.load) if plan.load is not None else {}),
        own_names=own_names(name),
    )


def _managed(plan: ElastiCachePlan, name: str, namespace: str) -> Redis:
    """What AWS runs: its files, limits and votes are nobody's here, so those facts stay unknown."""
    return Redis(
        object=name,
        name=name,
        namespace=namespace,
        nodes=plan.spec.replicas + 1,
        failover="managed",
        maxmemory=plan.maxmemory.value,
        eviction=plan.eviction.value,
        stores=STORES[plan.spec.use],
        maxclients=MAXCLIENTS,
        reserved_clients=MAXCLIENTS - plan.client_connections.value,
        **(_load(plan.load) if plan.load is not None else {}),
        maintenance_window=plan.spec.maintenance_window,
        own_names=frozenset({name}),
    )


def _load(load: RedisLoad) -> dict[str, Any]:
    sent = [rate.value for rate in (load.sent_by_master, load.sent_by_replica) if rate is not None]
    return {
        "busiest_operations": max(load.on_master.value, load.on_replica.value),
        "node_answers": load.node_answers.value,
        "busiest_sends": max(sent, default=None),
        "node_sends": load.node_sends.value,
    }


def pool_facts(
    nodes: NodePlan,
    zones: Sequence[str],
    name: str,
    cost: CostSpec | None = None,
    budgets: Sequence[NodeBudget] = (),
    open_zones: Sequence[str] | None = None,
) -> Pool:
    """A KarpenterPool of that name, with the budgets that others add; its prices are the cost's. It buys in
    ``open_zones``, or in all."""
    return Pool(
        object=f"node_pool.{name}",
        name=name,
        budgets=tuple(_budget(budget) for budget in (*nodes.spec.node_budgets, *budgets)),
        cpu_limit=Millicores(nodes.cpu_limit.value),
        memory_limit=Bytes(nodes.memory_limit.value),
        zones=tuple(zones if open_zones is None else open_zones),
        instance=nodes.instance,
        planned_nodes=nodes.at_peak.value,
        planned_zones=len(zones),
        termination_grace=nodes.termination_grace_period.value,
        price_region=cost.region if cost is not None else None,
        architectures=tuple(nodes.architectures),
        capacity_types=(nodes.spec.capacity_type,),
        spot_share=cost.spot_share if cost is not None else None,
    )


def _budget(budget: NodeBudget) -> facts.NodeBudget:
    return facts.NodeBudget(
        nodes=str(format_int_or_percent(budget.nodes)),
        reasons=tuple(str(reason) for reason in budget.reasons),
        schedule=budget.schedule,
        duration=str(budget.duration) if budget.duration is not None else None,
    )


def alert_facts(plan: Plan, namespace: str = "") -> Iterator[Alert]:
    """Its alerts, each as its expression says."""
    stated = [(alert.name, alert.expr) for alert in plan.objectives.burn_alerts]
    stated += [(alert.name, alert.expr) for alert in plan.objectives.traffic_alerts]
    for name, expression in stated:
        found = read_expression(expression)
        yield Alert(
            object=f"objectives.{name} {found.service or plan.entry_name}",
            name=name,
            signal=found.signal,
            service=found.service,
            namespace=namespace,
            threshold=found.threshold,
            windows=found.windows,
        )


def load_facts(plan: Plan, namespace: str = "") -> LoadTest:
    """The load test."""
    phases = tuple(
        LoadPhase(virtual_users=phase.pre_allocated_vus.value, rps=Fraction(phase.rate.value))
        for phase in plan.load.phases
    )
    return LoadTest(object="load", namespace=namespace, phases=phases)

"""From a plan, or a part of one, to facts: what our own program is about to deploy, before any object is made.

What the plan does not hold (spread, Service, node image) stays unknown here and is seen in the rendered objects.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...events_plan import EventPlan
from ...events_time import Instant
from ...node_budgets import NodeBudget
from ...plan import Plan
from ...platform import Platform
from ...pod_group import PodGroup
from ...zones import open_zones
from ..fleet import Fleet
from ..workload import Workload
from .around import alert_facts, group_facts, load_facts, objective_facts, own_names, pool_facts, redis_facts
from .events import event_facts, watched_facts
from .services import service_facts, traffic_facts
from .workers import message_facts, queue_facts, worker_facts

__all__ = [
    "alert_facts",
    "event_facts",
    "freezes",
    "group_facts",
    "load_facts",
    "message_facts",
    "objective_facts",
    "own_names",
    "plan_facts",
    "pool_facts",
    "queue_facts",
    "redis_facts",
    "service_facts",
    "traffic_facts",
    "watched_facts",
    "worker_facts",
]


def freezes(events: Sequence[EventPlan]) -> list[NodeBudget]:
    """The budgets that events add to a pool."""
    return [event.nodes.freeze.budget for event in events if event.nodes is not None]


def plan_facts(plan: Plan, platform: Platform, namespace: str = "", now: Instant | None = None) -> Fleet:
    """The whole platform, in the namespace that it is meant for; ``now`` where somebody with a clock asks."""
    buys_in = open_zones("closed_zones", platform.zones, platform.closed_zones)
    return Fleet(
        workloads=(
            *(_service(plan, platform, name, namespace) for name in plan.services),
            *(_worker(plan, platform, name, namespace) for name in plan.workers),
            # The groups are the services' and the workers' first; those beside are in namespaces of their own.
            *(
                _group(plan, group, "" if group.name in {g.name for g in platform.beside} else namespace)
                for group in plan.pod_groups[_scaled(plan) :]
            ),
        ),
        objectives=(objective_facts(plan, namespace),),
        redis=(redis_facts(plan.redis, namespace=namespace),),
        pools=tuple(
            pool_facts(nodes, platform.zones, name, platform.cost, freezes(plan.events), buys_in)
            for name, nodes in plan.pools.items()
        ),
        alerts=tuple(alert_facts(plan, namespace)),
        load_tests=(load_facts(plan, namespace),),
        events=tuple(event_facts(plan, event, namespace, now) for event in plan.events),
    )


def _service(plan: Plan, platform: Platform, name: str, namespace: str) -> Workload:
    spec = platform.services[name]
    facts = service_facts(
        plan.services[name],
        image=spec.image,
        resources=spec.resources,
        probes=spec.probes,
        shutdown=spec.shutdown,
        client=spec.client,
        namespace=namespace,
        events=plan.event_floors(name),
    )
    return replace(facts, **_home(plan, name))


def _worker(plan: Plan, platform: Platform, name: str, namespace: str) -> Workload:
    spec = platform.workers[name]
    facts = worker_facts(
        plan.workers[name],
        spec,
        image=spec.image,
        resources=spec.resources,
        namespace=namespace,
        events=plan.event_floors(name),
    )
    return replace(facts, **_home(plan, name))


def _scaled(plan: Plan) -> int:
    return len(plan.services) + len(plan.workers)


def _home(plan: Plan, group: str) -> dict[str, Any]:
    """The pools of a group as the rendered pods name them: with a single pool they name none, but for its taints."""
    pools = pools_named(plan, group)
    return {"node_pool": pools[0] if pools else None, "fallback_pools": tuple(pools[1:])}


def pools_named(plan: Plan, group: str) -> list[str]:
    """The pools that the pods of a group must name, the first choice first; none where any node will do."""
    placement = plan.placements.get(group)
    if placement is None or (len(plan.pools) == 1 and not plan.pools[placement.home.value].spec.taints):
        return []
    return placement.pools


def _group(plan: Plan, group: PodGroup, namespace: str) -> Workload:
    """Redis' pods, or the room that is kept on a pool, in a namespace of its own."""
    for pool in plan.spare:
        if group.name == f"{pool}-spare":
            return group_facts(group, group.name, [pool], placeholder=True)
    return group_facts(group, namespace, pools_named(plan, group.name))

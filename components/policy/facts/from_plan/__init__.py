"""From a plan, or a part of one, to facts: what our own program is about to deploy, before any object is made.

What the plan does not hold (spread, Service, node image) stays unknown here and is seen in the rendered objects.
"""

from collections.abc import Sequence

from ...events_plan import EventPlan
from ...node_budgets import NodeBudget
from ...plan import Plan
from ...platform import Platform
from ..fleet import Fleet
from .around import alert_facts, group_facts, load_facts, objective_facts, own_names, pool_facts, redis_facts
from .services import service_facts, traffic_facts
from .workers import message_facts, queue_facts, worker_facts

__all__ = [
    "alert_facts",
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
    "worker_facts",
]


def freezes(events: Sequence[EventPlan]) -> list[NodeBudget]:
    """The budgets that events add to a pool."""
    return [event.nodes.freeze.budget for event in events if event.nodes is not None]


def plan_facts(plan: Plan, platform: Platform, namespace: str = "") -> Fleet:
    """The whole platform, in the namespace that it is meant for."""
    services = platform.services
    return Fleet(
        workloads=(
            *(
                service_facts(
                    service,
                    image=services[name].image,
                    resources=services[name].resources,
                    probes=services[name].probes,
                    shutdown=services[name].shutdown,
                    client=services[name].client,
                    namespace=namespace,
                    events=[event.floor_of(name) for event in plan.events],
                )
                for name, service in plan.services.items()
            ),
            *(
                worker_facts(
                    worker,
                    platform.workers[name],
                    image=platform.workers[name].image,
                    resources=platform.workers[name].resources,
                    namespace=namespace,
                )
                for name, worker in plan.workers.items()
            ),
            # The groups are the services' and the workers' first.
            *(group_facts(group, namespace) for group in plan.pod_groups[_scaled(plan) :]),
        ),
        objectives=(objective_facts(plan, namespace),),
        redis=(redis_facts(plan.redis, namespace=namespace),),
        pools=(
            pool_facts(plan.nodes, platform.zones, plan.nodes.spec.name, platform.cost, freezes(plan.events)),
        )
        if plan.nodes is not None
        else (),
        alerts=tuple(alert_facts(plan, namespace)),
        load_tests=(load_facts(plan, namespace),),
    )


def _scaled(plan: Plan) -> int:
    return len(plan.services) + len(plan.workers)

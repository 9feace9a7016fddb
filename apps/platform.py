"""The whole platform, from its settings and its plan: the order of things, and what a caller gets to know."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from components.policy.facts.from_plan import objective_facts
from components.policy.plan import Plan
from components.queue_worker import QueueWorker
from config.settings import Settings

from .base import base, network_only
from .events import event_windows
from .front import namespace_labels
from .namespace import namespace
from .redis import password, redis
from .services import Deployed, services
from .surroundings import REAL, Surroundings
from .workers import workers

# What a person does after the deployment.
NEXT: Final = (
    "python -m ops status -s STACK: what runs and what it carries; python -m ops plan -s STACK: where each number comes"
    " from; to replace a stand-in state headroom:services.NAME.image"
)


def deploy(
    settings: Settings, plan: Plan, surroundings: Surroundings = REAL
) -> Mapping[str, pulumi.Input[Any]]:
    """Register the layer that the stack makes; the stack's outputs by name."""
    # What is missing is said before the first resource is registered.
    surroundings.check(settings)
    if settings.layer == "network":
        return network_only(settings, plan)
    secret = password(settings, surroundings.redis_password())
    below = base(settings, plan, surroundings)
    if settings.layer == "cluster":
        return below.outputs
    # Pods before their nodes on the way down: a pool is made first and destroyed last.
    inside = pulumi.ResourceOptions(provider=below.provider, depends_on=list(below.before))
    space: pulumi.Input[str] = settings.namespace
    if settings.namespace_kind == "made":
        space = namespace(settings.namespace, objective_facts(plan), inside, namespace_labels(settings))
    data = redis(settings, space, secret, plan, below.aws, inside)
    # Pods may have a part in AWS: their role.
    aws = below.inside.aws
    both = pulumi.ResourceOptions(
        providers=[below.provider, *([] if aws is None else [aws.provider])], depends_on=list(below.before)
    )
    made = services(settings, plan, namespace=space, redis=data, inside=below.inside, opts=both)
    working = workers(settings, plan, namespace=space, inside=below.inside, opts=both)
    opened = event_windows(settings, plan, space, inside)
    return {
        "namespace": space,
        "entry": made[plan.entry.name].url,
        "services": {name: _facts(service) for name, service in made.items()},
        **({"workers": {name: _bounds(worker) for name, worker in working.items()}} if working else {}),
        "redis": {
            "sentinels": data.sentinel_addresses,
            "master_name": data.master_name,
            "primary_host": data.primary_host,
            "read_host": data.read_host,
        },
        **below.outputs,
        "events": {name: {"opens": one.opens, "closes": one.closes} for name, one in opened.items()},
        "next": NEXT,
    }


def _facts(service: Deployed) -> Mapping[str, pulumi.Input[Any]]:
    return {
        "url": service.url,
        **_bounds(service),
    }


def _bounds(workload: Deployed | QueueWorker) -> Mapping[str, pulumi.Input[Any]]:
    return {
        "floor": workload.floor,
        "peak": workload.peak,
        "budget": str(workload.plan.disruption.budget.value),
    }

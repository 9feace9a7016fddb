"""The whole platform, from its settings and its plan: the order of things, and what a caller gets to know."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from components import RedisCluster, RedisClusterArgs, service_pods
from components.policy.facts.from_plan import objective_facts
from components.policy.plan import Plan
from components.policy.redis import REDIS, SENTINEL
from config.secrets import redis_password
from config.settings import Settings

from .base import base, network_only
from .namespace import namespace
from .pools import placement
from .services import Deployed, services

# What a person does after the deployment.
NEXT: Final = (
    "python -m ops status -s STACK: what runs and what it carries; python -m ops plan -s STACK: where each number comes"
    " from; to replace a stand-in state headroom:services.NAME.image"
)


def deploy(settings: Settings, plan: Plan) -> Mapping[str, pulumi.Input[Any]]:
    """Register the layer that the stack makes; the stack's outputs by name."""
    if settings.layer == "network":
        return network_only(settings, plan)
    below = base(settings, plan)
    if settings.layer == "cluster":
        return below.outputs
    # Pods before their nodes on the way down: a pool is made first and destroyed last.
    inside = pulumi.ResourceOptions(provider=below.provider, depends_on=list(below.before))
    space = namespace(settings.namespace, objective_facts(plan), inside)
    redis = RedisCluster(
        "redis",
        RedisClusterArgs(
            namespace=space,
            redis=settings.redis,
            ignores=settings.ignores,
            password=redis_password(),
            placement=placement(plan, REDIS, SENTINEL),
            clients=[
                service_pods(name) for name, s in settings.services.items() if s.redis_ops_per_request > 0
            ],
        ),
        inside,
    )
    made = services(settings, plan, namespace=space, redis=redis, opts=inside)
    return {
        "namespace": space,
        "entry": made[plan.entry.name].url,
        "services": {name: _facts(service) for name, service in made.items()},
        "redis": {
            "sentinels": redis.sentinel_addresses,
            "master_name": redis.master_name,
            "read_host": redis.read_host,
        },
        **below.outputs,
        "next": NEXT,
    }


def _facts(service: Deployed) -> Mapping[str, pulumi.Input[Any]]:
    return {
        "url": service.url,
        "floor": service.floor,
        "peak": service.peak,
        "budget": str(service.plan.disruption.budget.value),
    }

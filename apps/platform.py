"""The whole platform, from its settings and its plan: the order of things, and what a caller gets to know."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components import KarpenterPool, KarpenterPoolArgs, RedisCluster, RedisClusterArgs, service_pods
from components.policy.plan import Plan
from config.secrets import redis_password
from config.settings import Settings

from . import cluster
from .namespace import namespace
from .node_class import node_class
from .services import services


def deploy(settings: Settings, plan: Plan) -> Mapping[str, pulumi.Input[Any]]:
    """Register everything; the stack's outputs by name."""
    provider = cluster.provider(settings.cluster)
    opts = pulumi.ResourceOptions(provider=provider)
    pools = _pools(settings, plan, opts)
    # Pods before their nodes on the way down: a pool is made first and destroyed last.
    inside = pulumi.ResourceOptions(provider=provider, depends_on=pools)
    space = namespace(settings.namespace, inside)
    redis = RedisCluster(
        "redis",
        RedisClusterArgs(
            namespace=space,
            redis=settings.redis,
            password=redis_password(),
            clients=[
                service_pods(name) for name, s in settings.services.items() if s.redis_ops_per_request > 0
            ],
        ),
        inside,
    )
    made = services(settings, plan, namespace=space, redis=redis, opts=inside)
    return {
        "namespace": space,
        "entry_url": made[plan.entry.name].url,
        "urls": {name: service.url for name, service in made.items()},
        "replicas": {name: {"floor": service.floor, "peak": service.peak} for name, service in made.items()},
        "redis_sentinels": redis.sentinel_addresses,
        "node_pools": [pool.pool for pool in pools],
    }


def _pools(settings: Settings, plan: Plan, opts: pulumi.ResourceOptions) -> list[KarpenterPool]:
    if settings.node_pool is None or plan.nodes is None:
        return []
    args = KarpenterPoolArgs(
        nodes=plan.nodes, zones=plan.zones, node_class=node_class(settings.node_pool.node_class)
    )
    return [KarpenterPool(settings.node_pool.name, args, opts)]

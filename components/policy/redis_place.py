"""Redis wherever it runs: inside the cluster, or as ElastiCache. Decides which planner a stated Redis takes, and that
only one of them puts pods on nodes.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .elasticache import ElastiCachePlan, ElastiCacheSpec, plan_elasticache
from .pod_group import PodGroup
from .redis import RedisPlan, RedisSpec, plan_redis, redis_groups


def in_cluster_unless_stated(value: Any) -> Any:
    """A mapping without a kind states the one inside the cluster."""
    return {"kind": "in-cluster", **value} if isinstance(value, Mapping) else value


AnyRedisSpec = Annotated[
    RedisSpec | ElastiCacheSpec, Field(discriminator="kind"), BeforeValidator(in_cluster_unless_stated)
]
AnyRedisPlan = RedisPlan | ElastiCachePlan


def plan_any_redis(
    spec: RedisSpec | ElastiCacheSpec, operations: Mapping[str, Fraction] | None = None, connections: int = 0
) -> AnyRedisPlan:
    """The plan of the one that is stated. Raises ConfigurationError as its planner does."""
    if isinstance(spec, ElastiCacheSpec):
        return plan_elasticache(spec, operations, connections)
    return plan_redis(spec, operations, connections)


def groups_of(plan: AnyRedisPlan) -> list[PodGroup]:
    """The pods that it puts on the platform's nodes."""
    return redis_groups(plan) if isinstance(plan, RedisPlan) else []

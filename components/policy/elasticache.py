"""Redis as ElastiCache in numbers: which node type, what its memory carries, and who may connect.

One shard with replicas ("cluster mode disabled"): clients of the guide's Redis talk to one primary. Decides no subnet,
no window and no token; failover and its clocks are the service's own.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal

from pydantic import Field

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import Bytes, format_percent
from .redis import EVICTION, OPERATOR_CONNECTIONS, RedisUse
from .redis_load import RedisContents, RedisLoad, redis_load, refuse_what_does_not_fit
from .windows import check_weekly_window

# Amazon ElastiCache, "Redis OSS node-type specific parameters": maxmemory in bytes. Burstable types are for trials;
# micro ones take fewer clients than the rest, and are left out.
MAXMEMORY: Final[Mapping[str, int]] = {
    "cache.t4g.small": 1_471_026_299,
    "cache.t4g.medium": 3_317_862_236,
    "cache.m6g.large": 6_854_542_746,
    "cache.m6g.xlarge": 13_891_921_715,
    "cache.m6g.2xlarge": 27_966_669_210,
    "cache.m6g.4xlarge": 56_116_178_125,
    "cache.m7g.large": 6_854_542_746,
    "cache.m7g.xlarge": 13_891_921_715,
    "cache.m7g.2xlarge": 27_966_669_210,
    "cache.m7g.4xlarge": 56_116_178_125,
    "cache.r6g.large": 14_037_181_030,
    "cache.r6g.xlarge": 28_261_849_702,
    "cache.r6g.2xlarge": 56_711_183_565,
    "cache.r6g.4xlarge": 113_609_865_216,
    "cache.r7g.large": 14_037_181_030,
    "cache.r7g.xlarge": 28_261_849_702,
    "cache.r7g.2xlarge": 56_711_183_565,
    "cache.r7g.4xlarge": 113_609_865_216,
}
# The same guide, "Managing reserved memory": a quarter for failover and backup; 30 % on small types.
RESERVED: Final = Fraction(1, 4)
RESERVED_ON_SMALL: Final = Fraction(3, 10)
# The same guide, "Redis OSS specific parameters": maxclients is 65,000 and cannot be changed.
MAXCLIENTS: Final = 65_000
# One replica in another zone is what Multi-AZ with failover needs; a shard has 5 at most (ReplicationGroup limits).
MOST_REPLICAS: Final = 5


class ElastiCacheSpec(RedisContents):
    """One primary and its replicas as a replication group, as its owner states it."""

    kind: Literal["elasticache"] = "elasticache"
    node_type: str = Field(examples=["cache.r7g.large"])
    replicas: int = Field(default=3, ge=1, le=MOST_REPLICAS)
    use: RedisUse = RedisUse.LOCKS
    # What the data needs; the node type must carry it. None: nothing is known of it but what the contents say.
    maxmemory: Bytes | None = None
    # The parameter group's family follows from it: 7.1 is the last under this name, Valkey is another engine.
    # UTC: the hour a week in which AWS may restart nodes, away from every event.
    maintenance_window: str = Field(examples=["sun:18:00-sun:19:00"])
    engine_version: Literal["7.0", "7.1"] = "7.1"


class ElastiCachePlan(Frozen):
    """What follows. Memory in bytes."""

    spec: ElastiCacheSpec
    # What data may fill: the type's maxmemory less what is reserved.
    maxmemory: Derived[Bytes]
    # Percent, as the parameter group takes it.
    reserved_memory: Derived[int]
    eviction: Derived[str]
    client_connections: Derived[int]
    load: RedisLoad | None = None


def plan_elasticache(
    spec: ElastiCacheSpec, operations: Mapping[str, Fraction] | None = None, connections: int = 0
) -> ElastiCachePlan:
    """Derive the numbers, as ``plan_redis`` does for a Redis in the cluster. Raises ConfigurationError for an unknown
    node type, one that does not hold what is stated, and a window that AWS would refuse."""
    check_weekly_window("redis.maintenance_window", spec.maintenance_window)
    if spec.node_type not in MAXMEMORY:
        raise ConfigurationError(
            field="redis.node_type",
            value=spec.node_type,
            allowed=", ".join(MAXMEMORY),
            remedy="choose one of them, or add its maxmemory to components/policy/elasticache.py",
        )
    reserved = RESERVED_ON_SMALL if spec.node_type.endswith(".small") else RESERVED
    whole = MAXMEMORY[spec.node_type]
    room = derived(
        Bytes(whole * (1 - reserved)),
        f"{whole} bytes of {spec.node_type} less {format_percent(reserved)} reserved for failover and backup",
    )
    if spec.maxmemory is not None and spec.maxmemory > room.value:
        raise ConfigurationError(
            field="redis.maxmemory",
            value=spec.maxmemory,
            allowed=f"up to {room.value.spoken} = {room.because}",
            remedy="choose a larger redis.node_type",
        )
    load = None if operations is None else redis_load(spec, spec.replicas, operations, connections)
    if load is not None:
        refuse_what_does_not_fit(
            spec, load, room, "choose a larger redis.node_type, store less, or shrink the pools"
        )
    return ElastiCachePlan(
        spec=spec,
        maxmemory=room,
        reserved_memory=derived(
            int(reserved * 100), "ElastiCache, Managing reserved memory: by the size of the type"
        ),
        eviction=EVICTION[spec.use],
        client_connections=derived(
            MAXCLIENTS - OPERATOR_CONNECTIONS,
            f"ElastiCache's maxclients {MAXCLIENTS} - {OPERATOR_CONNECTIONS} for monitoring and people",
        ),
        load=load,
    )

"""Redis in numbers: memory, eviction, quorum and the clocks of a failover, each from what is stated once.

The argument behind the clocks is in components/redis: what is decided here is only which values keep it true. It
never renders a file and never knows an address.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .pod_group import Architecture, PodGroup
from .quantities import Bytes, Millicores, Milliseconds
from .redis_clocks import check_clocks, patience
from .redis_load import RedisContents, RedisLoad, redis_load, refuse_what_does_not_fit

MIB: Final = 1024**2
# An idle Redis 7 with its scripts: 10 MiB seen; rounded up.
BASE_MEMORY: Final = Bytes(16 * MIB)
# One eighth of the limit may hold what replicas have not read yet. Redis does not count it into maxmemory
# (redis.io, "Key eviction", replication buffers), so it has to be left free.
REPLICA_BUFFER_SHARE: Final = Fraction(1, 8)
# A quarter of that buffer is the backlog from which a replica that was away resumes without a full copy.
BACKLOG_SHARE: Final = Fraction(1, 4)
# The allocator's loss: redis.io, "Memory optimization", calls up to 1.1 healthy (mem_fragmentation_ratio).
FRAGMENTATION: Final = Fraction(11, 10)
# During a full copy a child holds the old pages: half of the data may change while it is sent. A copy of 512 MiB at
# 100 MB/s lasts 5 s; 10,000 writes/s x 5 s x 4 KiB pages = 200 MiB, 40 %.
COPY_ON_WRITE: Final = Fraction(1, 2)
# Below this Redis spends its memory on itself.
LEAST_MAXMEMORY: Final = Bytes(16 * MIB)
# A replica acknowledges once a second, and the master counts its good replicas once a second.
LAG_CLOCK_S: Final = 2
# Redis waits so long for its replicas at SIGTERM (shutdown-timeout), after the hand-over was given its chance.
SHUTDOWN_TIMEOUT: Final = Milliseconds.parse("10s")
HAND_OVER_TIMEOUT: Final = Milliseconds.parse("30s")
# The last attempt may begin just before the hand-over's time is up, and lasts as long as the pause of the writes.
SHUTDOWN_MARGIN: Final = Milliseconds.parse("10s")
# Start scripts, probes and people with a redis-cli.
OPERATOR_CONNECTIONS: Final = 16
# What its two groups of pods are called in a plan.
REDIS: Final = "redis"
SENTINEL: Final = "redis-sentinel"
# redis.io, "Redis client handling": file descriptors that Redis keeps for itself.
RESERVED_FILES: Final = 32


class RedisUse(StrEnum):
    """What is stored, which decides what may be thrown away when the memory is full.

    Locks have an expiry, so a policy for "keys with an expiry" throws away exactly the locks. Mixing a cache with
    locks in one Redis is therefore not offered; use two clusters.
    """

    LOCKS = "locks"
    """Locks, queues, counters: nothing is evicted, a full memory refuses writes out loud (noeviction)."""
    CACHE = "cache"
    """Everything can be loaded again: the least recently used key goes first (allkeys-lru)."""
    CACHE_AND_QUEUES = "cache-and-queues"
    """Cached keys have an expiry and may go; keys without an expiry stay (volatile-lru). Never for locks."""


EVICTION: Final = {
    RedisUse.LOCKS: derived("noeviction", "a lock or a queue entry that is evicted is lost without a word"),
    RedisUse.CACHE: derived("allkeys-lru", "every key can be loaded again"),
    RedisUse.CACHE_AND_QUEUES: derived("volatile-lru", "only keys with an expiry can be loaded again"),
}


class RedisSpec(RedisContents):
    """One master, its replicas and their sentinels, as their owner states them; guide.md section 2."""

    kind: Literal["in-cluster"] = "in-cluster"
    replicas: int = Field(default=3, ge=2, le=15)
    sentinels: int = Field(default=3, ge=3, le=7)
    use: RedisUse = RedisUse.LOCKS
    cpu_request: Millicores = Field(default=Millicores.parse("500m"), gt=0)
    # Request and limit are one: what is stored in memory must not be what the node is short of.
    memory_request: Bytes = Field(default=Bytes.parse("1Gi"), gt=0)
    memory_limit: Bytes = Field(default=Bytes.parse("1Gi"), gt=0)
    # None: as much as the limit carries. The guide's 512 MiB need a limit of 1 GiB.
    maxmemory: Bytes | None = None
    maxclients: int = Field(default=10_000, ge=64, le=100_000)  # Redis' own default.
    # The master is taken for dead after so long without an answer.
    down_after: Milliseconds = Milliseconds.parse("5s")
    # A failover that got stuck is tried again after twice this.
    failover_timeout: Milliseconds = Milliseconds.parse("10s")
    sentinel_cpu_request: Millicores = Field(default=Millicores.parse("50m"), gt=0)
    sentinel_memory: Bytes = Field(default=Bytes.parse("64Mi"), gt=0)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.sentinels % 2 == 0:
            raise ConfigurationError(
                field="sentinels",
                value=self.sentinels,
                allowed="3, 5 or 7: half of an even number can neither decide nor be outvoted",
                remedy=f"state {self.sentinels + 1}",
            )
        if self.memory_request > self.memory_limit:
            raise ConfigurationError(
                field="memory_request",
                value=self.memory_request,
                allowed=f"at most memory_limit, {self.memory_limit}",
                remedy="lower memory_request or raise memory_limit",
            )
        check_clocks(self.down_after, self.failover_timeout)
        return self


class RedisPlan(Frozen):
    """What follows from a RedisSpec. Memory in bytes, times in milliseconds."""

    spec: RedisSpec
    maxmemory: Derived[Bytes]
    replica_buffer: Derived[Bytes]
    backlog: Derived[Bytes]
    eviction: Derived[str]
    quorum: Derived[int]
    max_lag: Derived[Milliseconds]
    patience: Derived[Milliseconds]
    grace_period: Derived[Milliseconds]
    client_connections: Derived[int]
    # Of one node: what it opens for maxclients. Redis lowers maxclients without a word where it may open fewer.
    file_descriptors: Derived[int]
    # What it holds and answers at the peak, where the services that use it are known.
    load: RedisLoad | None = None


def plan_redis(
    spec: RedisSpec, operations: Mapping[str, Fraction] | None = None, connections: int = 0
) -> RedisPlan:
    """Derive the numbers; ``operations`` (requests/s by service, at the peak) and ``connections`` (all pools, full) say
    what is asked of it. Raises ConfigurationError where the memory limit cannot carry what is stated. Operations and
    network that a node cannot carry are in ``load``, for a review to find beside everything else.
    """
    buffer = Bytes(spec.memory_limit * REPLICA_BUFFER_SHARE)
    quorum = spec.sentinels // 2 + 1
    reserved = 2 * spec.sentinels + spec.replicas + OPERATOR_CONNECTIONS
    most = _maxmemory(spec, buffer)
    load = None if operations is None else redis_load(spec, spec.replicas, operations, connections)
    if load is not None:
        refuse_what_does_not_fit(
            spec,
            load,
            most,
            "raise redis.memory_limit and redis.maxmemory, store less, or shrink the pools",
        )
    return RedisPlan(
        spec=spec,
        maxmemory=most,
        replica_buffer=derived(buffer, f"1/8 of the limit {spec.memory_limit}"),
        backlog=derived(
            Bytes(buffer * BACKLOG_SHARE), "1/4 of the replica buffer, so that a backlog fits into it"
        ),
        eviction=EVICTION[spec.use],
        quorum=derived(quorum, f"majority of {spec.sentinels} sentinels"),
        max_lag=derived(
            Milliseconds((spec.down_after // 1000 - LAG_CLOCK_S - 1) * 1000),
            f"{spec.down_after} down_after - {LAG_CLOCK_S}s of Redis' own clocks - 1s: a master that is cut off stops"
            " taking writes before another is elected",
        ),
        patience=derived(
            patience(spec.down_after, spec.failover_timeout),
            f"down_after {spec.down_after} + 2 x failover_timeout {spec.failover_timeout} (a second try) + 10s (the"
            " sentinels' INFO period): by then anybody who holds data has been elected",
        ),
        grace_period=derived(
            Milliseconds(HAND_OVER_TIMEOUT + SHUTDOWN_TIMEOUT + SHUTDOWN_MARGIN),
            f"hand-over {HAND_OVER_TIMEOUT} + shutdown {SHUTDOWN_TIMEOUT} + margin {SHUTDOWN_MARGIN}",
        ),
        client_connections=derived(
            spec.maxclients - reserved,
            f"maxclients {spec.maxclients} - 2 x {spec.sentinels} sentinels - {spec.replicas} replicas"
            f" - {OPERATOR_CONNECTIONS} for probes and people",
        ),
        file_descriptors=derived(
            spec.maxclients + RESERVED_FILES, f"maxclients {spec.maxclients} + {RESERVED_FILES} of Redis' own"
        ),
        load=load,
    )


def _maxmemory(spec: RedisSpec, buffer: Bytes) -> Derived[Bytes]:
    room = (spec.memory_limit - buffer - BASE_MEMORY) / (FRAGMENTATION * (1 + COPY_ON_WRITE))
    most = Bytes(max(0, int(room)) // MIB * MIB)
    why = (
        f"(limit {spec.memory_limit} - replica buffer {buffer} - base {BASE_MEMORY}) / ({float(FRAGMENTATION)}"
        f" fragmentation x {float(1 + COPY_ON_WRITE)} copy on write)"
    )
    if most < LEAST_MAXMEMORY:
        raise ConfigurationError(
            field="redis.memory_limit",
            value=spec.memory_limit,
            allowed=f"enough for a maxmemory of {LEAST_MAXMEMORY}; this leaves {most} = {why}",
            remedy="raise redis.memory_limit",
        )
    if spec.maxmemory is None:
        return derived(most, why)
    if not LEAST_MAXMEMORY <= spec.maxmemory <= most:
        raise ConfigurationError(
            field="redis.maxmemory",
            value=spec.maxmemory,
            allowed=f"{LEAST_MAXMEMORY} to {most} = {why}",
            remedy="raise redis.memory_limit, lower redis.maxmemory, or leave it out to have it derived",
        )
    return derived(spec.maxmemory, f"stated; at most {most}")


# Of the official image (docker-library/official-images, library/redis) those that a node of the table may be.
BUILT_FOR: Final[list[Architecture]] = ["amd64", "arm64"]


def redis_groups(plan: RedisPlan) -> list[PodGroup]:
    """The pods that Redis puts on nodes; a StatefulSet replaces in place, so a rollout adds none."""
    spec = plan.spec
    return [
        _apart(REDIS, spec.replicas + 1, spec.cpu_request, spec.memory_request),
        _apart(SENTINEL, spec.sentinels, spec.sentinel_cpu_request, spec.sentinel_memory),
    ]


def _apart(name: str, pods: int, cpu: Millicores, memory: Bytes) -> PodGroup:
    return PodGroup(
        name=name,
        floor=pods,
        peak=pods,
        surge=0,
        cpu=cpu,
        memory=memory,
        per_host=1,
        architectures=BUILT_FOR,
    )

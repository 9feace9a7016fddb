"""Rules about Redis: nothing acknowledged is lost by a restart, the memory holds what is stored, all clients fit."""

from collections.abc import Iterator
from typing import Final

from ..facts import ABSENT, Fleet, Redis, known
from ..quantities import Bytes
from ..redis import COPY_ON_WRITE, FRAGMENTATION, REPLICA_BUFFER_SHARE, RESERVED_FILES
from .rule import error, warning

LEAST_SENTINELS: Final = 3


@error(
    "HR701",
    "redis-restarts-empty",
    Redis,
    why="a master without persistence that is back before Sentinel notices is still master, empty, and its replicas"
    " copy that: everything is gone",
    source="guide.md section 2; measured: 100,000 of 100,000 keys on all four nodes",
    do="turn on appendonly, or keep a restarted node from being master (headroom.dev/redis-restart-guard)",
)
def redis_restarts_empty(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """A master that restarts does not wipe its replicas."""
    if (
        redis.nodes is not None
        and redis.nodes > 1
        and redis.persistent is False
        and redis.restart_guard is False
    ):
        yield f'save "" and appendonly no with {redis.nodes - 1} replicas'


@warning(
    "HR702",
    "redis-not-persistent",
    Redis,
    why="the only node loses everything that is stored whenever it restarts, also by an eviction or an update",
    source="redis.io, Redis persistence",
    do="turn on appendonly on a volume, or add replicas with a failover",
)
def redis_not_persistent(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """A Redis that stores more than a cache survives a restart."""
    if (
        redis.nodes == 1
        and redis.persistent is False
        and redis.stores
        and redis.stores != frozenset({"cache"})
    ):
        yield f"is one node without persistence that stores {' and '.join(sorted(redis.stores))}"


@error(
    "HR703",
    "redis-failover-missing",
    Redis,
    why="replicas alone do not take over: when the master is gone, nobody takes writes until a person comes",
    source="redis.io, High availability with Redis Sentinel",
    do="run three sentinels, or use a managed Redis with failover",
)
def redis_failover_missing(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """Somebody makes a replica master when the master is gone."""
    if redis.nodes is not None and redis.nodes > 1 and redis.failover is ABSENT:
        yield f"{redis.nodes - 1} replicas and no Sentinel, cluster or managed failover"


@error(
    "HR704",
    "redis-quorum",
    Redis,
    why="without a majority of an odd number, one lost node stops every failover, or two halves elect a master each",
    source="redis.io, High availability with Redis Sentinel: at least three sentinels",
    do="run 3, 5 or 7 sentinels with the quorum at their majority",
)
def redis_quorum(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """Sentinels are odd in number, at least three, and their quorum is a majority."""
    count, quorum = redis.sentinels, redis.quorum
    if count is None:
        return
    if count < LEAST_SENTINELS or count % 2 == 0:
        yield f"{count} sentinels"
    elif quorum is not None and not count // 2 < quorum < count:
        yield f"a quorum of {quorum} among {count} sentinels"


@error(
    "HR705",
    "sentinel-names-unresolved",
    Redis,
    why="Sentinel reads its file from top to bottom: a monitor line with a host name fails before names are allowed",
    source="guide.md facts: resolve-hostnames before monitor (bitnami/charts #11083)",
    do='put "sentinel resolve-hostnames yes" above "sentinel monitor"',
)
def sentinel_names_unresolved(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """Sentinel may resolve names before it is told one."""
    if redis.resolves_before_monitor is False:
        yield "sentinel monitor names a host before resolve-hostnames is on"


@error(
    "HR711",
    "redis-memory-over-limit",
    Redis,
    why="the kernel kills Redis before it evicts or refuses anything",
    source="guide.md section 2: maxmemory stays under the container limit",
    do="lower maxmemory, or raise the container's memory limit",
)
def redis_memory_over_limit(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """Redis stops taking data before the kernel stops Redis."""
    most, limit = known(redis.maxmemory), known(redis.memory_limit)
    if most is not None and limit is not None and most >= limit:
        yield f"maxmemory {most} is not below the container's limit {limit}"


@warning(
    "HR712",
    "redis-memory-without-room",
    Redis,
    why="fragmentation, a child's copy of changed pages and replicas' buffers come on top of maxmemory",
    source="redis.io, Memory optimization and Key eviction; the factors of components/policy/redis.py",
    do="lower maxmemory to (limit less 1/8 for buffers) / (1.1 x 1.5)",
)
def redis_memory_without_room(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """The limit leaves room for fragmentation, copy-on-write and buffers."""
    stated, limit = known(redis.maxmemory), known(redis.memory_limit)
    if not stated or limit is None or stated >= limit:
        return
    most = Bytes(limit * (1 - REPLICA_BUFFER_SHARE) / (FRAGMENTATION * (1 + COPY_ON_WRITE)))
    if stated > most:
        yield f"maxmemory {stated} under a limit of {limit}; room is left up to {int(most) // 1024**2}Mi"


@warning(
    "HR713",
    "redis-memory-unbounded",
    Redis,
    why="without maxmemory Redis grows until the kernel kills it, and nothing is ever evicted or refused",
    source="redis.io, Key eviction",
    do="state maxmemory below the container's limit",
)
def redis_memory_unbounded(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """Redis has a maxmemory."""
    if redis.maxmemory is ABSENT or redis.maxmemory == 0:
        yield "has no maxmemory"


@error(
    "HR714",
    "redis-evicts-what-must-stay",
    Redis,
    why="a lock or a queue entry that is evicted is lost without a word: two buyers hold one seat",
    source="guide.md section 2: locks and queues must not be evicted",
    do="set maxmemory-policy noeviction, and keep the cache in another Redis",
)
def redis_evicts(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """What must stay is not evicted."""
    if redis.stores is None or redis.eviction in (None, "noeviction"):
        return
    # Locks have an expiry, so a policy for keys with an expiry throws away exactly the locks.
    lost = {"locks", "queues"} if str(redis.eviction).startswith("allkeys") else {"locks"}
    held = sorted(redis.stores & lost)
    if held:
        yield f"maxmemory-policy {redis.eviction} with {' and '.join(held)} stored"


@warning(
    "HR715",
    "redis-cache-refuses",
    Redis,
    why="a full cache answers every write with an error instead of forgetting the oldest key",
    source="redis.io, Key eviction: noeviction",
    do="set maxmemory-policy allkeys-lru",
)
def redis_cache_refuses(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """A cache forgets rather than refuses."""
    if redis.stores == frozenset({"cache"}) and redis.eviction == "noeviction":
        yield "stores a cache only, with maxmemory-policy noeviction"


@error(
    "HR721",
    "redis-clients-over-limit",
    Redis,
    why="the pods that come last get no connection, exactly when the fleet is at its peak",
    source="guide.md section 3: pool x max pods <= maxclients (10,000 by default)",
    do="raise maxclients, or shrink the pools",
)
def redis_clients_over_limit(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """All pools, full at the peak of a rollout, find a connection each."""
    if redis.maxclients is None:
        return
    parts = [
        (w.peak + (w.rollout.surge_pods(w.peak) if w.rollout is not None else 0), w.client.redis_pool, w.name)
        for w in fleet.clients_of(redis)
        if w.peak is not None and w.client.redis_pool
    ]
    total, free = sum(pods * pool for pods, pool, _ in parts), redis.maxclients - redis.reserved_clients
    if total > free:
        text = " + ".join(f"{pods} {name} pods x {pool}" for pods, pool, name in parts)
        yield f"{text} = {total} connections; maxclients leaves {free}"


@warning(
    "HR722",
    "redis-writes-while-cut-off",
    Redis,
    why="a master that is cut off keeps taking writes, which are lost when it comes back as a replica",
    source="redis.io, High availability with Redis Sentinel: min-replicas-to-write",
    do="set min-replicas-to-write 1 with a min-replicas-max-lag below down-after",
)
def redis_writes_while_cut_off(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """A master without replicas takes no writes."""
    if redis.failover == "sentinel" and redis.min_replicas_to_write == 0 and (redis.nodes or 0) > 1:
        yield "min-replicas-to-write is 0"


@error(
    "HR723",
    "redis-clients-over-files",
    Redis,
    why="Redis lowers maxclients to what it may open without a word in its configuration, so the last pods find no"
    " connection",
    source="redis.io, Redis client handling: 32 file descriptors are kept for Redis itself",
    do="lower maxclients, or raise the limit of the node's container runtime",
)
def redis_clients_over_files(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """Redis may open a file for every client."""
    files, clients = redis.open_files, redis.maxclients
    if files is not None and clients is not None and clients + RESERVED_FILES > files:
        yield f"maxclients {clients} and {RESERVED_FILES} files of its own; {files} are allowed"

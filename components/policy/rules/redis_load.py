"""What the peak asks of one Redis node against what one node was measured to give."""

from collections.abc import Iterator

from ..facts import Fleet, Redis
from ..quantities import format_rate
from .rule import error


@error(
    "HR724",
    "redis-operations-over-node",
    Redis,
    why="Redis answers on one thread: past its rate every operation waits, in every service at once",
    source="redis.io, Redis benchmark; guide.md section 2: one master for writes",
    do="let replicas answer reads (redis.reads), make fewer operations per request, or state what a node was measured"
    " to answer (redis.ops_per_node)",
)
def redis_operations_over_node(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """The busiest node answers what the peak asks of it."""
    if redis.busiest_operations is None or redis.node_answers is None:
        return
    if redis.busiest_operations > redis.node_answers:
        yield (
            f"{format_rate(redis.busiest_operations)} operations/s on the busiest node at the peak; one node answers"
            f" {redis.node_answers}"
        )


@error(
    "HR725",
    "redis-bandwidth-over-node",
    Redis,
    why="replies queue in the node's output buffers until Redis closes the connections",
    source="redis.io, Client handling: output buffer limits",
    do="store smaller values, let replicas answer reads (redis.reads), or state what a host sends"
    " (redis.network_per_node)",
)
def redis_bandwidth_over_node(redis: Redis, fleet: Fleet) -> Iterator[str]:
    """The busiest node sends what the peak asks of it."""
    if redis.busiest_sends is None or redis.node_sends is None:
        return
    if redis.busiest_sends > redis.node_sends:
        yield f"{redis.busiest_sends}/s from the busiest node at the peak; one host sends {redis.node_sends}/s"

"""What Redis holds and answers at the peak, beside what one node can: memory, operations, network.

Each is a pair of a needed and a possible number; whether one is above the other is a rule's to say. Decides no memory
limit, no number of replicas and no pool.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Final

from pydantic import Field

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import Bytes, Ratio, format_percent, format_rate

# One key beyond its name and its value, with an expiry as every lock has one: 114 to 142 bytes measured with redis
# 7.0.15 (keys of 20 to 50 bytes, values of 8 to 1,000, 100,000 to 260,000 of them; the most just after the tables of
# keys and expiries have doubled), rounded up. Without an expiry it is 45 less.
KEY_OVERHEAD: Final = Bytes(144)
# A connection that was just used: its query and its reply buffer. 38,235 bytes measured with redis 7.0.15 over 2,000
# connections, rounded up; they shrink when it is idle. After a failover all of them are opened again at once. Redis
# counts them into maxmemory.
CONNECTION_MEMORY: Final = Bytes(40_000)
# redis.io, "Redis benchmark": 74,239 SET a second without pipelining on one thread, rounded down.
OPS_PER_NODE: Final = 70_000
# m5.2xlarge: 2,500 Mbit/s to start with and for good, each way (karpenter-provider-aws v1.14.1,
# pkg/providers/instancetype/zz_generated.bandwidth.go).
NETWORK: Final = Bytes(2_500 * 10**6 // 8)
# Ethernet, IP and TCP headers (66 bytes) and the protocol around a SET with an expiry (about 45), rounded up. A reply
# that is no value is about as much.
WIRE_OVERHEAD: Final = Bytes(128)


class RedisContents(Frozen):
    """What is stored and how it is asked for, as its owner states it; what is left out is unknown, not nothing."""

    # Keys at the peak, the mean length of their names, and of their values.
    keys: int | None = Field(default=None, ge=1)
    key_size: Bytes = Bytes(48)
    value_size: Bytes | None = None
    key_overhead: Bytes = KEY_OVERHEAD
    # The part of the operations that replicas may answer. None unless stated: a replica answers with what was, which
    # is wrong for a lock.
    reads: Ratio = Field(default=Fraction(0), ge=0, le=1)
    # What one node was measured to answer, requests/s, and the bytes/s that its host sends.
    ops_per_node: int = Field(default=OPS_PER_NODE, ge=1)
    network_per_node: Bytes = Field(default=NETWORK, gt=0)


class RedisLoad(Frozen):
    """Operations in requests/s, memory in bytes, network in bytes/s one way. What needs a value's size is None where
    none is stated."""

    operations: Derived[Ratio]
    on_master: Derived[Ratio]
    on_replica: Derived[Ratio]
    node_answers: Derived[int]
    memory_of_keys: Derived[Bytes] | None
    memory_of_connections: Derived[Bytes]
    # Beside RedisPlan.maxmemory.
    memory_needed: Derived[Bytes] | None
    sent_by_master: Derived[Bytes] | None
    sent_by_replica: Derived[Bytes] | None
    node_sends: Derived[Bytes]


def redis_load(
    contents: RedisContents, replicas: int, operations: Mapping[str, Fraction], connections: int
) -> RedisLoad:
    """``operations`` are the requests/s of each service at its peak; ``connections`` all pools, full."""
    total = sum(operations.values(), Fraction(0))
    reads = total * contents.reads
    writes = total - reads
    # One is gone, or has just been made master: the others answer its part.
    answering = max(1, replicas - 1)
    keys, needed = _memory(contents, connections)
    return RedisLoad(
        operations=derived(
            total,
            " + ".join(f"{format_rate(rps)} ({name})" for name, rps in operations.items() if rps)
            or "no service uses Redis",
        ),
        on_master=derived(
            writes,
            f"{format_rate(total)} x {format_percent(1 - contents.reads)} that only the master answers",
        ),
        on_replica=derived(
            writes + reads / answering,
            f"{format_rate(writes)} that it repeats + {format_rate(reads)} reads / {answering}: one of {replicas}"
            " replicas may be gone",
        ),
        node_answers=derived(
            contents.ops_per_node,
            "stated"
            if "ops_per_node" in contents.model_fields_set
            else "redis.io, Redis benchmark: SET, rounded down",
        ),
        memory_of_keys=keys,
        memory_of_connections=derived(
            Bytes(connections * CONNECTION_MEMORY),
            f"{connections} connections x {CONNECTION_MEMORY} bytes, as measured of one in use",
        ),
        memory_needed=needed,
        **_sent(contents, replicas, writes, reads, answering),
        node_sends=derived(
            contents.network_per_node,
            "stated" if "network_per_node" in contents.model_fields_set else "m5.2xlarge's baseline, one way",
        ),
    )


def _memory(contents: RedisContents, connections: int) -> tuple[Derived[Bytes] | None, Derived[Bytes] | None]:
    if contents.keys is None or contents.value_size is None:
        return None, None
    each = contents.key_size + contents.value_size + contents.key_overhead
    keys = derived(
        Bytes(contents.keys * each),
        f"{contents.keys} keys x ({int(contents.key_size)} name + {int(contents.value_size)} value"
        f" + {int(contents.key_overhead)} overhead)",
    )
    buffers = connections * CONNECTION_MEMORY
    return keys, derived(
        Bytes(keys.value + buffers),
        f"{int(keys.value)} of keys + {int(buffers)} of {connections} connections",
    )


def _least(contents: RedisContents) -> Derived[Bytes] | None:
    """What keys take whatever their values are: no need of the plan, but no less than it."""
    if contents.keys is None:
        return None
    each = contents.key_size + contents.key_overhead
    return derived(
        Bytes(contents.keys * each),
        f"{contents.keys} keys x ({int(contents.key_size)} name + {int(contents.key_overhead)} overhead), without any"
        " value",
    )


def _sent(
    contents: RedisContents, replicas: int, writes: Fraction, reads: Fraction, answering: int
) -> dict[str, Derived[Bytes] | None]:
    """The busier way of each: a master sends every write on to all replicas, a replica answers reads."""
    if contents.value_size is None:
        return {"sent_by_master": None, "sent_by_replica": None}
    wire = contents.key_size + contents.value_size + WIRE_OVERHEAD
    answers = ceil(reads / answering * wire)
    repeats = ceil(writes * wire)
    return {
        "sent_by_master": derived(
            Bytes(ceil(writes * (replicas * wire + WIRE_OVERHEAD))),
            f"{format_rate(writes)} writes x ({replicas} replicas x {wire} bytes on the wire + {WIRE_OVERHEAD} of the"
            " answer)",
        ),
        "sent_by_replica": derived(
            Bytes(max(answers, repeats)),
            f"the larger of {format_rate(reads / answering)} reads sent and {format_rate(writes)} writes received x"
            f" {wire} bytes on the wire",
        ),
    }


def refuse_what_does_not_fit(
    contents: RedisContents, load: RedisLoad, maxmemory: Derived[Bytes], remedy: str
) -> None:
    """What is stored and does not fit is evicted or refused: no number of the plan holds then."""
    needed = load.memory_needed if load.memory_needed is not None else _least(contents)
    if needed is not None and needed.value > maxmemory.value:
        raise ConfigurationError(
            field="redis.keys",
            value=f"{int(needed.value)} bytes = {needed.because}",
            allowed=f"up to the maxmemory of {maxmemory.value}",
            remedy=remedy,
        )

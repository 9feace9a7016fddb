"""The files of a Redis node and of a sentinel, as text, from the plan: the same text in a ConfigMap and in the tests.

Decides how each number of the plan is said to Redis. Knows no address and no password: the scripts take both from
their environment, so nothing here is secret and nothing depends on where it runs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..policy.redis import HAND_OVER_TIMEOUT, SHUTDOWN_TIMEOUT, RedisPlan

SCRIPTS: Final = Path(__file__).parent / "scripts"
START_REDIS: Final = "start-redis.sh"
START_SENTINEL: Final = "start-sentinel.sh"
PRE_STOP: Final = "pre-stop.sh"
PROBE: Final = "probe.sh"
DIGEST_LENGTH: Final = 10


@dataclass(frozen=True, kw_only=True)
class Names:
    """What clients call the cluster by: the name that sentinels answer to, and the ports."""

    master_name: str = "headroom"
    port: int = 6379
    sentinel_port: int = 26379


def render(plan: RedisPlan, names: Names) -> dict[str, str]:
    """All files, by name. The scripts are constant; numbers reach them through settings.sh."""
    files = {
        "redis.conf": redis_conf(plan, names),
        "sentinel.conf": sentinel_conf(plan, names),
        "settings.sh": settings_sh(plan, names),
    }
    for script in sorted(SCRIPTS.glob("*.sh")):
        files[script.name] = script.read_text(encoding="utf-8")
    return files


def digest(files: Mapping[str, str]) -> str:
    """A short name for exactly these files, so that a change of one of them is a new ConfigMap and a new rollout."""
    joined = "\0".join(f"{name}\0{text}" for name, text in sorted(files.items()))
    return hashlib.sha256(joined.encode()).hexdigest()[:DIGEST_LENGTH]


def redis_conf(plan: RedisPlan, names: Names) -> str:
    """What is the same on every node. The start script adds who it is, whom it follows and the password."""
    buffer = plan.replica_buffer.value
    return f"""\
port {names.port}
# Reached through the network policy and with the password; "protected" would mean the loopback only.
protected-mode no
daemonize no
tcp-keepalive 60

# Nothing on disk: what one node knows is safe because others know it too.
save ""
appendonly no
rdb-del-sync-files yes

maxmemory {int(plan.maxmemory.value)}
maxmemory-policy {plan.eviction.value}
maxclients {plan.spec.maxclients}

# A full copy goes from memory to memory. The backlog lets a replica that was away for seconds resume without one.
repl-diskless-sync yes
repl-diskless-sync-delay 1
repl-diskless-load on-empty-db
repl-backlog-size {int(plan.backlog.value)}
repl-backlog-ttl 0
repl-timeout 30
client-output-buffer-limit replica {int(buffer)} {int(buffer) // 2} 60

# A master whose replicas do not follow takes no writes: it may be the one that was cut off.
min-replicas-to-write 1
min-replicas-max-lag {plan.max_lag.value.seconds}

# Until a node has been in step it answers nothing and cannot be elected; the start script lifts both.
replica-read-only yes
replica-serve-stale-data no
replica-priority 0

# At SIGTERM: wait so long for replicas that lag.
shutdown-timeout {SHUTDOWN_TIMEOUT.seconds}
"""


def sentinel_conf(plan: RedisPlan, names: Names) -> str:
    """A template: the start script fills in who it is and the master it has learnt of, with the epoch."""
    name = names.master_name
    return f"""\
port {names.sentinel_port}
protected-mode no
daemonize no
# Names, not addresses: a pod that comes back has another address.
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip @SELF@
sentinel announce-port {names.sentinel_port}
sentinel myid @ID@
sentinel deny-scripts-reconfig yes
sentinel monitor {name} @MASTER@ {names.port} {plan.quorum.value}
sentinel config-epoch {name} @EPOCH@
sentinel down-after-milliseconds {name} {int(plan.spec.down_after)}
sentinel failover-timeout {name} {int(plan.spec.failover_timeout)}
# One replica at a time copies from a new master; the others go on serving reads.
sentinel parallel-syncs {name} 1
"""


def settings_sh(plan: RedisPlan, names: Names) -> str:
    """The plan's numbers and the names, as the scripts read them."""
    return f"""\
MASTER_NAME={names.master_name}
REDIS_PORT={names.port}
SENTINEL_PORT={names.sentinel_port}
QUORUM={plan.quorum.value}
DOWN_AFTER_MS={int(plan.spec.down_after)}
PATIENCE_S={plan.patience.value.seconds}
HAND_OVER_S={HAND_OVER_TIMEOUT.seconds}
"""

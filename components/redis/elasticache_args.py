"""What a Redis that AWS runs is made of, as its caller states it. Needs no AWS package: only making it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi

from ..policy.elasticache import ElastiCacheSpec
from ..policy.errors import ConfigurationError
from ..policy.ignores import Ignore
from ..policy.place import Place
from ..policy.retention import check_retention
from ..policy.windows import check_snapshot_window, check_windows_apart

# AWS, CreateReplicationGroup: 1 to 40 letters, digits and hyphens.
_LONGEST_ID: Final = 40


@dataclass(frozen=True, kw_only=True)
class Snapshots:
    """A snapshot each day in ``window`` (UTC, "hh:mm-hh:mm", an hour at least), kept for ``days`` (1 to 35), and one
    more when the group is deleted. Raises ConfigurationError for what AWS does not take."""

    window: str
    days: int = 7

    def __post_init__(self) -> None:
        check_snapshot_window("snapshots.window", self.window)
        if not 1 <= self.days <= 35:
            raise ConfigurationError(
                field="snapshots.days",
                value=self.days,
                allowed="1 to 35 (CreateReplicationGroup, SnapshotRetentionLimit)",
                remedy="leave snapshots out to keep none",
            )


@dataclass(frozen=True, kw_only=True)
class ElastiCacheArgs:
    """Arguments of a :class:`RedisCluster` that AWS runs.

    ``password`` is the AUTH token: 16 to 128 printable characters without @, " and /. A change of it is rotated in:
    both work until the next change. ``cidrs`` are the blocks in which its addresses lie, for the clients' network
    policies; ``client_security_group`` is the nodes'.
    ``deletion_protection`` keeps the engine from deleting or replacing the group and its key until it is taken off.
    """

    namespace: pulumi.Input[str]
    redis: ElastiCacheSpec
    place: Place
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[str]]
    cidrs: Sequence[pulumi.Input[str]]
    client_security_group: pulumi.Input[str]
    password: pulumi.Input[str]
    # None: nothing that is stored is worth a copy, as with locks that expire.
    snapshots: Snapshots | None = None
    slow_log_days: int = 30
    deletion_protection: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    part_of: str = "headroom"
    ignores: Sequence[Ignore] = ()


def check(name: str, args: ElastiCacheArgs) -> None:
    """Raises ConfigurationError for what AWS would refuse half-way through."""
    if len(name) > _LONGEST_ID:
        raise ConfigurationError(
            field="name",
            value=name,
            allowed=f"up to {_LONGEST_ID} characters: it names the replication group",
            remedy="choose a shorter one",
        )
    try:
        check_retention("slow_log_days", args.slow_log_days)
        if args.snapshots is not None:
            check_windows_apart("snapshots.window", args.snapshots.window, args.redis.maintenance_window)
    except ConfigurationError as error:
        raise error.within(name) from None

"""What a stack states of its Redis: the facts of the plan, and, where AWS runs it, when AWS may touch it.

No number that follows is stated here, and the password is a secret (config.secrets).
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from components.policy.derived import Frozen
from components.policy.elasticache import ElastiCacheSpec
from components.policy.redis import RedisSpec
from components.policy.redis_place import in_cluster_unless_stated
from components.policy.windows import check_snapshot_window, check_weekly_window

from .checked import Days, checked


class Snapshots(Frozen):
    """A copy each day, and one when the group is deleted."""

    # UTC, an hour at least.
    window: Annotated[str, checked(check_snapshot_window)] = Field(examples=["19:00-20:00"])
    days: int = Field(default=7, ge=1, le=35, strict=True)


class ElastiCache(ElastiCacheSpec):
    """A Redis that AWS runs: its ElastiCacheSpec, and what no number follows from."""

    maintenance_window: Annotated[str, checked(check_weekly_window)] = Field(examples=["sun:18:00-sun:19:00"])
    # None: nothing that is stored is worth a copy, as with locks that expire.
    snapshots: Snapshots | None = None
    slow_log_days: Days = 30
    deletion_protection: bool = Field(default=True, strict=True)

    @property
    def spec(self) -> ElastiCacheSpec:
        """The part that the plan is derived from."""
        return ElastiCacheSpec(**{name: getattr(self, name) for name in ElastiCacheSpec.model_fields})


Redis = Annotated[
    RedisSpec | ElastiCache, Field(discriminator="kind"), BeforeValidator(in_cluster_unless_stated)
]

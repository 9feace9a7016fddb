"""A stack of which the parts fit each other, and the input of the plan that follows from it."""

from functools import cached_property
from typing import Self

from pydantic import model_validator

from components.policy.errors import ConfigurationError
from components.policy.platform import Platform
from components.time_zones import event

from .billed import billed
from .fit import check_fit
from .pool_names import check_names
from .redis import ElastiCache
from .stated import Stated


class Settings(Stated):
    """One stack: what its Pulumi.<stack>.yaml says, merged over config/platform.yaml."""

    @model_validator(mode="after")
    def _cluster_and_pool_fit(self) -> Self:
        check_fit(self)
        return self

    @model_validator(mode="after")
    def _pools_are_stated_once(self) -> Self:
        if self.node_pool is not None and self.node_pools:
            raise ConfigurationError(
                field="node_pools",
                value=f"{', '.join(self.node_pools)}, beside node_pool",
                allowed="one of the two: node_pool for one pool, node_pools for several",
                remedy="move the one pool into node_pools, or remove node_pools",
            )
        check_names(self.namespace, self.pools_by_field)
        return self

    @cached_property
    def platform(self) -> Platform:
        """The input of the plan."""
        return Platform(
            target=self.target,
            zones=self.zones,
            closed_zones=self.closed_zones,
            services={name: service.spec for name, service in self.services.items()},
            workers={name: worker.spec for name, worker in self.workers.items()},
            beside=self.inside.pods,
            redis=self.redis.spec if isinstance(self.redis, ElastiCache) else self.redis,
            node_pool=None,
            node_pools=[pool.spec for pool in self.pools.values()],
            spare=self.spare,
            reaction=self.reaction,
            load=self.load,
            cost=self.cost,
            billed=billed(self),
            scale_down=self.scale_down,
            events=[event(spec) for spec in self.events],
        )

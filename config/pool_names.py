"""What the pools of a stack are called in the cluster: by a name that was stated, else by namespace and word.

NodePools and their classes have no namespace, so two platforms on one cluster must not share a name by accident: the
second to be deployed would take over the pool of the first, and to remove one would remove the nodes of both.
"""

from collections.abc import Mapping
from typing import Annotated, Final, TypeVar

from pydantic import Field

from components.policy.node_pool import NodePoolSpec

# A NodePool's name is the value of a label of its nodes (karpenter.sh/nodepool).
MOST_LETTERS: Final = 63
# guide.md section 8.
DEFAULT_POOL: Final = "on-demand-critical"

PoolWord = Annotated[str, Field(pattern=r"^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$")]
Pool = TypeVar("Pool", bound=NodePoolSpec)


def named(namespace: str, pools: Mapping[str, Pool]) -> dict[str, Pool]:
    """The pools by their names, each with its name in it."""
    names = {_name(namespace, word, pool): pool for word, pool in pools.items()}
    return {name: pool.model_copy(update={"name": name}) for name, pool in names.items()}


def check_names(namespace: str, pools: Mapping[str, NodePoolSpec]) -> None:
    """Raises ValueError for a name that is too long, or twice there."""
    seen: dict[str, str] = {}
    for word, pool in pools.items():
        name = _name(namespace, word, pool)
        if len(name) > MOST_LETTERS:
            raise ValueError(
                f"the pool {word} would be called {name}, {len(name)} letters; allowed: {MOST_LETTERS}; state its name"
            )
        if name in seen:
            raise ValueError(
                f"the pools {seen[name]} and {word} are both called {name}; allowed: each name once; rename one"
            )
        seen[name] = word


def _name(namespace: str, word: str, pool: NodePoolSpec) -> str:
    return pool.name if "name" in pool.model_fields_set else f"{namespace}-{word}"

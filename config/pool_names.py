"""What the pools of a stack are called in the cluster: by a name that was stated, else by namespace and word.

NodePools and their classes have no namespace, so two platforms on one cluster must not share a name by accident: the
second to be deployed would take over the pool of the first, and to remove one would remove the nodes of both.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Final, TypeVar

from pydantic import Field

from components.policy.errors import ConfigurationError
from components.policy.node_pool import NodePoolSpec
from components.policy.pools import FIELD

# A NodePool's name is the value of a label of its nodes (karpenter.sh/nodepool).
MOST_LETTERS: Final = 63
# guide.md section 8.
DEFAULT_POOL: Final = "on-demand-critical"

PoolWord = Annotated[
    str,
    Field(
        pattern=r"^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$",
        description="at most 32 lower-case letters, digits and dashes, a letter first",
        examples=["spot"],
    ),
]
Pool = TypeVar("Pool", bound=NodePoolSpec)


def named(namespace: str, pools: Mapping[str, Pool]) -> dict[str, Pool]:
    """The pools by their names, each with its name in it."""
    names = {_name(namespace, word, pool): pool for word, pool in pools.items()}
    return {name: pool.model_copy(update={"name": name}) for name, pool in names.items()}


def check_names(namespace: str, pools: Mapping[str, NodePoolSpec]) -> None:
    """Raises ConfigurationError for a name that is too long, or twice there; ``pools`` by the field of each."""
    seen: dict[str, str] = {}
    for field, pool in pools.items():
        word = field.partition(".")[2] or DEFAULT_POOL
        name = _name(namespace, word, pool)
        if len(name) > MOST_LETTERS:
            raise ConfigurationError(
                field=f"{field}.name",
                value=name,
                allowed=f"at most {MOST_LETTERS} letters, and these are {len(name)}",
                remedy="state a shorter name",
            )
        if name in seen:
            raise ConfigurationError(
                field=f"{field}.name",
                value=name,
                allowed=f"each name once; {seen[name]} has it already",
                remedy="rename one, or leave the name out",
            )
        seen[name] = field


@contextmanager
def told_by_field(fields: Mapping[str, str]) -> Iterator[None]:
    """Turn the field of a plan's refusal, which names a pool as the cluster does, into the one that states it.

    ``fields`` are those of the pools, by their names in the cluster.
    """
    try:
        yield
    except ConfigurationError as error:
        for name, field in fields.items():
            if error.field.startswith(f"{FIELD}.{name}."):
                raise error.of_the_value(f"{FIELD}.{name}").within(field) from None
        raise


def _name(namespace: str, word: str, pool: NodePoolSpec) -> str:
    return pool.name if "name" in pool.model_fields_set else f"{namespace}-{word}"

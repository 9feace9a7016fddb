"""Every derived number of a plan under the path that a person asks for it by, and what it was derived from.

It walks the plan as it is; which numbers there are is decided by the policy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from pydantic import BaseModel

from components.policy.derived import Derived
from components.policy.disruption import Budget
from components.policy.plan import Plan
from components.policy.quantities import format_percent, format_rate


@dataclass(frozen=True)
class Derivation:
    """``gateway-api.replicas.peak``: ``45``, because ``30 + ceil(30 / 2): one of 3 zones may be lost``."""

    path: str
    value: str
    because: str


class UnknownPathError(ValueError):
    """Asked for a number that the plan does not have."""


def derivations(plan: Plan) -> list[Derivation]:
    """All of them; services by their name alone, what belongs to the platform by its field."""
    services = [d for name, service in plan.services.items() for d in _walk(service, name)]
    rest = [
        d
        for field in type(plan).model_fields
        if field != "services"
        for d in _walk(getattr(plan, field), field)
    ]
    return services + rest


def explain(plan: Plan, path: str) -> list[Derivation]:
    """The number at ``path``, or all below it. Raises UnknownPathError with the nearest that there are."""
    wanted = path.removeprefix("services.").strip(".")
    every = derivations(plan)
    found = [d for d in every if d.path == wanted or d.path.startswith(f"{wanted}.")]
    if found:
        return found
    paths = [d.path for d in every]
    parents = sorted({p.rpartition(".")[0] for p in paths} - {""})
    near = get_close_matches(wanted, [*paths, *parents], n=3, cutoff=0.5)
    allowed = ", ".join(near or sorted({p.partition(".")[0] for p in paths}))
    raise UnknownPathError(f'--explain: "{path}" is no number of this plan; allowed, e.g.: {allowed}')


def _walk(value: object, path: str) -> Iterator[Derivation]:
    if isinstance(value, Derived):
        yield Derivation(path, text(value.value), value.because)
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _walk(getattr(value, field), f"{path}.{field}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _walk(inner, f"{path}.{index}")


def text(value: object) -> str:
    """A plan's value for people: rates with one decimal at most, shares as percentages."""
    if isinstance(value, Budget):
        return str(value)
    if isinstance(value, Fraction):
        return format_percent(value) if 0 < value < 1 else format_rate(value)
    return str(value)

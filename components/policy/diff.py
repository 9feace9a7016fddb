"""Looks into plans: one number with its derivation, and what differs between two plans.

Works on any model of this layer by its fields, so a new number is found here without a word about it. Changes
nothing and prints nothing.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from .derived import Frozen
from .errors import ConfigurationError
from .plan import Plan


class Number(Frozen):
    """A value of a plan by its path, as JSON writes it, and how it came about (None: it was stated)."""

    path: str
    value: Any
    because: str | None = None


class Change(Frozen):
    """One path in two plans; None where the path is in one of them alone."""

    path: str
    before: Number | None
    after: Number | None


def numbers(model: Frozen) -> dict[str, Number]:
    """Every value of a model by its path, e.g. ``services.gateway-api.replicas.peak``."""
    return numbers_in(model.model_dump(mode="json"))


def numbers_in(data: Any) -> dict[str, Number]:
    """The same of a model's JSON, also of one that another version of this code wrote."""
    return {number.path: number for number in _walk("", data, None)}


def _walk(path: str, value: Any, because: str | None) -> Iterator[Number]:
    if isinstance(value, dict):
        if value.keys() == {"value", "because"}:
            yield from _walk(path, value["value"], value["because"])
            return
        items = list(value.items())
    elif isinstance(value, list):
        items = list(zip(_names(value), value, strict=True))
    else:
        yield Number(path=path, value=value, because=because)
        return
    for key, inner in items:
        yield from _walk(f"{path}.{key}" if path else str(key), inner, because)


def _names(items: list[Any]) -> list[str]:
    """What tells the items of a list apart: their name, their name and more, or else their place."""
    for keys in (("name",), ("record",), ("name", "service", "severity", "long_window")):
        names = [
            "-".join(str(item[key]) for key in keys if key in item) if isinstance(item, dict) else ""
            for item in items
        ]
        if all(names) and len(set(names)) == len(names):
            return names
    return [str(place) for place in range(len(items))]


def explain(plan: Plan, path: str) -> list[Number]:
    """The number at ``path``, or all below it; ``services.`` may be left out.

    Raises ConfigurationError for a path that is not there, with the nearest ones.
    """
    known = numbers(plan)
    for candidate in (path, f"services.{path}"):
        found = [n for p, n in known.items() if p == candidate or p.startswith(f"{candidate}.")]
        if found:
            return found
    near = get_close_matches(path, [*known, *(p.removeprefix("services.") for p in known)], n=3)
    raise ConfigurationError(
        field="path",
        value=path,
        allowed=f"a path of the plan, such as {', '.join(near) or f'{plan.entry_name}.replicas.peak'}",
        remedy="name a service or a part of it to see all below it",
    )


def diff(before: Plan, after: Plan) -> list[Change]:
    """What differs in value, with both derivations. The same values for another reason are no change."""
    return diff_numbers(numbers(before), numbers(after))


def diff_numbers(old: Mapping[str, Number], new: Mapping[str, Number]) -> list[Change]:
    """The same of two plans by their numbers."""
    return [
        Change(path=path, before=old.get(path), after=new.get(path))
        for path in dict.fromkeys([*old, *new])
        if path not in old or path not in new or old[path].value != new[path].value
    ]

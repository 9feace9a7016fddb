"""Refuses properties that the SDK's own types do not have, that they require and are missing, or of another type.

It decides by names and types only; values are judged in limits.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from tools.standins import schema
from tools.standins.schema import Kind, Property
from tools.standins.values import UNKNOWN

_OWN: Final = "__"
"""Prefix of the engine's and this stand-in's own bookkeeping among the inputs."""


@dataclass(frozen=True)
class Failure:
    """One refused property: its path, and value, what is allowed and what to do in one line."""

    path: str
    reason: str


def check(inputs: Mapping[str, Any], properties: Mapping[str, Property], what: str) -> Iterator[Failure]:
    """`what` names the type in messages, e.g. "aws:ec2/subnet:Subnet"."""
    yield from _object("", inputs, properties, what)


def _object(
    path: str, value: Mapping[str, Any], properties: Mapping[str, Property], what: str
) -> Iterator[Failure]:
    for name, one in value.items():
        if name.startswith(_OWN):
            continue
        if name not in properties:
            close = get_close_matches(name, properties, 1)
            hint = f"; did you mean {close[0]}?" if close else f"; it has {', '.join(sorted(properties))}"
            yield Failure(_join(path, name), f"{what} has no property {name}{hint}")
        elif one is not None:
            yield from _value(_join(path, name), one, properties[name].kind)
    for name, expected in properties.items():
        if expected.required and value.get(name) is None:
            yield Failure(_join(path, name), f"{what} requires {name}, which is missing")


def _value(path: str, value: Any, kind: Kind) -> Iterator[Failure]:
    if value is UNKNOWN or value is None or kind.name == "any":
        return
    match kind.name:
        case "list":
            yield from _list(path, value, kind)
        case "map":
            yield from _map(path, value, kind)
        case "object":
            if isinstance(value, Mapping):
                yield from _object(path, value, schema.properties(kind.module, kind.ref), kind.ref)
            else:
                yield _wrong(path, value, f"an object ({kind.ref})")
        case "enum":
            allowed = schema.enum_values(kind.module, kind.ref)
            if allowed and value not in allowed:
                yield Failure(path, f"{value!r} is not one of {', '.join(sorted(allowed))}")
        case _:
            if not _is_scalar(value, kind.name):
                yield _wrong(path, value, f"a {kind.name}")


def _list(path: str, value: Any, kind: Kind) -> Iterator[Failure]:
    if not isinstance(value, list):
        yield _wrong(path, value, "a list")
        return
    assert kind.of is not None
    for number, one in enumerate(value):
        yield from _value(f"{path}[{number}]", one, kind.of)


def _map(path: str, value: Any, kind: Kind) -> Iterator[Failure]:
    if not isinstance(value, Mapping):
        yield _wrong(path, value, "a map")
        return
    assert kind.of is not None
    for key, one in value.items():
        yield from _value(f"{path}.{key}", one, kind.of)


def _is_scalar(value: Any, kind: str) -> bool:
    """As the bridge of the vendor's provider takes them: a string may be given as a number or boolean, and a number
    or boolean as its text."""
    match kind:
        case "string":
            return isinstance(value, str | int | float)
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false")
        case "integer" | "number":
            return not isinstance(value, bool) and _is_number(value, whole=kind == "integer")
    return True


def _is_number(value: Any, *, whole: bool) -> bool:
    if not isinstance(value, str | int | float):
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    return number.is_integer() or not whole


def _wrong(path: str, value: Any, expected: str) -> Failure:
    return Failure(path, f"expected {expected}, got {type(value).__name__} {value!r}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name

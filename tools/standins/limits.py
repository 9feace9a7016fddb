"""Refuses values outside the service's own published model: lengths, ranges, patterns, enums, numbers of items.

The models are botocore's; which operation a resource becomes is in table/. A property is compared with the member of
the operation's input that has the same name once case, underscores and plural are set aside; what has no such member
is left alone. It decides nothing about names that are wrong (typed.py) or about things that do not exist.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

from tools.standins.typed import Failure
from tools.standins.values import UNKNOWN

_JAVA_CLASSES: Final = {
    r"\p{L}": r"a-zA-Z\u00aa-\uffff",
    r"\p{Z}": r"\s",
    r"\p{N}": r"0-9",
    r"\p{S}": r"$+<=>^`|~",
    r"\p{Alnum}": r"a-zA-Z0-9",
    r"\p{ASCII}": r"\x00-\x7f",
    r"\p{Graph}": r"\x21-\x7e",
    r"\p{Print}": r"\x20-\x7e",
    r"\p{M}": r"\u0300-\u036f",
    r"\p{P}": r"!-/:-@\[-`{-~",
}
"""Classes that the models write and Python's re does not know, as the inside of a character class."""


@cache
def service(name: str) -> Any:
    """botocore's model of a service. Raises ModuleNotFoundError if the venv has no botocore."""
    loader = import_module("botocore.loaders").Loader()
    return import_module("botocore.model").ServiceModel(loader.load_service_model(name, "service-2"))


def check(inputs: Mapping[str, Any], operation: str, members: Mapping[str, str]) -> Iterator[Failure]:
    """`operation` is "service.Operation"; `members` maps a property to the path of its member where the names differ
    ("vpcConfig": "resourcesVpcConfig"), or to "" where there is none."""
    name, _, call = operation.partition(".")
    shape = service(name).operation_model(call).input_shape
    for prop, value in inputs.items():
        found = _at(shape, members[prop]) if prop in members else member(shape, prop)
        if found is not None:
            yield from _judge(prop, value, found)


def member(shape: Any, name: str) -> Any:
    """The member of a structure that a property stands for, or None."""
    by_name = _members(shape)
    exact = by_name.get(plain(name))
    return exact if exact is not None else by_name.get(singular(plain(name)))


def _at(shape: Any, path: str) -> Any:
    if not path:
        return None
    for part in path.split("."):
        while shape is not None and shape.type_name == "list":
            shape = shape.member
        shape = shape.members.get(part) if shape is not None and shape.type_name == "structure" else None
    return shape


def _members(shape: Any) -> Mapping[str, Any]:
    if shape.type_name != "structure":
        return {}
    named = {plain(name): one for name, one in shape.members.items()}
    return {singular(name): one for name, one in named.items()} | named


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _judge(path: str, value: Any, shape: Any) -> Iterator[Failure]:
    judge = _JUDGES.get(shape.type_name)
    if judge is not None and value is not UNKNOWN and value is not None:
        yield from judge(path, value, shape)


def _structure(path: str, value: Any, shape: Any) -> Iterator[Failure]:
    # A block that the SDK writes as a list of one is one structure to the service.
    for one in value if isinstance(value, list) else [value]:
        for name, inner in one.items() if isinstance(one, Mapping) else ():
            found = member(shape, name)
            if found is not None:
                yield from _judge(f"{path}.{name}", inner, found)


def _list(path: str, value: Any, shape: Any) -> Iterator[Failure]:
    if isinstance(value, list):
        yield from _size(path, len(value), shape, "items")
        for number, one in enumerate(value):
            yield from _judge(f"{path}[{number}]", one, shape.member)


def _map(path: str, value: Any, shape: Any) -> Iterator[Failure]:
    if isinstance(value, Mapping):
        yield from _size(path, len(value), shape, "entries")


def _string(path: str, value: Any, shape: Any) -> Iterator[Failure]:
    if not isinstance(value, str):
        return
    if shape.enum and value not in shape.enum:
        yield Failure(path, f"{value!r} is not one of {', '.join(shape.enum)} ({shape.name})")
        return
    yield from _size(path, len(value), shape, "characters", value)
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        yield Failure(path, f"{_short(value)} does not match {pattern} ({shape.name})")


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    for java, python in _JAVA_CLASSES.items():
        pattern = _inlined(pattern, java, python)
    try:
        return re.compile(pattern.replace("\\/", "/"))
    except re.error:
        return None


def _inlined(pattern: str, java: str, python: str) -> str:
    """Each `java` as the characters that it stands for: within brackets bare, elsewhere in brackets of its own."""
    before, *rest = pattern.split(java)
    for part in rest:
        within = before.rfind("[") > before.rfind("]")
        before += (python if within else f"[{python}]") + part
    return before


def _matches(pattern: str, value: str) -> bool:
    """The services match the whole value, whether or not the model's pattern says so. A pattern that Python cannot
    read refuses nothing."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


def _size(path: str, size: int, shape: Any, unit: str, value: str = "") -> Iterator[Failure]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and size < least) or (most is not None and size > most):
        shown = f"{_short(value)} has " if unit == "characters" else ""
        yield Failure(path, f"{shown}{size} {unit}; {_allowed(least, most)} are allowed ({shape.name})")


def _range(path: str, value: Any, shape: Any) -> Iterator[Failure]:
    number = _number(value)
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if number is None:
        return
    if (least is not None and number < least) or (most is not None and number > most):
        yield Failure(path, f"{number:g} is outside {_allowed(least, most)} ({shape.name})")


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _allowed(least: int | None, most: int | None) -> str:
    if least is None:
        return f"at most {most}"
    return f"at least {least}" if most is None else f"{least} to {most}"


def _short(value: str) -> str:
    return repr(value if len(value) <= 60 else f"{value[:57]}...")


_JUDGES: Final[Mapping[str, Callable[[str, Any, Any], Iterator[Failure]]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    **dict.fromkeys(("integer", "long", "float", "double"), _range),
}

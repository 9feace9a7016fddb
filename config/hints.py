"""What a person probably meant: the nearest key, the nearest unit, an example. A hint decides nothing."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.policy.quantities import Bytes, Millicores, Milliseconds

# What people write for a unit -> the unit. Kubernetes sizes pods in powers of 1024.
_UNITS: Final[tuple[tuple[type[Bytes | Millicores | Milliseconds], tuple[tuple[str, str], ...]], ...]] = (
    (Bytes, (("k", "Ki"), ("m", "Mi"), ("g", "Gi"), ("t", "Ti"))),
    (Millicores, (("m", "m"), ("c", ""), ("v", ""))),
    (Milliseconds, (("ms", "ms"), ("mil", "ms"), ("s", "s"), ("m", "m"), ("h", "h"), ("", "s"))),
)
_NUMBER: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")


def closest(word: str, known: Sequence[str]) -> str:
    """`` did you mean "target"?``, or nothing."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f' did you mean "{near[0]}"?' if near else ""


def write_instead(message: str, value: object) -> str:
    """``; write e.g. "512Mi"`` for a quantity with a wrong unit, or nothing."""
    match = _NUMBER.fullmatch(value if isinstance(value, str) else str(value))
    quantity = next((units for quantity, units in _UNITS if message.endswith(quantity.allowed)), None)
    if match is None or quantity is None:
        return ""
    unit = next((unit for start, unit in quantity if match[2].lower().startswith(start)), None)
    return "" if unit is None else f'; write e.g. "{match[1]}{unit}"'


def example(model: type[BaseModel], path: Sequence[str], data: object) -> str:
    """``, e.g. cluster: {kind: local}`` where the schema has an example, or nothing."""
    *parents, name = path
    holder = model_at(model, parents, data)
    field = holder.model_fields.get(name) if holder else None
    return f", e.g. {name}: {field.examples[0]}" if field is not None and field.examples else ""


def fields_at(model: type[BaseModel], path: Sequence[str], data: object) -> list[str]:
    """The keys that the schema allows at ``path``."""
    found = model_at(model, path, data)
    return sorted(found.model_fields) if found else []


def model_at(model: type[BaseModel], path: Sequence[str], data: object) -> type[BaseModel] | None:
    """The model at ``path``; of a union the one whose kind ``data`` names."""
    annotation: Any = model
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
        annotation = _pick(_inner(annotation, part), data)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def kinds_at(model: type[BaseModel], path: Sequence[str], data: object) -> list[str]:
    """The kinds of the union at ``path``; empty where there is no union."""
    annotation: Any = model
    for position, part in enumerate(path):
        data = data.get(part) if isinstance(data, Mapping) else None
        annotation = _inner(annotation, part)
        if position < len(path) - 1:
            annotation = _pick(annotation, data)
    return [get_args(member.model_fields["kind"].annotation)[0] for member in _members(annotation)]


def _inner(annotation: Any, part: str) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field: FieldInfo | None = annotation.model_fields.get(part)
        return field.annotation if field else None
    arguments = get_args(annotation)
    return arguments[-1] if arguments else None


def _pick(annotation: Any, data: object) -> Any:
    if get_origin(annotation) is Annotated:
        return _pick(get_args(annotation)[0], data)
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    kind = data.get("kind") if isinstance(data, Mapping) else None
    for member in _members(annotation):
        if kind in get_args(member.model_fields["kind"].annotation):
            return member
    picked = (_pick(argument, data) for argument in get_args(annotation))
    return next((found for found in picked if hasattr(found, "model_fields")), None)


def _members(annotation: Any) -> list[type[BaseModel]]:
    """The models of a union that say their kind, inside optional and annotated ones too."""
    if hasattr(annotation, "model_fields"):
        return [annotation] if "kind" in annotation.model_fields else []
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return [member for argument in get_args(annotation) for member in _members(argument)]
    return []

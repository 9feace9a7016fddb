"""What is allowed where something wrong stands, in words: the one place that knows pydantic's kinds of errors.

No text of pydantic's own reaches a person: a kind of error that is not known here is told by the schema alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic_core import ErrorDetails

from ..quantities import Bytes, Millicores, Milliseconds, format_percent
from .hints import closest, write_instead
from .where import Where

_QUANTITIES: Final = (Bytes, Millicores, Milliseconds)
UNNAMED: Final = "what the schema says of it"


def wording(detail: ErrorDetails, here: Where) -> str:
    """``allowed: ...`` and what to do."""
    context: Mapping[str, Any] = detail.get("ctx", {})
    if detail["type"] == "value_error":
        message = str(context["error"])
        return f"{message}{write_instead(message, detail['input'])}"
    told = _BY_TYPE.get(detail["type"])
    return f"allowed: {shape(here) if told is None else told(here, context)}{_nearest(detail, here)}"


def shape(here: Where) -> str:
    """What may stand ``here``."""
    such = f", such as {here.example}" if here.example else ""
    if here.words:
        return f"{here.words}{such}"
    annotation = here.annotation
    simple = _simple(here, annotation)
    if simple:
        return simple
    if len(here.kinds) > 1:
        return f"a mapping with a kind: {' or '.join(here.kinds)}"
    if here.model is not None:
        return f"a mapping{such or f' with {_and(sorted(here.model.model_fields))}'}"
    if get_origin(annotation) is dict:
        return f"a mapping{such or ' (key: value)'}"
    if get_origin(annotation) is list:
        return f"a list{such or ' ([a, b])'}"
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(shape(replace(here, annotation=one)) for one in get_args(annotation))
    return UNNAMED


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _simple(here: Where, annotation: Any) -> str | None:
    such = f", such as {here.example}" if here.example else ""
    if annotation in _QUANTITIES:
        return f"{annotation.allowed}{_range(here, before=', ')}"
    if choices := _choices(annotation):
        return " or ".join(filter(None, (", ".join(choices[:-1]), choices[-1])))
    if annotation is bool:
        return "true or false"
    if annotation is int:
        return f"a whole number{_range(here, before=', ')}"
    if annotation in (Fraction, float):
        return f"a number{_range(here, before=', ')}"
    return f"text{such}" if annotation is str else None


def _choices(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [str(choice) for choice in annotation]
    return []


def _range(here: Where, context: Mapping[str, Any] | None = None, before: str = "") -> str:
    """``1 to 16`` or ``more than 0``, in the units of the field; empty where there is no bound."""
    bounds = {name: here.bound(name) for name in ("ge", "gt", "le", "lt")} | dict(context or {})
    least, above, most, below = (_figure(here, bounds[name]) for name in ("ge", "gt", "le", "lt"))
    if least and most:
        return f"{before}{least} to {most}"
    told = {"at least": least, "more than": above, "at most": most, "less than": below}
    text = ", ".join(f"{words} {figure}" for words, figure in told.items() if figure)
    return f"{before}{text}" if text else ""


def _figure(here: Where, bound: Any) -> str:
    if bound is None:
        return ""
    if here.annotation in _QUANTITIES:
        return str(here.annotation(bound))
    if here.annotation is Fraction and here.bound("lt") == 1:
        return format_percent(Fraction(bound))
    return str(bound)


def _length(here: Where, context: Mapping[str, Any]) -> str:
    least, most = context.get("min_length"), context.get("max_length")
    least = here.bound("min_length") if least is None else least
    most = here.bound("max_length") if most is None else most
    what = "characters" if here.annotation is str else "items"
    such = f", such as {here.example}" if here.example else ""
    if least == 1 and most is None:
        return f"{'text that is not empty' if what == 'characters' else 'at least one'}{such}"
    if most is None:
        return f"at least {least} {what}{such}"
    return f"{least} to {most} {what}{such}" if least else f"at most {most} {what}{such}"


def _text(here: Where, _: Mapping[str, Any]) -> str:
    such = f", such as {_quoted(here.example)}" if here.example else ""
    return f"{here.words or 'text'}{such}; put it in quotes"


def _quoted(example: str | None) -> str:
    return "" if example is None else example if example.startswith('"') else f'"{example}"'


def _nearest(detail: ErrorDetails, here: Where) -> str:
    """``; did you mean "backend"?`` of a word that is none of the choices."""
    near = closest(str(detail["input"]), _choices(here.annotation))
    return f";{near}" if near else _as_percentage(detail, here)


def _as_percentage(detail: ErrorDetails, here: Where) -> str:
    """99.9 for 99.9 %."""
    value = detail["input"]
    share = here.annotation is Fraction and here.bound("lt") == 1
    percent = share and detail["type"] == "less_than" and isinstance(value, int | float) and 1 < value < 100
    return f'; write "{value}%"' if percent else ""


_Told = Callable[[Where, Mapping[str, Any]], str]
# pydantic's kinds of errors that a value of a stack can have; each other one is told by the schema.
_BY_TYPE: Final[Mapping[str, _Told]] = {
    "string_type": _text,
    "string_too_short": _length,
    "string_too_long": _length,
    "too_short": _length,
    "too_long": _length,
    "greater_than": _range,
    "greater_than_equal": _range,
    "less_than": _range,
    "less_than_equal": _range,
    "finite_number": lambda here, _: f"a number that is finite{_range(here, before=', ')}",
}

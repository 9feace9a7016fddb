"""Reads plain inputs into the library's own arguments; what cannot be read is refused by the name that its writer used.

It knows no component.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..policy.errors import ConfigurationError
from ..policy.words.hints import write_instead
from ..policy.words.where import follow, written
from ..policy.words.wording import wording

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)


def stated(given: Mapping[str, object] | None, *names: str) -> dict[str, Any]:
    """The named fields, or all, that were stated; the rest keeps the library's defaults."""
    found = given or {}
    return {name: found[name] for name in names or found if found.get(name) is not None}


def model(kind: type[Model], given: Mapping[str, object] | None, field: str) -> Model:
    """A model of the policy layer. Raises ConfigurationError with the first thing that is wrong with it."""
    fields = stated(given)
    try:
        return kind(**fields)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        here = follow(kind, detail["loc"], fields)
        path = ".".join(filter(None, (field, written(here.path))))
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, ConfigurationError):
            raise _told(cause.within(path), kind.model_fields) from None
        refused = _refused(path, _shown(detail["input"]), wording(detail, here))
        raise _told(refused, kind.model_fields) from None


def made(kind: Callable[..., T], fields: Mapping[str, object], field: str) -> T:
    """Arguments of the library from those that were read. What they refuse is told by the name of the input."""
    try:
        return kind(**fields)
    except ConfigurationError as error:
        raise _told(error, fields).within(field) from None


def read(parse: Callable[[object], T], value: object, field: str) -> T:
    """A quantity or a ratio from its text. Raises ConfigurationError with what the parser allows."""
    try:
        return parse(value)
    except ConfigurationError as error:
        raise error.within(field) from None
    except ValueError as error:
        raise _refused(field, value, f"{error}{write_instead(str(error), value)}") from None


def whole(value: float, field: str) -> int:
    """A whole number: the engine sends every number as a float."""
    if value != int(value):
        raise ConfigurationError(
            field=field, value=value, allowed="a whole number", remedy="leave out the fraction"
        )
    return int(value)


def values(given: Mapping[str, T] | None, field: str) -> Mapping[str, T]:
    """A map whose keys are known. Raises ConfigurationError for a map that is an output as a whole."""
    if given is not None and not isinstance(given, Mapping):
        raise ConfigurationError(
            field=field,
            value="an output",
            allowed="a map that is known, with values that may be outputs or secrets",
            remedy="make its values outputs, not the map",
        )
    return given or {}


def camel(name: str) -> str:
    """The name by which other languages know a field."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _told(error: ConfigurationError, names: Collection[str]) -> ConfigurationError:
    """The same error with the fields of these names as other languages know them."""

    def theirs(text: str) -> str:
        return re.sub(r"\w+", lambda word: camel(word[0]) if word[0] in names else word[0], text)

    return ConfigurationError(
        field=theirs(error.field),
        value=error.value,
        allowed=theirs(error.allowed),
        remedy=theirs(error.remedy),
    )


def _refused(field: str, value: object, message: str) -> ConfigurationError:
    """The policy layer words a refusal "problem; allowed: what; what to do"; either end may be missing."""
    problem, _, rest = message.rpartition("allowed: ")
    allowed, _, remedy = rest.partition("; ")
    shown = f"{value} ({problem.strip('; ')})" if problem else value
    return ConfigurationError(field=field, value=shown, allowed=allowed, remedy=remedy or f"correct {field}")


def _shown(value: object) -> object:
    """An object as a whole says nothing in one line; the problem names its fields. The engine's numbers are floats."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "what is stated" if isinstance(value, Mapping) else value

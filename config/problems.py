"""What is wrong with a stack, all of it at once, a line each: field, value, what is allowed, what to do.

It words problems; it finds none.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from components.policy.errors import ConfigurationError
from components.policy.findings import ReviewError
from components.policy.quantities import Bytes, Millicores, Milliseconds
from components.policy.words.hints import closest, nearest
from components.policy.words.where import Where, follow
from components.policy.words.wording import shape, wording

PROJECT: Final = "headroom"
# A longer value says nothing more in one line.
LONGEST_VALUE: Final = 70


class StackError(ConfigurationError):
    """Everything that is wrong with one stack."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            field=source,
            value=_count(len(problems)),
            allowed="settings that fit the schema and each other",
            remedy="; ".join(problems),
        )

    def __str__(self) -> str:
        return "\n".join((f"{self.field}: {self.value}", *(f"  {problem}" for problem in self.problems)))


@contextmanager
def presented(source: str) -> Iterator[None]:
    """Turn a contradiction that the policy found into the same block as every other problem of ``source``."""
    try:
        yield
    except (StackError, ReviewError):
        raise
    except ConfigurationError as error:
        raise StackError(source, [_refused(error)]) from None


def problem_line(field: str, problem: str, value: object = None) -> str:
    """One line; a value of None is not shown. Line breaks in a value would break the block."""
    shown = "" if value is None else f" {show(value)}:"
    return f"{PROJECT}:{field}:{shown} {problem}"


def show(value: object) -> str:
    """A value as it may stand in a line: JSON, shortened."""
    if isinstance(value, Bytes | Millicores | Milliseconds):
        value = value.spoken
    try:
        text = (
            str(value) if isinstance(value, Fraction) else json.dumps(value, ensure_ascii=False, default=str)
        )
    except (ValueError, TypeError, RecursionError):
        text = json.dumps(str(type(value).__name__))
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def describe(error: ValidationError, model: type[BaseModel], data: Mapping[str, Any]) -> list[str]:
    """The problems of ``data``, a line each, in the order of its fields."""
    found = [(follow(model, detail["loc"], data), detail) for detail in error.errors(include_url=False)]
    said = _said_elsewhere(found)
    lines = [
        _line(here, detail) + _other_name(here, detail, data)
        for here, detail in found
        if not said(here, detail)
    ]
    return list(dict.fromkeys(lines))


def _said_elsewhere(found: Sequence[tuple[Where, ErrorDetails]]) -> Callable[[Where, ErrorDetails], bool]:
    """Whether a problem only follows from another one, which is told."""
    # What the stand-in lent to a service is wrong once, where it is written.
    lent = {here.path[1:] for here, _ in found if here.path[:1] == ("stand_in",)}
    # Below a key that cannot be, nothing else matters.
    keys = {here.path for here, _ in found if here.is_key}
    # A key that is misspelt is not missing as well.
    meant = {
        (*here.path[:-1], nearest(str(here.path[-1]), here.beside))
        for here, detail in found
        if detail["type"] == "extra_forbidden"
    }

    def said(here: Where, detail: ErrorDetails) -> bool:
        below = any(here.path[:end] in keys for end in range(1, len(here.path) + 1))
        return (
            (here.path[:1] == ("services",) and here.path[2:] in lent)
            or (below and not here.is_key)
            or (detail["type"] == "missing" and here.path in meant)
        )

    return said


def _other_name(here: Where, detail: ErrorDetails, data: Mapping[str, Any]) -> str:
    """A service of which the first fact is missing is often another one's name, misspelt."""
    if detail["type"] != "missing" or len(here.path) != 3 or here.path[0] not in ("services", "workers"):
        return ""
    group = data[str(here.path[0])]
    near = nearest(str(here.path[1]), [name for name in group if name != here.path[1]])
    return f'; or did you mean "{near}" by {here.path[1]}?' if near else ""


def _line(here: Where, detail: ErrorDetails) -> str:
    value = detail["input"]
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, ConfigurationError):
        # Parts that do not fit each other: the error knows which of them to change, the schema does not.
        return _refused(error.within(here.field) if here.path else error)
    match detail["type"]:
        case "missing":
            return problem_line(here.field, f"missing; {_to_state(here)}")
        case "extra_forbidden":
            allowed = here.beside
            near = closest(str(here.path[-1]), allowed)
            return problem_line(here.field, f"unknown key;{near} allowed: {', '.join(allowed)}")
        case "union_tag_not_found" if isinstance(value, Mapping):
            return problem_line(f"{here.field}.kind", f"missing; allowed: {', '.join(here.kinds)}")
        case "union_tag_invalid":
            near = closest(str(value.get("kind")), here.kinds)
            known = f"{f'{near.strip()} ' if near else ''}allowed: {', '.join(here.kinds)}"
            return problem_line(f"{here.field}.kind", known, value.get("kind"))
    if here.is_key:
        # The field ends with it already.
        return problem_line(here.field, wording(detail, here).replace("allowed:", "allowed: as a key", 1))
    if value is None:
        return problem_line(here.field, f"null: {wording(detail, here)}")
    return problem_line(here.field, wording(detail, here), value)


def _refused(error: ConfigurationError) -> str:
    return problem_line(error.field, f"allowed: {error.allowed}; {error.remedy}", error.value)


def _to_state(here: Where) -> str:
    """How to state what is missing: by an example, else by what may stand there."""
    if here.example:
        return f"state it, e.g. {here.path[-1]}: {here.example}"
    return f"state it: {shape(here)}"


def _count(number: int) -> str:
    return "1 problem" if number == 1 else f"{number} problems"

"""What is wrong with a stack, all of it at once, a line each: field, value, what is allowed, what to do.

It words problems; it finds none.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from components.policy.errors import ConfigurationError
from components.policy.findings import ReviewError
from components.policy.quantities import Bytes, Millicores, Milliseconds

from .hints import closest
from .where import Where, follow
from .wording import shape, wording

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
    # What the stand-in lent to a service is wrong once, where it is written.
    lent = {here.path[1:] for here, _ in found if here.path[:1] == ("stand_in",)}
    lines = [
        _line(here, detail)
        for here, detail in found
        if not (here.path[:1] == ("services",) and here.path[2:] in lent)
    ]
    return list(dict.fromkeys(lines))


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

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

from .hints import closest, example, fields_at, kinds_at, write_instead

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
        problem = problem_line(error.field, f"allowed: {error.allowed}; {error.remedy}", error.value)
        raise StackError(source, [problem]) from None


def problem_line(field: str, problem: str, value: object = None) -> str:
    """One line; a value of None is not shown. Line breaks in a value would break the block."""
    shown = "" if value is None else f" {show(value)}:"
    return f"{PROJECT}:{field}:{shown} {problem}"


def show(value: object) -> str:
    """A value as it may stand in a line: JSON, shortened."""
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
    found = [(_path(detail["loc"], data), detail) for detail in error.errors(include_url=False)]
    # What the stand-in lent to a service is wrong once, where it is written.
    lent = {path[1:] for path, _ in found if path[0] == "stand_in"}
    lines = [
        _line(path, detail, model, data)
        for path, detail in found
        if not (path[0] == "services" and path[2:] in lent)
    ]
    return list(dict.fromkeys(lines))


def _line(
    path: tuple[str, ...], detail: ErrorDetails, model: type[BaseModel], data: Mapping[str, Any]
) -> str:
    kind, field = detail["type"], ".".join(path)
    if kind == "missing":
        return problem_line(field, f"missing; state it{example(model, path, data)}")
    if kind == "extra_forbidden":
        allowed = fields_at(model, path[:-1], data)
        return problem_line(field, f"unknown key;{closest(path[-1], allowed)} allowed: {', '.join(allowed)}")
    if kind == "union_tag_not_found":
        return problem_line(field, f"kind is missing; allowed: {', '.join(kinds_at(model, path, data))}")
    error = detail.get("ctx", {}).get("error")
    if not detail["loc"] and isinstance(error, ConfigurationError):
        # Two parts that do not fit each other: the error knows which field to change, the schema does not.
        return problem_line(error.field, f"allowed: {error.allowed}; {error.remedy}", error.value)
    return problem_line(field, _wording(detail), detail["input"])


def _wording(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "union_tag_invalid":
            return _tags(context["expected_tags"], context["tag"])
        case "value_error":
            message = str(context["error"])
            return f"{message}{write_instead(message, detail['input'])}"
        case "string_pattern_mismatch":
            return f"allowed: {_PATTERNS.get(context['pattern'], 'text that matches ' + context['pattern'])}"
        case "string_type":
            return "allowed: text; put it in quotes"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "allowed: a mapping (key: value)"
        case "list_type":
            return "allowed: a list ([a, b])"
        case _:
            return detail["msg"].replace("Input should be", "allowed:")


# The patterns that people meet, in words.
_PATTERNS: Final = {
    r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$": "at most 63 lower-case letters, digits and dashes, a letter first",
    r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$": "at most 63 lower-case letters, digits and dashes",
    r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$": "at most 253 lower-case letters, digits, dots and dashes",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "letters, digits and underscores, no digit first",
    r"^/": "an absolute path, such as /etc/tls",
    r"^https?://[^\s/]+": "an address that starts with http:// or https://",
    r"^al2023@v[0-9]{8}$": "one release of Amazon Linux 2023, al2023@vYYYYMMDD",
}


def _tags(expected: str, tag: str) -> str:
    kinds = [kind.strip(" '") for kind in expected.split(",")]
    unknown = f'kind "{tag}" is not known;{closest(tag, kinds)}' if tag else ""
    return f"{unknown} allowed: {', '.join(kinds)}".strip()


def _path(location: tuple[int | str, ...], data: object) -> tuple[str, ...]:
    """Where in the file: pydantic's location without the kinds of unions and the mark of a key."""
    path: list[str] = []
    here = data
    for part in location:
        if part == "[key]":
            continue
        if isinstance(here, Mapping) and part == here.get("kind"):
            continue
        path.append(str(part))
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            here = None
    return tuple(path) or ("config",)


def _count(number: int) -> str:
    return "1 problem" if number == 1 else f"{number} problems"

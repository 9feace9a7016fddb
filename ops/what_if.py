"""``--what-if PATH=VALUE``: other figures for a stack, by the paths of its YAML, checked as if its file said so.

It reads the notation and refuses what names nothing; what is a good value is for the schema to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.policy.words.hints import closest
from components.policy.words.where import follow
from config.loader import load_stack
from config.problems import PROJECT, StackError
from config.settings import Settings
from config.yaml_text import YamlError, read_yaml

EXAMPLE: Final = "target.peak_rps=60000"


class WrongFigureError(ValueError):
    """What was given to --what-if cannot be read as PATH=VALUE."""


def changed(stack: str, figures: Sequence[str]) -> tuple[str, Settings]:
    """The stack with the figures, and how to call it. Raises WrongFigureError, or StackError with every problem."""
    stated = load_stack(stack)
    over: dict[str, Any] = {}
    for text in figures:
        keys, value = parse(text)
        _refuse_unknown_service(keys, stated)
        over = _merged(over, keys, value)
    source = f"Pulumi.{stack}.yaml with {', '.join(figures)}"
    try:
        return source, load_stack(stack, over=over)
    except StackError as error:
        raise StackError(source, error.problems) from None


def parse(text: str) -> tuple[list[str], Any]:
    """The keys of the path and the value. Raises WrongFigureError."""
    path, equals, written = text.partition("=")
    keys = [key.strip() for key in path.strip().removeprefix(f"{PROJECT}:").split(".")]
    if not equals or not all(keys):
        raise WrongFigureError(
            f'--what-if "{text}": allowed: PATH=VALUE, the path as in the YAML, e.g. {EXAMPLE}'
        )
    try:
        value = read_yaml(written, surprising=None)
    except YamlError as error:
        raise WrongFigureError(f'--what-if "{text}": the value is no YAML: {error}') from None
    return _with_dots(keys), value


def _with_dots(keys: list[str]) -> list[str]:
    """A key of a mapping whose values have no parts may hold dots itself: cost.prices.m5.2xlarge is three keys."""
    for position in range(1, len(keys) - 1):
        if not any(follow(Settings, keys[:end], {}).has_parts for end in (position, position + 1)):
            return [*keys[:position], ".".join(keys[position:])]
    return keys


def _merged(over: Mapping[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """With the value at the keys; null stays, since it removes what the stack states."""
    key, *below = keys
    if not below:
        return {**over, key: value}
    inner = over.get(key)
    nested = _merged(inner if isinstance(inner, Mapping) else {}, below, value)
    return {**over, key: nested}


def _refuse_unknown_service(keys: Sequence[str], stated: Settings) -> None:
    """A figure of a service that is not there would read as a new service of which everything else is missing."""
    if len(keys) > 2 and keys[0] == "services" and keys[1] not in stated.services:
        known = list(stated.services)
        raise WrongFigureError(
            f'--what-if "{".".join(keys)}": there is no service {keys[1]};{closest(keys[1], known)}'
            f" allowed: {', '.join(known)}"
        )

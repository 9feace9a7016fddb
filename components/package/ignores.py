"""Ignored rules, for other languages."""

from collections.abc import Sequence
from typing import TypedDict

from ..policy import ignores as own
from .reading import model


class Ignore(TypedDict):
    """Leaves out one rule, for a reason that somebody wrote down."""

    rule: str
    """The rule's number, such as "HR201"; one that does not exist is refused."""
    object: str
    """Whom it is left out for; a glob over any of its names, "*" for all."""
    reason: str
    """Why it may be broken here."""


def ignores(given: Sequence[Ignore] | None, prefix: str) -> list[own.Ignore]:
    """The policy's own; ``prefix`` is where ``given`` stands in the inputs, for messages."""
    return [
        model(own.Ignore, ignore, f"{prefix}ignores[{position}]")
        for position, ignore in enumerate(given or ())
    ]

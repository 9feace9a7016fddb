"""Ignored rules, for other languages."""

from collections.abc import Sequence
from typing import TypedDict

from ..policy import findings
from .reading import model


class Ignore(TypedDict):
    """Leaves out one rule, for a reason that somebody wrote down."""

    rule: str
    """The rule's number, such as "HR201"."""
    object: str
    """Whom it is left out for; a glob over any of its names, "*" for all."""
    reason: str
    """Why it may be broken here."""


def ignores(given: Sequence[Ignore] | None, prefix: str) -> list[findings.Ignore]:
    """The policy's own; ``prefix`` is where ``given`` stands in the inputs, for messages."""
    return [
        model(findings.Ignore, ignore, f"{prefix}ignores[{position}]")
        for position, ignore in enumerate(given or ())
    ]

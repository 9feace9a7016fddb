"""Folded parts of a comment, and how they are cut where a code host takes no longer one.

It decides what is left out: lines from the end of the longest folded part, never anything that stands open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# GitHub refuses a comment with more ("Body is too long (maximum is 65536 characters)").
GITHUB_LIMIT: Final = 65_536
_CUT: Final = "\n\nThe comment would be longer than the code host takes; the rest is left out."


@dataclass(frozen=True)
class Fold:
    """A heading that opens on the lines of a diff."""

    title: str
    lines: Sequence[str]

    def text(self, keep: int) -> str:
        """With the first ``keep`` lines, and how many are missing."""
        missing = len(self.lines) - keep
        note = (
            f"\n{missing} more lines are left out: run the command of the review in a checkout."
            if missing
            else ""
        )
        shown = "\n".join(self.lines[:keep])
        return f"<details><summary>{self.title}</summary>\n\n```diff\n{shown}\n```\n{note}\n</details>"


def fitted(parts: Sequence[str | Fold], limit: int = GITHUB_LIMIT) -> str:
    """The parts as one text of ``limit`` characters at most."""
    keep = {number: len(part.lines) for number, part in enumerate(parts) if isinstance(part, Fold)}

    def text() -> str:
        return (
            "\n\n".join(
                part.text(keep[number]) if isinstance(part, Fold) else part
                for number, part in enumerate(parts)
            )
            + "\n"
        )

    whole = text()
    while len(whole) > limit and any(keep.values()):
        longest = max(keep, key=lambda number: (keep[number], number))
        # A tenth at a time: few rounds, and little more is lost than must be.
        keep[longest] -= max(1, keep[longest] // 10)
        whole = text()
    return whole if len(whole) <= limit else f"{whole[: limit - len(_CUT) - 1]}{_CUT}\n"

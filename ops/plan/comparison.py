"""What differs between two plans: every number with both its derivations, and the findings that come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.policy.diff import Change, Number, diff, explain
from components.policy.findings import Finding

from ..numbers import path, sentence
from ..tables import Table, as_markdown
from .planned import Planned


@dataclass(frozen=True)
class Comparison:
    """Two plans and what became of the first; a finding is the same where its rule and its object are."""

    before: Planned
    after: Planned
    changes: Sequence[Change]
    new: Sequence[Finding]
    gone: Sequence[Finding]


def compare(before: Planned, after: Planned, below: str | None = None) -> Comparison:
    """All of it, or only the numbers at or below a path. Raises ConfigurationError for a path that is not there."""
    changes = diff(before.plan, after.plan)
    if below is not None:
        wanted = {number.path for number in explain(after.plan, below)}
        changes = [change for change in changes if change.path in wanted]
    old, new = ({(f.number, f.object) for f in side.findings} for side in (before, after))
    return Comparison(
        before=before,
        after=after,
        changes=changes,
        new=[f for f in after.findings if (f.number, f.object) not in old],
        gone=[f for f in before.findings if (f.number, f.object) not in new],
    )


def as_lines(found: Comparison) -> list[str]:
    """A block for each number: its path, what it was, what it becomes."""
    lines = [f"from {found.before.name}", f"to   {found.after.name}", summary(found), ""]
    for change in found.changes:
        lines += [
            path(_either(change)),
            f"  - {_side(change.before)}",
            f"  + {_side(change.after)}",
        ]
    lines += [f"new finding:  {finding}" for finding in found.new]
    lines += [f"gone finding: {finding}" for finding in found.gone]
    return lines


def as_markdown_text(found: Comparison) -> str:
    """A table of the numbers and a list of the findings."""
    rows = [
        (f"`{path(_either(change))}`", _side(change.before), _side(change.after)) for change in found.changes
    ]
    title = f"{found.before.name} → {found.after.name}: {summary(found)}"
    parts = [as_markdown(Table(title, ("number", "before", "after"), rows))]
    parts += [f"- new finding: {finding}" for finding in found.new]
    parts += [f"- gone finding: {finding}" for finding in found.gone]
    return "\n\n".join(parts)


def as_data(found: Comparison) -> dict[str, Any]:
    """For programs."""
    return {
        "before": found.before.name,
        "after": found.after.name,
        "changes": [change.model_dump(mode="json") for change in found.changes],
        "findings": {
            "new": [finding.model_dump(mode="json") for finding in found.new],
            "gone": [finding.model_dump(mode="json") for finding in found.gone],
        },
    }


def summary(found: Comparison) -> str:
    """One line."""
    if not (found.changes or found.new or found.gone):
        return "nothing changes"
    changes = "1 number changes" if len(found.changes) == 1 else f"{len(found.changes)} numbers change"
    return f"{changes}; findings: {len(found.new)} new, {len(found.gone)} gone"


def _either(change: Change) -> Number:
    number = change.after or change.before
    assert number is not None, "a change has at least one side"
    return number


def _side(number: Number | None) -> str:
    return "not there" if number is None else sentence(number)

"""The comment: what is lost first, then each stack's figures, its findings, and folded below every resource.

The same input gives the same bytes: nothing of when or where it was made is in it. Where it would be longer than a
code host takes, the folded parts are cut, with a word on how much is missing; what is lost is never cut silently.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from ..findings_view import escaped
from ..numbers import path, sentence
from ..tables import Table, as_markdown
from .changes import Kind, Resource
from .comparison import NOT_THERE, Compared, Row
from .facts import Found
from .folding import Fold, fitted
from .revisions import Pair

# By it a workflow finds the comment that it wrote before.
MARKER: Final = "<!-- headroom-review -->"
# Ours: what is read at a glance; the rest is counted, and is in the folded lists.
_MOST_LOUD: Final = 40
_MOST_FINDINGS: Final = 40
_MOST_LINES: Final = 20
_LONGEST_LINE: Final = 400
_SIGNS: Final = {Kind.DELETE: "-", Kind.REPLACE: "!", Kind.UPDATE: "!", Kind.CREATE: "+"}


def comment(pair: Pair, stacks: Sequence[Compared], limit: int) -> str:
    """The whole of it, of ``limit`` characters at most."""
    parts: list[str | Fold] = [
        MARKER,
        f"## What this change makes of the platform\n\n`{pair.base.short}` → `{pair.head.short}`",
        *(f"> {note}" for note in pair.notes),
        *_loud(stacks),
    ]
    for stack in stacks:
        parts += _stack(stack)
    parts.append(
        "<sub>Plans, rules and prices are each revision's own. The resources are the real engine's preview of the head"
        " on what the base deploys, by stand-ins for the providers: no account and no cluster was asked, so what was"
        " changed by hand there is not seen.</sub>"
    )
    return fitted(parts, limit)


def _loud(stacks: Sequence[Compared]) -> Iterator[str]:
    broken = [stack for stack in stacks if stack.broken]
    if broken:
        names = ", ".join(f"**{stack.stack}**" for stack in broken)
        yield f"> [!CAUTION]\n> {names} cannot be deployed as this change has it; why stands below."
    worst = [(stack, one) for stack in stacks for one in stack.of(Kind.DELETE, Kind.REPLACE)]
    if not worst:
        return
    ordered = sorted(worst, key=lambda both: not both[1].lost)
    lost = sum(one.lost for _, one in worst)
    heading = "Data is lost" if lost else "Resources are replaced or deleted"
    lines = [
        "> [!CAUTION]" if lost else "> [!WARNING]",
        f"> **{heading}: {_count(worst, Kind.REPLACE)} replaced, {_count(worst, Kind.DELETE)} deleted"
        f"{f', {lost} of them hold data' if lost else ''}.**",
        ">",
        *(f"> - {_sentence(stack.stack, one)}" for stack, one in ordered[:_MOST_LOUD]),
    ]
    if len(ordered) > _MOST_LOUD:
        rest = ordered[_MOST_LOUD:]
        with_data = sum(one.lost for _, one in rest)
        lines.append(f"> - and {len(rest)} more, {with_data} of them with data; all are in the folded lists")
    yield "\n".join(lines)


def _count(worst: Sequence[tuple[Compared, Resource]], kind: Kind) -> int:
    return sum(one.kind is kind for _, one in worst)


def _sentence(stack: str, one: Resource) -> str:
    forcing = ", ".join(f"`{field.path}`" for field in one.fields if field.forces)
    because = f", by {forcing}" if forcing else ""
    left = "; the engine leaves it where it is (retain)" if one.retained else ""
    data = f": **holds {one.data}**" if one.lost else ""
    return f"{stack}: {one.kind} {one.what} `{_code(one.name)}`{because}{data}{left}"


def _stack(stack: Compared) -> Iterator[str | Fold]:
    if stack.unchanged:
        yield f"### {stack.stack}: nothing changes"
        return
    yield f"### {stack.stack}: {_headline(stack)}"
    yield from _problems(stack)
    if stack.head.plan is not None:
        yield from _tables(stack)
    if stack.new:
        yield _findings("New findings", stack.new)
    if stack.gone:
        yield _findings("Findings that are gone", stack.gone)
    if stack.numbers:
        yield Fold(f"{stack.stack}: {_plural(len(stack.numbers), 'number')} of the plan", _numbers(stack))
    if stack.resources:
        yield Fold(f"{stack.stack}: {_tally(stack)}", list(_diff(stack.resources)))


def _headline(stack: Compared) -> str:
    if not stack.base.there:
        return "a new stack"
    if not stack.head.there:
        return "its file is gone; what it deployed stays until somebody runs pulumi destroy"
    if stack.broken:
        return "broken"
    return _tally(stack)


def _tally(stack: Compared) -> str:
    words = {Kind.DELETE: "deleted", Kind.REPLACE: "replaced", Kind.UPDATE: "changed", Kind.CREATE: "made"}
    counts = [f"{len(stack.of(kind))} {word}" for kind, word in words.items() if stack.of(kind)]
    return f"resources: {', '.join(counts)}" if counts else "no resource changes"


def _problems(stack: Compared) -> Iterator[str]:
    for where, side, stopped in (
        ("base", stack.base, stack.stopped_base),
        ("head", stack.head, stack.stopped_head),
    ):
        if side.problem is not None:
            yield _said(f"The plan cannot be made at the {where}:", side.problem.splitlines())
        # The program refuses by the same words as the plan.
        if stopped and side.problem is None:
            yield _said(f"The program cannot be previewed at the {where}:", stopped)
    if stack.stopped_base and not stack.broken and stack.head.there:
        yield "So what becomes of the resources is not known: there is nothing to compare with."
    if stack.head.plan is not None and stack.head.cost is None and stack.head.no_cost:
        first = stack.head.no_cost.splitlines()
        yield f"No cost: {escaped(first[-1].strip()[:_LONGEST_LINE])}"


def _said(title: str, lines: Sequence[str]) -> str:
    shown = [_fenced(line)[:_LONGEST_LINE] for line in lines[:_MOST_LINES]]
    more = [f"({len(lines) - _MOST_LINES} more lines)"] if len(lines) > _MOST_LINES else []
    return "\n".join([title, "", "```text", *shown, *more, "```"])


def _tables(stack: Compared) -> Iterator[str]:
    rows = [row for row in (*stack.fleet, *stack.cost) if (row.before, row.after) != (NOT_THERE, NOT_THERE)]
    yield as_markdown(
        Table("Capacity and cost", ("what", "base", "head", ""), [_cells(row) for row in rows]), level=4
    )
    columns = ("service", "floor", "peak", "floor carries rps", "peak carries rps")
    services = [(f"`{row[0].name}`", *(_both(cell) for cell in row)) for row in stack.services]
    yield as_markdown(Table("Services", columns, services), level=4)
    changed = [row for row in stack.objectives if row.changed]
    if changed:
        cells = [_cells(row) for row in changed]
        yield as_markdown(Table("Objectives and alerts", ("what", "base", "head", ""), cells), level=4)
    else:
        held = ", ".join(
            f"{row.name} {row.after}" for row in stack.objectives if row.after not in (NOT_THERE, "none")
        )
        yield f"Objectives stay: {held}."


def _cells(row: Row) -> tuple[str, ...]:
    if not row.changed:
        return row.name, row.before, row.after, ""
    return row.name, row.before, f"**{row.after}**", row.share


def _both(row: Row) -> str:
    return f"{row.before} → **{row.after}**" if row.changed else row.after


def _findings(title: str, found: Sequence[Found]) -> str:
    lines = [f"- {one.severity} `{one.rule}` {escaped(one.object)}: {escaped(one.text)}" for one in found]
    more = [f"- and {len(lines) - _MOST_FINDINGS} more"] if len(lines) > _MOST_FINDINGS else []
    return "\n".join([f"#### {title}", "", *lines[:_MOST_FINDINGS], *more])


def _numbers(stack: Compared) -> list[str]:
    lines = []
    for change in stack.numbers:
        one = change.after or change.before
        assert one is not None, "a change has at least one side"
        lines.append(f"@@ {path(one)} @@")
        lines += [f"- {sentence(change.before)}"] if change.before is not None else []
        lines += [f"+ {sentence(change.after)}"] if change.after is not None else []
    return [_fenced(line) for line in lines]


def _diff(found: Sequence[Resource]) -> Iterator[str]:
    for one in found:
        yield _fenced(f"{_SIGNS[one.kind]} {one.kind} {one.what} {one.name}")
        for field in one.fields:
            before, after = field.before or "not there", field.after or "not there"
            forced = "  (makes a new one)" if field.forces else ""
            yield _fenced(f"    {field.path}: {before} -> {after}{forced}")


def _fenced(line: str) -> str:
    """In a fence, where only a fence itself would end it."""
    return " ".join(line.replace("```", "'''").split("\n"))


def _code(text: str) -> str:
    return text.replace("`", "'")


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

"""The plan command: which plans are asked for, and in which form they are answered. Nothing is changed anywhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

from components.policy.diff import Number, explain
from components.policy.findings import Finding, Severity

from .. import exit_codes, numbers
from ..formats import Format, console, print_json, print_lines
from ..tables import Table, as_markdown, as_rich
from .comparison import as_data, as_lines, as_markdown_text, compare
from .optimise import Optimise, Wanted, optimise
from .planned import Planned, planned
from .surge import surge_tables
from .tables import headline, plan_tables

DEFAULT_STACK = "local"


class UnclearError(ValueError):
    """Options that ask for two things at once."""


@dataclass(frozen=True)
class Question:
    """What was asked."""

    stack: str | None
    explained: str | None
    figures: Sequence[str]
    stacks: tuple[str, str] | None
    searched: Optimise | None = None
    wanted: Wanted = Wanted()


def answer(question: Question, form: Format, tell: Callable[[str], None]) -> None:
    """Print it; a plan whose review has errors ends with NOT_WELL. One number explained says nothing of the others, so
    it does not. Raises StackError, ConfigurationError, WrongFigureError, WrongQuestionError or
    UnclearError for what cannot be answered.
    """
    if question.searched is not None:
        if question.stacks is not None or question.explained is not None:
            raise UnclearError(
                "--optimise searches one stack; allowed beside it: -s, --what-if, --shed, --profile"
            )
        optimise(planned(question.stack or DEFAULT_STACK, question.figures), question.wanted, form, tell)
        return
    if question.wanted != Wanted():
        raise UnclearError(
            "--shed and --profile say what --optimise surge searches; add it, or leave them out"
        )
    if question.stacks is not None:
        if question.stack is not None or question.figures:
            raise UnclearError("--diff A B names both stacks; allowed beside it: --explain and --format")
        before, after = planned(question.stacks[0]), planned(question.stacks[1])
        _show_comparison(before, after, question.explained, form)
        _end(after, tell)
        return
    stack = question.stack or DEFAULT_STACK
    if question.figures:
        after = planned(stack, question.figures)
        _show_comparison(planned(stack), after, question.explained, form)
        _end(after, tell)
    elif question.explained is not None:
        _show_numbers(planned(stack), question.explained, form)
    else:
        found = planned(stack)
        _show_plan(found, form)
        _end(found, tell)


def _end(found: Planned, tell: Callable[[str], None]) -> None:
    """What a pipeline goes by; the line is for whoever reads no findings, as JSON has none."""
    errors = [finding for finding in found.findings if finding.severity is Severity.ERROR]
    if errors:
        many = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        tell(f"{found.name}: the rules found {many}: {', '.join(f'{e.number} {e.object}' for e in errors)}")
        raise typer.Exit(exit_codes.NOT_WELL)


def _show_comparison(before: Planned, after: Planned, below: str | None, form: Format) -> None:
    found = compare(before, after, below)
    match form:
        case Format.JSON:
            print_json(as_data(found))
        case Format.MARKDOWN:
            typer.echo(as_markdown_text(found))
        case Format.TEXT:
            print_lines(console(), as_lines(found))


def _show_numbers(found: Planned, path: str, form: Format) -> None:
    selected = explain(found.plan, path.strip("."))
    match form:
        case Format.JSON:
            print_json([number.model_dump(mode="json") for number in selected])
        case Format.MARKDOWN:
            typer.echo(as_markdown(_derivations(selected)))
        case Format.TEXT:
            print_lines(console(), numbers.lines(selected))


def _show_plan(found: Planned, form: Format) -> None:
    every = numbers.derived_numbers(found.plan)
    match form:
        case Format.JSON:
            print_json(found.plan.model_dump(mode="json"))
        case Format.MARKDOWN:
            tables = [*plan_tables(found.plan), *surge_tables(found.plan), _derivations(every)]
            parts = [f"## {headline(found.name, found.plan)}", *map(as_markdown, tables)]
            typer.echo("\n\n".join([*parts, *_findings(found.findings)]))
        case Format.TEXT:
            on = console()
            print_lines(on, [headline(found.name, found.plan)])
            for table in (*plan_tables(found.plan), *surge_tables(found.plan)):
                on.print(as_rich(table))
            print_lines(on, [*numbers.lines(every), *_findings(found.findings)])


def _derivations(selected: Sequence[Number]) -> Table:
    rows = [(f"`{numbers.path(n)}`", numbers.value(n), n.because or "") for n in selected]
    return Table("Derivations", ("number", "value", "because"), rows)


def _findings(found: Sequence[Finding]) -> list[str]:
    return [f"{finding.severity}: {finding}" for finding in found] or ["no findings"]

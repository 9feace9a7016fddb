"""The check command: what the rules find in Kubernetes objects from files, a directory or standard input.

Needs no engine, account, network or cluster, and nothing of this repository's platform.
"""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from components.policy.errors import ConfigurationError
from components.policy.facts.objects import Document, read_objects
from components.policy.findings import has_errors
from components.policy.ignores import Ignore
from components.policy.review import review

from . import exit_codes
from .findings_view import Result, as_json, as_markdown, as_sarif, as_text
from .yaml_objects import UnusableError, files_below, read_file


class Format(StrEnum):
    """How the command answers."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    MARKDOWN = "markdown"


SHOW: Final = {
    Format.TEXT: as_text,
    Format.JSON: as_json,
    Format.SARIF: as_sarif,
    Format.MARKDOWN: as_markdown,
}


def check(
    files: Annotated[
        list[str],
        typer.Option(
            "--filename", "-f", metavar="FILE|DIR|-", help="Objects as YAML or JSON; may be repeated."
        ),
    ],
    answer: Annotated[
        Format, typer.Option("--format", help="text for people, sarif for code hosts.")
    ] = Format.TEXT,
    ignored: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="RULE:OBJECT:REASON",
            help='Leaves findings out, e.g. "HR403:Deployment shop/*:measured, CPU bound".',
        ),
    ] = None,
) -> None:
    """What is wrong with Kubernetes objects: capacity, disruption, scaling, Redis, nodes, alerts, load tests."""
    try:
        ignores = [parse_ignore(text) for text in ignored or []]
    except UnusableError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.WRONG_INPUT) from None
    result = check_paths(files, ignores)
    typer.echo(SHOW[answer](result))
    if result.unusable:
        raise typer.Exit(exit_codes.WRONG_INPUT)
    if has_errors(list(result.findings)):
        raise typer.Exit(exit_codes.NOT_WELL)


def check_paths(paths: Sequence[str], ignores: Sequence[Ignore] = ()) -> Result:
    """What the rules find in all objects of the paths together; what could not be read stands beside it."""
    documents: list[Document] = []
    unusable: list[str] = []
    for path in dict.fromkeys(paths):
        try:
            found = files_below(path)
        except UnusableError as error:
            unusable.append(str(error))
            continue
        for file in found:
            try:
                documents += read_file(file, sys.stdin.buffer)
            except UnusableError as error:
                unusable.append(str(error))
    if not documents and not unusable:
        unusable.append(f"{', '.join(paths)}: no objects; is the output that should be checked empty?")
    reading = read_objects(documents)
    return Result(
        findings=review(reading.fleet, ignores),
        objects=reading.objects,
        skipped=reading.skipped,
        unusable=unusable,
    )


def parse_ignore(text: str) -> Ignore:
    """RULE:OBJECT:REASON. Raises UnusableError."""
    rule, _, rest = text.partition(":")
    pattern, _, reason = rest.partition(":")
    try:
        return Ignore(rule=rule.strip(), object=pattern.strip(), reason=reason.strip())
    except ValidationError as error:
        refused = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(refused, ConfigurationError) and pattern.strip() and reason.strip():
            raise UnusableError(f'--ignore "{text}": {refused.within("the rule")}') from None
        raise UnusableError(
            f'--ignore "{text}": allowed: a rule, an object pattern and a reason, as in'
            ' "HR403:Deployment shop/*:measured, CPU bound"'
        ) from None


def register(app: typer.Typer) -> None:
    """Adds the command to an application."""
    app.command(epilog=exit_codes.HELP)(check)

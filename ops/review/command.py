"""The review command: two revisions in, one comment out, and an exit code by what the comment says."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from config.loader import CHECKOUT

from .. import exit_codes
from .changes import Kind, resources
from .comment import comment
from .comparison import Compared, compared
from .facts import facts, stacks_in
from .folding import GITHUB_LIMIT
from .revisions import Pair, RevisionError, checked_out, uncommitted

_ENGINE_SECONDS: Final = 2400


class FailOn(StrEnum):
    """What of a comment is a failure."""

    BROKEN = "broken"
    DATA = "data"
    DELETED = "deleted"
    REPLACED = "replaced"
    FINDINGS = "findings"
    NEVER = "never"


_FAILS: Final[dict[FailOn, Callable[[Compared], bool]]] = {
    FailOn.BROKEN: lambda stack: stack.broken,
    FailOn.DATA: lambda stack: any(one.lost for one in stack.resources),
    FailOn.DELETED: lambda stack: bool(stack.of(Kind.DELETE)),
    FailOn.REPLACED: lambda stack: bool(stack.of(Kind.REPLACE)),
    FailOn.FINDINGS: lambda stack: any(one.severity == "error" for one in stack.new),
    FailOn.NEVER: lambda stack: False,
}


def review(
    base: Annotated[str, typer.Option("--base", metavar="REF", help="What the change goes into.")],
    head: Annotated[str, typer.Option("--head", metavar="REF", help="The change.")] = "HEAD",
    stacks: Annotated[
        list[str] | None,
        typer.Option("--stack", "-s", help="A stack; may be repeated.", show_default="every stack of either"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the comment there.")
    ] = None,
    fail_on: Annotated[
        list[FailOn] | None,
        typer.Option(
            "--fail-on",
            help="End with 1 on this; may be repeated. broken: the head cannot be planned or previewed; data: what"
            " holds data is replaced or deleted; findings: a new error of the rules.",
            show_default="broken",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=2000, help="Characters that the code host takes.")
    ] = GITHUB_LIMIT,
) -> None:
    """What a change makes of capacity, cost, objectives, findings and resources, as one comment in markdown.

    Needs no account and no cluster: the base is brought up on stand-ins and the head previewed on it.
    """
    try:
        with checked_out(base, head) as pair:
            if head == "HEAD" and uncommitted():
                typer.echo("uncommitted changes are not reviewed: --head HEAD is the last commit", err=True)
            found = [_compared(pair, stack) for stack in _wanted(pair, stacks or [])]
            text = comment(pair, found, limit)
    except RevisionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.WRONG_INPUT) from None
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        raise typer.Exit(exit_codes.INTERRUPTED) from None
    _write(text, output)
    if any(_FAILS[reason](stack) for reason in fail_on or [FailOn.BROKEN] for stack in found):
        raise typer.Exit(exit_codes.NOT_WELL)


def _wanted(pair: Pair, named: Sequence[str]) -> list[str]:
    known = sorted({*stacks_in(pair.base.folder), *stacks_in(pair.head.folder)})
    unknown = [stack for stack in named if stack not in known]
    if unknown:
        raise RevisionError(
            f'--stack "{unknown[0]}": neither revision has a Pulumi.{unknown[0]}.yaml; allowed: {", ".join(known)}'
        )
    return list(dict.fromkeys(named)) or known


def _compared(pair: Pair, stack: str) -> Compared:
    typer.echo(f"{stack}: plan, cost and preview of both", err=True)
    base, head = facts(pair.base.folder, stack), facts(pair.head.folder, stack)
    if not head.there:
        return compared(stack, base, head)
    answer = _previewed(pair, stack)
    stopped = (answer.get("before") or [], answer.get("after") or [])
    # On half of a base, every step would be told of something that is not there.
    steps = [] if any(stopped) else answer.get("steps") or []
    return compared(stack, base, head, resources(steps), stopped)


def _previewed(pair: Pair, stack: str) -> dict[str, Any]:
    """What the engine says of the resources; why it says nothing, as a preview that was stopped."""
    answer = pair.work / "changes.json"
    answer.unlink(missing_ok=True)
    folders = ["--before", str(pair.base.folder), "--after", str(pair.head.folder)]
    places = ["--state", str(pair.work / "engine"), "--output", str(answer)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tools", "changes", "--stack", stack, *folders, *places],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            # The first time it builds an engine and says how far that is.
            stdout=sys.stderr,
            stderr=subprocess.PIPE,
            text=True,
            timeout=_ENGINE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"after": [f"the engine gave no answer within {_ENGINE_SECONDS} s"]}
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        return {"after": said or ["the engine did not run"]}
    read: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return read


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(
            f"{output}: cannot be written: {error.strerror}; name a file in a folder that is there", err=True
        )
        raise typer.Exit(exit_codes.WRONG_INPUT) from None


def register(app: typer.Typer) -> None:
    """Adds the command to an application."""
    app.command(epilog=exit_codes.HELP)(review)

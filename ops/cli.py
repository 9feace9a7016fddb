"""The command line: arguments in, exit code out. The work of each command is in a module of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.console import Console

from components.policy.errors import ConfigurationError
from config.loader import load_stack, plan_of
from config.problems import StackError

from . import exit_codes
from .derivations import UnknownPathError, derivations, explain
from .plan_view import show_derivations, show_plan
from .status.api import NoClusterError
from .status.judge import problems
from .status.view import as_json, show_status

app: Final = typer.Typer(
    help=f"What the platform is planned to be, and what the cluster makes of it. Nothing is changed.\n\n"
    f"{exit_codes.HELP}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# Narrower, a table of nine columns cannot be read; a terminal's own width is used where there is one.
PIPED_WIDTH: Final = 150


class Format(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


StackOption = Annotated[str, typer.Option("--stack", "-s", help="The stack, from its Pulumi.STACK.yaml.")]
FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


@app.command(epilog=exit_codes.HELP)
def plan(
    stack: StackOption = "local",
    explained: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="PATH",
            help="One number or all below a path, e.g. gateway-api.replicas.peak.",
        ),
    ] = None,
    answer: FormatOption = Format.TEXT,
) -> None:
    """Every number of the platform and what it follows from. Needs no engine, account or network."""
    with _exits():
        settings = load_stack(stack)
        planned = plan_of(settings, f"Pulumi.{stack}.yaml")
        found = explain(planned, explained) if explained is not None else derivations(planned)
    if answer is Format.JSON:
        whole = explained is None
        _print_json(planned.model_dump(mode="json") if whole else [vars(d) for d in found])
    elif explained is not None:
        show_derivations(_console(), found)
    else:
        show_plan(_console(), stack, planned)


@app.command(epilog=exit_codes.HELP)
def status(
    stack: StackOption = "local",
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all is well.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, help="Seconds that --wait waits at most.")
    ] = 600,
    answer: FormatOption = Format.TEXT,
) -> None:
    """What runs in the stack's cluster, what it can carry now and at peak, and what is not well."""
    from .status import command

    with _exits():
        settings = load_stack(stack)
        try:
            api = command.connect(settings)
            snapshot = (
                command.status_when_well(api, settings, _tell, timeout)
                if wait
                else command.status(api, settings)
            )
        except StackError as error:
            _fail("; ".join(error.problems), exit_codes.NO_CLUSTER)
    if answer is Format.JSON:
        _print_json(as_json(snapshot))
    else:
        show_status(_console(), snapshot)
    found = problems(snapshot)
    if found:
        if wait:
            typer.echo(f"gave up after {timeout:g} s: {len(found)} not well", err=True)
        raise typer.Exit(exit_codes.NOT_WELL)


@app.command(epilog=exit_codes.HELP)
def schema() -> None:
    """The JSON Schema of a Pulumi.STACK.yaml, for editors."""
    from config.schema import stack_schema

    _print_json(stack_schema())


@contextmanager
def _exits() -> Iterator[None]:
    """What a person wrote or asked wrongly, and a cluster that does not answer: a message and an exit code."""
    try:
        yield
    except (ConfigurationError, UnknownPathError) as error:
        _fail(str(error), exit_codes.WRONG_INPUT)
    except NoClusterError as error:
        _fail(str(error), exit_codes.NO_CLUSTER)
    except KeyboardInterrupt:
        _fail("interrupted", 130)


def _fail(message: str, code: int) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)

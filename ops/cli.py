"""The command line: arguments in, exit code out. The work of each command is in a module of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from components.policy.errors import ConfigurationError
from config.loader import load_stack
from config.problems import StackError

from . import check, exit_codes, rules_docs, surge_validation
from .cost import command as cost_command
from .formats import Format, console, print_json
from .permissions import command as permissions_command
from .plan import command as plan_command
from .plan.optimise import Optimise, Wanted, WrongQuestionError
from .preflight import command as preflight_command
from .review import command as review_command
from .status.api import NoClusterError
from .status.judge import problems
from .status.view import as_json, show_status
from .surge import cli as surge
from .surge import recording as surge_recording
from .surge.options import PROFILES
from .what_if import WrongFigureError

app: Final = typer.Typer(
    help=f"What the platform is planned to be, and what the cluster makes of it. Nothing is changed.\n\n"
    f"{exit_codes.HELP}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
check.register(app)
rules_docs.register(app)
surge_validation.register(app)
surge.register(app)
surge_recording.register(app)
preflight_command.register(app)
review_command.register(app)
permissions_command.register(app)


class LiveFormat(StrEnum):
    """How a command answers that looks at something that moves."""

    TEXT = "text"
    JSON = "json"


StackOption = Annotated[str, typer.Option("--stack", "-s", help="The stack, from its Pulumi.STACK.yaml.")]
FormatOption = Annotated[
    Format, typer.Option("--format", help="text for people, json for programs, markdown for a change's page.")
]
WhatIfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="PATH=VALUE",
        help="Another figure, its path as in the YAML, e.g. target.peak_rps=60000. May be repeated.",
    ),
]


@app.command(epilog=exit_codes.HELP)
def plan(
    stack: Annotated[
        str | None,
        typer.Option("--stack", "-s", help="The stack, from its Pulumi.STACK.yaml.", show_default="local"),
    ] = None,
    explained: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="PATH",
            help="One number or all below a path, e.g. gateway-api.replicas.peak.",
        ),
    ] = None,
    figures: WhatIfOption = None,
    stacks: Annotated[
        tuple[str, str] | None,
        typer.Option("--diff", metavar="A B", help="What differs between the plans of two stacks."),
    ] = None,
    searched: Annotated[
        Optimise | None,
        typer.Option(
            "--optimise", help="The cheapest policy that a surge does not outrun, by the simulator."
        ),
    ] = None,
    shed: Annotated[
        str | None,
        typer.Option(
            "--shed",
            metavar="SHARE",
            help="Of --optimise: the part of the requests that may be shed. Default: 0%.",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="LOAD",
            help=f"Of --optimise: {PROFILES}. Default: as target.growth, else step.",
        ),
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Every number of the platform and what it follows from. Needs no engine, account or network."""
    with _exits():
        question = plan_command.Question(
            stack=stack,
            explained=explained,
            figures=figures or (),
            stacks=stacks,
            searched=searched,
            wanted=Wanted(shed=shed, profile=profile),
        )
        plan_command.answer(question, form, _tell)


@app.command(epilog=exit_codes.HELP)
def cost(
    stack: StackOption = plan_command.DEFAULT_STACK,
    figures: WhatIfOption = None,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Ask no pricing API, also where boto3 and credentials are there."),
    ] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """The bill of a month: all that AWS bills, the nodes by pool and by service, what other types and spot would cost.

    A price is the stack's own, else the AWS Pricing API's (with boto3 and credentials), else the dated table's; none
    is ever guessed.
    """
    with _exits():
        cost_command.answer(stack, figures or (), offline=offline, form=form, tell=_tell)


@app.command(epilog=exit_codes.HELP)
def status(
    stack: StackOption = plan_command.DEFAULT_STACK,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all is well.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, help="Seconds that --wait waits at most.")
    ] = 600,
    answer: Annotated[
        LiveFormat, typer.Option("--format", help="text for people, json for programs.")
    ] = LiveFormat.TEXT,
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
    if answer is LiveFormat.JSON:
        print_json(as_json(snapshot))
    else:
        show_status(console(), snapshot)
    found = problems(snapshot)
    if found:
        if wait:
            typer.echo(f"gave up after {timeout:g} s: {len(found)} not well", err=True)
        raise typer.Exit(exit_codes.NOT_WELL)


@app.command(epilog=exit_codes.HELP)
def picture(
    target: Annotated[Path, typer.Argument(help="The SVG file to write.")],
    stack: StackOption = plan_command.DEFAULT_STACK,
) -> None:
    """Draw what runs in the stack's cluster: every node in its zone, every pod on its node."""
    from .picture import draw
    from .status import command

    with _exits():
        settings = load_stack(stack)
        api = command.connect(settings)
        try:
            pods = draw(api, command.status(api, settings), target)
        except OSError as error:
            _fail(
                f"{target}: cannot be written: {error.strerror}; name a file in a folder that is there",
                exit_codes.WRONG_INPUT,
            )
    _tell(f"{target}: {pods} pods")


@app.command(epilog=exit_codes.HELP)
def schema() -> None:
    """The JSON Schema of a Pulumi.STACK.yaml, for editors."""
    from config.schema import stack_schema

    print_json(stack_schema())


@contextmanager
def _exits() -> Iterator[None]:
    """What a person wrote or asked wrongly, and a cluster that does not answer: a message and an exit code."""
    try:
        yield
    except (ConfigurationError, WrongFigureError, WrongQuestionError, plan_command.UnclearError) as error:
        _fail(str(error), exit_codes.WRONG_INPUT)
    except NoClusterError as error:
        _fail(str(error), exit_codes.NO_CLUSTER)
    except KeyboardInterrupt:
        _fail("interrupted", exit_codes.INTERRUPTED)


def _fail(message: str, code: int) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _tell(line: str) -> None:
    typer.echo(line, err=True)

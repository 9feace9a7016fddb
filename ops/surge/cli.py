"""The command line of `ops surge`: arguments in, exit code out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from components.policy.errors import ConfigurationError
from config.problems import StackError

from .. import exit_codes
from ..formats import console
from ..status.api import NoClusterError
from ..what_if import WrongFigureError
from .errors import BusyError, MisfitError, NotSettledError, RequestError
from .options import FAULTS, OUT, PROFILES, STAGGER_S, Asked, lanes_asked
from .policy_files import files_of, named

HELP: Final = f"""What the autoscalers, the scheduler and Karpenter make of a load that rises faster than pods do.

The stack's own objects on the local cluster (make up), each policy in a namespace and on nodes of its own, side by
side.
Nodes, pods and metrics are modelled, the controllers are real: docs/surge.md.

{exit_codes.HELP}"""


def register(app: typer.Typer) -> None:
    app.command(name="surge", help=HELP)(surge)


def surge(
    stack: Annotated[
        str, typer.Option("--stack", "-s", help="The stack, from its Pulumi.STACK.yaml.")
    ] = "local",
    profile: Annotated[str, typer.Option(help=f"The load: {PROFILES}.")] = "step",
    from_rps: Annotated[
        float | None, typer.Option("--from", help="Requests/s before it; the stack's baseline.")
    ] = None,
    to_rps: Annotated[
        float | None, typer.Option("--to", help="Requests/s at the top; the stack's peak.")
    ] = None,
    over: Annotated[
        float | None, typer.Option(help="Seconds that the ramp takes.", show_default="120")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="How long the run is.", show_default="300")] = None,
    policy: Annotated[
        str,
        typer.Option(
            help="Policies with a comma between them: names, or NAME=FILE with your own autoscalers."
        ),
    ] = "ours",
    compare: Annotated[str, typer.Option(help="More policies, beside those of --policy.")] = "",
    fault: Annotated[
        list[str] | None,
        typer.Option(help=f"What breaks: {', '.join(FAULTS)}; with @SECONDS. May be repeated."),
    ] = None,
    apart: Annotated[
        bool, typer.Option("--apart", help="Each fault in a lane of its own instead of all in one.")
    ] = False,
    out: Annotated[Path, typer.Option(help="The folder for report, picture and timelines.")] = OUT,
    simulate: Annotated[
        bool,
        typer.Option("--simulate", help="Ask the simulator: seconds instead of minutes, and no cluster."),
    ] = False,
    figures: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="PATH=VALUE", help="Another figure of the stack, as for plan."),
    ] = None,
    cron_lead: Annotated[
        float | None,
        typer.Option(help="Seconds before the load that cron triggers of your own autoscalers begin."),
    ] = None,
    beyond: Annotated[
        bool, typer.Option("--beyond", help="Run a load that never fits the limits all the same.")
    ] = False,
    node_launch: Annotated[
        float | None, typer.Option(help="Seconds of a node's launch.", show_default="the plan's")
    ] = None,
    pod_ready: Annotated[
        float | None,
        typer.Option(help="Seconds from a pod's binding to Ready.", show_default="the plan's"),
    ] = None,
    rate_window: Annotated[
        float | None,
        typer.Option(help="Seconds over which the metric is a mean.", show_default="the plan's"),
    ] = None,
    metrics_delay: Annotated[float, typer.Option(help="Seconds by which metrics are late.")] = 0,
    stagger: Annotated[float, typer.Option(help="Seconds between the starts of two policies.")] = STAGGER_S,
) -> None:
    # A second of imports that no other command needs.
    from .command import answer
    from .question import Question

    words = [word.strip() for word in f"{policy},{compare}".split(",") if word.strip()]
    with exits():
        question = Question(
            stack=stack,
            load=Asked(profile, from_rps, to_rps, over, seconds),
            lanes=lanes_asked([named(word)[0] for word in words], fault or (), apart=apart),
            out=out,
            beyond=beyond,
            node_launch_s=node_launch,
            pod_ready_s=pod_ready,
            rate_window_s=rate_window,
            delay_s=metrics_delay,
            stagger_s=stagger,
            files=files_of(words),
            cron_lead_s=cron_lead,
            figures=figures or (),
            simulated=simulate,
        )
        report = answer(question, console(), _tell)
    if report.interrupted:
        raise typer.Exit(exit_codes.INTERRUPTED)
    if report.warnings:
        raise typer.Exit(exit_codes.NOT_WELL)


@contextmanager
def exits() -> Iterator[None]:
    """What was asked wrongly, a cluster that does not answer, a run that cannot be: a message and an exit code."""
    try:
        yield
    except (StackError, WrongFigureError, ConfigurationError, MisfitError) as error:
        _fail(str(error), exit_codes.WRONG_INPUT)
    except (NoClusterError, RequestError) as error:
        _fail(str(error), exit_codes.NO_CLUSTER)
    except (NotSettledError, BusyError) as error:
        _fail(str(error), exit_codes.NOT_WELL)
    except KeyboardInterrupt:
        _fail("interrupted", exit_codes.INTERRUPTED)


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _fail(message: str, code: int) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)

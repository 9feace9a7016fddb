"""`ops surge-record`: every named policy under a step and a ramp, recorded for the comparison with the simulator.

As many policies side by side as the machine keeps the clock with: a run that is void is made again with half as many at
once. It decides which runs there are; what they come to is compared by surge-validate.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from components.policy.surge.named_policies import named_policies
from components.policy.surge.timeline import Timeline
from components.policy.surge.validation import Recording

from .. import exit_codes
from ..formats import console
from .cli import exits
from .options import STAGGER_S, Asked, LaneAsked, lanes_asked
from .policy_files import files_of, named

if TYPE_CHECKING:
    from .lane import Running
    from .question import Question
    from .setup import Setup

# Where recordings are kept.
RECORDINGS: Final = Path("docs/surge/recordings")
# The issue's own table: a ten-fold step, and the same within two minutes.
FROM_RPS: Final = 3_000.0
TO_RPS: Final = 30_000.0
SECONDS: Final = 300.0
PROFILES: Final = ("step", "ramp")
# What that table was measured with: nodes after 45 s, pods Ready 10 s after binding, metrics of the moment.
LAUNCH_S: Final = 45.0
READY_S: Final = 10.0
SIDE_BY_SIDE: Final = 3


def register(app: typer.Typer) -> None:
    app.command("surge-record", epilog=exit_codes.HELP)(surge_record)


def surge_record(
    out: Annotated[Path, typer.Option(help="The folder for the recordings.")] = RECORDINGS,
    side_by_side: Annotated[int, typer.Option(min=1, help="Policies at once, at first.")] = SIDE_BY_SIDE,
    policies: Annotated[
        str, typer.Option(help="Which, with a comma, or NAME=FILE; left out, all named.")
    ] = "",
    profiles: Annotated[str, typer.Option(help="step, ramp, event:NAME, with a comma.")] = ",".join(PROFILES),
    faults: Annotated[str, typer.Option(help="Faults at the peak, each by itself, after them.")] = "",
    stack: Annotated[str, typer.Option("--stack", "-s", help="The stack, for event:NAME.")] = "local",
) -> None:
    """Run every named policy under a step and a ramp on the local cluster and keep the recordings: 40 minutes."""
    from .question import Question, plan_of

    words = _words(profiles), _words(policies), _words(faults)
    with exits():
        question = Question(
            stack=stack,
            load=Asked("step", FROM_RPS, TO_RPS, seconds=SECONDS),
            lanes=(),
            out=out,
            node_launch_s=LAUNCH_S,
            pod_ready_s=READY_S,
            rate_window_s=0.0,
            stagger_s=STAGGER_S,
            files=files_of(words[1]),
        )
        names = [named(word)[0] for word in words[1]] or list(named_policies(plan_of(stack)))
        runs = [(profile, lanes_asked(names, [], apart=True)) for profile in words[0]]
        runs += [("flat", lanes_asked(names, words[2], apart=True))] if words[2] else []
        kept = 0
        for profile, lanes in runs:
            asked = replace(question, load=replace(question.load, profile=profile))
            kept += _record(asked, lanes, side_by_side, console())
    typer.echo(f"{kept} recordings in {out}; make surge-validate compares them with the simulator")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _record(asked: "Question", lanes: Sequence[LaneAsked], at_once: int, to: Console) -> int:
    """Every lane once, in a run that kept the clock; how many recordings were written."""
    from .command import run
    from .question import setup_of

    left, kept = list(lanes), 0
    while left:
        now, left = left[:at_once], left[at_once:]
        done = run(setup_of(replace(asked, lanes=now)), to)
        if done.interrupted:
            raise KeyboardInterrupt
        if done.void or done.ended:
            to.print(f"not kept: {done.void or done.ended}", markup=False)
            if done.ended or at_once == 1:
                raise typer.Exit(exit_codes.NOT_WELL)
            at_once, left = max(1, at_once // 2), [*now, *left]
            continue
        asked.out.mkdir(parents=True, exist_ok=True)
        for one, line in zip(done.lanes, done.timelines(), strict=True):
            file = asked.out / f"{_file_name(line)}.json"
            file.write_text(_recording(done.setup, one, line).to_json_text() + "\n", encoding="utf-8")
            kept += 1
    return kept


def _recording(setup: "Setup", one: "Running", line: Timeline) -> Recording:
    return Recording.of(
        line,
        one.lane.policy,
        setup.world,
        setup.profile,
        one.lane.faults,
        looks=one.looks,
        start=one.start,
        cpu_phase_s=one.cpu_phase_s,
    )


def _file_name(line: Timeline) -> str:
    return f"{line.profile}-{line.policy}".replace("+", "-").replace(", ", "-")

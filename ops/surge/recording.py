"""`ops surge-record`: every named policy under a step and a ramp, recorded for the comparison with the simulator.

As many policies side by side as the machine keeps the clock with: a run that is void is made again with half as many at
once. It decides which runs there are; what they come to is compared by surge-validate.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from components.policy.surge.named_policies import named_policies
from components.policy.surge.validation import Recording

from .. import exit_codes
from ..formats import console
from ..surge_validation import RECORDINGS
from .cli import STAGGER_S, exits
from .options import Asked

if TYPE_CHECKING:
    from .command import Question

# The issue's own table: a ten-fold step, and the same within two minutes.
FROM_RPS: Final = 3_000.0
TO_RPS: Final = 30_000.0
SECONDS: Final = 300.0
PROFILES: Final = ("step", "ramp")
# What that table was measured with: nodes after 45 s, pods Ready 10 s after binding, metrics of the moment.
LAUNCH_S: Final = 45.0
READY_S: Final = 10.0
SIDE_BY_SIDE: Final = 6


def register(app: typer.Typer) -> None:
    app.command("surge-record", epilog=exit_codes.HELP)(surge_record)


def surge_record(
    out: Annotated[Path, typer.Option(help="The folder for the recordings.")] = RECORDINGS,
    side_by_side: Annotated[int, typer.Option(min=1, help="Policies at once, at first.")] = SIDE_BY_SIDE,
    policies: Annotated[str, typer.Option(help="Which, with a comma between them; left out, all.")] = "",
    profiles: Annotated[str, typer.Option(help="step, ramp or both.")] = ",".join(PROFILES),
    faults: Annotated[str, typer.Option(help="Faults, each in a run of its own after them.")] = "",
) -> None:
    """Run every named policy under a step and a ramp on the local cluster and keep the recordings: half an hour."""
    from .command import Question

    words = _words(profiles), _words(policies), _words(faults)
    with exits():
        question = Question(
            stack="local",
            load=Asked("step", FROM_RPS, TO_RPS, seconds=SECONDS),
            policies=words[1],
            out=out,
            node_launch_s=LAUNCH_S,
            pod_ready_s=READY_S,
            rate_window_s=0.0,
            stagger_s=STAGGER_S,
        )
        asked = [(replace(question, load=replace(question.load, profile=one)), "") for one in words[0]]
        asked += [(replace(question, faults=[fault]), f"-{fault}") for fault in words[2]]
        kept = sum(_record(one, suffix, side_by_side, console()) for one, suffix in asked)
    typer.echo(f"{kept} recordings in {out}; make surge-validate compares them with the simulator")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _record(asked: "Question", suffix: str, at_once: int, to: Console) -> int:
    """Every policy once, in a run that kept the clock; how many recordings were written."""
    from .command import plan_of, run, setup_of

    left = list(asked.policies) or list(named_policies(plan_of(asked.stack)))
    kept = 0
    while left:
        now, left = left[:at_once], left[at_once:]
        done = run(setup_of(replace(asked, policies=now)), to)
        if done.interrupted:
            raise KeyboardInterrupt
        if done.void or done.ended:
            to.print(f"not kept: {done.void or done.ended}", markup=False)
            if done.ended or at_once == 1:
                raise typer.Exit(exit_codes.NOT_WELL)
            at_once, left = max(1, at_once // 2), [*now, *left]
            continue
        setup = done.setup
        for lane, line in zip(setup.lanes, done.timelines(), strict=True):
            recording = Recording.of(line, lane.policy, setup.world, setup.profile, setup.faults)
            asked.out.mkdir(parents=True, exist_ok=True)
            name = f"{setup.profile.name}-{lane.policy.name.replace('+', '-')}{suffix}.json"
            (asked.out / name).write_text(recording.to_json_text() + "\n", encoding="utf-8")
            kept += 1
    return kept

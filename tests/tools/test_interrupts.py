"""Ctrl-C in the middle of a build, and two builds at once."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.tools.fakes import TABLE, World
from tools import building, children

ONE, TWO = TABLE
REPOSITORY = Path(__file__).resolve().parents[2]
LONG, SHORT = "60", "1"
PATIENCE_SECONDS = 20


def start(world: World, *arguments: str, seconds: str) -> "subprocess.Popen[str]":
    """`python -m tools ARGUMENTS` on the small table, with a go that takes so long for each build."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.tools.fakes", *arguments],
        cwd=REPOSITORY,
        env={"HOME": os.environ.get("HOME", "/"), **world.variables(FAKE_GO_SECONDS=seconds)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def go_processes(world: World) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if f"{world.bin}/go".encode() in command:
            found.append(int(entry.name))
    return found


def interrupted(world: World, number: signal.Signals) -> tuple[int, str]:
    run = start(world, "build", seconds=LONG)
    until(world.builds)
    run.send_signal(number)
    output, _ = run.communicate(timeout=PATIENCE_SECONDS)
    return run.returncode, output


def test_ctrl_c_ends_the_compiler_and_says_how_to_go_on(world: World) -> None:
    status, output = interrupted(world, signal.SIGINT)
    assert status == 130
    assert "[1/2] one (alpha, beta): interrupted" in output
    assert "run the same command again to go on" in output
    assert "Traceback" not in output
    assert go_processes(world) == []
    assert not building.built(ONE)
    assert list(building.destination(ONE).parent.glob(".staging-*")) == []


def test_a_termination_is_treated_like_ctrl_c(world: World) -> None:
    status, _ = interrupted(world, signal.SIGTERM)
    assert status == 130
    assert go_processes(world) == []


def test_a_rerun_after_ctrl_c_finishes_the_job(world: World) -> None:
    interrupted(world, signal.SIGINT)
    run = start(world, "build", seconds="0")
    output, _ = run.communicate(timeout=PATIENCE_SECONDS)
    assert run.returncode == 0, output
    assert building.built(ONE) and building.built(TWO)


def test_a_wrapper_that_was_finished_before_ctrl_c_is_not_built_again(world: World) -> None:
    first = start(world, "build", seconds="0.5")
    until(lambda: "example.com/two" in world.builds())
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=PATIENCE_SECONDS)
    before = len(world.builds())
    start(world, "build", seconds="0").communicate(timeout=PATIENCE_SECONDS)
    assert set(world.builds()[before:]) <= {"example.com/two"}


def test_of_two_at_once_one_builds_and_the_other_says_that_it_waits(world: World) -> None:
    first = start(world, "build", seconds=SHORT)
    until(world.builds)
    second = start(world, "build", seconds=SHORT)
    outputs = [run.communicate(timeout=PATIENCE_SECONDS)[0] for run in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), outputs
    assert re.search(rf"one: pid {first.pid} is building it; waiting for that to finish", outputs[1])
    assert "built by the other process" in outputs[1]
    assert sorted(world.builds()) == sorted(set(world.builds())), "something was built twice"


def test_a_killed_builder_leaves_no_lock_behind(world: World) -> None:
    first = start(world, "build", seconds=LONG)
    until(world.builds)
    first.kill()
    first.communicate(timeout=PATIENCE_SECONDS)
    try:
        second = start(world, "build", seconds="0")
        output, _ = second.communicate(timeout=PATIENCE_SECONDS)
    finally:
        for pid in go_processes(world):
            os.kill(pid, signal.SIGKILL)
    assert second.returncode == 0, output
    assert "waiting" not in output


def test_a_process_id_that_went_to_another_program_is_not_the_old_one() -> None:
    assert children.runs(os.getpid(), Path(f"/proc/{os.getpid()}/comm").read_text().strip())
    assert not children.runs(os.getpid(), "pulumi")

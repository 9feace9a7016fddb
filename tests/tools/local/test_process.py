"""A process is known by pid and start time, outlives its starter, and is stopped for good."""

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local import process
from tools.local.process import Process

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Process]:
    started = spawn(tmp_path, "import time; time.sleep(60)")
    yield started
    assert process.stop([started], grace_s=1) == []


def spawn(folder: Path, code: str) -> Process:
    command = [sys.executable, "-u", "-c", code]
    return process.spawn(command, log=folder / "log", env=dict(os.environ), cwd=folder, spec="s")


def test_a_spawned_process_is_alive_and_nobodys_child(sleeper: Process) -> None:
    assert process.alive(sleeper)
    with pytest.raises(ChildProcessError):
        os.waitpid(sleeper.pid, os.WNOHANG)


def test_the_same_pid_with_another_start_is_a_stranger(sleeper: Process) -> None:
    stranger = dataclasses.replace(sleeper, started="another boot:1")
    assert not process.alive(stranger)
    assert process.stop([stranger]) == []
    assert process.alive(sleeper), "a stranger was signalled"


def test_its_output_goes_to_the_log_and_a_new_start_empties_it(tmp_path: Path) -> None:
    for word in ("first", "second"):
        spawned = spawn(tmp_path, f"print('{word}')")
        wait_for_end(spawned)
    assert (tmp_path / "log").read_text() == "second\n"


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    deaf = spawn(tmp_path, DEAF)
    while "deaf" not in (tmp_path / "log").read_text():
        time.sleep(0.01)
    assert process.stop([deaf], grace_s=0.3) == []
    assert not process.alive(deaf)


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    since = process.started(child.pid)
    assert since is not None
    child.kill()
    deadline = time.monotonic() + 5
    while process.started(child.pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert process.started(child.pid) is None, "killed, not waited for: a zombie"
    child.communicate()


def test_nothing_recorded_is_not_alive() -> None:
    assert not process.alive(None)


def test_command_lines_show_this_process() -> None:
    assert os.getpid() in {pid for pid, _ in process.command_lines()}


def wait_for_end(one: Process) -> None:
    deadline = time.monotonic() + 10
    while process.alive(one):
        assert time.monotonic() < deadline
        time.sleep(0.01)

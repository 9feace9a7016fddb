"""Runs a child process that may take minutes, so that Ctrl-C ends it and all that it started.

It decides how a child is waited for and ended. It never reads the child's output: that goes to a log.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_POLL_SECONDS = 0.1
_GRACE_SECONDS = 5.0


def run_logged(
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    environment: Mapping[str, str],
    tick: Callable[[], None] = lambda: None,
    output: Path | None = None,
) -> int:
    """Runs a command, its output appended to `log` (standard output to `output`, if given); returns its exit status.

    It gets a process group of its own, which an interrupt of ours takes down with it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as errors, (output or log).open("ab") as sink:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdout=sink,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
        )
        try:
            while child.poll() is None:
                tick()
                time.sleep(_POLL_SECONDS)
            return child.returncode
        finally:
            if child.returncode is None:
                end_group(child)


def run_attached(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> int:
    """Runs a command on this terminal; returns its exit status.

    Ctrl-C reaches it from the terminal by itself. It is waited for however often that happens: subprocess.call would
    kill it a quarter of a second later, and pulumi writes its state at the end.
    """
    child = subprocess.Popen(command, cwd=cwd, env=dict(environment))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def run_shown(command: Sequence[str], *, log: Path, cwd: Path, environment: Mapping[str, str]) -> int:
    """Runs a command with its output both shown and kept in `log`; returns its exit status.

    An interrupt is passed on once and the child is waited for, since it may have something to bring to an end
    (pulumi writes its state); a second interrupt is passed on too, and pulumi then stops at once.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as kept:
        child = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
        )
        assert child.stdout is not None
        interrupted = False
        while True:
            try:
                while chunk := os.read(child.stdout.fileno(), 65536):
                    kept.write(chunk)
                    kept.flush()
                    sys.stdout.write(chunk.decode(errors="replace"))
                    sys.stdout.flush()
                status = child.wait()
                break
            except KeyboardInterrupt:
                interrupted = True
                child.send_signal(signal.SIGINT)
        child.stdout.close()
    if interrupted:
        raise KeyboardInterrupt
    return status


def end_group(child: subprocess.Popen[bytes]) -> None:
    """Ends a child that leads its own process group: asks first, insists after five seconds."""
    for number, seconds in ((signal.SIGINT, _GRACE_SECONDS), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        try:
            child.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue


def end_orphans(folder: Path) -> None:
    """Ends programs started from `folder` whose parent is gone, such as plugins of a pulumi that was killed."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            program = (entry / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == 1 and program.startswith(f"{folder}{os.sep}"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(int(entry.name), signal.SIGTERM)


def runs(pid: int, name: str) -> bool:
    """Whether a process with this id exists and is called so: an id may have gone to another program since."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        called = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return not Path("/proc/self").exists()  # without /proc nothing more can be known: take it for alive
    return called.startswith(name[:15])

"""Host processes: started detached, known by pid and start time, stopped politely and then for good.

It decides whether a pid is still the process that was recorded: a pid alone is not enough, the system gives
it to a stranger later. It never signals a process that it was not handed.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
POLL_S = 0.05
GRACE_S = 5.0
"""An API server ends in 1.2 s if its etcd lives, and waits for ever on one that hangs."""

# The job's pid is printed by a shell that then exits, so that the job is nobody's child: it outlives us, and
# no zombie of it stays in a long-lived caller such as pytest.
DETACH = '"$@" </dev/null >>"$HEADROOM_LOG" 2>&1 & echo $!'


@dataclass(frozen=True)
class Process:
    """A process as recorded. `spec` is a digest of what it was started with, to see that it is out of
    date."""

    pid: int
    started: str
    spec: str = ""
    program: str = ""


def started(pid: int) -> str | None:
    """When this pid was started, as an opaque text; None if there is no such process or it is a zombie."""
    if PROC.joinpath("self").exists():
        try:
            stat = PROC.joinpath(str(pid), "stat").read_text()
            boot = PROC.joinpath("sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()  # the name, in parentheses, may hold blanks: man 5 proc
        # A zombie whose other threads have not ended yet still holds its ports.
        ended = fields[0] in "ZX" and int(fields[17]) <= 1
        return None if ended else f"{boot}:{fields[19]}"
    answer = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True
    ).stdout
    state, _, since = answer.strip().partition(" ")
    return since.strip() if state and state[0] != "Z" else None


def alive(process: Process | None) -> bool:
    return process is not None and started(process.pid) == process.started


def command_lines() -> Iterator[tuple[int, list[str]]]:
    """Every process of this machine with its arguments, as far as this user may see them."""
    if not PROC.joinpath("self").exists():
        answer = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True).stdout
        for line in answer.splitlines():
            pid, _, command = line.strip().partition(" ")
            yield int(pid), command.split(" ")
        return
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                arguments = folder.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
                yield int(folder.name), arguments


def spawn(argv: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path, spec: str) -> Process:
    """Start a process that outlives this one, in a session of its own, with its output in `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    shell = subprocess.run(
        ["/bin/sh", "-c", DETACH, "sh", *argv],
        env={**env, "HEADROOM_LOG": str(log)},
        cwd=cwd,
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
    )
    pid = int(shell.stdout)
    return Process(pid, started(pid) or "gone", spec, Path(argv[0]).name)


def stop(processes: Iterable[Process], *, grace_s: float = GRACE_S) -> list[Process]:
    """SIGTERM to all, wait, SIGKILL to what is left. Returns those that are still there: none, or a bug."""
    left = [process for process in processes if alive(process)]
    for number, patience in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 5.0)):
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            left = [process for process in left if alive(process)]
            if left:
                time.sleep(POLL_S)
        if not left:
            break
    return left

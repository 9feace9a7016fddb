"""A second checkout of this repository, brought up and taken down by its own commands: what the engine and cluster
layers run against, so that a platform which the user has running is never touched."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
NAMESPACE: Final = "tacos-app"
STACK_FILE: Final = "Pulumi.local.yaml"
# Karpenter's annotation of a node that it shall not give back, and its taint of one that it does.
KEPT: Final = "karpenter.sh/do-not-disrupt"
LEAVING: Final = "karpenter.sh/disrupted"


class CommandFailedError(AssertionError):
    """A command that should have succeeded did not; the message holds what it printed."""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    status: int
    output: str


@dataclass(frozen=True)
class Checkout:
    """The checkout at ``root``; every command runs in it as a user would run it."""

    root: Path

    def run(self, *command: str, timeout: float = 300, check: bool = True) -> Result:
        """Run a command in the checkout and give back what it printed, both streams."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode != 0:
            raise CommandFailedError(
                f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-6000:]}"
            )
        return Result(done.returncode, done.stdout)

    def make(self, *targets: str, timeout: float = 900, check: bool = True) -> Result:
        return self.run("make", "--no-print-directory", *targets, timeout=timeout, check=check)

    def pulumi(self, *arguments: str, timeout: float = 300, check: bool = True) -> Result:
        return self.run(
            sys.executable, "-m", "tools", "pulumi", "--", *arguments, timeout=timeout, check=check
        )

    def ops(self, *arguments: str, timeout: float = 300, check: bool = True) -> Result:
        return self.run(".venv/bin/python", "-m", "ops", *arguments, timeout=timeout, check=check)

    def kubectl(self, *arguments: str, check: bool = True) -> Result:
        state = self.root / ".headroom"
        command = [str(state / "bin" / "kubectl"), f"--kubeconfig={state / 'kubeconfig'}"]
        return self.run(*command, f"--cache-dir={state / 'kubectl'}", *arguments, timeout=120, check=check)

    def get(self, kind: str, *arguments: str) -> list[Any]:
        """Objects of a kind in the platform's namespace (or cluster-wide kinds)."""
        listed = self.kubectl("get", kind, "-n", NAMESPACE, "-o", "json", *arguments).output
        items: list[Any] = json.loads(listed)["items"]
        return items

    def ready(self, service: str) -> int:
        """Ready pods of a service."""
        return sum(is_ready(pod) for pod in self.get("pods", "-l", f"app.kubernetes.io/name={service}"))

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace one place in a file of the checkout."""
        path = self.root / file
        text = path.read_text()
        assert text.count(old) == 1, f"{file}: {old!r} stands there {text.count(old)} times"
        path.write_text(text.replace(old, new))


def environment() -> dict[str, str]:
    """The user's environment without what would point a command at the repository under test."""
    left_out = ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "KUBECONFIG")
    return {name: value for name, value in os.environ.items() if name not in left_out}


def is_ready(item: Any) -> bool:
    """Whether a pod or a node says that it is ready."""
    conditions = item.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def copy_to(root: Path) -> Checkout:
    """A copy of what git tracks or would track, with this checkout's virtual environment."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source = REPOSITORY / name
        if source.is_file():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (root / ".venv").symlink_to(REPOSITORY / ".venv")
    return Checkout(root)


def eventually(what: str, condition: Callable[[], bool], *, within: float, every: float = 2) -> float:
    """Wait until the condition holds; the seconds it took. Fails with what was waited for."""
    started = time.monotonic()
    while not condition():
        waited = time.monotonic() - started
        assert waited < within, f"after {waited:.0f} s: not yet {what}"
        time.sleep(every)
    return time.monotonic() - started


@contextmanager
def nodes_kept(platform: Checkout) -> Iterator[None]:
    """Meanwhile Karpenter gives no node back; begins when none is on its way out."""
    platform.kubectl("annotate", "nodes", "--all", f"{KEPT}=true")
    try:
        eventually("no node on its way out", lambda: not any(map(leaves, platform.get("nodes"))), within=180)
        yield
    finally:
        platform.kubectl("annotate", "nodes", "--all", f"{KEPT}-")


def leaves(node: Any) -> bool:
    """Whether Karpenter has decided to give the node back: nothing new is put there."""
    return any(taint["key"] == LEAVING for taint in node["spec"].get("taints", []))


def processes_of(root: Path) -> list[str]:
    """Processes that still run out of this checkout, by what their command line names."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(root) in command and int(entry.name) != os.getpid():
            found.append(f"{entry.name}: {command[:200]}")
    return found

"""A local cluster of the tests' own, in a state folder of its own: a user's cluster is never touched."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.live import eventually
from tools import local, places, toolchain
from tools.local.home import Home
from tools.local.record import Record, leftovers
from tools.problem import last_lines

# As quick as a pod can be, so that no test waits for it.
READY_AFTER_S = 1.0


@dataclass
class Bench:
    """One local cluster; `said` is what the last `up` told."""

    home: Home
    said: list[str] = field(default_factory=list)

    def up(self) -> local.LocalCluster:
        self.said.clear()
        return local.up(self.said.append, state_dir=self.home.root, ready_after_s=READY_AFTER_S)

    def state(self) -> local.State:
        return local.state(state_dir=self.home.root)

    def load(self, rps: float | None) -> None:
        local.load(rps, state_dir=self.home.root)

    def pids(self) -> dict[str, int]:
        return {name: one.pid for name, one in Record.read(self.home).processes.items()}

    def port(self, name: str) -> int:
        return Record.read(self.home).ports[name]

    def kubectl(self, *arguments: str, check: bool = True) -> str:
        own = [
            "--kubeconfig",
            str(self.home.kubeconfig),
            "--cache-dir",
            str(self.home.root / "kubectl-cache"),
        ]
        command = [str(toolchain.tool("kubectl")), *own, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, f"kubectl {' '.join(arguments)}:\n{done.stderr}"
        return done.stdout + done.stderr

    def get(self, kind: str, *arguments: str) -> list[Any]:
        items: list[Any] = json.loads(self.kubectl("get", kind, "-o", "json", *arguments))["items"]
        return items

    def until(self, what: str, condition: Callable[[], bool], *, within: float) -> float:
        """Wait for it; the seconds that it took. On a timeout events and logs are in the failure."""
        try:
            return eventually(what, condition, within=within, every=1)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.evidence()}") from None

    def evidence(self) -> str:
        events = self.kubectl("get", "events", "-A", "--sort-by=.lastTimestamp", check=False)
        lines = ["-- events", *events.splitlines()[-20:]]
        for log in sorted([*self.home.logs.glob("*.log"), *self.home.control_plane.glob("logs/*.log")]):
            lines += [f"-- {log.name}", *last_lines(log, 5)]
        return "\n".join(lines)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(Home(tmp_path_factory.mktemp("local")))
    try:
        made.up()
        yield made
    finally:
        local.down(print, state_dir=made.home.root)
    assert leftovers(made.home) == [], "down left something running"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Home]:
    """A state folder without a cluster; whatever a test starts there is taken down."""
    home = Home(tmp_path / "state")
    try:
        yield home
    finally:
        local.down(print, state_dir=home.root)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """For a command of its own: a home folder of its own, and the toolchain where it is."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(places.cache().parent),
        "PYTHONPATH": str(places.CHECKOUT),
        "PYTHONUNBUFFERED": "1",
    }

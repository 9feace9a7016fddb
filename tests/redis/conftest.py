"""Fixtures: a cluster of real processes, started by the rendered scripts; skipped out loud where it cannot be had."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.redis.loopback import Loopback
from tests.redis.machine import why_no_names, why_not
from tests.redis.traffic import preload

Report = Callable[[str], None]


@pytest.fixture(scope="session")
def processes() -> None:
    """Whoever starts real processes asks for this first."""
    if (reason := why_not()) is not None:
        pytest.skip(reason)


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Report:
    """Print a measured figure past the capture: these numbers are the point of the suite."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n    redis: {line}", end="", flush=True)

    return say


@pytest.fixture(scope="module")
def running(processes: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    cluster = Loopback(tmp_path_factory.mktemp("cluster"), password='a"b\\c d')
    try:
        cluster.start_all()
        preload(cluster)
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def cluster(running: Loopback, request: pytest.FixtureRequest) -> Iterator[Loopback]:
    """The module's cluster, whole before and after each test, whatever the test did to it."""
    running.wait_whole()
    yield running
    running.start(*(host for host in running.hosts + running.sentinels if host not in running.processes))


@pytest.fixture
def fresh(processes: None, tmp_path: Path) -> Iterator[Loopback]:
    """A cluster of its own without a password, not started yet."""
    cluster = Loopback(tmp_path)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def named(processes: None, tmp_path: Path) -> Iterator[Loopback]:
    """As ``fresh``, but the nodes know each other by names."""
    if (reason := why_no_names()) is not None:
        pytest.skip(reason)
    cluster = Loopback(tmp_path, password="secret", by_name=True)
    try:
        yield cluster
    finally:
        cluster.close()

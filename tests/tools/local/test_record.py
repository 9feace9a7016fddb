"""The record survives a command, and only processes of this very cluster are taken for ours."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local import process
from tools.local.home import Home
from tools.local.process import Process
from tools.local.record import Record, adopt, leftovers, stop_all


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def etcd(home: Home) -> Iterator[Process]:
    """A stand-in for a component, started through a link in the cluster's folder as kwokctl does."""
    link = home.control_plane / "bin" / "etcd"
    link.parent.mkdir(parents=True)
    link.symlink_to(shutil.which("sleep") or "/bin/sleep")
    started = spawn(home, str(link), "60")
    yield started
    process.stop([started])


def spawn(home: Home, *argv: str) -> Process:
    return process.spawn(argv, log=home.logs / "log", env=dict(os.environ), cwd=home.root, spec="")


def pid_file(home: Home, name: str, pid: int) -> Path:
    file = home.control_plane / "pids" / f"{name}.pid"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(pid))
    return file


def test_what_is_written_is_read(home: Home) -> None:
    written = Record("digest", {"etcd": 21_000}, {"etcd": Process(1, "boot:2", "spec", "etcd")})
    written.write(home)
    assert Record.read(home) == written


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"ports": {}}', '{"processes": {"etcd": {"pid": 1}}}', "null"]
)
def test_a_record_that_cannot_be_read_counts_as_none(home: Home, text: str) -> None:
    home.cluster.mkdir(parents=True)
    home.record.write_text(text)
    assert Record.read(home) == Record()


def test_a_component_is_adopted_from_its_pid_file(home: Home, etcd: Process) -> None:
    pid_file(home, "etcd", etcd.pid)
    record = Record()
    adopt(home, record)
    assert record.alive("etcd")


def test_a_pid_that_a_stranger_has_by_now_is_forgotten(home: Home) -> None:
    stranger = spawn(home, sys.executable, "-c", "import time; time.sleep(60)")
    file = pid_file(home, "etcd", stranger.pid)
    record = Record(processes={"etcd": Process(stranger.pid, "an earlier boot:1")})
    try:
        adopt(home, record)
        assert not file.exists(), "kwokctl would take the stranger for etcd, and kill it"
        assert "etcd" not in record.processes
        assert stop_all(leftovers(home)) == []
        assert process.alive(stranger)
    finally:
        process.stop([stranger])


def test_an_unrecorded_process_of_the_cluster_is_found(home: Home, etcd: Process) -> None:
    assert [one.pid for one in leftovers(home)] == [etcd.pid]


def test_the_metrics_source_is_known_by_what_it_was_handed(home: Home) -> None:
    source = spawn(home, sys.executable, "-c", "import time; time.sleep(60)", "--pki", str(home.pki))
    try:
        assert [one.pid for one in leftovers(home)] == [source.pid]
    finally:
        process.stop([source])


def test_a_reader_of_the_clusters_files_is_not_taken_for_it(home: Home, etcd: Process) -> None:
    reader = spawn(
        home, sys.executable, "-c", "import time; time.sleep(60)", str(home.control_plane / "bin" / "etcd")
    )
    try:
        assert reader.pid not in [one.pid for one in leftovers(home)]
    finally:
        process.stop([reader])


def test_another_checkouts_process_is_not_ours(tmp_path: Path, home: Home, etcd: Process) -> None:
    other = Home(tmp_path.with_name(f"{tmp_path.name}-2"))
    assert leftovers(other) == []


def test_two_checkouts_have_two_names(tmp_path: Path) -> None:
    assert Home(tmp_path / "a").name != Home(tmp_path / "b").name

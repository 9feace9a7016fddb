"""When .venv counts as what the lock says, and where redis-server comes from."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.tools.fakes import World, executable
from tools import children, places, redis_server, venv
from tools.problem import Problem


class Runs:
    """Stands for the children: notes them, makes what `python -m venv` makes, fails or is cut off when told to."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.fails: str | None = None
        self.interrupted_by: str | None = None

    def __call__(self, command: Sequence[object], *, log: Path, **_: Any) -> int:
        text = " ".join(str(part) for part in command)
        self.commands.append(text)
        if self.interrupted_by and self.interrupted_by in text:
            raise KeyboardInterrupt
        if self.fails and self.fails in text:
            log.write_text("ERROR: no such wheel\n")
            return 1
        if "-m venv" in text:
            executable(places.venv_python(), "#!/bin/sh\n")
        return 0


@pytest.fixture
def runs(world: World, monkeypatch: pytest.MonkeyPatch) -> Runs:
    made = Runs()
    monkeypatch.setattr(children, "run_logged", made)
    places.LOCK_FILE.write_text("one==1 --hash=sha256:0\n")
    return made


def test_a_venv_is_made_from_the_lock_with_hashes(runs: Runs) -> None:
    venv.ensure()
    assert venv.ready()
    assert "--require-hashes" in runs.commands[-1]
    assert str(places.LOCK_FILE) in runs.commands[-1]


def test_a_second_call_starts_nothing(runs: Runs) -> None:
    venv.ensure()
    count = len(runs.commands)
    venv.ensure()
    assert len(runs.commands) == count


def test_a_changed_lock_installs_again(runs: Runs) -> None:
    venv.ensure()
    places.LOCK_FILE.write_text("one==2 --hash=sha256:0\n")
    assert not venv.ready()
    venv.ensure()
    assert venv.ready()


def test_an_interrupt_leaves_no_venv_that_looks_finished(runs: Runs) -> None:
    runs.interrupted_by = "pip"
    with pytest.raises(KeyboardInterrupt):
        venv.ensure()
    assert not venv.ready()
    runs.interrupted_by = None
    venv.ensure()
    assert venv.ready()


def test_an_interrupted_update_does_not_pass_for_the_old_venv(runs: Runs) -> None:
    venv.ensure()
    lock = places.LOCK_FILE.read_text()
    places.LOCK_FILE.write_text("one==2 --hash=sha256:0\n")
    runs.interrupted_by = "pip"
    with pytest.raises(KeyboardInterrupt):
        venv.ensure()
    places.LOCK_FILE.write_text(lock)
    assert not venv.ready(), "half of the new lock may be installed"


def test_a_failed_install_shows_pips_words_and_the_log(runs: Runs) -> None:
    runs.fails = "pip"
    with pytest.raises(Problem) as raised:
        venv.ensure()
    assert "installing requirements.lock failed (exit status 1)" in str(raised.value)
    assert "ERROR: no such wheel" in str(raised.value)
    assert not venv.ready()


def test_a_python_without_venv_is_told_the_package(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.fails = "-m venv"
    monkeypatch.setattr("shutil.which", lambda name, **_: f"/usr/bin/{name}")
    with pytest.raises(Problem, match="python3-venv"):
        venv.ensure()


def test_a_missing_lock_is_named(runs: Runs) -> None:
    places.LOCK_FILE.unlink()
    with pytest.raises(Problem, match=r"git checkout -- requirements\.lock"):
        venv.ensure()


@pytest.fixture
def no_redis(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("PATH", str(world.bin))
    return world


def test_redis_on_path_is_taken(no_redis: World) -> None:
    server = no_redis.on_path("redis-server", "7")
    no_redis.on_path("redis-cli", "7")
    assert redis_server.redis_server() == server


def test_without_apt_a_missing_redis_says_what_to_do(no_redis: World) -> None:
    with pytest.raises(Problem) as raised:
        redis_server.redis_server()
    assert "no apt-get" in str(raised.value)
    assert "install redis" in str(raised.value)


def test_root_installs_debians_package_after_an_update(
    no_redis: World, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_redis.on_path("apt-get", "")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(Problem, match="not on PATH"):
        redis_server.redis_server()
    assert [command.split()[1] for command in runs.commands] == ["update", "install"]


def test_another_user_unpacks_it_into_the_cache_and_installs_nothing(
    no_redis: World, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_redis.on_path("apt-get", "")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, stdout="", stderr="")
    )
    assert redis_server.redis_server().is_relative_to(places.cache())
    assert not any("install" in command for command in runs.commands)


def test_an_unpacked_redis_that_does_not_start_is_not_kept(
    no_redis: World, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_redis.on_path("apt-get", "")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    broken = subprocess.CompletedProcess([], 127, stdout="", stderr="libjemalloc.so.2: cannot open")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: broken)
    with pytest.raises(Problem, match="libjemalloc"):
        redis_server.redis_server()
    assert not (places.cache() / "redis").exists()

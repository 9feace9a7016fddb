"""`up` mends whatever has broken, says what it does, and touches nobody else's processes; `down` leaves
nothing."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.cluster.conftest import Bench
from tools import local, locks
from tools.local import process
from tools.local.home import Home
from tools.local.record import COMPONENTS, leftovers
from tools.problem import Problem

PROCESSES = (*COMPONENTS, "metrics", "karpenter", "keda-operator", "keda-adapter")


@pytest.mark.parametrize("name", PROCESSES)
def test_up_starts_again_what_has_died(bench: Bench, name: str) -> None:
    cluster, others = bench.up(), bench.pids()
    os.kill(others.pop(name), signal.SIGKILL)
    bench.until(f"{name} is seen to be dead", lambda: not bench.state().up, within=10)
    assert bench.up().uid == cluster.uid, "nothing in the cluster was lost"
    assert bench.state().up
    assert others.items() <= bench.pids().items(), "only the dead process was started again"
    assert name in "\n".join(bench.said).lower()


def test_up_restarts_what_hangs(bench: Bench) -> None:
    cluster = bench.up()
    os.kill(bench.pids()["kube-controller-manager"], signal.SIGSTOP)
    assert bench.up().uid == cluster.uid
    assert "the control plane runs but does not answer; restarting it" in bench.said


def test_a_port_that_a_stranger_took_is_said_and_left_to_him(bench: Bench) -> None:
    cluster, port, pids = bench.up(), bench.port("etcd"), bench.pids()
    assert process.stop([found for found in leftovers(bench.home) if found.pid == pids["etcd"]]) == []
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        assert bench.up().uid == cluster.uid, "the data went over to the new port"
        assert f"port {port} of etcd is used by another program; choosing another" in bench.said
        assert bench.port("etcd") != port


def test_a_stranger_with_a_recorded_pid_lives_on(bench: Bench) -> None:
    os.kill(bench.pids()["etcd"], signal.SIGKILL)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    try:
        (bench.home.control_plane / "pids" / "etcd.pid").write_text(str(stranger.pid))
        bench.up()
        assert bench.state().up
        assert stranger.poll() is None, "kwokctl took the stranger for etcd and killed it"
    finally:
        stranger.kill()
        stranger.wait()


def test_data_that_are_beyond_repair_are_given_up_aloud(bench: Bench) -> None:
    cluster = bench.up()
    killed = ("etcd", "kube-apiserver")
    for name in killed:
        os.kill(bench.pids()[name], signal.SIGKILL)
    bench.until(
        "both are dead",
        lambda: not any(part.alive for part in bench.state().parts if part.name in killed),
        within=10,
    )
    for file in (bench.home.control_plane / "etcd").resolve().rglob("*.wal"):
        file.write_bytes(os.urandom(5000))
    assert bench.up().uid != cluster.uid
    assert "building a new one: everything that was in the cluster is lost, deploy it again" in bench.said
    assert bench.state().up


def test_the_second_of_two_commands_waits_and_says_so(bench: Bench) -> None:
    second = threading.Thread(target=bench.up)
    with locks.held(bench.home.lock, print):
        second.start()
        told = f"another command (pid {os.getpid()}) is at work on this cluster: waiting for it to end"
        bench.until("the second to say that it waits", lambda: told in bench.said, within=10)
        assert second.is_alive()
    second.join(timeout=60)
    assert not second.is_alive()


def test_an_interrupt_is_finished_by_the_next_up_and_down_leaves_nothing(
    elsewhere: Home, environment: dict[str, str]
) -> None:
    child = command("up", elsewhere, environment)
    assert child.stdout is not None
    assert "starting etcd" in child.stdout.readline()
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert child.returncode != 0

    local.up(print, state_dir=elsewhere.root)
    running = leftovers(elsewhere)
    assert len(running) == len(PROCESSES)
    assert list(Path(environment["HOME"]).glob(".ku*")) == [], "the user's ~/.kube was used"
    assert list(Path(environment["HOME"]).glob(".kw*")) == [], "the user's ~/.kwok was used"

    assert local.down(print, state_dir=elsewhere.root)
    assert not any(process.alive(one) for one in running)
    assert not elsewhere.cluster.exists()
    assert not elsewhere.kubeconfig.exists()
    assert not local.down(print, state_dir=elsewhere.root), "there was nothing left to take down"


def test_without_a_cluster_there_is_one_clear_message(elsewhere: Home) -> None:
    with pytest.raises(Problem, match=r"the local cluster does not run\n  to do: run `make up`"):
        local.load(1000, state_dir=elsewhere.root)
    assert not local.state(state_dir=elsewhere.root).exists


def test_down_works_on_a_cluster_that_is_dead_already(bench: Bench) -> None:
    bench.up()
    for one in leftovers(bench.home):
        os.kill(one.pid, signal.SIGKILL)
    assert local.down(print, state_dir=bench.home.root)
    assert leftovers(bench.home) == []
    assert not bench.state().exists


def command(what: str, home: Home, environment: dict[str, str]) -> "subprocess.Popen[str]":
    code = f"import pathlib; from tools import local; local.{what}(print, state_dir=pathlib.Path({str(home.root)!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell without job control, such as make's, starts its children with SIGINT ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )

"""Ports are free, distinct, the same each time, and never somebody else's."""

import socket
import sys
from collections.abc import Iterator

import pytest

from tools.local import ports

NAMES = (*ports.CONTROL_PLANE, *ports.KARPENTER, *ports.METRICS)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    (port,) = ports.choose(["one"], cluster="a test's listener").values()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        yield taken


def test_a_port_with_a_listener_is_not_free(listener: socket.socket) -> None:
    assert not ports.is_free(listener.getsockname()[1])


def test_a_port_whose_listener_has_gone_is_free_again(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    assert ports.is_free(port)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 on loopback")
def test_a_port_that_is_taken_on_another_address_is_not_free() -> None:
    (port,) = ports.choose(["one"], cluster="another address").values()
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", port))
        taken.listen()
        assert not ports.is_free(port), "Karpenter listens on all addresses"


def test_every_name_has_a_port_of_its_own_in_the_range() -> None:
    chosen = ports.choose(NAMES, cluster="c")
    assert set(chosen) == set(NAMES)
    assert len(set(chosen.values())) == len(NAMES)
    assert all(ports.FIRST <= port <= ports.LAST for port in chosen.values())


def test_the_same_cluster_gets_the_same_ports_and_another_one_others() -> None:
    first = ports.choose(NAMES, cluster="one checkout")
    assert ports.choose(NAMES, cluster="one checkout") == first
    assert ports.choose(NAMES, cluster="another checkout") != first


def test_a_taken_port_is_stepped_over(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    assert ports.choose(["one"], cluster="a test's listener")["one"] > port


def test_a_recorded_port_is_stepped_over() -> None:
    first = ports.choose(["one"], cluster="c")
    assert ports.choose(["two"], cluster="c", taken=first.values()) != {"two": first["one"]}

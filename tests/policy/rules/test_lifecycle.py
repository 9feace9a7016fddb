"""Probes, start and shutdown; 10 s of preStop and 5 s of the longest request throughout."""

from typing import Any

import pytest

from components.policy.facts import ABSENT, Container, Pool, Probe, Service, Traffic, Workload
from components.policy.quantities import Milliseconds

from .cases import Case, case, check_both_sides, container, fleet, found, workload

SERVICE = Service(object="Service shop")
PROBE = Probe(target="/healthz")


def s(seconds: float) -> Milliseconds:
    return Milliseconds(int(seconds * 1000))


def serving(**facts: Any) -> Workload:
    return workload(service=SERVICE, containers=(Container(**facts),))


def starting(seconds: float, **probes: Any) -> Workload:
    return workload(containers=(Container(**probes),), traffic=Traffic(start_time=s(seconds)))


def leaving(grace: float, **facts: Any) -> Workload:
    times = Traffic(longest_request=s(5), **facts)
    return workload(containers=(Container(pre_stop=s(10)),), grace=s(grace), traffic=times)


def asked_for_both(failures: int) -> Workload:
    readiness = Probe(target="/healthz", period=s(3), failure_threshold=2)
    return container(
        readiness=readiness, liveness=Probe(target="/healthz", period=s(3), failure_threshold=failures)
    )


def on_node(seconds: float) -> object:
    return fleet(Pool(object="NodePool a", name="a", termination_grace=s(seconds)), workload(grace=s(30)))


CASES = [
    case("HR301", "readinessProbe", broken=serving(readiness=ABSENT), right=serving(readiness=PROBE)),
    case(
        "HR302",
        "no startupProbe",
        broken=container(liveness=PROBE, startup=ABSENT),
        right=container(liveness=PROBE, startup=PROBE),
    ),
    case(
        "HR303",
        "timeout 3s",
        broken=container(readiness=Probe(period=s(3), timeout=s(3))),
        right=container(readiness=Probe(period=s(3), timeout=s(2))),
    ),
    case(
        "HR304",
        "asks redis",
        broken=container(readiness=Probe(asks=("redis",))),
        right=container(readiness=Probe(asks=())),
    ),
    case(
        "HR305",
        "asks redis",
        broken=container(liveness=Probe(asks=("redis",))),
        right=container(liveness=Probe(asks=())),
    ),
    # Readiness takes out after 2 x 3 s; liveness must take longer than that.
    case("HR306", "kills after 6s", broken=asked_for_both(2), right=asked_for_both(3)),
    # 30 x 2 s = 60 s.
    case(
        "HR307",
        "killed after 1m",
        broken=starting(61, startup=Probe(period=s(2), failure_threshold=30)),
        right=starting(60, startup=Probe(period=s(2), failure_threshold=30)),
    ),
    case("HR311", "15s = preStop 10s + longest request 5s", broken=leaving(15), right=leaving(16)),
    case("HR312", "no container", broken=serving(pre_stop=ABSENT), right=serving(pre_stop=s(10))),
    case("HR313", "waits 30s", broken=on_node(30), right=on_node(31)),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_the_load_balancer_must_let_go_within_the_grace_period_too() -> None:
    assert found("HR311", fleet(leaving(20, deregistration=s(5)))) != []
    assert found("HR311", fleet(leaving(21, deregistration=s(5)))) == []


def test_without_a_startup_probe_liveness_itself_must_wait_for_the_start() -> None:
    # 30 + 3 x 10 = 60 s, the guide's profile.
    guide = Probe(initial_delay=s(30), period=s(10), failure_threshold=3)
    assert found("HR307", fleet(starting(61, liveness=guide, startup=ABSENT))) != []
    assert found("HR307", fleet(starting(60, liveness=guide, startup=ABSENT))) == []


def test_an_unknown_pre_stop_is_not_taken_for_none() -> None:
    assert found("HR312", fleet(serving(pre_stop=None))) == []
    assert found("HR311", fleet(workload(containers=(Container(pre_stop=None),), grace=s(0)))) == []

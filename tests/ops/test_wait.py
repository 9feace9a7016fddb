"""Waiting ends when all is well or when the time is over, tells what changes, and asks no more often than it should."""

from collections.abc import Iterator

from ops.status.snapshot import Autoscaler, Metric, Node, Redis, Service, Snapshot
from ops.status.wait import POLL_S, wait_until_well


def snapshot(ready: int) -> Snapshot:
    scaler = Autoscaler(9, 45, (Metric("rps", "1", "2"),))
    service = Service("gateway-api", ready, 9, autoscaler=scaler, disruptions_allowed=1)
    return Snapshot("ns", (service,), (Redis("redis", 4, 4),), nodes=(Node("n", True),))


class Watched:
    """A cluster that comes up along ``readies``, and a clock that only sleeping moves."""

    def __init__(self, *readies: int) -> None:
        self.readies: Iterator[int] = iter(readies)
        self.last = 0
        self.now = 100.0
        self.slept: list[float] = []
        self.told: list[str] = []

    def look(self) -> Snapshot:
        self.last = next(self.readies, self.last)
        return snapshot(self.last)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def wait(self, timeout_s: float) -> Snapshot:
        return wait_until_well(
            self.look, self.told.append, timeout_s=timeout_s, clock=lambda: self.now, sleep=self.sleep
        )


def test_what_is_well_is_not_waited_for() -> None:
    watched = Watched(9)
    assert watched.wait(600).services[0].ready == 9
    assert watched.slept == []


def test_a_line_is_told_for_each_change_and_none_while_nothing_changes() -> None:
    watched = Watched(0, 0, 0, 5, 5, 9)
    watched.wait(600)
    assert watched.told == [
        "   0.0 s  gateway-api 0/9, redis 4/4, 1 of 1 nodes Ready; 1 not well",
        "   6.0 s  gateway-api 5/9, redis 4/4, 1 of 1 nodes Ready; 1 not well",
        "  10.0 s  gateway-api 9/9, redis 4/4, 1 of 1 nodes Ready; all well",
    ]
    assert set(watched.slept) == {POLL_S}


def test_the_time_is_never_exceeded() -> None:
    watched = Watched(0)
    assert watched.wait(7).services[0].ready == 0
    assert watched.now == 106.0


def test_no_time_means_one_look() -> None:
    watched = Watched(0)
    watched.wait(0)
    assert watched.slept == []

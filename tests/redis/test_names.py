"""Pods come back under their name with another address: the sentinels and the nodes must follow the name."""

from tests.redis.conftest import Report
from tests.redis.loopback import Loopback
from tests.redis.machine import wait_for
from tests.redis.traffic import PRELOADED, preload, preloaded


def test_a_master_that_comes_back_with_another_address_is_a_replica_and_nothing_is_lost(
    named: Loopback, report: Report
) -> None:
    named.start_all()
    preload(named)
    old = named.master
    named.kill(old)
    named.move(old)
    named.start(old)
    took = named.wait_whole()
    report(f"by names, master back with another address: whole after {took:.1f} s")
    assert named.master != old
    assert {host: preloaded(named, host) for host in named.hosts} == dict.fromkeys(named.hosts, PRELOADED)


def test_a_sentinel_and_a_replica_that_come_back_with_other_addresses_are_still_the_same(
    named: Loopback,
) -> None:
    named.start_all()
    sentinel, replica = named.sentinels[-1], named.hosts[-1]
    named.kill(sentinel, replica)
    named.forget(sentinel, replica)
    named.move(sentinel)
    named.move(replica)
    named.start(sentinel, replica)
    named.wait_whole()

    def counted_once() -> bool:
        views = [named.view(host) for host in named.sentinels]
        return all(view["num-other-sentinels"] == 2 and view["num-slaves"] == 3 for view in views)

    wait_for("every sentinel counts two others and three replicas", counted_once, 20)

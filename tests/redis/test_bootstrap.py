"""How a cluster begins: exactly one master, at the first start and after everything was lost at once."""

import pytest
import redis

from tests.redis.conftest import Report
from tests.redis.loopback import Loopback
from tests.redis.machine import wait_for


def test_the_first_start_elects_one_master_with_all_replicas_and_probes_agree(
    fresh: Loopback, report: Report
) -> None:
    took = fresh.start_all()
    master = fresh.master
    report(f"first start: one master with {fresh.spec.replicas} replicas after {took:.1f} s")
    assert master == fresh.hosts[0]
    assert fresh.info(master)["connected_slaves"] == fresh.spec.replicas
    for host in fresh.hosts + fresh.sentinels:
        assert all(fresh.probe(host, what) for what in ("started", "ready", "alive"))


def test_all_nodes_killed_at_once_come_back_as_one_empty_cluster(fresh: Loopback, report: Report) -> None:
    fresh.start_all()
    with fresh.client(fresh.master) as client:
        client.set("a", 1)
    fresh.kill(*fresh.hosts)
    fresh.start(*fresh.hosts)
    took = fresh.wait_whole()
    report(f"all nodes killed and started at once: one master after {took:.1f} s, empty")
    assert len(fresh.masters()) == 1
    with fresh.client(fresh.master) as client:
        assert client.set("b", 1)
        assert client.dbsize() == 1


def test_no_node_starts_without_the_word_of_a_majority_of_sentinels(fresh: Loopback) -> None:
    fresh.start(*fresh.hosts, fresh.sentinels[0])
    with pytest.raises(AssertionError):
        wait_for("a Redis node that listens", lambda: any(fresh.info(host) for host in fresh.hosts), 4)
    fresh.start(*fresh.sentinels[1:])
    fresh.wait_whole()


def test_a_node_that_was_never_in_step_cannot_be_promoted_and_answers_no_reads(fresh: Loopback) -> None:
    """The seed is not there yet, so its replica waits, empty: what a sentinel that knows it from before would meet."""
    replica = fresh.hosts[1]
    fresh.start(replica, *fresh.sentinels)
    wait_for("the replica listens", lambda: bool(fresh.info(replica)), 60)
    assert fresh.info(replica)["slave_priority"] == 0
    with fresh.client(replica) as client:
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.replicaof("NO", "ONE")
        with pytest.raises(redis.exceptions.MasterDownError):
            client.get("a")
    assert not fresh.probe(replica, "started")
    assert not fresh.probe(replica, "ready")
    assert fresh.probe(replica, "alive"), "a node that waits for its first copy must not be killed"

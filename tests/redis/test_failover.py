"""What the cluster keeps and how long it takes no writes when a node goes, is killed, or comes back at once."""

import time
from contextlib import ExitStack

import pytest

from tests.redis.conftest import Report
from tests.redis.loopback import Loopback
from tests.redis.traffic import PRELOADED, Writer, preloaded

# redis-py takes the master from SENTINEL MASTERS, which the leading sentinel changes only when the failover ends:
# a promotion (2 s), then each further replica in turn (parallel-syncs 1), seen by INFO one or two seconds apart.
FAILOVER_S = 2 + 2 * 2 + 1
# Back after 1 s: the failover is started at once. Back after 10 s: the sentinels notice after 5 s (down-after) first.
GAP_LIMIT_S = {1: 1 + FAILOVER_S, 10: 5 + 1 + FAILOVER_S}
PLANNED_GAP_LIMIT_S = 1 + FAILOVER_S
# Asynchronous replication: what the dead master had acknowledged and not yet sent. One writer has one write in flight.
LOST_WITHOUT_WAIT = 5


def assert_nothing_lost(cluster: Loopback) -> None:
    assert {host: preloaded(cluster, host) for host in cluster.hosts} == dict.fromkeys(
        cluster.hosts, PRELOADED
    )


@pytest.mark.parametrize("seconds", [1, 10])
def test_a_killed_master_that_is_back_after_some_seconds_loses_nothing(
    cluster: Loopback, report: Report, seconds: int
) -> None:
    old = cluster.master
    with ExitStack() as stack:
        plain = stack.enter_context(Writer(cluster, f"plain{seconds}", wait=False))
        waiting = stack.enter_context(Writer(cluster, f"wait{seconds}", wait=True))
        cluster.kill(old)
        time.sleep(seconds)
        cluster.start(old)
        cluster.wait_whole()
        plain.wait_resumed()
        waiting.wait_resumed()
    report(
        f"master killed, back after {seconds} s: lost {plain.lost()} of {len(plain.acknowledged)} acknowledged writes,"
        f" {waiting.lost()} of {len(waiting.acknowledged)} with WAIT 1; {plain.longest_gap:.1f} s without a write"
        f" ({waiting.longest_gap:.1f} s with WAIT)"
    )
    assert cluster.master != old
    assert waiting.lost() == 0
    assert plain.lost() <= LOST_WITHOUT_WAIT
    assert max(plain.longest_gap, waiting.longest_gap) <= GAP_LIMIT_S[seconds]
    assert_nothing_lost(cluster)


def test_a_master_that_is_stopped_hands_over_first_and_loses_nothing(
    cluster: Loopback, report: Report
) -> None:
    old = cluster.master
    with Writer(cluster, "planned", wait=False) as writer:
        took = cluster.pre_stop(old)
        assert cluster.info(old)["role"] == "slave", "SIGTERM would come to a master"
        cluster.terminate(old)
        time.sleep(1)
        cluster.start(old)
        cluster.wait_whole()
        writer.wait_resumed()
    report(
        f"master stopped (preStop {took:.1f} s): lost {writer.lost()} of {len(writer.acknowledged)} acknowledged writes"
        f" without WAIT, {writer.longest_gap:.1f} s without a write"
    )
    assert cluster.master != old
    assert writer.lost() == 0
    assert writer.longest_gap <= PLANNED_GAP_LIMIT_S
    assert_nothing_lost(cluster)


def test_a_rolling_restart_highest_ordinal_first_loses_nothing(cluster: Loopback, report: Report) -> None:
    with Writer(cluster, "rolling", wait=False) as writer:
        begun = time.monotonic()
        for host in reversed(cluster.hosts):
            cluster.stop(host)
            cluster.start(host)
            cluster.wait_whole()
            writer.wait_resumed()
        took = time.monotonic() - begun
    report(
        f"rolling restart of {len(cluster.hosts)} nodes in {took:.0f} s: lost {writer.lost()} of"
        f" {len(writer.acknowledged)} acknowledged writes, longest {writer.longest_gap:.1f} s without a write"
    )
    assert writer.lost() == 0
    assert writer.longest_gap <= PLANNED_GAP_LIMIT_S
    assert_nothing_lost(cluster)


def test_a_killed_replica_costs_no_write_and_comes_back_full(cluster: Loopback, report: Report) -> None:
    replica = next(host for host in cluster.hosts if host != cluster.master)
    with Writer(cluster, "replica", wait=False) as writer:
        cluster.kill(replica)
        time.sleep(1)
        cluster.start(replica)
        took = cluster.wait_whole()
        writer.wait_resumed()
    report(
        f"replica killed: in step {took:.1f} s after its start, {writer.longest_gap:.2f} s without a write"
    )
    assert writer.lost() == 0
    assert writer.longest_gap < 1
    assert_nothing_lost(cluster)


def test_the_master_and_a_replica_that_are_back_at_once_lose_nothing(
    cluster: Loopback, report: Report
) -> None:
    """The restarted replica is empty; a sentinel may not have noticed yet. It must not be the one that is promoted."""
    old = cluster.master
    replica = next(host for host in cluster.hosts if host != old)
    cluster.kill(old, replica)
    cluster.start(old, replica)
    took = cluster.wait_whole()
    report(f"master and a replica killed and started at once: whole after {took:.1f} s")
    assert cluster.master not in (old, replica)
    assert_nothing_lost(cluster)


def test_a_master_that_hangs_and_wakes_up_again_has_acknowledged_nothing_that_is_lost(
    cluster: Loopback, report: Report
) -> None:
    """Split brain: the old master does not know yet. Its replicas have left, so it may not acknowledge any more."""
    old = cluster.master
    with Writer(cluster, "hang", wait=False) as writer:
        cluster.suspend(old)
        time.sleep(9)
        cluster.resume(old)
        cluster.wait_whole()
        writer.wait_resumed()
    report(
        f"master hung for 9 s: lost {writer.lost()} of {len(writer.acknowledged)} acknowledged writes,"
        f" {writer.longest_gap:.1f} s without a write"
    )
    assert cluster.master != old
    assert writer.lost() <= LOST_WITHOUT_WAIT
    assert writer.longest_gap <= GAP_LIMIT_S[10]
    assert_nothing_lost(cluster)


def test_a_sentinel_that_restarts_is_the_same_sentinel(cluster: Loopback) -> None:
    sentinel = cluster.sentinels[0]

    def others_known() -> list[int]:
        return [cluster.view(host)["num-other-sentinels"] for host in cluster.sentinels]

    with cluster.client(sentinel) as client:
        before = client.execute_command("SENTINEL", "MYID")
    cluster.kill(sentinel)
    cluster.forget(sentinel)
    cluster.start(sentinel)
    cluster.wait_whole()
    with cluster.client(sentinel) as client:
        assert client.execute_command("SENTINEL", "MYID") == before
    assert others_known() == [len(cluster.sentinels) - 1] * len(cluster.sentinels)
    assert cluster.probe(sentinel, "ready")


def test_all_sentinels_lost_at_once_learn_the_master_from_the_nodes(cluster: Loopback) -> None:
    cluster.leave_seed()
    with Writer(cluster, "blind", wait=False) as writer:
        master = cluster.master
        cluster.kill(*cluster.sentinels)
        cluster.forget(*cluster.sentinels)
        cluster.start(*cluster.sentinels)
        cluster.wait_whole()
        writer.wait_resumed()
    assert cluster.master == master
    assert writer.lost() == 0
    assert_nothing_lost(cluster)


def test_sentinels_and_the_master_lost_at_once_elect_a_replica_that_holds_the_data(
    cluster: Loopback, report: Report
) -> None:
    cluster.leave_seed()
    old = cluster.master
    cluster.kill(old, *cluster.sentinels)
    cluster.forget(*cluster.sentinels)
    cluster.start(old, *cluster.sentinels)
    took = cluster.wait_whole()
    report(f"master and all sentinels killed and started at once: whole after {took:.1f} s")
    assert cluster.master != old
    assert_nothing_lost(cluster)

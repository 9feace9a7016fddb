"""Redis: restarts, failover, memory, eviction and clients."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.facts import ABSENT, Client, Fleet, Redis, Rollout, Workload
from components.policy.facts.from_plan import plan_facts
from components.policy.plan import build_plan
from components.policy.quantities import Bytes
from tests.policy.guide_platform import guide

from .cases import Case, case, check_both_sides, fleet, found, workload

MEBI = 1024**2


def redis(**facts: Any) -> Redis:
    return Redis(object="ConfigMap redis", name="redis", **facts)


def memory(maxmemory: int, limit: int = 1024) -> Redis:
    return redis(maxmemory=Bytes(maxmemory * MEBI), memory_limit=Bytes(limit * MEBI))


def storing(*things: str, eviction: str) -> Redis:
    return redis(stores=frozenset(things), eviction=eviction)


def clients(maxclients: int) -> Fleet:
    """50 pods and a quarter on top during a rollout, 13, with pools of 50: 3,150 connections."""
    gateway = workload(peak=50, client=Client(redis_pool=50), rollout=Rollout(surge=Fraction(1, 4)))
    return fleet(redis(maxclients=maxclients, reserved_clients=25), gateway)


EMPTY = {"nodes": 4, "persistent": False}

CASES = [
    case(
        "HR701",
        "3 replicas",
        broken=redis(**EMPTY, restart_guard=False),
        right=redis(**EMPTY, restart_guard=True),
    ),
    case(
        "HR702",
        "one node",
        broken=redis(nodes=1, persistent=False, stores=frozenset({"cache", "locks"})),
        right=redis(nodes=1, persistent=False, stores=frozenset({"cache"})),
    ),
    case(
        "HR703",
        "3 replicas",
        broken=redis(nodes=4, failover=ABSENT),
        right=redis(nodes=4, failover="managed"),
    ),
    case("HR704", "2 sentinels", broken=redis(sentinels=2, quorum=2), right=redis(sentinels=3, quorum=2)),
    case(
        "HR705",
        "before resolve-hostnames",
        broken=redis(resolves_before_monitor=False),
        right=redis(resolves_before_monitor=True),
    ),
    case("HR711", "maxmemory 1Gi is not below", broken=memory(1024), right=memory(1023)),
    # 1,024 Mi x 7/8 / (1.1 x 1.5) = 543.03 Mi.
    case("HR712", "room is left up to 543Mi", broken=memory(544), right=memory(543)),
    case("HR713", "no maxmemory", broken=redis(maxmemory=ABSENT), right=redis(maxmemory=Bytes(MEBI))),
    case(
        "HR714",
        "locks and queues",
        broken=storing("cache", "locks", "queues", eviction="allkeys-lru"),
        right=storing("cache", "locks", "queues", eviction="noeviction"),
    ),
    case(
        "HR715",
        "noeviction",
        broken=storing("cache", eviction="noeviction"),
        right=storing("cache", eviction="allkeys-lfu"),
    ),
    case("HR721", "= 3150 connections; maxclients leaves 3149", broken=clients(3174), right=clients(3175)),
    case(
        "HR722",
        "is 0",
        broken=redis(failover="sentinel", nodes=4, min_replicas_to_write=0),
        right=redis(failover="sentinel", nodes=4, min_replicas_to_write=1),
    ),
    case(
        "HR724",
        "70001 operations/s on the busiest node",
        broken=redis(busiest_operations=Fraction(70_001), node_answers=70_000),
        right=redis(busiest_operations=Fraction(70_000), node_answers=70_000),
    ),
    case(
        "HR725",
        "one host sends 1Gi/s",
        broken=redis(busiest_sends=Bytes(2**30 + 1), node_sends=Bytes(2**30)),
        right=redis(busiest_sends=Bytes(2**30), node_sends=Bytes(2**30)),
    ),
    case(
        "HR723",
        "32 files of its own; 65536 are allowed",
        broken=redis(maxclients=65_505, open_files=65_536),
        right=redis(maxclients=65_504, open_files=65_536),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


@pytest.mark.parametrize(
    ("count", "quorum", "sound"), [(3, 1, False), (3, 3, False), (4, 3, False), (5, 3, True)]
)
def test_sentinels_are_odd_and_decide_by_majority(count: int, quorum: int, sound: bool) -> None:
    assert (found("HR704", fleet(redis(sentinels=count, quorum=quorum))) == []) is sound


def test_locks_have_an_expiry_so_volatile_policies_evict_them_and_queues_stay() -> None:
    assert found("HR714", fleet(storing("locks", eviction="volatile-lru"))) != []
    assert found("HR714", fleet(storing("cache", "queues", eviction="volatile-lru"))) == []


def test_of_two_redis_only_the_named_one_gets_the_pool() -> None:
    def pods(name: str | None) -> Workload:
        return workload(peak=2, client=Client(redis_pool=50, redis=name))

    locks, cache = redis(maxclients=99), Redis(object="ConfigMap cache", name="cache", maxclients=99)
    assert found("HR721", fleet(locks, cache, pods(None))) == []
    assert len(found("HR721", fleet(locks, cache, pods("cache")))) == 1


def test_a_target_that_one_master_cannot_answer_is_found_in_the_plan() -> None:
    """60,000 rps at the gateway and as many at the backends: 120,000 operations/s; a node answers 70,000."""
    platform = guide(target={"peak_rps": 60_000, "baseline_rps": 6_000}, redis={"maxclients": 20_000})
    assert [line for line in found("HR724", plan_facts(build_plan(platform), platform)) if "120000" in line]

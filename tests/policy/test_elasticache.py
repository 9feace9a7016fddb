"""Redis as ElastiCache in numbers, by hand; the windows in which AWS may touch it; what a plan makes of it."""

import pytest

from components.policy.elasticache import ElastiCacheSpec, plan_elasticache
from components.policy.errors import ConfigurationError
from components.policy.events_time import Instant
from components.policy.facts.from_plan import plan_facts
from components.policy.plan import Plan
from components.policy.quantities import Bytes
from components.policy.redis import RedisUse
from components.policy.review import review
from components.policy.windows import (
    check_snapshot_window,
    check_weekly_window,
    check_windows_apart,
    falls_into,
)
from tests.policy.guide_platform import guide, plan_of

WINDOW = "sun:18:00-sun:19:00"
LARGE = {"kind": "elasticache", "node_type": "cache.r7g.large", "maintenance_window": WINDOW}


def test_a_quarter_is_reserved_and_the_rest_is_for_data() -> None:
    plan = plan_elasticache(
        ElastiCacheSpec(maintenance_window="sun:18:00-sun:19:00", node_type="cache.r7g.large")
    )
    # 14,037,181,030 x 3 / 4.
    assert int(plan.maxmemory.value) == 10_527_885_772
    assert plan.reserved_memory.value == 25
    assert plan.client_connections.value == 65_000 - 16


def test_a_small_type_reserves_more() -> None:
    plan = plan_elasticache(
        ElastiCacheSpec(maintenance_window="sun:18:00-sun:19:00", node_type="cache.t4g.small")
    )
    assert (plan.reserved_memory.value, int(plan.maxmemory.value)) == (30, 1_029_718_409)


@pytest.mark.parametrize(
    ("use", "policy"),
    [
        (RedisUse.LOCKS, "noeviction"),
        (RedisUse.CACHE, "allkeys-lru"),
        (RedisUse.CACHE_AND_QUEUES, "volatile-lru"),
    ],
)
def test_what_is_stored_decides_what_may_go(use: RedisUse, policy: str) -> None:
    assert (
        plan_elasticache(
            ElastiCacheSpec(maintenance_window="sun:18:00-sun:19:00", node_type="cache.m7g.large", use=use)
        ).eviction.value
        == policy
    )


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"node_type": "cache.t4g.micro"}, "redis.node_type"),
        ({"node_type": "r7g.large"}, "redis.node_type"),
        ({"node_type": "cache.t4g.small", "maxmemory": "1Gi"}, "redis.maxmemory"),
    ],
)
def test_a_type_that_is_not_known_or_too_small_is_refused(spec: dict[str, str], field: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        plan_elasticache(ElastiCacheSpec.model_validate({"maintenance_window": WINDOW, **spec}))
    assert refused.value.field == field


def test_keys_that_do_not_fit_name_a_larger_type() -> None:
    stored = {"keys": 100_000_000, "value_size": 200}
    with pytest.raises(ConfigurationError, match=r"larger redis\.node_type"):
        plan_of(redis={**LARGE, **stored})


def test_the_platforms_nodes_do_not_carry_it_and_no_rule_of_files_and_votes_is_asked() -> None:
    inside, managed = plan_of(), plan_of(redis=LARGE)
    assert {g.name for g in inside.pod_groups} - {g.name for g in managed.pod_groups} == {
        "redis",
        "redis-sentinel",
    }
    platform = guide(redis=LARGE)
    assert [f for f in review(plan_facts(managed, platform)) if f.object.startswith("redis")] == []


def test_pools_are_held_to_what_elasticache_takes() -> None:
    platform = guide(target={"peak_rps": 400_000, "baseline_rps": 6_000}, redis=LARGE)
    found = review(plan_facts(plan_of(target=platform.target.model_dump(), redis=LARGE), platform))
    assert "HR721" in {f.number for f in found}


def test_the_plan_goes_to_json_and_back() -> None:
    plan = plan_of(redis=LARGE)
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


def test_a_mapping_without_a_kind_is_the_one_in_the_cluster() -> None:
    assert guide(redis={"maxmemory": "256Mi"}).redis.kind == "in-cluster"
    assert guide(redis=LARGE).redis.kind == "elasticache"


@pytest.mark.parametrize(
    ("window", "minutes"),
    [("sun:18:00-sun:19:00", 60), ("sun:23:30-mon:00:30", 60), ("mon:00:00-tue:00:00", 24 * 60)],
)
def test_a_weekly_window(window: str, minutes: int) -> None:
    assert check_weekly_window("w", window)[1] == minutes


@pytest.mark.parametrize(
    "window",
    ["sun:18:00-sun:18:59", "sun:18:00-mon:18:01", "Sun:18:00-Sun:19:00", "sun:24:00-mon:01:00", "", "18:00"],
)
def test_a_weekly_window_that_aws_refuses(window: str) -> None:
    with pytest.raises(ConfigurationError, match="sun:18:00-sun:19:00"):
        check_weekly_window("w", window)


@pytest.mark.parametrize(("window", "minutes"), [("18:00-19:00", 60), ("23:30-00:30", 60)])
def test_a_daily_window(window: str, minutes: int) -> None:
    assert check_snapshot_window("w", window)[1] == minutes


@pytest.mark.parametrize("window", ["18:00-18:59", "18:00", "25:00-26:00", "sun:18:00-sun:19:00"])
def test_a_daily_window_that_aws_refuses(window: str) -> None:
    with pytest.raises(ConfigurationError, match="18:00-19:00"):
        check_snapshot_window("w", window)


@pytest.mark.parametrize(
    ("snapshot", "maintenance"),
    [
        ("19:00-20:00", "sun:18:00-sun:19:00"),
        ("17:00-18:00", "sun:18:00-sun:19:00"),
        ("01:00-02:00", "sun:23:30-mon:01:00"),
        ("22:00-23:30", "sun:23:30-mon:01:00"),
    ],
)
def test_a_copy_may_begin_when_maintenance_ends(snapshot: str, maintenance: str) -> None:
    check_windows_apart("w", snapshot, maintenance)


@pytest.mark.parametrize(
    ("snapshot", "maintenance"),
    [
        ("18:59-19:59", "sun:18:00-sun:19:00"),
        ("17:01-18:01", "sun:18:00-sun:19:00"),
        ("17:00-20:00", "sun:18:00-sun:19:00"),
        ("00:59-02:00", "sun:23:30-mon:01:00"),
        ("12:00-13:00", "mon:00:00-tue:00:00"),
    ],
)
def test_both_at_once_are_refused_whatever_the_day(snapshot: str, maintenance: str) -> None:
    with pytest.raises(ConfigurationError, match="overlap the maintenance window"):
        check_windows_apart("w", snapshot, maintenance)


def test_bytes_are_whole() -> None:
    assert isinstance(
        plan_elasticache(
            ElastiCacheSpec(maintenance_window="sun:18:00-sun:19:00", node_type="cache.m7g.large")
        ).maxmemory.value,
        Bytes,
    )


@pytest.mark.parametrize(
    ("begins", "ends", "hit"),
    [
        # 2026-11-29 is a Sunday.
        ("2026-11-29T17:00:00Z", "2026-11-29T18:00:00Z", False),
        ("2026-11-29T17:00:00Z", "2026-11-29T18:00:01Z", True),
        ("2026-11-29T18:30:00Z", "2026-11-29T18:40:00Z", True),
        ("2026-11-29T19:00:00Z", "2026-12-06T18:00:00Z", False),
        ("2026-11-29T18:59:00Z", "2026-11-29T20:00:00Z", True),
        ("2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z", True),
    ],
)
def test_whether_an_event_meets_the_window(begins: str, ends: str, hit: bool) -> None:
    assert falls_into(WINDOW, Instant.parse(begins), Instant.parse(ends)) is hit

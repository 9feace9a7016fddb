"""Redis in numbers: memory that fits its container, clocks that fit each other, and what is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.errors import ConfigurationError
from components.policy.quantities import Bytes
from components.policy.redis import (
    BASE_MEMORY,
    LEAST_MAXMEMORY,
    MIB,
    RedisSpec,
    plan_redis,
    redis_groups,
)


def spec(**stated: object) -> RedisSpec:
    return RedisSpec.model_validate(stated)


def test_a_limit_of_1_gi_carries_the_guides_512_mb() -> None:
    # (1024 - 128 - 16) / (1.1 x 1.5) = 533.3
    assert plan_redis(spec()).maxmemory.value == 533 * MIB
    assert plan_redis(spec(maxmemory="512Mi")).maxmemory.value == 512 * MIB


def test_maxmemory_is_accepted_up_to_what_the_limit_carries_and_refused_one_mebibyte_above() -> None:
    assert plan_redis(spec(maxmemory="533Mi")).maxmemory.value == 533 * MIB
    with pytest.raises(ConfigurationError) as refused:
        plan_redis(spec(maxmemory="534Mi"))
    assert str(refused.value).startswith("redis.maxmemory: 534Mi is not usable; allowed: 16Mi to 533Mi")
    assert "raise redis.memory_limit" in str(refused.value)


def test_the_guides_512_mb_in_a_container_of_512_mi_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"redis\.maxmemory"):
        plan_redis(spec(maxmemory="512Mi", memory_request="512Mi", memory_limit="512Mi"))


def test_a_limit_that_carries_no_data_at_all_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"redis\.memory_limit"):
        plan_redis(spec(memory_request="32Mi", memory_limit="32Mi"))


@given(st.integers(min_value=64 * MIB, max_value=512 * 1024 * MIB))
def test_data_fragmentation_copy_on_write_and_buffers_fit_into_the_limit(limit: int) -> None:
    plan = plan_redis(RedisSpec(memory_request=Bytes(limit), memory_limit=Bytes(limit)))
    data = plan.maxmemory.value
    assert data >= LEAST_MAXMEMORY
    assert data * Fraction(11, 10) * Fraction(3, 2) + plan.replica_buffer.value + BASE_MEMORY <= limit
    assert plan.backlog.value < plan.replica_buffer.value


@given(st.integers(min_value=5_000, max_value=60_000))
def test_a_master_that_is_cut_off_refuses_writes_before_down_after(down_after: int) -> None:
    plan = plan_redis(spec(down_after=f"{down_after}ms", failover_timeout="60s"))
    # The lag itself, a second until the count is taken again, and a second because both clocks tick in seconds.
    assert plan.max_lag.value >= 2_000
    assert plan.max_lag.value + 2_000 < down_after
    assert plan.patience.value > down_after + 2 * plan.spec.failover_timeout


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"sentinels": 4}, "even"),
        ({"sentinels": 1}, "greater than or equal to 3"),
        ({"replicas": 1}, "greater than or equal to 2"),
        ({"down_after": "4s"}, "down_after: 4s"),
        ({"down_after": "61s", "failover_timeout": "99s"}, "down_after: 61s"),
        ({"down_after": "15s"}, "failover_timeout: 10s is not usable; allowed: at least down_after, 15s"),
        ({"memory_request": "2Gi"}, "memory_request: 2Gi is not usable; allowed: at most memory_limit, 1Gi"),
        ({"memory_limit": "1GB"}, "GB"),
        ({"use": "sessions"}, "locks"),
        ({"maxmemory_policy": "allkeys-lru"}, "Extra inputs"),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_reason(stated: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        spec(**stated)


def test_what_redis_keeps_for_itself_is_not_there_for_the_pools() -> None:
    plan = plan_redis(spec())
    # 10,000 - 2 x 3 sentinels - 3 replicas - 16
    assert plan.client_connections.value == 9_975


def test_the_nodes_count_every_pod_and_a_rollout_adds_none() -> None:
    groups = {
        group.name: (group.floor, group.peak, group.surge) for group in redis_groups(plan_redis(spec()))
    }
    assert groups == {"redis": (4, 4, 0), "redis-sentinel": (3, 3, 0)}

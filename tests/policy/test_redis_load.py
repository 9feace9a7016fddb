"""What Redis holds and answers, by hand, beside what one node can."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.errors import ConfigurationError
from components.policy.quantities import Bytes
from components.policy.redis import RedisSpec, plan_redis
from components.policy.redis_load import RedisContents, RedisLoad, redis_load
from tests.policy.guide_platform import gateway, plan_of, service

MIB = 1024**2


def load(spec: dict[str, object], operations: int = 60_000, connections: int = 5_700) -> RedisLoad:
    return redis_load(RedisContents.model_validate(spec), 3, {"all": Fraction(operations)}, connections)


def of_plan(**changes: object) -> RedisLoad:
    found = plan_of(**changes).redis.load
    assert found is not None
    return found


def test_the_guides_operations_by_hand() -> None:
    # Gateway 30,000 x 1 and three backends of 10,000 x 1; without a stated share of reads the master answers all.
    asked = of_plan()
    assert asked.operations.value == asked.on_master.value == 60_000
    # Every replica repeats every write.
    assert asked.on_replica.value == 60_000
    assert asked.node_answers.value == 70_000
    assert "30000 (gateway-api) + 10000 (reservation-api)" in asked.operations.because


def test_reads_spread_over_the_replicas_that_are_left() -> None:
    # Half of 60,000 are reads: the master answers 30,000; each of 3 - 1 replicas repeats those and answers 15,000.
    asked = of_plan(redis={"reads": "50%"})
    assert [asked.on_master.value, asked.on_replica.value] == [30_000, 45_000]
    assert of_plan(redis={"reads": "50%", "replicas": 2}).on_replica.value == 60_000
    # With nothing but reads the master has nothing to do.
    assert of_plan(redis={"reads": 1}).on_master.value == 0


def test_operations_follow_what_each_service_states() -> None:
    services = {
        "web": gateway(calls={"api": "1/2"}, redis_ops_per_request=0),
        "api": service(redis_ops_per_request=3),
    }
    # 15,000 rps x 3.
    assert of_plan(services=services).on_master.value == 45_000
    assert of_plan(services={"web": gateway(calls={}, redis_ops_per_request=0)}).operations.because == (
        "no service uses Redis"
    )


def test_memory_by_hand() -> None:
    # 1,000,000 x (48 + 200 + 144) = 392 MB of keys; 5,700 connections x 40,000 = 228 MB: 620 MB, above 512 MiB.
    needed = load({"keys": 1_000_000, "value_size": "200"})
    assert needed.memory_of_keys is not None
    assert needed.memory_needed is not None
    assert needed.memory_of_keys.value == 392_000_000
    assert needed.memory_of_connections.value == 228_000_000
    assert needed.memory_needed.value == 620_000_000 > 512 * MIB
    assert "1000000 keys x (48 name + 200 value + 144 overhead)" in needed.memory_of_keys.because


def test_what_does_not_fit_into_maxmemory_is_refused() -> None:
    # 512 MiB = 536,870,912, less 228,000,000 of 5,700 connections = 308,870,912 = 787,936 keys x 392.
    fits = {"maxmemory": "512Mi", "value_size": "200", "keys": 787_936}
    assert of_plan(redis=fits).memory_of_keys is not None
    with pytest.raises(ConfigurationError, match="up to the maxmemory of 512Mi") as caught:
        of_plan(redis=fits | {"keys": 787_937})
    assert caught.value.field == "redis.keys"


def test_keys_alone_that_do_not_fit_are_refused_whatever_their_values_are() -> None:
    # 512 MiB = 536,870,912 / (48 + 144) = 2,796,202.7 keys.
    assert of_plan(redis={"maxmemory": "512Mi", "keys": 2_796_202}).memory_needed is None
    with pytest.raises(ConfigurationError, match=r"2796203 keys x \(48 name \+ 144 overhead\)") as caught:
        of_plan(redis={"maxmemory": "512Mi", "keys": 2_796_203})
    assert caught.value.field == "redis.keys"


def test_operations_that_do_not_fit_are_seen_beside_every_other_number() -> None:
    asked = of_plan(target={"peak_rps": 60000, "baseline_rps": 6000})
    assert asked.on_master.value == 120_000 > asked.node_answers.value


def test_what_is_not_stated_is_not_guessed() -> None:
    for spec in ({}, {"keys": 1000}, {"value_size": "100"}):
        assert load(dict(spec)).memory_needed is None
    assert load({"keys": 1000}).sent_by_master is None
    assert load({"value_size": "100"}).sent_by_master is not None
    # A cluster by itself knows nobody who asks.
    assert plan_redis(RedisSpec()).load is None


def test_bandwidth_by_hand() -> None:
    # On the wire 48 + 200 + 128 = 376 bytes. 30,000 writes x (3 x 376 + 128) = 37.68 MB/s from the master;
    # a replica receives 30,000 x 376 = 11.28 MB/s and sends 15,000 x 376 = 5.64 MB/s.
    sent = load({"value_size": "200", "reads": "1/2"})
    assert sent.sent_by_master is not None
    assert sent.sent_by_replica is not None
    assert (sent.sent_by_master.value, sent.sent_by_replica.value) == (37_680_000, 11_280_000)
    assert sent.node_sends.value == 312_500_000
    # Values of 4 KiB: 30,000 x (3 x 4272 + 128) = 388 MB/s, more than the host sends.
    large = load({"value_size": "4Ki", "reads": "1/2"}).sent_by_master
    assert large is not None
    assert large.value == 388_320_000 > sent.node_sends.value


def test_what_is_measured_is_stated() -> None:
    stated = load({"ops_per_node": 120_000, "network_per_node": "1G"})
    assert (stated.node_answers.value, stated.node_answers.because) == (120_000, "stated")
    assert (stated.node_sends.value, stated.node_sends.because) == (10**9, "stated")


@pytest.mark.parametrize(
    "spec", [{"keys": 0}, {"reads": "1.1"}, {"reads": -1}, {"ops_per_node": 0}, {"value_size": "1mb"}]
)
def test_what_cannot_be_is_refused(spec: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RedisSpec.model_validate(spec)


@given(
    st.integers(1, 10**9),
    st.integers(0, 10**6),
    st.fractions(0, 1),
    st.integers(2, 15),
    st.integers(1, 10**5),
)
def test_no_node_is_said_to_do_less_than_its_part(
    keys: int, value: int, reads: Fraction, replicas: int, operations: int
) -> None:
    contents = RedisContents(keys=keys, value_size=Bytes(value), reads=reads)
    asked = redis_load(contents, replicas, {"s": Fraction(operations)}, 10)
    assert (
        asked.on_master.value + (replicas - 1) * (asked.on_replica.value - asked.on_master.value)
        == operations
    )
    assert asked.memory_needed is not None
    assert asked.memory_needed.value > keys * value
    assert RedisLoad.model_validate_json(asked.model_dump_json()) == asked


def test_a_node_opens_files_for_every_client_and_its_own() -> None:
    assert plan_redis(RedisSpec(maxclients=10_000)).file_descriptors.value == 10_032

"""Redis among objects: found by what runs, read from its file and its flags, watched by its sentinels."""

from typing import Any

import pytest

from components.policy.facts import ABSENT, Redis
from components.policy.review import review

from .manifests import config_map, deployment, facts


def server(
    name: str = "redis", *, replicas: int = 1, config: str | None = "redis", **changes: Any
) -> dict[str, Any]:
    volumes = [{"name": "conf", "configMap": {"name": config}}] if config else []
    stated = {"image": "redis:7.2.5", "command": ["redis-server", "/etc/redis.conf"], **changes}
    return deployment(
        name=name, kind="StatefulSet", spec={"replicas": replicas}, pod={"volumes": volumes}, **stated
    )


def sentinel(conf: str, replicas: int = 3) -> list[dict[str, Any]]:
    watcher = server("sentinel", replicas=replicas, config="sentinel", command=["redis-sentinel", "/s.conf"])
    return [watcher, config_map({"sentinel.conf": conf}, name="sentinel")]


def one(*bodies: object) -> Redis:
    (redis,) = facts(*bodies).redis
    return redis


def test_servers_that_read_one_file_are_one_redis() -> None:
    conf = config_map(
        {"redis.conf": 'maxmemory 512mb\nmaxmemory-policy allkeys-lru\nsave ""\nappendonly no\n'}
    )
    redis = one(server("master"), server("replica", replicas=3), conf)
    assert (redis.nodes, redis.persistent, redis.restart_guard) == (4, False, False)
    assert (redis.maxmemory, redis.eviction, redis.maxclients) == (512 * 1024**2, "allkeys-lru", 10_000)
    assert (redis.failover, redis.memory_limit) == (ABSENT, 1024**3)


def test_flags_win_over_the_file() -> None:
    conf = config_map({"redis.conf": "maxclients 10\nappendonly no\n"})
    redis = one(
        server(command=["redis-server", "/etc/redis.conf", "--maxclients", "20", "--appendonly yes"]), conf
    )
    assert (redis.maxclients, redis.persistent) == (20, True)


@pytest.mark.parametrize(
    ("command", "persistent"),
    [
        (["redis-server"], True),
        (["redis-server", "--save", ""], False),
        (["sh", "-c", 'redis-server --save "" --appendonly no'], False),
        (["redis-server", "--save", "60 1"], True),
        (["redis-server", "/somewhere/else.conf"], None),
    ],
)
def test_persistence_by_what_is_known_of_it(command: list[str], persistent: bool | None) -> None:
    assert one(server(config=None, command=command)).persistent is persistent


def test_a_plain_redis_image_is_a_redis_and_an_application_is_not() -> None:
    assert (
        one(server(config=None, image="registry.test:5000/library/redis:7", command=[])).maxclients == 10_000
    )
    assert facts(server(config=None, image="shop/redis-exporter:1.0.0", command=["/exporter"])).redis == ()


def test_sentinels_are_counted_and_their_file_read() -> None:
    conf = "sentinel resolve-hostnames yes\nsentinel monitor shop redis-0.redis 6379 2\n"
    redis = one(server(replicas=4), config_map({"redis.conf": "appendonly yes"}), *sentinel(conf))
    assert (redis.failover, redis.sentinels, redis.quorum, redis.resolves_before_monitor) == (
        "sentinel",
        3,
        2,
        True,
    )


@pytest.mark.parametrize(
    ("conf", "resolves"),
    [
        ("sentinel monitor shop redis-0.redis 6379 2\nsentinel resolve-hostnames yes\n", False),
        ("sentinel monitor shop 10.0.0.1 6379 2\n", True),
        ("sentinel monitor shop @MASTER@ 6379 2\n", None),
        ("", None),
    ],
)
def test_names_must_be_allowed_before_one_is_monitored(conf: str, resolves: bool | None) -> None:
    redis = one(server(replicas=4), config_map({"redis.conf": "appendonly yes"}), *sentinel(conf))
    assert redis.resolves_before_monitor is resolves


def test_annotations_say_what_no_file_can() -> None:
    stated = {"redis-stores": "cache, locks", "redis-restart-guard": "true", "redis-failover": "managed"}
    conf = config_map({"redis.conf": 'save ""'}, **stated)
    redis = one(server(replicas=4), conf)
    assert (redis.stores, redis.restart_guard, redis.failover) == (
        frozenset({"cache", "locks"}),
        True,
        "managed",
    )
    assert "HR701" not in {f.number for f in review(facts(server(replicas=4), conf))}


def test_a_sentinel_beside_each_server_is_no_second_redis() -> None:
    both = server(replicas=3)
    beside = {"name": "sentinel", "command": ["redis-sentinel", "/s.conf"]}
    both["spec"]["template"]["spec"]["containers"].append(beside)
    redis = one(both, config_map({"redis.conf": "appendonly yes", "sentinel.conf": ""}))
    assert (redis.nodes, redis.sentinels) == (3, 3)

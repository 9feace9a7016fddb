"""RedisCluster by AWS: encrypted, over zones, reached by the nodes alone, touched when it is stated; found like the
other one."""

from typing import Any

import pytest

from components import RedisCluster, RedisClusterArgs, RedisSpec, Snapshots
from components.policy.elasticache import ElastiCacheSpec
from components.policy.errors import ConfigurationError
from components.policy.quantities import Bytes
from tests.components.aws_examples import elasticache_args
from tests.components.harness import Run, run
from tests.components.test_redis_cluster import SECRET_SIGNATURE

GROUP = "elasticache/replicationGroup:ReplicationGroup"


def deploy(**changes: Any) -> Run:
    def program() -> dict[str, Any]:
        made = RedisCluster("redis", elasticache_args(**changes))
        return {
            "env": made.client_environment,
            "ports": [list(e.ports) for e in made.endpoints],
            "sentinels": made.sentinel_addresses,
        }

    return run(program)


def test_a_group_over_zones_encrypted_with_failover() -> None:
    inputs = deploy().one(GROUP).inputs
    stated = {
        "engine": "redis",
        "nodeType": "cache.r7g.large",
        "numCacheClusters": 4,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "autoMinorVersionUpgrade": False,
        "maintenanceWindow": "sun:18:00-sun:19:00",
        "snapshotRetentionLimit": 0,
    }
    assert {key: inputs[key] for key in stated} == stated
    assert "snapshotWindow" not in inputs


def test_the_parameters_are_the_plans() -> None:
    made = deploy(
        redis=ElastiCacheSpec(maintenance_window="sun:18:00-sun:19:00", node_type="cache.t4g.small")
    )
    pairs = {p["name"]: p["value"] for p in made.one("ParameterGroup").inputs["parameters"]}
    assert pairs == {"maxmemory-policy": "noeviction", "reserved-memory-percent": "30"}


def test_only_the_nodes_get_in_and_nothing_gets_out() -> None:
    made = deploy()
    rule = made.one("SecurityGroupIngressRule").inputs
    assert (rule["fromPort"], rule["toPort"], rule["ipProtocol"]) == (6379, 6379, "tcp")
    assert rule["referencedSecurityGroupId"] == "sg-0123456789abcdef0"
    assert made.all("SecurityGroupEgressRule") == []
    assert {"ingress", "egress"} & made.one("securityGroup:SecurityGroup").inputs.keys() == set()


def test_snapshots_are_kept_and_one_more_is_taken_at_the_end() -> None:
    inputs = deploy(snapshots=Snapshots(window="19:00-20:00", days=3)).one(GROUP).inputs
    assert inputs["snapshotRetentionLimit"] == 3
    assert (inputs["snapshotWindow"], inputs["finalSnapshotIdentifier"]) == ("19:00-20:00", "redis-final")


def test_what_holds_data_is_protected_until_it_is_said_otherwise() -> None:
    kept = deploy()
    assert {r.name for r in kept.resources if r.protect} == {"redis", "redis-key"}
    assert [r.name for r in deploy(deletion_protection=False).resources if r.protect] == []


def test_the_token_is_a_secret_everywhere() -> None:
    made = deploy()
    data = made.one(":Secret").inputs["stringData"]
    assert SECRET_SIGNATURE in data or SECRET_SIGNATURE in data["password"]
    assert SECRET_SIGNATURE in made.one(GROUP).inputs["authToken"]


def test_a_client_finds_it_and_lets_it_out() -> None:
    learnt = deploy().result
    assert learnt["env"] == {
        "REDIS_HOST": "master.redis",
        "REDIS_PORT": "6379",
        "REDIS_TLS": "true",
        "REDIS_READ_HOST": "replica.redis",
        "REDIS_READ_PORT": "6379",
    }
    assert (learnt["ports"], learnt["sentinels"]) == ([[6379]], [])


def test_outputs_are_the_same_as_inside_the_cluster() -> None:
    def outputs(args: Any) -> set[str]:
        made = run(lambda: RedisCluster("redis", args).urn).outputs
        return next(set(found) for urn, found in made.items() if urn.endswith("RedisCluster::redis"))

    inside = RedisClusterArgs(namespace="shop", redis=RedisSpec(), password="s3cret")
    assert outputs(inside) == outputs(elasticache_args())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"redis": ElastiCacheSpec(node_type="cache.r7g.large", maintenance_window="sunday at six")},
            "redis.maintenance_window",
        ),
        ({"slow_log_days": 31}, "redis.slow_log_days"),
        ({"snapshots": Snapshots(window="18:59-19:59")}, "redis.snapshots.window"),
        ({"tags": {"owner": "shop"}}, "redis.tags"),
        (
            {
                "redis": ElastiCacheSpec(
                    maintenance_window="sun:18:00-sun:19:00",
                    node_type="cache.t4g.small",
                    maxmemory=Bytes.parse("2Gi"),
                )
            },
            "redis.maxmemory",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused_before_anything_is_made(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        deploy(**changes)
    assert refused.value.field == field


@pytest.mark.parametrize(("window", "days"), [("19:00-19:30", 7), ("19:00-20:00", 36), ("19:00-20:00", 0)])
def test_snapshots_that_aws_would_refuse(window: str, days: int) -> None:
    with pytest.raises(ConfigurationError, match="snapshots"):
        Snapshots(window=window, days=days)

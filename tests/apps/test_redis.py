"""Where a stack's Redis is put: in the cluster, or by AWS with the network and the nodes of the cluster."""

from typing import Any

import pytest

from components.policy.plan import build_plan
from components.policy.redis import REDIS, SENTINEL
from config.loader import load_stack
from config.problems import StackError
from config.settings import Settings
from tests.apps.deployed import deployed

MANAGED: dict[str, Any] = {
    "kind": "elasticache",
    "node_type": "cache.r7g.large",
    "maintenance_window": "sun:18:00-sun:19:00",
}
TOKEN = "a-token-of-16-or-more"


def test_aws_runs_it_and_the_services_find_it() -> None:
    made = deployed(load_stack("prod", over={"redis": MANAGED}), TOKEN)
    assert made.one("ReplicationGroup").inputs["nodeType"] == "cache.r7g.large"
    assert made.all(":StatefulSet") == []
    gateway = next(d for d in made.all(":Deployment") if d.inputs["metadata"]["name"] == "gateway-api")
    (container,) = gateway.inputs["spec"]["template"]["spec"]["containers"]
    names = {variable["name"] for variable in container["env"]}
    assert {"REDIS_HOST", "REDIS_TLS", "REDIS_PASSWORD"} <= names
    assert not {"REDIS_SENTINELS", "REDIS_MASTER_NAME"} & names


def test_without_a_token_nothing_is_registered() -> None:
    with pytest.raises(StackError, match="pulumi config set --secret headroom:redis_password"):
        deployed(load_stack("prod", over={"redis": MANAGED}))


@pytest.mark.parametrize("redis", [{}, {"replicas": 2, "sentinels": 7}])
def test_where_nodes_are_bought_each_pod_has_one_as_the_plan_counts(redis: dict[str, Any]) -> None:
    settings = load_stack("local", over={"redis": redis})
    groups = {group.name: group for group in build_plan(settings.platform).pod_groups}
    sets = least_hosts(settings)
    assert set(sets) == {REDIS, SENTINEL}
    for name, hosts in sets.items():
        assert groups[name].per_host == 1
        assert hosts >= groups[name].peak


def test_four_pods_come_up_on_the_three_nodes_of_a_cluster_that_brings_its_own() -> None:
    assert least_hosts(load_stack("local", over={"node_pool": None})) == {REDIS: 3, SENTINEL: 3}


def least_hosts(settings: Settings) -> dict[str, int]:
    """Of each StatefulSet, how many hosts there must be before one takes a second pod."""
    found = {}
    for one in deployed(settings).all(":StatefulSet"):
        (host,) = (
            constraint
            for constraint in one.inputs["spec"]["template"]["spec"]["topologySpreadConstraints"]
            if constraint["topologyKey"] == "kubernetes.io/hostname"
        )
        found[one.inputs["metadata"]["name"]] = host["minDomains"]
    return found


@pytest.mark.parametrize("stack", ["local"])
def test_it_needs_a_cluster_that_the_stack_makes(stack: str) -> None:
    with pytest.raises(StackError, match=r"redis\.kind.*allowed: in-cluster, with cluster kind local"):
        load_stack(stack, over={"redis": MANAGED})


@pytest.mark.parametrize(
    ("over", "line"),
    [
        ({"maintenance_window": "sun:18:00"}, "headroom:redis.maintenance_window"),
        ({"snapshots": {"window": "18:00"}}, "headroom:redis.snapshots.window"),
        ({"snapshots": {"window": "18:30-19:30"}}, 'headroom:redis.snapshots.window: "18:30-19:30"'),
        ({"slow_log_days": 8}, "headroom:redis.slow_log_days"),
        ({"sentinels": 3}, "headroom:redis.sentinels: unknown key"),
        ({"kind": "elastic"}, 'redis.kind: "elastic": did you mean "elasticache"?'),
    ],
)
def test_says_what_is_wrong(over: dict[str, Any], line: str) -> None:
    with pytest.raises(StackError) as refused:
        load_stack("prod", over={"redis": {**MANAGED, **over}})
    assert line in str(refused.value)

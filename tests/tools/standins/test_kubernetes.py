"""The stand-in for kubernetes: which change makes a new object, and what an object without a name is called."""

import asyncio
from typing import Any

import pytest
from pulumi.provider.experimental import provider as protocol

from tools.standins.kubernetes.provider import AUTONAMED, KubernetesProvider
from tools.standins.kubernetes.replacements import differences, replaces
from tools.standins.values import UNKNOWN, plain_map, wrap

SET = "kubernetes:apps/v1:StatefulSet"
URN = f"urn:pulumi:s::p::{SET}::redis"


@pytest.mark.parametrize(
    ("token", "path", "new"),
    [
        (SET, "spec.serviceName", True),
        (SET, "spec.replicas", False),
        (SET, "spec.selector.matchLabels.app", True),
        (SET, "spec.selectors", False),
        ("kubernetes:apps/v1:Deployment", "spec.selector.matchLabels.app", True),
        ("kubernetes:apps/v1:Deployment", "spec.serviceName", False),
        ("kubernetes:core/v1:Secret", "stringData.password", True),
        ("kubernetes:core/v1:Service", "metadata.namespace", True),
        ("kubernetes:core/v1:Service", 'metadata.annotations["a.b"]', False),
        ("kubernetes:keda.sh/v1alpha1:ScaledObject", "metadata.name", True),
        ("kubernetes:helm.sh/v3:Release", "namespace", True),
        ("kubernetes:helm.sh/v3:Release", "version", False),
    ],
)
def test_which_change_makes_a_new_object(token: str, path: str, new: bool) -> None:
    assert replaces(token, path) is new


@pytest.mark.parametrize(
    ("before", "now", "paths"),
    [
        ({"a": {"b.c/d": 1}}, {"a": {"b.c/d": 2}}, ['a["b.c/d"]']),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["a[1]"]),
        ({"a": [1]}, {"a": [1, 3]}, ["a"]),
        ({"a": 1}, {"a": UNKNOWN}, ["a"]),
        ({"__x": 1}, {"__x": 2}, []),
        ({"a": {}}, {"a": {}}, []),
    ],
)
def test_differences_are_named_as_deep_as_they_go(before: Any, now: Any, paths: list[str]) -> None:
    assert list(differences(before, now)) == paths


def provider() -> KubernetesProvider:
    return KubernetesProvider(lambda _: None)


def diff(before: dict[str, Any], now: dict[str, Any]) -> protocol.DiffResponse:
    request = protocol.DiffRequest(URN, "shop/redis", wrap_all(before), wrap_all(now), [])
    return asyncio.run(provider().diff(request))


def checked(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    request = protocol.CheckRequest(URN, wrap_all(before), wrap_all(now), b"")
    return plain_map(asyncio.run(provider().check(request)).inputs or {})


def wrap_all(values: dict[str, Any]) -> dict[str, Any]:
    return {key: wrap(value) for key, value in values.items()}


def test_an_object_of_a_fixed_name_goes_before_its_successor_comes() -> None:
    metadata = {"name": "redis", "namespace": "shop"}
    found = diff(
        {"metadata": metadata, "spec": {"serviceName": "a"}},
        {"metadata": metadata, "spec": {"serviceName": "b"}},
    )
    assert (found.replaces, found.delete_before_replace) == (["spec.serviceName"], True)
    moved = diff({"metadata": metadata}, {"metadata": {**metadata, "namespace": "other"}})
    assert (moved.replaces, moved.delete_before_replace) == (["metadata.namespace"], False)


def test_a_drawn_name_stays_and_makes_way_for_nothing() -> None:
    first = checked({"spec": {"serviceName": "a"}}, {})
    assert first["metadata"]["name"].startswith("redis-")
    assert first["metadata"]["annotations"] == {AUTONAMED: "true"}
    again = checked({"spec": {"serviceName": "b"}}, first)
    assert again["metadata"] == first["metadata"]
    assert not diff(first, again).delete_before_replace


def test_a_stated_name_is_kept() -> None:
    assert checked({"metadata": {"name": "mine"}}, {}) == {"metadata": {"name": "mine"}}


def test_what_is_done_is_told_in_the_words_of_the_accounts_log_and_a_preview_does_nothing() -> None:
    told: list[str] = []
    plugin = KubernetesProvider(told.append)
    inputs = wrap_all({"metadata": {"name": "redis", "namespace": "shop"}})
    urn = f"urn:pulumi:s::p::headroom:index:RedisCluster${SET}::redis-pods"
    asyncio.run(plugin.create(protocol.CreateRequest(urn, inputs, 0, preview=True)))
    assert told == []
    asyncio.run(plugin.create(protocol.CreateRequest(urn, inputs, 0, preview=False)))
    asyncio.run(plugin.delete(protocol.DeleteRequest(urn, "shop/redis", inputs, 0)))
    assert told == [f"{operation} {SET} redis-pods shop/redis" for operation in ("create", "delete")]

"""One spelling of an ignore means the same thing in a program, a constructor, files and a cluster."""

from typing import Any

import pytest

from components import RedisCluster, RedisClusterArgs, RedisSpec
from components.policy.facts import Alert, Fleet, NodeClass, Objective, Pool, Redis, Workload
from components.policy.facts.from_plan import own_names, plan_facts
from components.policy.facts.naming import means, names
from components.policy.findings import Finding
from components.policy.ignores import Ignore
from components.policy.review import find
from components.policy.rules.rule import Subject
from tests.components.harness import run
from tests.policy.guide_platform import guide, plan_of, service

from .manifests import config_map, deployment, facts, other

IN_PLAN = Workload(object="services.api", name="api", namespace="shop")
IN_CONSTRUCTOR = Workload(object="services.api", name="api")
IN_FILES = Workload(object="Deployment shop/api", name="api", namespace="shop")
PLACES = {"plan": IN_PLAN, "constructor": IN_CONSTRUCTOR, "files": IN_FILES}


def meant(pattern: str, subject: Subject) -> bool:
    return means(pattern, names(subject, subject.object))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "pattern",
    [
        "services.api",
        "services.*",
        "Deployment shop/api",
        "Deployment shop/*",
        "Deployment api",
        "api",
        "a*",
        "*",
    ],
)
def test_every_spelling_means_a_service_in_every_place(pattern: str, place: str) -> None:
    assert meant(pattern, PLACES[place])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "pattern", ["services.web", "Deployment shop/web", "StatefulSet shop/api", "web", "node_pool.api", "shop"]
)
def test_what_means_another_thing_means_it_nowhere(pattern: str, place: str) -> None:
    assert not meant(pattern, PLACES[place])


def test_another_namespace_is_another_thing_where_it_is_known() -> None:
    assert not meant("Deployment other/api", IN_PLAN)
    assert not meant("Deployment other/api", IN_FILES)
    # An output at the time of the constructor.
    assert meant("Deployment other/api", IN_CONSTRUCTOR)


@pytest.mark.parametrize(
    ("patterns", "subjects"),
    [
        (
            ["node_pool.critical", "NodePool critical", "critical"],
            [
                Pool(object="node_pool.critical", name="critical"),
                Pool(object="NodePool critical", name="critical"),
            ],
        ),
        (
            ["redis*", "redis", "ConfigMap shop/redis*"],
            [
                Redis(object="redis", name="redis", namespace="shop"),
                Redis(object="ConfigMap shop/redis-config-1a2b", name="redis-config-1a2b", namespace="shop"),
            ],
        ),
        (
            ["target", "Namespace shop", "shop"],
            [Objective(namespace="shop"), Objective(object="Namespace shop", namespace="shop")],
        ),
        (
            ["Busy"],
            [
                Alert(object="objectives.Busy api", name="Busy"),
                Alert(object="PrometheusRule shop/rules Busy", name="Busy", namespace="shop"),
            ],
        ),
        (["EC2NodeClass a", "a"], [NodeClass(object="EC2NodeClass a", name="a")]),
    ],
)
def test_every_spelling_means_the_other_things_too(patterns: list[str], subjects: list[Any]) -> None:
    for pattern in patterns:
        assert all(meant(pattern, subject) for subject in subjects), pattern


def findings(fleet: Fleet, rule: str) -> list[Finding]:
    return [finding for finding in find(fleet) if finding.number == rule]


def test_one_ignore_takes_the_finding_out_of_the_plan_and_of_the_files() -> None:
    services = {"gateway-api": service()}
    target = {"peak_rps": 30000, "baseline_rps": 6000, "growth": {"to_rps": 30000}}
    stated = {"services": services, "target": target}
    planned = plan_facts(plan_of(**stated), guide(**stated), "shop")
    written = deployment(name="gateway-api", annotations={"headroom.dev/floor-for-growth": "30"})
    written["metadata"]["namespace"] = "shop"
    both = [*findings(planned, "HR109"), *findings(facts(written), "HR109")]
    assert [f.object for f in both] == ["services.gateway-api", "Deployment shop/gateway-api"]
    for pattern in ("services.gateway-api", "Deployment shop/gateway-*", "gateway-api"):
        assert all(Ignore(rule="HR109", object=pattern, reason="a test").matches(f) for f in both)


def test_objects_of_every_kind_have_their_bare_name() -> None:
    unread = other("NodePool", "karpenter.sh/v1", {"limits": []}, name="critical")
    twice = [config_map({}, name="settings")] * 2
    for rule, name, body in (("HR002", "critical", [unread]), ("HR004", "settings", twice)):
        (finding,) = findings(facts(*body), rule)
        assert Ignore(rule=rule, object=name, reason="a test").matches(finding)


def test_the_other_names_are_no_part_of_what_is_printed() -> None:
    (finding,) = findings(facts(deployment(image="a:latest")), "HR511")
    assert "names" not in finding.model_dump(mode="json")


def test_no_service_may_be_called_as_an_object_of_redis() -> None:
    args = RedisClusterArgs(namespace="shop", redis=RedisSpec(), image="redis:7.2.5")
    made = run(lambda: RedisCluster("redis", args)).resources
    of_services = {"StatefulSet", "Service", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount"}
    called = {r.inputs["metadata"]["name"] for r in made if r.inputs.get("kind") in of_services}
    assert called == own_names("redis")


@pytest.mark.parametrize("name", ["redis", "redis-sentinel", "redis-nodes"])
def test_a_service_of_that_name_is_found_in_a_plan(name: str) -> None:
    services = {name: service()}
    planned = plan_facts(plan_of(services=services), guide(services=services))
    assert [f.object for f in findings(planned, "HR006")] == [f"services.{name}"]
    # Redis' own pods are still counted.
    assert sum(w.kind == "StatefulSet" for w in planned.workloads) == 2

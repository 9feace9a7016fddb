"""What our objects say of themselves in annotations is what the plan knows of them; one home for the keys."""

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from components.autoscaling import EVENT_METRIC
from components.policy.facts import LoadTest, Objective, Pool, Redis, Traffic
from components.policy.facts.annotations import ALL, PREFIX, Annotation, annotations
from components.policy.facts.annotations import workloads as notes
from components.policy.facts.from_plan import plan_facts
from components.policy.redis import RedisSpec, RedisUse
from config.loader import load_stack, plan_of, stacks
from tests.policy.guide_platform import gateway, guide
from tests.policy.guide_platform import plan_of as guide_plan
from tools.local.metrics import event_floors, model

from .manifests import config_map, deployment, facts, other
from .rendered import rendered_facts

CHECKOUT = Path(__file__).resolve().parents[3]
# How a thing is shown and found, which differs by where it was read.
IDENTITY = {"object", "place", "budgets", "autoscalers", "name", "query"}


def differences(planned: Any, seen: Any, path: str = "") -> Iterator[str]:
    """What both know and do not agree on."""
    if planned is None or seen is None:
        return
    if is_dataclass(planned) and type(planned) is type(seen):
        for field in fields(planned):
            if field.name not in IDENTITY:
                values = getattr(planned, field.name), getattr(seen, field.name)
                yield from differences(*values, f"{path}.{field.name}")
    elif isinstance(planned, tuple) and isinstance(seen, tuple) and len(planned) == len(seen):
        for index, values in enumerate(zip(planned, seen, strict=True)):
            yield from differences(*values, f"{path}[{index}]")
    elif planned != seen:
        yield f"{path}: planned {planned}, seen {seen}"


@pytest.mark.parametrize("stack", stacks())
def test_what_is_rendered_says_what_the_plan_knows(stack: str) -> None:
    settings = load_stack(stack)
    planned = plan_facts(plan_of(settings, stack), settings.platform, settings.namespace)
    seen = rendered_facts(stack)
    here = {workload.name: workload for workload in seen.workloads}
    # What controllers make by their charts is not rendered here.
    charts = {group.name for group in settings.inside.pods}
    ours = [workload for workload in planned.workloads if workload.name not in charts]
    assert set(here) == {workload.name for workload in ours}
    for workload in ours:
        assert list(differences(workload, here[workload.name], workload.name)) == []
    assert list(differences(planned.objectives, seen.objectives)) == []
    assert list(differences(planned.pools, seen.pools)) == []
    assert len(planned.pools) == len(seen.pools)
    (redis,), (own,) = planned.redis, seen.redis
    # A limit for people and probes is no setting of Redis; it is part of the plan.
    assert [d for d in differences(redis, own) if "reserved_clients" not in d] == []


@pytest.mark.parametrize("stack", stacks())
def test_of_what_a_service_carries_nothing_is_left_unsaid(stack: str) -> None:
    settings = load_stack(stack)
    planned = plan_facts(plan_of(settings, stack), settings.platform)
    here = {workload.name: workload.traffic for workload in rendered_facts(stack).workloads}
    for service in settings.services:
        known = planned.workload("", service)
        assert known is not None
        for field in fields(Traffic):
            value = getattr(known.traffic, field.name)
            assert getattr(here[service], field.name) == (value or None if field.name == "calls" else value)


def test_everything_a_plan_may_know_of_a_service_reads_back() -> None:
    """With a calibration and a growth too, of which the shipped stacks have none."""
    points = [{"concurrency": n, "rps": rps} for n, rps in ((10, 600), (20, 1000), (40, 1400))]
    services = guide().model_dump()["services"] | {
        "gateway-api": gateway(calibration={"points": points}, calls_in_turn=2)
    }
    target = {"peak_rps": 30000, "baseline_rps": 6000, "growth": {"to_rps": 30000}}
    platform = guide(services=services, target=target)
    plan = guide_plan(services=services, target=target)
    traffic = plan_facts(plan, platform).workloads[0].traffic
    assert None not in (traffic.saturation_rps, traffic.holds_p99_to, traffic.floor_for_growth)
    (read,) = facts(deployment(annotations=annotations(traffic))).workloads
    assert read.traffic == traffic


@pytest.mark.parametrize("use", RedisUse)
def test_what_redis_stores_reads_back(use: RedisUse) -> None:
    platform = guide(redis=RedisSpec(use=use).model_dump())
    (redis,) = plan_facts(guide_plan(redis=platform.redis.model_dump()), platform).redis
    config = config_map({"redis.conf": ""})
    config["metadata"]["annotations"] = annotations(redis)
    set_ = deployment(
        kind="StatefulSet",
        image="redis:7.2.5",
        pod={"volumes": [{"name": "c", "configMap": {"name": "redis"}}]},
    )
    (read,) = facts(config, set_).redis
    assert (read.stores, read.restart_guard) == (redis.stores, True)


def test_the_phases_of_a_load_test_read_back() -> None:
    (test,) = plan_facts(guide_plan(), guide()).load_tests
    written = other("TestRun", "k6.io/v1alpha1", {})
    written["metadata"]["annotations"] = annotations(test)
    assert facts(written).load_tests[0].phases == test.phases


@pytest.mark.parametrize("annotation", ALL, ids=lambda annotation: str(annotation.name))
def test_what_an_annotation_writes_it_reads_as_the_same(annotation: Annotation[Any]) -> None:
    value = annotation.parse(annotation.example)
    assert annotation.parse(annotation.write(value)) == value


def test_what_is_unknown_is_not_said() -> None:
    empty = (Traffic(), Objective(), Pool(object="a", name="a"), LoadTest(object="a"))
    assert [annotations(nothing) for nothing in (*empty, Redis(object="a", name="a"))] == [{}] * 5


@pytest.mark.parametrize(
    ("key", "text", "field"),
    [
        ("deregistration-delay", "0s", "deregistration"),
        ("redis-ops-per-request", "0", "redis_ops_per_request"),
    ],
)
def test_none_at_all_is_something_that_is_known(key: str, text: str, field: str) -> None:
    (workload,) = facts(deployment(annotations={PREFIX + key: text})).workloads
    assert getattr(workload.traffic, field) == 0
    assert annotations(workload.traffic) == {PREFIX + key: text}


def test_the_metrics_source_reads_the_keys_that_are_written() -> None:
    """tools imports nothing of ours, so it has a copy; this holds the two together."""
    assert [
        notes.RPS_PER_POD.key,
        notes.DEMAND_SHARE.key,
        notes.BASELINE_RPS.key,
        notes.EVENT_FLOORS.key,
    ] == [model.CAPACITY, model.SHARE, model.BASELINE, event_floors.FLOORS]
    (floor,) = event_floors.floors({event_floors.FLOORS: notes.EVENT_FLOORS.example})
    (ours,) = notes.EVENT_FLOORS.parse(notes.EVENT_FLOORS.example)
    assert (floor.event, floor.pods, floor.begins, floor.ends) == (
        *(ours.event, ours.pods, int(ours.begins), int(ours.ends)),
    )
    assert event_floors.METRIC == EVENT_METRIC


def test_no_other_module_spells_a_key() -> None:
    home = CHECKOUT / "components/policy/facts/annotations"
    copies = {CHECKOUT / "tools/local/metrics" / name for name in ("model.py", "event_floors.py")}
    files = [path for part in ("components", "config", "apps", "ops", "policypack", "tools")
             for path in (CHECKOUT / part).rglob("*.py")]  # fmt: skip
    spelt = {annotation.key for annotation in ALL}
    for path in files:
        if path not in copies and home not in path.parents:
            texts = {n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant)}
            assert not {text for text in texts if isinstance(text, str) and text in spelt}, path

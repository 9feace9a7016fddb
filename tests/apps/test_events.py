"""An announced event in a whole stack: all take their part, and nothing that is rendered contradicts the plan."""

from collections.abc import Mapping
from typing import Any

import pytest

from apps.event_addresses import in_its_network
from components.policy.events_time import Instant
from components.policy.facts.from_plan import plan_facts
from components.policy.facts.objects import Document, read_objects
from components.policy.plan import build_plan
from components.policy.review import review
from config.loader import load_stack, plan_of, stacks
from config.settings import Settings
from tests.apps.deployed import deployed
from tests.apps.test_inside import worker
from tests.policy.rules.test_annotations import differences

SALE: Mapping[str, Any] = {
    "name": "sale", "start": "2027-03-01T19:00", "time_zone": "Asia/Seoul", "duration": "2h", "factor": "9/2",
}  # fmt: skip
EVERY_STACK = pytest.mark.parametrize("stack", stacks())


def announced(stack: str) -> Settings:
    return load_stack(stack, over={"events": [dict(SALE)]})


def documents(settings: Settings) -> list[Document]:
    made = deployed(settings).resources
    return [Document(r.inputs) for r in made if r.type.startswith("kubernetes:") and "kind" in r.inputs]


@EVERY_STACK
def test_autoscalers_pool_and_prometheus_take_their_part(stack: str) -> None:
    settings = announced(stack)
    plan = plan_of(settings, stack)
    result = deployed(settings)
    for scaler in (*result.all("HorizontalPodAutoscaler"), *result.all("ScaledObject")):
        spec = scaler.inputs["spec"]
        floor = plan.events[0].floor_of(spec["scaleTargetRef"]["name"])
        if "triggers" in spec:
            assert spec["triggers"][-1]["metadata"]["desiredReplicas"] == str(floor.pods)
        else:
            asked = [m["external"]["metric"] for m in spec["metrics"] if "external" in m]
            assert asked[-1]["selector"]["matchLabels"]["event"] == "sale"
    frozen = [
        budget
        for pool in (r for r in result.resources if r.inputs.get("kind") == "NodePool")
        for budget in pool.inputs["spec"]["disruption"]["budgets"]
        if budget["nodes"] == "0"
    ]
    assert len(frozen) == (settings.node_pool is not None)
    assert [r.name for r in result.all(":EventWindow")] == ["event-sale"]
    assert result.result["events"] == {"sale": {"opens": str(plan.events[0].floors_from.value),
                                                "closes": "2027-03-01T12:00:00Z"}}  # fmt: skip


@EVERY_STACK
def test_what_is_rendered_agrees_with_the_plan_and_breaks_no_rule(stack: str) -> None:
    settings = announced(stack)
    plan = plan_of(settings, stack)
    a_day_before = Instant(plan.events[0].at.starts - 86_400)
    planned = plan_facts(plan, settings.platform, settings.namespace, a_day_before)
    spot = any(pool.spec.capacity_type == "spot" for pool in plan.pools.values())
    assert [f.number for f in review(planned, settings.ignores)] == (["HR955"] if spot else [])
    seen = read_objects(documents(settings)).fleet
    usual = review(read_objects(documents(load_stack(stack))).fleet, settings.ignores)
    assert [str(f) for f in review(seen, settings.ignores)] == [str(f) for f in usual], "an event adds none"
    here = {workload.name: workload for workload in seen.workloads}
    for service in settings.services:
        known = planned.workload(settings.namespace, service)
        assert known is not None
        assert list(differences(known, here[service], service)) == []
    assert list(differences(planned.pools, seen.pools)) == []


def with_queue(work_off: str) -> Settings:
    mails = worker(work_off=work_off, messages={"payment-api": 1})
    return load_stack("prod", over={"events": [dict(SALE)], "workers": {"ticket-mailer": mails}})


def test_a_worker_holds_a_floor_only_where_its_queue_may_not_wait() -> None:
    for work_off, triggers in (("60s", ["aws-sqs-queue", "cron"]), ("30m", ["aws-sqs-queue"])):
        settings = with_queue(work_off)
        plan = plan_of(settings, "prod")
        result = deployed(settings)
        (scaler,) = [r for r in result.all("ScaledObject") if r.inputs["metadata"]["name"] == "ticket-mailer"]
        assert [trigger["type"] for trigger in scaler.inputs["spec"]["triggers"]] == triggers
        (event,) = plan.events
        assert ("ticket-mailer" in event.holds) is ("cron" in triggers)
        watched = [
            rule["labels"].get("service")
            for rules in result.all("PrometheusRule")
            for group in rules.inputs["spec"]["groups"]
            for rule in group["rules"]
            if rule.get("alert") in ("EventNotWarm", "EventCapacityBelowOffered")
        ]
        assert watched.count("ticket-mailer") == ("cron" in triggers), "no capacity in requests, and once"
        seen = {workload.name: workload for workload in read_objects(documents(settings)).fleet.workloads}
        known = plan_facts(plan, settings.platform, settings.namespace).workload(
            settings.namespace, "ticket-mailer"
        )
        assert known is not None
        assert list(differences(known, seen["ticket-mailer"], "ticket-mailer")) == []


def test_where_nobody_monitors_no_rules_are_made() -> None:
    result = deployed(announced("local").model_copy(update={"monitoring_namespace": None}))
    assert result.all("PrometheusRule") == []
    assert len(result.all(":EventWindow")) == 1


def addresses(prefix: int | None, **network: Any) -> tuple[int | None, int | None]:
    cluster = {"network": {"private_prefix": prefix, **network}}
    settings = load_stack("prod", over={"events": [dict(SALE)], "cluster": cluster})
    plan = build_plan(settings.platform)
    (event,) = in_its_network(plan_facts(plan, settings.platform, settings.namespace).events, settings, plan)
    return event.addresses, event.addresses_in_zone


def test_an_events_pods_lie_in_the_subnets_that_the_network_states() -> None:
    needed, there = addresses(20)
    assert there == 4096
    # System nodes, control plane and endpoints lie there too.
    settings = announced("prod")
    (of_the_pool,) = plan_facts(plan_of(settings, "prod"), settings.platform).events
    assert needed is not None and of_the_pool.addresses is not None
    assert needed > of_the_pool.addresses
    assert addresses(None)[1] in {2**bits for bits in range(4, 12)}


def test_subnets_that_only_an_account_knows_are_not_judged() -> None:
    network = {"kind": "stack", "stack": "shop/headroom/network", "cidr": None, "nat": None}
    assert addresses(None, **network) == (None, None)


def test_a_prefix_that_is_too_small_is_the_programs_to_refuse() -> None:
    assert addresses(28) == (None, None)

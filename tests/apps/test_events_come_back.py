"""An event in a whole stack changes nothing that somebody would have to take back: what it adds is on for its window,
by clocks in the cluster, and says nothing before and after. The stack is rendered with and without it, and compared.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from components.policy.events_plan import EventPlan
from config.loader import load_stack, plan_of, stacks
from config.settings import Settings
from tests.apps.deployed import deployed
from tests.apps.test_events import SALE
from tests.components.clocks import karpenter_holds, keda_pods, recorded

EVERY_STACK = pytest.mark.parametrize("stack", stacks())
DAY = timedelta(days=1)
Objects = Mapping[str, Mapping[str, Any]]


def settings_of(stack: str, *, event: bool) -> Settings:
    return load_stack(stack, over={"events": [dict(SALE)]} if event else {})


@cache
def rendered(stack: str, event: bool) -> Objects:
    """Every object and every component's arguments, by name and type."""
    made = deployed(settings_of(stack, event=event)).resources
    return {f"{one.type} {one.name}": one.inputs for one in made}


@cache
def announced(stack: str) -> EventPlan:
    return plan_of(settings_of(stack, event=True), stack).events[0]


def instants(stack: str) -> dict[str, datetime]:
    event = announced(stack)
    opens, closes = (datetime.fromtimestamp(at.value, UTC) for at in (event.floors_from, event.floors_until))
    return {
        "a day before": opens - DAY,
        "at the start": datetime.fromtimestamp(event.at.starts, UTC),
        "a minute before the end": closes - timedelta(minutes=1),
        "after": closes,
        "a month after": closes + 30 * DAY,
    }


DURING = ("at the start", "a minute before the end")


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Where two values differ, as paths; of lists, what is more in the second is under its index."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in before.keys() | after.keys():
            yield from differences(before.get(key), after.get(key), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) <= len(after):
        for index, value in enumerate(after):
            yield from differences(before[index] if index < len(before) else None, value, f"{path}[{index}]")
    elif before != after:
        yield path


@EVERY_STACK
def test_nothing_is_changed_but_what_a_clock_turns_on_and_off(stack: str) -> None:
    """So replicas, limits, rate limits, quotas, probes and budgets are those of every day, before, during and after."""
    usual, with_event = rendered(stack, False), rendered(stack, True)
    assert usual.keys() <= with_event.keys()
    assert {key.rpartition(" ")[2].split("-")[0] for key in with_event.keys() - usual.keys()} == {"event"}
    allowed = (".spec.triggers[", ".spec.metrics[", ".spec.disruption.budgets[",
               ".metadata.annotations.headroom.dev/event-floors")  # fmt: skip
    for key, inputs in usual.items():
        for path in differences(inputs, with_event[key]):
            # Whose it is, is made up anew by each engine that has no state.
            assert path.startswith(allowed) or path.endswith("headroom.dev/owner"), f"{key}{path}"


@EVERY_STACK
def test_every_floor_is_up_during_the_event_and_at_no_other_time(stack: str) -> None:
    usual, with_event = rendered(stack, False), rendered(stack, True)
    event = announced(stack)
    floors = {
        rule["labels"]["service"]: rule["expr"]
        for rule in prometheus(with_event)
        if rule.get("record") == "headroom_event_floor_pods"
    }
    held = set()
    for key, inputs in with_event.items():
        spec = inputs.get("spec", {})
        added = spec.get("triggers", spec.get("metrics", []))[len(_scales(usual.get(key, {}))) :]
        if "scaleTargetRef" not in spec or not added:
            continue
        service = spec["scaleTargetRef"]["name"]
        held.add(service)
        (one,) = added
        asks: Callable[[datetime], int]
        if one["type"] == "cron":

            def asks(now: datetime, trigger: Any = one) -> int:
                return keda_pods(trigger, now)
        else:
            labels = one["external"]["metric"]["selector"]["matchLabels"]
            assert one["external"]["target"] == {"type": "AverageValue", "averageValue": "1"}

            def asks(now: datetime, expr: str = floors[labels["service"]]) -> int:
                return recorded(expr, now)

        for name, now in instants(stack).items():
            assert asks(now) == (event.holds[service] if name in DURING else 0), (service, name)
    assert held == set(event.holds)


def _scales(inputs: Mapping[str, Any]) -> list[Any]:
    spec = inputs.get("spec", {})
    found: list[Any] = spec.get("triggers", spec.get("metrics", []))
    return found


def prometheus(objects: Objects) -> Iterator[Mapping[str, Any]]:
    for key, inputs in objects.items():
        if "PrometheusRule" in key:
            for group in inputs["spec"]["groups"]:
                yield from group["rules"]


@EVERY_STACK
def test_no_node_goes_by_karpenters_will_during_the_event_and_every_day_it_may(stack: str) -> None:
    usual, with_event = rendered(stack, False), rendered(stack, True)
    pools = [key for key, inputs in with_event.items() if inputs.get("kind") == "NodePool"]
    assert bool(pools) is (announced(stack).nodes is not None)
    for key in pools:
        own, all_ = (o[key]["spec"]["disruption"]["budgets"] for o in (usual, with_event))
        assert all_[: len(own)] == own
        for name, now in instants(stack).items():
            frozen = any(karpenter_holds(b, now) and b["nodes"] == "0" and "reasons" not in b for b in all_)
            assert frozen is (name in DURING), (key, name)


@EVERY_STACK
def test_nodes_are_warm_as_long_before_as_it_takes_and_all_fit_the_pools_own_limits(stack: str) -> None:
    """The floors' own pods buy the nodes, a lead before; no limit has to be raised for them, and none put back."""
    event = announced(stack)
    leads = [part.lead for part in event.services.values()] + [part.lead for part in event.workers.values()]
    for lead in leads:
        assert event.at.starts - event.floors_from.value >= lead.value / 1000
    plan = plan_of(settings_of(stack, event=True), stack)
    if event.nodes is None:
        return
    limits = sum(pool.cpu_limit.value // pool.instance.cpu for pool in plan.pools.values())
    assert event.nodes.wanted.value <= limits
    for name, part in event.services.items():
        # Each pod brings its own rate limit, so what is let in rises and falls with the floor.
        limit = plan.services[name].connections.rate_limit_rps.value
        assert part.admits.value == part.floor.value * limit
        assert part.admits.value >= part.demand.value


@EVERY_STACK
def test_alerts_of_the_event_look_only_at_windows_that_close(stack: str) -> None:
    with_event, usual = rendered(stack, True), rendered(stack, False)
    windows = {
        rule["labels"]["window"]: rule["expr"]
        for rule in prometheus(with_event)
        if rule.get("record") == "headroom_event_window"
    }
    usual_alerts = {rule["alert"] for rule in prometheus(usual) if "alert" in rule}
    own = [rule for rule in prometheus(with_event) if rule.get("alert", "").startswith("Event")]
    if not windows:
        assert not own, "where nobody monitors nobody is called"
        return
    assert {rule["alert"] for rule in own}.isdisjoint(usual_alerts) and own
    for rule in own:
        closing = 'window="' in rule["expr"] or "headroom_event_floor_pods" in rule["expr"]
        assert closing, rule["expr"]
    for name, now in instants(stack).items():
        assert recorded(windows["due"], now) == (name in DURING), name
        assert recorded(windows["over"], now) == (name == "a month after"), name

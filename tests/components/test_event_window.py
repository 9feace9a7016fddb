"""EventWindow: what Prometheus is told of an event, and that nothing has to be taken back."""

import json
import re
from typing import Any

import pytest

from components import EventWindow, EventWindowArgs, NoRules, PrometheusRules
from components.event_window import Rules
from components.policy.events_watch import WatchedEvent, alerts, rules
from components.policy.facts import Fleet
from components.policy.facts.objects import Document, read_objects
from components.policy.review import review
from tests.components.examples import SALE
from tests.components.harness import Run, run

OPENS, STARTS, CLOSES = 1795773360, 1795773600, 1795780800


WITH_RULES = PrometheusRules()


def deploy(taken: Rules = WITH_RULES, event: WatchedEvent = SALE) -> Run:
    return run(
        lambda: EventWindow("event-sale", EventWindowArgs(namespace="tacos-app", event=event, rules=taken))
    )


def made_rules() -> list[dict[str, Any]]:
    (group,) = deploy().one("PrometheusRule").inputs["spec"]["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def value(expr: str, now: int) -> int:
    """A recording rule at a time, by Python's arithmetic: vector(n) * (time() >= bool a) * (time() < bool b)."""
    assert re.fullmatch(r"vector\(\d+\)( \* \(time\(\) (>=|<) bool \d+\)){1,2}", expr)
    text = expr.replace("vector", "").replace("time()", str(now)).replace("bool ", "")
    return int(eval(text))


@pytest.mark.parametrize(("now", "pods"), [(OPENS - 1, 0), (OPENS, 45), (CLOSES - 1, 45), (CLOSES, 0)])
def test_the_floor_is_recorded_in_its_window_and_is_zero_outside_of_it_for_good(now: int, pods: int) -> None:
    (rule,) = [
        r for r in made_rules() if r.get("labels", {}).get("service") == "gateway-api" and "record" in r
    ]
    assert rule["record"] == "headroom_event_floor_pods"
    assert rule["labels"] == {"service": "gateway-api", "event": "sale", "namespace": "tacos-app"}
    assert value(rule["expr"], now) == pods
    assert value(rule["expr"], now + 366 * 86_400) == 0, "a year later it does not come again"


@pytest.mark.parametrize(
    ("window", "opens", "closes"),
    [
        ("near", OPENS - 86_400, CLOSES),
        ("due", STARTS - 60, CLOSES),
        ("frozen", 1795771740, CLOSES),
        ("over", CLOSES + 30 * 86_400, None),
    ],
)
def test_the_windows_that_alerts_look_at(window: str, opens: int, closes: int | None) -> None:
    (rule,) = [r for r in made_rules() if r.get("labels", {}).get("window") == window]
    assert [value(rule["expr"], opens - 1), value(rule["expr"], opens)] == [0, 1]
    if closes is not None:
        assert [value(rule["expr"], closes - 1), value(rule["expr"], closes)] == [1, 0]


def test_every_window_that_an_alert_looks_at_is_recorded() -> None:
    recorded = {rule.labels.get("window") for rule in rules(SALE)}
    asked = {name for alert in alerts(SALE) for name in re.findall(r'window="(\w+)"', alert.expr)}
    assert asked == recorded - {None}


def test_each_service_is_watched_and_the_whole_against_what_was_announced() -> None:
    found = {(alert.name, alert.service): alert.expr for alert in alerts(SALE)}
    # ceil(45 / 1.1): the HPA's tolerance may keep that.
    assert " < 41 " in found["EventNotWarm", "gateway-api"]
    assert " < 28 " in found["EventNotWarm", "reservation-api"]
    assert " * 500 and " in found["EventCapacityBelowOffered", "reservation-api"]
    assert " > 30000 and " in found["EventAboveExpected", "gateway-api"]
    assert " > 2592000 and " in found["EventNodeExpires", None]


def test_nodes_that_live_for_good_do_not_expire_and_without_a_pool_nothing_is_said_of_nodes() -> None:
    (pool,) = SALE.pools
    for_good = SALE.model_copy(update={"pools": [pool.model_copy(update={"expire_after": None})]})
    assert "EventNodeExpires" not in {alert.name for alert in alerts(for_good)}
    nowhere = {alert.name for alert in alerts(SALE.model_copy(update={"pools": []}))}
    assert not nowhere & {"EventNodeExpires", "EventFreezeActive"}


def test_no_rule_of_ours_finds_fault_with_its_alerts() -> None:
    documents = [Document(r.inputs) for r in deploy().resources if "kind" in r.inputs]
    fleet: Fleet = read_objects(documents).fleet
    assert fleet.alerts, "they are read"
    assert review(fleet) == []


def test_where_nobody_takes_rules_what_was_announced_still_stands_there() -> None:
    result = deploy(NoRules())
    assert result.all("PrometheusRule") == []
    data = result.one("ConfigMap").inputs["data"]
    assert data["floors"] == "gateway-api 45, reservation-api 30"
    assert WatchedEvent.model_validate(json.loads(data["event.json"])) == SALE


@pytest.mark.parametrize(
    "changed",
    [
        {"opens": "2026-11-27T10:00:01Z"},
        {"closes": "2026-11-27T11:59:59Z"},
        {"starts": "2026-11-27T12:00:00Z"},
    ],
)
def test_a_window_that_does_not_hold_its_event_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="in that order"):
        WatchedEvent.model_validate(SALE.model_dump() | changed)

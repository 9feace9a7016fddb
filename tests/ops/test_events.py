"""Announced events in plan, cost, what-if and status."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from components.policy.events import EventFloor
from components.policy.events_time import Instant
from ops.cli import app
from ops.status.autoscalers import autoscaler
from ops.status.events import announced, floors

SALE = 'events=[{name: sale, start: "2026-12-01T19:00", time_zone: Asia/Seoul, duration: 2h, expected_rps: 30000}]'
BEGINS, ENDS = Instant.parse("2026-12-01T09:56:00Z"), Instant.parse("2026-12-01T12:00:00Z")


def ops(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_what_an_event_would_change_is_shown_with_its_reasons() -> None:
    text = ops("plan", "--what-if", SALE)
    assert "events.sale.services.gateway-api.floor" in text
    assert "+ 45 = 30 + ceil(30 / 2): one of 3 zones may be lost" in text
    assert "+ 235s = gateway-api is the slowest: metric_window 1m + sync 15s" in text
    assert "+ 2026-12-01T09:56:00Z = 2026-12-01T19:00:00+09:00 - 235s lead, whole minutes" in text


def test_one_number_of_an_event_is_explained() -> None:
    text = ops("plan", "--what-if", SALE, "--explain", "events.sale.nodes.price")
    assert "$4.608 = 12 node-hours x $0.384" in text


def test_its_price_is_in_the_cost() -> None:
    bill = json.loads(ops("cost", "--offline", "--what-if", SALE, "--format", "json"))
    assert bill["events"]["sale"]["price"]["value"] == "576/125"
    text = ops("cost", "--offline", "--what-if", SALE)
    assert "Events, each once and beside the month" in text
    assert "$4.608" in text
    assert "Events" not in ops("cost", "--offline")


def test_a_time_zone_that_is_none_is_one_clear_line() -> None:
    result = CliRunner().invoke(app, ["plan", "--what-if", SALE.replace("Seoul", "Soul")])
    assert result.exit_code == 2
    assert 'headroom:events[0].time_zone: "Asia/Soul"' in result.stderr
    assert "Asia/Seoul" in result.stderr


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (BEGINS - 1, "sale: from 2026-12-01T09:56:00Z until 2026-12-01T12:00:00Z: api 45, web 30"),
        (BEGINS, "sale: on until 2026-12-01T12:00:00Z: api 45, web 30"),
        (ENDS - 1, "sale: on until 2026-12-01T12:00:00Z: api 45, web 30"),
    ],
)
def test_status_says_which_event_is_on_or_comes(now: int, line: str) -> None:
    held = {
        name: (EventFloor(event="sale", pods=pods, begins=BEGINS, ends=ENDS),)
        for name, pods in (("api", 45), ("web", 30))
    }
    assert announced(held, Instant(now)) == (line,)
    assert announced(held, ENDS) == ()


@pytest.mark.parametrize("annotations", [None, {}, {"headroom.dev/event-floors": "soon"}])
def test_a_deployment_that_says_nothing_of_use_holds_nothing(annotations: Any) -> None:
    assert floors({"metadata": {"annotations": annotations}}) == ()


def test_the_metrics_of_several_events_are_told_apart() -> None:
    def metric(event: str, side: dict[str, str], key: str) -> dict[str, Any]:
        selector = {"matchLabels": {"service": "api", "event": event}}
        external = {"metric": {"name": "headroom_event_floor_pods", "selector": selector}, key: side}
        return {"type": "External", "external": external}

    target = {"type": "AverageValue", "averageValue": "1"}
    hpa = {
        "spec": {"maxReplicas": 45, "metrics": [metric(e, target, "target") for e in ("sale", "show")]},
        "status": {
            "currentMetrics": [
                metric("sale", {"averageValue": "5"}, "current"),
                metric("show", {"averageValue": "0"}, "current"),
            ]
        },
    }
    seen = {m.name: m.current for m in autoscaler(hpa).metrics}
    assert seen == {"headroom_event_floor_pods of sale": "5", "headroom_event_floor_pods of show": "0"}

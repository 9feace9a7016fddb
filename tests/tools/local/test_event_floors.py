"""The floor of an event is asked for as the HPA asks for it, and holds in its window alone."""

from typing import Any

import pytest

from tests.tools.local.test_answers import NAMESPACE
from tools.local.metrics.answers import NotHere, answer
from tools.local.metrics.cluster import Cluster, Deployment
from tools.local.metrics.event_floors import FLOORS, METRIC, EventFloor, floors
from tools.local.metrics.load import read

SALE = "sale=45@2026-11-27T09:56:00Z/2026-11-27T12:00:00Z"
LATE = "late-show=20@2026-11-27T11:00:00Z/2026-11-27T13:00:00Z"
BEGINS, ENDS = 1795773360, 1795780800


def asked(of: Cluster, now: float, *, event: str = "sale") -> list[dict[str, Any]]:
    path = f"/apis/external.metrics.k8s.io/v1beta1/namespaces/{NAMESPACE}/{METRIC}"
    items: list[dict[str, Any]] = answer(
        of, f"{path}?labelSelector=event%3D{event}%2Cservice%3Dgateway-api", now
    )["items"]
    return items


def holding(text: str) -> Cluster:
    meta = {"namespace": NAMESPACE, "name": "gateway-api", "annotations": {FLOORS: text}}
    selector = {"matchLabels": {"app": "gateway-api"}}
    made = Cluster()
    made.deployments[NAMESPACE, "gateway-api"] = Deployment.of(
        {"metadata": meta, "spec": {"selector": selector}}
    )
    return made


def test_the_text_is_read() -> None:
    assert floors({FLOORS: f"{SALE}, {LATE}"})[0] == EventFloor("sale", 45, BEGINS, ENDS)
    assert floors({}) == ()


@pytest.mark.parametrize(("now", "pods"), [(BEGINS - 1, 0), (BEGINS, 45), (ENDS - 1, 45), (ENDS, 0)])
def test_the_floor_holds_from_its_beginning_until_before_its_end(now: int, pods: int) -> None:
    (item,) = asked(holding(SALE), now)
    assert item["value"] == str(pods)
    assert item["metricLabels"] == {"service": "gateway-api", "event": "sale"}


def test_each_event_is_asked_for_alone_since_the_hpa_adds_up_what_it_gets() -> None:
    both = holding(f"{SALE}, {LATE}")
    within_both = 1795777200 + 60
    assert [item["value"] for item in asked(both, within_both)] == ["45"]
    assert [item["value"] for item in asked(both, within_both, event="late-show")] == ["20"]


def test_what_nobody_holds_is_not_here() -> None:
    with pytest.raises(NotHere, match="for selector"):
        asked(holding(SALE), BEGINS, event="other")


def test_metrics_that_are_missing_are_missing_for_floors_too() -> None:
    of = holding(SALE)
    of.offer(read({"missing-until": str(BEGINS + 10)}), BEGINS)
    with pytest.raises(NotHere, match="missing for a while"):
        asked(of, BEGINS + 1)


@pytest.mark.parametrize("text", ["sale", "sale=45", "sale=45@now/later", "sale=45@2026-11-27T09:56:00Z"])
def test_text_that_is_no_floor_is_said_where_its_demand_is_asked_for(text: str) -> None:
    made = holding(text).deployments[NAMESPACE, "gateway-api"]
    assert "event-floors" in made.wrong

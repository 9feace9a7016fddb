"""An announced event on real controllers: the floor rises by schedule and falls again although nobody deploys, with the
HPA and with KEDA's; what an operator raised in the emergency stays raised."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from components import (
    Demand,
    ExternalMetric,
    KarpenterPool,
    Keda,
    Milliseconds,
    NodeBudget,
    ScalableService,
    ServicePolicy,
    plan_service,
)
from components.autoscaling import Autoscaler
from components.policy.events import EventFloor
from components.policy.events_time import Instant, cron
from components.policy.scaling import ScaleDown
from tests.cluster.conftest import Bench
from tests.components.examples import IMAGE, pool_args, service_args
from tests.components.harness import run

NAMESPACE: Final = "event-day"
SERVICES: Final[dict[str, Autoscaler]] = {
    "by-hpa": ExternalMetric(),
    "by-keda": Keda(prometheus_address="http://prometheus.monitoring:9090"),
}
# 1,000 rps a pod: a floor of 2 pods, which rest at 3 at the baseline; 9 at the peak.
DEMAND: Final = Demand(peak_rps=6_000, baseline_rps=1_000, rps_per_pod=1_000)
RESTS, HELD, RAISED = 3, 8, 5
# As short as the API allows, so that the way back is seen within the test.
QUICKLY: Final = ScaleDown(window="15s", percent=100, period="15s")
LASTS_S: Final = 60
WORKLOAD: Final = Path(__file__).parent / "local_workload.yaml"
POOL: Final = ("KWOKNodeClass", "NodePool")


def rendered(floor: EventFloor | None) -> list[dict[str, Any]]:
    """The objects of both services and their pool, as the components make them."""
    floors = [] if floor is None else [floor]

    def program() -> None:
        for name, autoscaler in SERVICES.items():
            plan = plan_service(name, DEMAND, ServicePolicy(scale_down=QUICKLY))
            assert (plan.scaling.rests_at.value, plan.replicas.peak.value) == (RESTS, 9)
            stated = {"capacity": plan, "autoscaler": autoscaler, "events": floors}
            ScalableService(name, service_args(NAMESPACE, IMAGE, **stated))
        frozen = [
            NodeBudget(nodes=0, schedule=cron(f.begins), duration=Milliseconds.parse("5m")) for f in floors
        ]
        KarpenterPool("event-pool", pool_args(budgets=frozen))

    made = [whole(r.inputs) for r in run(program).resources if "kind" in r.inputs]
    # Of the pool only what the API server takes is looked at; this provider sells other types, in a pool of its own.
    bought = [doc for doc in yaml.safe_load_all(WORKLOAD.read_text()) if doc["kind"] in POOL]
    return [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}, *bought, *made]


def whole(value: Any) -> Any:
    """The mocks hand every number over as a float; the API wants whole ones whole."""
    if isinstance(value, dict):
        return {key: whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def deploy(bench: Bench, floor: EventFloor | None, tmp: Any) -> None:
    file = tmp / "objects.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": rendered(floor)}))
    bench.kubectl("apply", "-f", str(file))


def pods(bench: Bench) -> dict[str, int]:
    """What each autoscaler asked for."""
    found = bench.get("deployments", "-n", NAMESPACE)
    return {one["metadata"]["name"]: one["spec"].get("replicas", 1) for one in found}


def until(bench: Bench, what: str, wanted: Callable[[dict[str, int]], bool], within: float) -> float:
    return bench.until(what, lambda: wanted(pods(bench)), within=within)


def test_an_event_raises_the_fleet_and_lets_it_back_although_nobody_deploys(
    bench: Bench, tmp_path: Any
) -> None:
    deploy(bench, None, tmp_path)
    until(bench, "both rest", lambda n: set(n.values()) == {RESTS}, within=180)
    computed = "both compute from all their metrics"
    bench.until(computed, lambda: all(able(hpa) for hpa in scalers(bench).values()), within=120)

    # Cron knows minutes; the announcement takes a few seconds.
    begins = Instant(time.time() + 15).next_minute
    floor = EventFloor(event="sale", pods=HELD, begins=begins, ends=Instant(begins + LASTS_S))
    deploy(bench, floor, tmp_path)
    announced = pods(bench)
    assert set(announced.values()) == {RESTS}, "nothing moves before the event"
    until(bench, "both hold the floor", lambda n: set(n.values()) == {HELD}, within=120)
    late = time.time() - begins
    assert late > 0, "not before it begins"
    (pool,) = [p for p in bench.get("nodepools") if p["metadata"]["name"] == "event-pool"]
    assert {"nodes": "0", "schedule": cron(begins), "duration": "5m"} in pool["spec"]["disruption"]["budgets"]

    # An emergency during the event: a floor that a person raises is not the event's to lower.
    raised = json.dumps({"spec": {"minReplicas": RAISED}})
    bench.kubectl("patch", "hpa", "by-hpa", "-n", NAMESPACE, "--type=merge", "-p", raised)
    back = until(
        bench,
        "both are back, the raised one at what it was raised to",
        lambda n: n == {"by-hpa": RAISED, "by-keda": RESTS},
        within=240,
    )
    assert time.time() > floor.ends, "not before it ends"
    print(f"\nfloor held {late:.0f} s after its beginning; back {back:.0f} s later, window of {LASTS_S} s")


def scalers(bench: Bench) -> dict[str, Any]:
    found = bench.get("hpa", "-n", NAMESPACE)
    return {hpa["spec"]["scaleTargetRef"]["name"]: hpa for hpa in found}


def able(hpa: Any) -> bool:
    """Whether no metric is missing: while one is, an HPA takes no pod away."""
    seen = [metric for metric in hpa["status"].get("currentMetrics") or [] if metric.get("type")]
    return len(seen) == len(hpa["spec"]["metrics"])


@pytest.fixture(autouse=True)
def gone(bench: Bench) -> Any:
    yield
    bench.kubectl("delete", "namespace", NAMESPACE, "--wait=false", check=False)
    bench.kubectl("delete", "nodepool", "event-pool", "--wait=false", check=False)

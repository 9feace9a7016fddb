"""What a moment is made of: the meters, the counts, the clock, the limits."""

from dataclasses import replace

import pytest

from components.policy.surge.start import NodeAtStart
from ops.surge.clock import Clock
from ops.surge.lane import Running
from ops.surge.lane_model import MARK
from ops.surge.metering import Meter
from ops.surge.moment import count, fleet_of, flow_of
from ops.surge.offering import Shown, keys, of_lanes
from ops.surge.render import ApiObject
from ops.surge.seen import Claim, Node, Pod, Scaled, Seen, pod_of, put_deployment
from ops.surge.setup import Setup


def test_the_metric_is_the_mean_of_its_window() -> None:
    meter = Meter(window_s=60)
    for second in range(60):
        meter.record(second, 3_000, 0.5)
    for second in range(60, 90):
        meter.record(second, 30_000, 0.5)
    assert meter.rps == pytest.approx((3_000 + 30_000) / 2)
    for second in range(90, 120):
        meter.record(second, 30_000, 0.5)
    assert meter.rps == 30_000


def test_without_a_window_it_is_the_load() -> None:
    meter = Meter(window_s=0)
    meter.record(0, 3_000, 0.5)
    meter.record(1, 30_000, 0.5)
    assert meter.rps == 30_000


def test_cpu_is_known_once_its_period_is_over() -> None:
    meter = Meter(window_s=0, cpu_period_s=15)
    for second in range(15):
        meter.record(second, 1, 0.5)
    meter.record(15, 1, 3.0)
    assert meter.used == 0.5
    for second in range(16, 30):
        meter.record(second, 1, 3.0)
    assert meter.used == 0.5
    meter.record(30, 1, 3.0)
    assert meter.used == 3.0


def pod(
    name: str, *, service: str = "gateway-api", node: str = "n", ready: bool = True, **more: object
) -> Pod:
    fields = {"leaving": False, "bound_at": 100.0, "ready_at": 110.0} | more
    return Pod("lane", name, service, node, ready, **fields)  # type: ignore[arg-type]


def seen(*pods: Pod) -> Seen:
    return Seen(
        pods={(p.lane, p.name): p for p in pods},
        nodes={"n": Node("n", "lane", "zone-a", True), "o": Node("o", "other", "zone-a", True)},
        claims={"c": Claim("c", "lane", "n", "zone-a", "m5.2xlarge", False)},
        deployments={("lane", "gateway-api"): Scaled("lane", "gateway-api", 5, 5)},
    )


def test_a_pod_counts_while_it_is_ready_stays_and_its_node_is_there() -> None:
    found = count(
        seen(
            pod("a"),
            pod("b", ready=False),
            pod("c", leaving=True, ready=False),
            pod("d", node="gone"),
            pod("e", node="", ready=False),
        ),
        "lane",
    )
    assert found.current["gateway-api"] == 4
    assert found.ready["gateway-api"] == 1
    assert (found.pending, found.bought, found.there) == (1, 1, 1)
    assert found.wanted["gateway-api"] == 5


def test_placeholders_are_no_pods_of_a_service() -> None:
    found = count(seen(pod("a"), pod("s", service="", placeholder=True), pod("d", service="")), "lane")
    assert sum(found.current.values()) == 1
    assert found.spare == 1


def test_the_flow_is_what_the_ready_pods_carry(setup: Setup) -> None:
    found = count(seen(pod("a"), pod("b")), "lane")
    flow = flow_of(found, 3_000, setup.rps_per_pod, setup.graph)
    assert flow.services["gateway-api"].arrives_rps == 3_000
    assert flow.services["gateway-api"].served_rps == 2_000
    assert flow.served_rps == 0, "no backend is there"


def test_a_pod_is_read_as_the_api_says_it() -> None:
    raw = {
        "metadata": {"name": "a", "labels": {MARK: "lane", "app.kubernetes.io/name": "gateway-api"}},
        "spec": {
            "nodeName": "n",
            "containers": [
                {"resources": {"requests": {"cpu": "250m", "memory": "256Mi"}}},
                {"resources": {"requests": {"cpu": 1}}},
                {},
            ],
        },
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"},
                {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:10Z"},
            ],
        },
    }
    found = pod_of(raw)
    assert found.ready
    assert found.ready_at is not None and found.bound_at is not None
    assert found.ready_at - found.bound_at == 10
    assert (found.cpu, found.memory) == (1_250, 256 * 2**20)


def test_the_fleet_is_each_node_with_what_is_on_it(setup: Setup) -> None:
    held = seen(
        pod("a"),
        pod("b", service="redis", cpu=500, memory=1024),
        pod("s", service="", placeholder=True),
        pod("d", service=""),
        pod("leaves", leaving=True),
        pod("waits", node=""),
    )
    assert fleet_of(held, "lane", setup.plan.zones, setup.plan.services) == [
        NodeAtStart(zone=0, pods={"gateway-api": 1}, spare=1, beside=((500, 1024),))
    ]


def scaled(wanted: int) -> ApiObject:
    metadata = {"namespace": "lane", "name": "gateway-api", "labels": {MARK: "lane"}}
    return {"metadata": metadata, "spec": {"replicas": wanted}, "status": {"updatedReplicas": 5}}


def test_when_an_autoscaler_looked_is_when_the_scale_changed(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Running(replace(setup.lanes[0], name="lane"), setup, starts_at=40.0, began=1_000.0)
    held = seen(pod("a"))
    held.deployments.clear()
    for heard_at, wanted in ((900.0, 5), (1_007.3, 9), (1_009.0, 9), (1_022.3, 20)):
        monkeypatch.setattr("time.time", lambda heard_at=heard_at: heard_at)
        put_deployment(held, scaled(wanted))
        running.look(held, 40.0 + heard_at - 1_000.0)
    assert running.looks == {"gateway-api": pytest.approx(7.3)}
    assert running.cpu_phase_s == 5, "the meters count the run's seconds: 45 of the run is 5 of the profile"


def test_a_kept_clock_is_not_void() -> None:
    clock = Clock()
    for _ in range(100):
        clock.tick(0.1)
    clock.pods([pod("a"), pod("b", ready_at=111.0)], {"gateway-api": 10.0})
    assert clock.void() == ""


@pytest.mark.parametrize(
    ("lags", "message"),
    [([0.1] * 99 + [2.1], "a tick was 2.1 s late"), ([0.1] * 90 + [0.6] * 10, "10% of the ticks")],
)
def test_a_slipped_clock_makes_the_run_void(lags: list[float], message: str) -> None:
    clock = Clock()
    for lag in lags:
        clock.tick(lag)
    assert message in clock.void()


def test_pods_that_are_ready_late_make_the_run_void() -> None:
    clock = Clock()
    clock.tick(0.0)
    clock.pods([pod(str(n), ready_at=114.0) for n in range(20)], {"gateway-api": 10.0})
    assert "Ready 4 s or more after the modelled time" in clock.void()


def test_what_a_lane_shows_is_written_under_its_name_and_found_again() -> None:
    data = keys("surge-0-x", Shown({"a-b": 700.0}, {"a-b": 0.5}, 12.0), 3.0)
    assert data == {
        "rps.surge-0-x.a-b": "700.000",
        "used.surge-0-x.a-b": "0.50000",
        "delay.surge-0-x": "3",
        "missing-until.surge-0-x": "12.000",
    }
    assert of_lanes([*data, "rps", "rps.shop.a", "delay"]) == list(data)

"""What is in the cluster becomes what a person has to know; each thing that is not well gets its own line."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest

from ops.status.api import NoClusterError
from ops.status.autoscalers import quantity
from ops.status.judge import problems
from ops.status.read import read
from ops.status.snapshot import Snapshot

from . import objects as o

SERVICES = ("gateway-api", *o.BACKENDS)


class Cluster:
    """Lists by path, and what a command in a pod prints."""

    def __init__(self, lists: dict[str, list[o.Object]], prints: str | None = None) -> None:
        self.lists = lists
        self.prints = prints

    def items(self, path: str) -> list[o.Object]:
        return self.lists[path]

    def run(self, namespace: str, pod: str, command: Sequence[str]) -> str:
        if self.prints is None:
            raise NoClusterError(f"{namespace}/{pod} runs no {command[0]}")
        return self.prints


def seen(lists: dict[str, list[o.Object]], prints: str | None = None) -> Snapshot:
    return read(Cluster(lists, prints), o.NAMESPACE, SERVICES)


def test_a_platform_that_is_well_has_no_problem() -> None:
    assert problems(seen(o.well())) == []


def test_what_the_fleet_carries_is_the_least_of_all_services_over_their_shares() -> None:
    snapshot = seen(o.well())
    # Floor: 9 x 1,000 = 9,000 at the gateway; 6 x 500 / (1/3) = 9,000 at each backend. Peak: 45,000 by both.
    assert snapshot.carries_now() == 9000
    assert snapshot.carries_at_peak() == 45_000
    lists = o.well()
    lists[o.DEPLOYMENTS][2] = o.deployment("inventory-api", 6, ready=2)
    # 2 x 500 x 3 = 3,000 is all that inventory lets through.
    assert seen(lists).carries_now() == 3000


def test_without_the_annotations_nobody_knows_what_the_fleet_carries() -> None:
    lists = o.well()
    del lists[o.DEPLOYMENTS][0]["metadata"]["annotations"]
    assert seen(lists).carries_now() is None


def test_a_service_is_read_whole() -> None:
    service = seen(o.well()).services[1]
    assert (service.ready, service.desired) == (6, 6)
    assert (service.rps_per_pod, service.share) == (Fraction(500), Fraction(1, 3))
    assert service.autoscaler is not None
    assert (service.autoscaler.floor, service.autoscaler.peak, service.disruptions_allowed) == (6, 30, 1)
    metrics = [(m.name, m.current, m.target) for m in service.autoscaler.metrics]
    assert metrics == [("http_requests_per_second", "133.3", "605"), ("cpu", "14%", "80%")]


def replace_deployment(**status: Any) -> Callable[[dict[str, list[o.Object]]], None]:
    return lambda lists: lists[o.DEPLOYMENTS][0]["status"].update(status)


def set_autoscaler(scaler: o.Object) -> Callable[[dict[str, list[o.Object]]], None]:
    return lambda lists: lists[o.AUTOSCALERS].__setitem__(0, scaler)


def with_condition(kind: str, reason: str, message: str) -> o.Object:
    scaler = o.hpa("gateway-api", 9, 45, rps=None)
    scaler["status"]["conditions"] = [{"type": kind, "status": "False", "reason": reason, "message": message}]
    return scaler


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lists: lists[o.DEPLOYMENTS].pop(0), "gateway-api is not deployed; run make up"),
        (replace_deployment(readyReplicas=4), "gateway-api: 4 of 9 pods ready"),
        (replace_deployment(updatedReplicas=8), "gateway-api: a rollout is under way"),
        (replace_deployment(observedGeneration=1), "gateway-api: a rollout is under way"),
        (lambda lists: lists[o.AUTOSCALERS].pop(0), "gateway-api has no autoscaler"),
        (
            set_autoscaler(o.hpa("gateway-api", 10, 45)),
            "gateway-api: 9 pods desired, below the floor of 10",
        ),
        (
            set_autoscaler(o.hpa("gateway-api", 9, 45, rps=None)),
            "gateway-api: its autoscaler has no value for http_requests_per_second",
        ),
        (
            set_autoscaler(o.hpa("gateway-api", 9, 45, cpu=None)),
            "gateway-api: its autoscaler has no value for cpu",
        ),
        (
            set_autoscaler(
                with_condition("ScalingActive", "FailedGetExternalMetric", "no metrics\nreturned")
            ),
            "gateway-api: its autoscaler has no value for http_requests_per_second"
            " (FailedGetExternalMetric: no metrics returned)",
        ),
        (lambda lists: lists[o.BUDGETS].pop(0), "gateway-api has no disruption budget"),
        (
            lambda lists: lists[o.BUDGETS].__setitem__(0, o.budget("gateway-api", 0)),
            "gateway-api: its budget allows no disruption now",
        ),
        (lambda lists: lists[o.STATEFULSETS].clear(), "redis is not deployed; run make up"),
        (
            lambda lists: lists[o.STATEFULSETS].__setitem__(0, o.stateful("redis", 4, 3)),
            "redis: 3 of 4 pods ready",
        ),
        (lambda lists: lists[o.NODES].append(o.node("n9", "zone-a", ready=False)), "node n9 is not Ready"),
        (lambda lists: lists[o.NODES].clear(), "the cluster has no node"),
    ],
)
def test_one_thing_that_is_wrong_is_one_line(
    change: Callable[[dict[str, list[o.Object]]], None], line: str
) -> None:
    lists = o.well()
    change(lists)
    assert problems(seen(lists)) == [line]


@pytest.mark.parametrize(
    ("pods", "reason"),
    [
        (
            [o.pod(f"g{i}", "gateway-api", o.unschedulable("0/3 nodes are\navailable")) for i in range(3)],
            "3 pods: Unschedulable: 0/3 nodes are available",
        ),
        (
            [
                o.pod(
                    "g", "gateway-api",
                    containerStatuses=[{"state": {"waiting": {"reason": "ImagePullBackOff", "message": "no x:1"}}}],
                )
            ],
            "1 pod: ImagePullBackOff: no x:1",
        ),
        ([o.pod("g", "gateway-api")], "1 pod: starting, not ready yet"),
        ([o.pod("g", "gateway-api", phase="Pending")], "1 pod: waiting for its node"),
        ([o.pod("g", "gateway-api", phase="Failed", reason="Evicted")], "1 pod: Evicted"),
    ],
)  # fmt: skip
def test_pods_that_are_not_ready_say_why(pods: list[o.Object], reason: str) -> None:
    lists = o.well()
    lists[o.DEPLOYMENTS][0]["status"]["readyReplicas"] = 9 - len(pods)
    lists[o.PODS] += [*pods, o.pod("other", "payment-api")]
    (line,) = problems(seen(lists))
    assert line == f"gateway-api: {9 - len(pods)} of 9 pods ready ({reason})"


def test_pods_that_cannot_be_made_at_all_say_why() -> None:
    lists = o.well()
    failure = {"type": "ReplicaFailure", "status": "True", "message": 'violates PodSecurity "restricted"'}
    lists[o.DEPLOYMENTS][0]["status"].update(readyReplicas=0, conditions=[failure])
    (line,) = problems(seen(lists))
    assert line.endswith('(no pod can be made: violates PodSecurity "restricted")')


def test_nodes_are_told_by_pool_type_and_zone() -> None:
    lists = o.well()
    lists[o.NODES].append(o.node("own", "zone-a", pool=None))
    nodes = seen(lists).nodes
    assert [node.pool for node in nodes].count("on-demand-critical") == 6
    assert {node.zone for node in nodes} == {"zone-a", "zone-b", "zone-c"}


def without_zone_a(*pools: o.Object, waits: bool = True) -> list[str]:
    """What is said when the nodes of zone-a are gone, or not Ready, and a pod of the gateway waits for one."""
    lists = o.well()
    lists[o.NODEPOOLS] = list(pools)
    lists[o.NODES] = [node for node in lists[o.NODES] if node["metadata"]["name"] != "n1"]
    lists[o.NODES][-3:-2] = [o.node("n4", "zone-a", ready=False), o.node("own", "zone-a", pool=None)]
    if waits:
        lists[o.PODS].append(o.pod("g", "gateway-api", o.unschedulable("0/5 nodes are available")))
    return [line for line in problems(seen(lists)) if "close it" in line]


def test_a_zone_without_a_node_that_a_pool_still_lists_is_told_with_the_command_that_closes_it() -> None:
    ours, others = o.nodepool("ours", "zone-a", "zone-b", "zone-c"), o.nodepool("others", "zone-c", "zone-a")
    lines = without_zone_a(ours, others, o.nodepool("closed", "zone-b", "zone-c"), o.nodepool("anywhere"))
    assert lines == [
        "no node of zone-a is Ready, and pods wait for nodes; if nothing can be bought there, close it (docs/zones.md):"
        f" kubectl patch nodepool {name} --type=json -p '"
        '[{"op": "test", "path": "/spec/template/spec/requirements/1/key", "value": "topology.kubernetes.io/zone"},'
        f' {{"op": "replace", "path": "/spec/template/spec/requirements/1/values", "value": {left}}}]\''
        for name, left in (("ours", '["zone-b", "zone-c"]'), ("others", '["zone-c"]'))
    ]


def test_nothing_is_to_be_closed_while_no_pod_waits_or_where_no_other_zone_would_be_left() -> None:
    ours = o.nodepool("ours", "zone-a", "zone-b", "zone-c")
    assert without_zone_a(ours, waits=False) == []
    assert without_zone_a(o.nodepool("only", "zone-a")) == []


def test_on_simulated_nodes_there_is_no_master_to_ask_for() -> None:
    assert seen(o.well()).master == "none: no process runs on simulated nodes"


def test_elsewhere_a_sentinel_names_the_master() -> None:
    lists = o.well()
    for node in lists[o.NODES]:
        node["metadata"]["annotations"] = {}
    assert seen(lists, "name\nmain\nip\nredis-2.redis\nport\n6379\n").master == "redis-2.redis"
    assert seen(lists).master.startswith("unknown: tacos-app/redis-sentinel-0")
    assert seen(lists, "NOAUTH").master == "unknown: the sentinel names none"


def test_only_the_newest_warnings_are_kept() -> None:
    lists = o.well()
    lists[o.EVENTS] = [
        {
            "type": kind, "reason": "FailedScheduling", "message": f"m{i}", "lastTimestamp": f"2026-01-01T00:00:0{i}Z",
            "involvedObject": {"name": "g"}, "metadata": {},
        }
        for i in range(9)
        for kind in ("Warning", "Normal")
    ]  # fmt: skip
    assert seen(lists).events == tuple(f"g: FailedScheduling: m{i}" for i in (8, 7, 6, 5, 4))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("133333m", "133.3"), ("605", "605"), ("2k", "2000"), ("0", "0"), ("1500m", "1.5"), ("odd", "odd")],
)
def test_quantities_are_shown_as_people_read_them(text: str, shown: str) -> None:
    assert quantity(text) == shown

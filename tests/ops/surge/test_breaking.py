"""Drains on a pretended API: in which order and how fast pods are evicted, and whose nodes are taken away."""

import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from components.policy.surge.faults import Fault, NodesDrained, ZoneLost
from components.policy.surge.timings import Timings
from ops.surge.breaking import ZONE, Breaker
from ops.surge.lane import Running
from ops.surge.seen import Claim, Node, Pod, Seen
from ops.surge.setup import Setup

LANE = "surge-0-ours"
POD = Pod(LANE, "", "gateway-api", "", ready=True, leaving=False, bound_at=0.0, ready_at=0.0)
FAST = {"evict_per_s": 50.0, "evict_again_s": 0.2}


class Cluster:
    """A pod that may go is gone at once; those of ``kept`` are refused. ``calls`` are what was asked, and when."""

    def __init__(self, seen: Seen, kept: set[str]) -> None:
        self.seen, self.kept = seen, kept
        self.calls: list[tuple[float, str, str]] = []

    def _called(self, verb: str, name: str) -> None:
        self.calls.append((time.monotonic(), verb, name.rpartition("/")[2]))

    def names(self, verb: str) -> list[str]:
        return [name for _, what, name in self.calls if what == verb]

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self._called("close" if "unschedulable" in body["spec"] else "patch", path)
        self.patched = body
        return {}

    def evict(self, namespace: str, pod: str) -> bool:
        self._called("evict", pod)
        return pod not in self.kept and bool(self.seen.pods.pop((namespace, pod)))

    def delete(self, path: str, *, at_once: bool = False) -> None:
        self._called("delete", path)

    def list(self, path: str, **query: str) -> dict[str, Any]:
        zones = {"key": ZONE, "operator": "In", "values": ["zone-a", "zone-b", "zone-c"]}
        one = {"metadata": {"name": "pool"}, "spec": {"template": {"spec": {"requirements": [zones]}}}}
        return {"items": [one]}


def played(
    fault: Fault,
    setup: Setup,
    monkeypatch: pytest.MonkeyPatch,
    *,
    kept: tuple[str, ...] = (),
    **timings: float,
) -> Cluster:
    """Two nodes of two pods each, one of which is a daemon's; what a fault does until it is over."""
    seen = Seen()
    for number, zone in enumerate(("zone-b", "zone-a")):
        node, claim = f"node-{number}", f"claim-{number}"
        seen.nodes[node] = Node(node, LANE, zone, ready=True, claim=claim)
        seen.claims[claim] = Claim(claim, LANE, node, zone, "m5.2xlarge", leaving=False)
    for name, node in (("c", "node-1"), ("a", "node-0"), ("b", "node-0"), (f"{LANE}-daemons-1", "node-0")):
        seen.pods[LANE, name] = replace(POD, name=name, node=node)
    world = setup.world.model_copy(update={"timings": Timings(**FAST | timings)})
    lane = replace(setup.lanes[0], faults=(fault,))
    running = Running(lane, replace(setup, world=world, lanes=(lane,)), starts_at=0.0)
    cluster = Cluster(seen, set(kept))
    monkeypatch.setattr("ops.surge.breaking.force", lambda cluster, path: cluster._called("end", path))
    breaker = Breaker(cluster, seen, print)  # type: ignore[arg-type]
    breaker._safely(running, fault)  # type: ignore[arg-type]
    assert not running.notes
    return cluster


def test_a_drain_closes_all_then_asks_node_by_node_and_leaves_the_nodes(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = played(NodesDrained(at_s=0), setup, monkeypatch)
    assert cluster.names("close") == ["node-0", "node-1"]
    assert cluster.names("evict") == ["a", "b", "c"]
    assert cluster.names("end") == []


def test_evictions_are_asked_for_no_faster_than_the_world_says(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = played(NodesDrained(at_s=0), setup, monkeypatch, evict_per_s=5.0)
    at = [when for when, what, _ in cluster.calls if what == "evict"]
    assert all(later - first >= 0.199 for first, later in pairwise(at))


def test_a_reclaimed_node_ends_once_it_is_empty_and_the_others_at_their_time(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = played(NodesDrained(at_s=0, within_s=0.6), setup, monkeypatch, kept=("c",))
    assert cluster.names("end") == ["node-0", "claim-0", "node-1", "claim-1"]
    assert cluster.names("evict").count("c") >= 2, "a refused eviction is asked for again"
    first, last = (when for when, what, name in cluster.calls if what == "end" and name.startswith("node"))
    assert last - cluster.calls[0][0] >= 0.6 > first - cluster.calls[0][0]
    assert cluster.names("delete") == [f"{LANE}-daemons-1", "c"]


def test_a_reclaim_takes_as_many_nodes_as_it_says(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = played(NodesDrained(at_s=0, nodes=1, within_s=30), setup, monkeypatch)
    assert (cluster.names("close"), cluster.names("evict")) == (["node-0"], ["a", "b"])
    assert cluster.names("end") == ["node-0", "claim-0"]


def test_a_lost_zone_is_bought_in_no_more_and_gone_with_its_pods(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = setup.plan.zones.index("zone-a")
    cluster = played(ZoneLost(at_s=0, zone=zone), setup, monkeypatch)
    (requirement,) = cluster.patched["spec"]["template"]["spec"]["requirements"]
    assert requirement["values"] == ["zone-b", "zone-c"]
    assert cluster.names("end") == ["node-1", "claim-1"]
    assert cluster.names("delete") == ["c"]

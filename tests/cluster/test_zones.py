"""A zone where nothing can be bought, and the real Karpenter: while one pool lists it, pods that are spread strictly
get no more nodes; once it is closed by the runbook (docs/zones.md) they do, and the stack takes the closing over."""

import json
import shlex
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest

from components.pod import ZONE, zone_spread
from components.policy.quantities import Millicores
from ops.status.closing import command, pool_of
from tests.cluster.pods import bound, create, delete
from tests.live import STACK_FILE, Checkout, eventually, nodes_kept

OURS: Final = "tacos-app-on-demand-critical"
ZONES: Final = ["zone-a", "zone-b", "zone-c"]
STUCK: Final = "stuck"
# One on a node: m5.2xlarge has 8 cores.
POD_CPU: Final = Millicores.parse("5")
KIND: Final = "  headroom:autoscaling:\n"
CLOSED: Final = "  headroom:closed_zones: [zone-a]\n"
# Karpenter looks again at a pod that waits after 10 s (provisioning/controller.go); three times that.
LOOKED_AGAIN_S: Final = 30


@pytest.fixture
def lost(platform: Checkout) -> Iterator[Checkout]:
    """A pool beside ours that has lost zone-a, which ours lists on; all as it was afterwards."""
    ours = nodepool(platform)
    file = platform.root / "beside.json"
    file.write_text(json.dumps(beside(ours)))
    # Nodes of ours stand in the zone, which they would leave when it is closed.
    with nodes_kept(platform):
        try:
            platform.kubectl("create", "-f", str(file))
            yield platform
        finally:
            delete(platform, STUCK)
            platform.kubectl("delete", "nodepool", STUCK, "--ignore-not-found", "--wait=false")
            if CLOSED in (platform.root / STACK_FILE).read_text():
                platform.edit(STACK_FILE, CLOSED, "")
                platform.make("pulumi", "ARGS=up --yes --skip-preview")
            as_before = {"spec": {"template": {"spec": {"requirements": requirements(ours)}}}}
            platform.kubectl("patch", "nodepool", OURS, "--type=merge", "-p", json.dumps(as_before))
            eventually("its nodes are gone", lambda: not platform.get("nodes", "-l", STUCK), within=180)


def test_pods_get_nodes_in_the_other_zones_once_the_lost_one_is_closed(lost: Checkout) -> None:
    spread = zone_spread({"app": STUCK}, "pod-template-hash")
    taken = {"nodeSelector": {STUCK: "true"}, "tolerations": [{"key": STUCK, "operator": "Exists"}]}
    create(lost, STUCK, 6, POD_CPU, **spread, **taken)
    eventually("one pod in each zone that sells", lambda: len(bound(lost, STUCK)) == 2, within=120)
    time.sleep(LOOKED_AGAIN_S)
    assert len(bound(lost, STUCK)) == 2, "zone-a counts with no pod, so nothing more is bought"

    _, *words = shlex.split(command(pool_of(nodepool(lost)), ["zone-a"]))
    lost.kubectl(*words)
    took = eventually("all pods have nodes", lambda: len(bound(lost, STUCK)) == 6, within=120)
    print(f"\nall pods had nodes {took:.0f} s after the zone was closed")
    zones = {n["metadata"]["name"]: n["metadata"]["labels"][ZONE] for n in lost.get("nodes", "-l", STUCK)}
    assert Counter(zones[node] for node in bound(lost, STUCK)) == {"zone-b": 3, "zone-c": 3}

    # With their previews, which would say that somebody else wrote the pool.
    lost.edit(STACK_FILE, KIND, CLOSED + KIND)
    lost.make("pulumi", "ARGS=up --yes")
    assert zones_of(nodepool(lost)) == ZONES[1:]
    assert "HR841" in lost.ops("status", check=False).output
    lost.edit(STACK_FILE, CLOSED, "")
    lost.make("pulumi", "ARGS=up --yes")
    assert zones_of(nodepool(lost)) == ZONES


def nodepool(platform: Checkout) -> Any:
    return next(pool for pool in platform.get("nodepools") if pool["metadata"]["name"] == OURS)


def requirements(pool: Any) -> list[Any]:
    listed: list[Any] = pool["spec"]["template"]["spec"]["requirements"]
    return listed


def zones_of(pool: Any) -> list[str]:
    (zones,) = (one["values"] for one in requirements(pool) if one["key"] == ZONE)
    return list(zones)


def beside(ours: Any) -> Any:
    """The same pool without zone-a, for pods that ask for it."""
    spec = json.loads(json.dumps(ours["spec"]))
    template = spec["template"]
    template["metadata"] = {"labels": {STUCK: "true"}}
    template["spec"]["taints"] = [{"key": STUCK, "effect": "NoSchedule"}]
    for one in template["spec"]["requirements"]:
        if one["key"] == ZONE:
            one["values"] = ZONES[1:]
    return {"apiVersion": ours["apiVersion"], "kind": "NodePool", "metadata": {"name": STUCK}, "spec": spec}

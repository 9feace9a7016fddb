"""Spare room on real controllers: a pod that is needed takes a placeholder's place at once, and Karpenter buys the
placeholder another node."""

import json
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from components.policy.quantities import Millicores
from tests.cluster.pods import bound, create, delete
from tests.live import STACK_FILE, Checkout, eventually, nodes_kept

PLACEHOLDERS: Final = 12
# Places that are left over. A placeholder that comes back may take the last one from a pod that the scheduler has just
# put aside, and nothing makes it look at that pod again before the next node is there (seen once, a minute later).
LEFT_OVER: Final = 3
# Of one of our pods; a placeholder is as large as the gateway's.
POD_CPU: Final = Millicores.parse("500m")
AT_HOME: Final = "tacos-app-on-demand-critical-spare"
KIND: Final = "  headroom:autoscaling:\n"
URGENT: Final = "urgent"


@pytest.fixture
def roomy(platform: Checkout) -> Iterator[Checkout]:
    """The platform with room that is kept; without it again afterwards."""
    spare = f"  headroom:spare: {{kind: pods, pods: {PLACEHOLDERS}}}\n"
    platform.edit(STACK_FILE, KIND, spare + KIND)
    try:
        platform.make("up")
        # Nodes left over from a peak would be given back meanwhile, and pods sent to them with them.
        with nodes_kept(platform):
            yield platform
    finally:
        delete(platform, URGENT)
        platform.edit(STACK_FILE, spare, "")
        platform.make("up")


def test_pods_that_are_needed_take_the_room_and_karpenter_buys_it_again(roomy: Checkout) -> None:
    eventually("all placeholders run", lambda: running(roomy, AT_HOME) == PLACEHOLDERS, within=180)
    before = nodes(roomy)
    room = {name: free(roomy, name, node) for name, node in before.items()}
    urgent = sum(room.values()) - LEFT_OVER
    assert urgent > PLACEHOLDERS, "there is free room beside the placeholders"

    started = time.monotonic()
    create(roomy, URGENT, urgent, POD_CPU)
    eventually(
        "every pod that is needed has a node", lambda: len(bound(roomy, URGENT)) == urgent, within=60, every=1
    )
    took = time.monotonic() - started
    assert set(bound(roomy, URGENT)) <= set(before), "on nodes that were there"
    eventually("all placeholders run again", lambda: running(roomy, AT_HOME) == PLACEHOLDERS, within=240)
    bought = set(nodes(roomy)) - set(before)
    print(f"\n{urgent} pods had nodes after {took:.0f} s; {len(bought)} nodes bought for placeholders")
    assert bought, "Karpenter bought what the placeholders lost"
    assert took < 30, "preemption takes seconds, a node would have taken longer"


def nodes(platform: Checkout) -> dict[str, Any]:
    return {node["metadata"]["name"]: node for node in platform.get("nodes")}


def free(platform: Checkout, name: str, node: Any) -> int:
    """How many of our pods a node holds besides all that runs on it, were there no placeholder."""
    listed = platform.kubectl(
        "get", "pods", "-A", "-o", "json", f"--field-selector=spec.nodeName={name},status.phase=Running"
    ).output
    taken = sum(
        Millicores.parse(container["resources"].get("requests", {}).get("cpu", "0"))
        for pod in json.loads(listed)["items"]
        if pod["metadata"]["namespace"] != AT_HOME
        for container in pod["spec"]["containers"]
    )
    return (Millicores.parse(node["status"]["allocatable"]["cpu"]) - taken) // POD_CPU


def running(platform: Checkout, namespace: str) -> int:
    listed = platform.kubectl("get", "pods", "-n", namespace, "-o", "json").output
    return sum(pod["status"].get("phase") == "Running" for pod in json.loads(listed)["items"])

"""A stack's life under the real engine: no changes, one figure, a fifth service, bad input, destroy, interrupt.

The tests run in this order on one platform; each leaves it as it found it, but for the last.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.live import NAMESPACE, STACK_FILE, Checkout, environment, eventually, processes_of


@contextmanager
def changed(platform: Checkout, old: str, new: str) -> Iterator[None]:
    """The stack's file with one place replaced, and put back."""
    path = platform.root / STACK_FILE
    kept = path.read_text()
    platform.edit(STACK_FILE, old, new)
    try:
        yield
    finally:
        path.write_text(kept)


def steps(platform: Checkout) -> dict[str, tuple[str, list[str]]]:
    """What a preview would do, by resource: its operation and the fields that differ, where anything does."""
    preview = json.loads(platform.pulumi("preview", "--json", "--suppress-progress").output)
    operations: list[Any] = preview["steps"]
    return {
        step["urn"].split("::", 2)[2]: (step["op"], list(step.get("detailedDiff") or {}))
        for step in operations
        if step["op"] != "same"
    }


def resources(platform: Checkout) -> list[str]:
    exported = json.loads(platform.pulumi("stack", "export").output)
    return [resource["urn"] for resource in exported["deployment"].get("resources", [])]


def test_deploying_again_changes_nothing(platform: Checkout) -> None:
    assert steps(platform) == {}


def test_a_refresh_finds_no_drift(platform: Checkout) -> None:
    """The autoscalers own the replicas, Karpenter its pool's status: neither is drift."""
    platform.pulumi("refresh", "--yes", "--expect-no-changes", "--suppress-progress")


def test_one_figure_changes_only_what_follows_from_it(platform: Checkout) -> None:
    with changed(platform, "peak_rps: 30000", "peak_rps: 33000"):
        found = steps(platform)
    assert {operation for operation, _ in found.values()} == {"update"}
    scalers = [fields for urn, (_, fields) in found.items() if "HorizontalPodAutoscaler" in urn]
    assert len(scalers) == 4, "the call graph carries the target to every service"
    assert all("spec.maxReplicas" in fields for fields in scalers)
    # What the numbers came from is written on Deployments and Namespace; no pod template changes, so no pod restarts.
    others = [fields for urn, (_, fields) in found.items() if "HorizontalPodAutoscaler" not in urn]
    assert {field for fields in others for field in fields} == {
        'metadata.annotations["headroom.dev/peak-rps"]'
    }


def test_a_fifth_service_is_added_in_yaml_alone(platform: Checkout) -> None:
    added = """  headroom:services:
    gateway-api:
      calls: {refund-api: 1/10}
    refund-api:
      rps_per_pod: 400
      measured: a test
      resources: {cpu_request: 250m, memory_request: 256Mi, memory_limit: 512Mi}
"""
    path = platform.root / STACK_FILE
    kept = path.read_text()
    path.write_text(kept.rstrip("\n") + "\n" + added)
    try:
        platform.make("up")
        # 30,000 / 10 = 3,000 rps: ceil(3000 / 400) = 8, + 4 for a zone = 12; at 6,000: ceil(600 / 400) = 2, + 1 = 3.
        (hpa,) = platform.get("hpa", "--field-selector", "metadata.name=refund-api")
        assert (hpa["spec"]["minReplicas"], hpa["spec"]["maxReplicas"]) == (3, 12)
        assert platform.ready("refund-api") >= 3
        (policy,) = platform.get("networkpolicies", "--field-selector", "metadata.name=refund-api")
        assert policy["spec"]["ingress"][0]["from"][0]["podSelector"]["matchLabels"] == {
            "app.kubernetes.io/name": "gateway-api"
        }
    finally:
        path.write_text(kept)
    platform.make("up")
    assert platform.get("deployments", "-l", "app.kubernetes.io/name=refund-api") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("headroom:target:", "headroom:targt:", "headroom:targt"),
        ("peak_rps: 30000", "peak_rps: 0", "peak_rps"),
        ("baseline_rps: 6000", "baseline_rps: 60000", "baseline_rps"),
        (
            "kind: local",
            "kind: kubeconfig\n    path: /nowhere/kubeconfig\n    context: sale",
            "/nowhere/kubeconfig",
        ),
    ],
)
def test_bad_input_stops_the_preview_before_anything_is_registered(
    platform: Checkout, old: str, new: str, said: str
) -> None:
    before = resources(platform)
    with changed(platform, old, new):
        refused = platform.pulumi("preview", check=False)
    assert refused.status != 0
    assert said in refused.output
    assert "Traceback" not in refused.output
    assert resources(platform) == before


def test_a_dead_server_is_one_clear_message(platform: Checkout) -> None:
    kubeconfig = platform.root / "dead.yaml"
    kubeconfig.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "dead", "cluster": {"server": "https://127.0.0.1:9"}}],
                "users": [{"name": "nobody", "user": {"token": "none"}}],
                "contexts": [{"name": "dead", "context": {"cluster": "dead", "user": "nobody"}}],
            }
        )
    )
    with changed(platform, "kind: local", f"kind: kubeconfig\n    path: {kubeconfig}\n    context: dead"):
        refused = platform.pulumi("preview", check=False)
    assert refused.status != 0
    assert "127.0.0.1:9" in refused.output
    assert "Traceback" not in refused.output


def test_destroy_leaves_an_empty_cluster(platform: Checkout) -> None:
    platform.pulumi("destroy", "--yes", "--suppress-progress", timeout=600)
    assert platform.kubectl("get", "namespace", NAMESPACE, check=False).status != 0
    assert platform.get("nodepools") == []
    eventually("no node left", lambda: platform.get("nodes") == [], within=120)


def test_an_interrupted_up_is_finished_by_a_rerun(platform: Checkout) -> None:
    starting = subprocess.Popen(
        ["make", "--no-print-directory", "up"],
        cwd=platform.root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    eventually(
        "a first object",
        lambda: platform.kubectl("get", "ns", NAMESPACE, check=False).status == 0,
        within=120,
    )
    time.sleep(2)
    os.killpg(starting.pid, signal.SIGINT)
    output, _ = starting.communicate(timeout=180)
    assert starting.returncode != 0, output
    assert "Traceback" not in output
    assert "make up" in output, "it says what to do next"
    platform.make("up")
    assert steps(platform) == {}


def test_down_twice_is_quick_and_leaves_nothing(platform: Checkout) -> None:
    platform.make("down")
    assert processes_of(platform.root) == []
    again = time.monotonic()
    platform.make("down")
    assert time.monotonic() - again < 30
    assert not (platform.root / ".headroom" / "kubeconfig").exists()

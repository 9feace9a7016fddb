"""A short surge on the real controllers: a step that pods and nodes have to follow; and a run that is cut off."""

import json
import signal
import subprocess
import time
from typing import Any, Final

from tests.live import Checkout, environment, eventually, nodes_kept

# Shorter than any real one, so that the test is about whether anything scales, not about how fast.
STEP: Final = ("--from", "6000", "--to", "30000", "--seconds", "75", "--node-launch", "5", "--pod-ready", "2")
QUICK: Final = ("--rate-window", "0", "--stagger", "0")
OUT: Final = "surge-test"
# How the first lane's namespace begins; the rest of its name is the run's own.
LANE: Final = "Namespace surge-0-ours-"


def left_of_runs(platform: Checkout) -> list[str]:
    kinds = "namespaces,nodepools,nodeclaims,nodes,kwoknodeclasses,priorityclasses"
    listed = json.loads(platform.kubectl("get", kinds, "-l", "headroom.dev/surge", "-o", "json").output)
    return [f"{item['kind']} {item['metadata']['name']}" for item in listed["items"]]


def pods_of(platform: Checkout) -> set[str]:
    return {pod["metadata"]["name"] for pod in platform.get("pods")}


def load_keys(platform: Checkout) -> list[str]:
    found = platform.kubectl("get", "configmap", "simulated-load", "-n", "kube-system", "-o", "json").output
    return [key for key in json.loads(found).get("data") or {} if "surge-" in key]


def test_a_step_is_followed_by_pods_and_nodes_of_the_lane_alone(platform: Checkout) -> None:
    # Nodes left over from a peak would be given back meanwhile, and the platform's pods moved.
    with nodes_kept(platform):
        before = pods_of(platform)
        # A busy machine makes a run void (1), which is said and changes nothing of what is looked at here.
        asked = ("surge", *STEP, *QUICK, "--compare", "guide", "--out", OUT)
        done = platform.ops(*asked, timeout=600, check=False)
        assert pods_of(platform) == before, "the platform was left alone"
    assert done.status in (0, 1), done.output[-3000:]
    found: Any = json.loads((platform.root / OUT / "surge.json").read_text())
    assert found["ended"] == "", done.output[-3000:]
    ours = found["policies"]["ours"]
    assert ours["capacity_s"] is not None, "the fleet came to carry the load"
    assert 5 < ours["capacity_s"] < 70, "neither at once nor by chance at the end"
    assert 0 < ours["shed_share"] < 0.8
    assert ours["peak_pods"] >= 30 + 3 * 20, "as many as the load needs"
    assert ours["peak_nodes"] > 4, "on nodes that were bought for them"
    assert found["policies"]["guide"]["shed_share"] > ours["shed_share"], "CPU at 70 % is slower"
    for name in ("surge.md", "surge.svg", "ours.csv", "guide.timeline.json"):
        assert (platform.root / OUT / name).stat().st_size > 500
    assert left_of_runs(platform) == []
    assert load_keys(platform) == []


def test_a_run_that_is_cut_off_leaves_nothing(platform: Checkout) -> None:
    command = [".venv/bin/python", "-m", "ops", "surge", *STEP, "--out", OUT]
    with subprocess.Popen(
        command, cwd=platform.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        try:
            eventually("a lane with pods", lambda: LANE in str(left_of_runs(platform)), within=90)
            time.sleep(5)
        finally:
            # Cut off as a person would, whatever the test saw, so that nothing of it meets the tests that follow.
            child.send_signal(signal.SIGINT)
            try:
                output = child.communicate(timeout=150)[0].decode()
            except subprocess.TimeoutExpired:
                child.kill()
                raise
    assert child.returncode == 130, output[-3000:]
    assert left_of_runs(platform) == []
    assert load_keys(platform) == []

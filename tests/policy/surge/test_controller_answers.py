"""The simulated autoscaler against the controller itself, sync by sync, on policies that are not ours.

controller_answers.jsonl holds what k8s.io/kubernetes v1.36.1's HorizontalController (reconcileAutoscaler, with the
API's own defaulting, its clock moved by testing/synctest) made of random HorizontalPodAutoscalers: every kind of
metric, Min, Max and Disabled, several policies, windows and tolerances both ways, people who set replicas or
minReplicas, pods that are pending, young or without a sample, metrics that are missing. Each line is one autoscaler; a
sync is [seconds since the last, replicas that a person set, minReplicas that a person set, pods, ready, sampled,
without a sample, millicores of each, thousandths of the metric].
"""

import json
from pathlib import Path
from typing import Any

import pytest

from components.policy.surge.hpa import Controller
from components.policy.surge.hpa_written import read_hpa
from components.policy.surge.replica_count import Seen

ANSWERS = Path(__file__).with_name("controller_answers.jsonl")
# Memory was 60 % of the request throughout.
MEMORY_PERCENT = 60.0
CASES = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]


def replayed(case: dict[str, Any]) -> list[int]:
    controller = Controller(read_hpa({"kind": "HorizontalPodAutoscaler", "spec": case["spec"]}))
    now, replicas, minimum, found = 0.0, case["replicas"], None, []
    request = case["cpu_request"]
    for after, set_to, at_least, pods, ready, sampled, missing, used, rps in case["syncs"]:
        now += after
        replicas = replicas if set_to is None else set_to
        minimum = minimum if at_least is None else at_least
        seen = Seen(
            replicas=replicas,
            pods=pods,
            ready=ready,
            sampled=sampled,
            cpu_percent=used * 100 / request,
            rps=None if rps is None else rps / 1000,
            cpu_request=request,
            memory_percent=MEMORY_PERCENT,
            missing=missing,
        )
        replicas = controller.sync(now, seen, minimum)
        found.append(replicas)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case["spec"])[:60])
def test_every_sync_ends_where_the_controllers_does(case: dict[str, Any]) -> None:
    assert replayed(case) == case["answers"]


def test_the_table_holds_what_it_says() -> None:
    text = ANSWERS.read_text(encoding="utf-8")
    assert len(CASES) >= 50
    assert sum(len(case["syncs"]) for case in CASES) >= 500
    words = ("ContainerResource", "Object", "Pods", "External", "Utilization", "Value", "Min", "Max", "Disabled",
             "Percent", "tolerance", "stabilizationWindowSeconds")  # fmt: skip
    for word in words:
        assert f'"{word}"' in text, word
    assert any(len(set(case["answers"])) >= 4 for case in CASES), "they move"

"""The Stages that replace KWOK's own: all of them are there, and the HPA's needs are met."""

from typing import Any

import pytest
import yaml

from tools.local.config import stages

# KWOK 0.8: kustomize/stage/node/fast, node/heartbeat-with-lease, pod/fast. Ours splits pod-ready in two.
STOCK = {"node-initialize", "node-heartbeat-with-lease", "pod-ready", "pod-complete", "pod-delete"}


def parsed(ready_after_s: float = 3.0) -> dict[str, Any]:
    return {one["metadata"]["name"]: one["spec"] for one in yaml.safe_load_all(stages(ready_after_s))}


def test_every_stock_stage_is_said_again() -> None:
    assert set(parsed()) == STOCK | {"pod-start"}


def test_the_start_time_is_set_at_once_and_not_touched_again() -> None:
    found = parsed()
    assert "delay" not in found["pod-start"]
    assert "startTime:" in found["pod-start"]["next"]["statusTemplate"]
    assert "startTime:" not in found["pod-ready"]["next"]["statusTemplate"]


@pytest.mark.parametrize(("seconds", "least", "most"), [(3.0, 3000, 4500), (0, 0, 0), (0.5, 500, 750)])
def test_ready_comes_after_the_delay_that_was_asked_for(seconds: float, least: int, most: int) -> None:
    delay = parsed(seconds)["pod-ready"]["delay"]
    assert (delay["durationMilliseconds"], delay["jitterDurationMilliseconds"]) == (least, most)


def test_a_negative_delay_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ready_after_s is -1; it takes 0 or more seconds"):
        stages(-1)


def test_a_deleted_pod_waits_for_its_finalizers() -> None:
    keys = {one["key"]: one["operator"] for one in parsed()["pod-delete"]["selector"]["matchExpressions"]}
    assert keys == {".metadata.deletionTimestamp": "Exists", ".metadata.finalizers": "DoesNotExist"}


def test_every_template_closes_what_it_opens() -> None:
    for name, spec in parsed().items():
        template = spec["next"].get("statusTemplate", "")
        opened = sum(template.count(f"{{{{ {word} ") for word in ("range", "if", "with"))
        assert opened == template.count("{{ end }}"), name

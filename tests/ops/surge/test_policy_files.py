"""Words after --policy that mean a file, and the policies that are in them."""

from pathlib import Path
from typing import Any

import pytest

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan
from components.policy.surge.named_policies import named_policies
from components.policy.surge.policy_written import Written
from components.policy.surge.scaling_policy import EventFloor
from ops.surge.lane_model import Lane, Model
from ops.surge.lane_objects import METRIC, lane_objects
from ops.surge.playable import playable
from ops.surge.policy_files import files_of, named, written_policies

HPA = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: gateway}
spec: {scaleTargetRef: {kind: Deployment, name: gateway-api}, maxReplicas: 60}
"""
CRON = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: payment}
spec:
  scaleTargetRef: {name: payment-api}
  triggers:
    - {type: cpu, metricType: Utilization, metadata: {value: "60"}}
    - {type: cron, metadata: {timezone: UTC, start: 0 9 * * *, end: 0 11 * * *, desiredReplicas: "30"}}
"""


def written(plan: Plan, path: Path | str, name: str = "mine", lead_s: float | None = None) -> Written:
    known = named_policies(plan)
    return written_policies({name: str(path)}, known, known["ours"], lead_s)[name]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ours", ("ours", None)),
        ("rps-650-fast+40-spare", ("rps-650-fast+40-spare", None)),
        ("mine=deploy/hpa.yaml", ("mine", "deploy/hpa.yaml")),
        ("mine=deploy", ("mine", "deploy")),
        ("deploy/quick.yml", ("quick", "deploy/quick.yml")),
        ("quick.json", ("quick", "quick.json")),
    ],
)
def test_a_word_is_a_name_or_a_file(word: str, meant: tuple[str, str | None]) -> None:
    assert named(word) == meant


@pytest.mark.parametrize(
    "words", [["=x.yaml"], ["a b=x.yaml"], ["../=x"], ["a=x.yaml", "a=y.yaml"], [".yaml"]]
)
def test_each_file_has_a_name_of_its_own(words: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="allowed: NAME=FILE, another name for each file"):
        files_of(words)
    assert files_of(["a=x.yaml", "ours", "a=x.yaml"]) == {"a": "x.yaml"}


def test_a_folder_is_one_policy(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(HPA)
    (tmp_path / "payment.yaml").write_text(CRON)
    found = written(plan, tmp_path, lead_s=0).policy
    assert found.services["gateway-api"].peak == 60
    assert found.services["payment-api"].peak == 100


def test_the_windows_of_cron_triggers_open_so_long_before_the_load(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "payment.yaml"
    file.write_text(CRON)
    found = written(plan, file, lead_s=300).policy
    assert found.name == "mine"
    assert found.event == EventFloor(pods={"payment-api": 30}, lead_s=300, by="cron")
    with pytest.raises(ConfigurationError, match="mine: cron triggers of payment-api"):
        written(plan, file)


FALLBACK = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: payment}
spec:
  scaleTargetRef: {name: payment-api}
  fallback: {failureThreshold: 3, replicas: 20}
  triggers: [{type: prometheus, metadata: {query: "sum(rate(http_requests_total[1m]))", threshold: "300"}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: payment-api}
spec: {minAvailable: 4}
"""


def test_the_wind_tunnel_makes_an_autoscaler_of_each_and_says_what_it_leaves_out(
    plan: Plan, objects: list[dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "payment.yaml"
    file.write_text(FALLBACK)
    found = playable(written(plan, file))
    assert found.notes[-1].startswith("KEDA's fallback of payment-api is left out")
    lane = Lane("surge-0-mine", found.policy, own=False, notes=found.notes)
    made = {
        (one["kind"], one["metadata"]["name"]): one["spec"]
        for one in lane_objects(objects, plan, lane, Model({}, {}, 45.0))
        if "spec" in one
    }
    theirs, ours = (made["HorizontalPodAutoscaler", name] for name in ("payment-api", "gateway-api"))
    assert (theirs["minReplicas"], theirs["maxReplicas"]) == (1, 100)
    assert theirs["metrics"] == [
        {
            "type": "External",
            "external": {
                "metric": {"name": METRIC, "selector": {"matchLabels": {"service": "payment-api"}}},
                "target": {"type": "AverageValue", "averageValue": "300"},
            },
        }
    ]
    assert ours["maxReplicas"] == plan.services["gateway-api"].replicas.peak.value
    assert made["PodDisruptionBudget", "payment-api"]["minAvailable"] == 4
    assert made["Deployment", "payment-api"]["replicas"] == 1


@pytest.mark.parametrize("name", ["ours", "guide", "frontier-1"])
def test_a_name_that_is_taken_is_refused(plan: Plan, tmp_path: Path, name: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(HPA)
    with pytest.raises(ConfigurationError, match=f"give it another, as in my-{name}="):
        written(plan, file, name)


def test_a_file_that_cannot_be_read_says_why(plan: Plan, tmp_path: Path) -> None:
    torn = tmp_path / "torn.yaml"
    torn.write_text("a: [")
    for path, why in ((tmp_path / "none.yaml", "there is no such file"), (torn, "is not YAML: line 2")):
        with pytest.raises(ConfigurationError, match=why):
            written(plan, path)

"""From HPAs and ScaledObjects to facts: KEDA's defaults, its pauses, and the autoscaler's old API."""

from fractions import Fraction

import pytest

from components.policy.facts import ABSENT, Behavior, known
from components.policy.review import review

from .manifests import BUDGET, HPA, SERVICE, deployment, facts, only, other


def test_a_scaled_object_is_an_autoscaler_with_kedas_defaults() -> None:
    trigger = {
        "type": "prometheus",
        "metadata": {"threshold": "600", "query": "sum(rate(requests_total[1m]))"},
    }
    keda = other(
        "ScaledObject", "keda.sh/v1alpha1", {"scaleTargetRef": {"name": "shop"}, "triggers": [trigger]}
    )
    scaler = known(only(deployment(), keda).autoscaler)
    assert scaler is not None and scaler.metrics is not None
    assert (scaler.minimum, scaler.maximum, scaler.behavior) == (0, 100, ABSENT)
    assert (scaler.metrics[0].target_type, scaler.metrics[0].target) == ("AverageValue", Fraction(600))


@pytest.mark.parametrize(
    ("annotations", "up", "down"),
    [
        ({"autoscaling.keda.sh/paused-scale-in": "true"}, False, True),
        ({"autoscaling.keda.sh/paused-scale-out": "1"}, True, False),
        ({"autoscaling.keda.sh/paused": "yes"}, True, True),
        ({"autoscaling.keda.sh/paused-replicas": "4"}, True, True),
        ({"autoscaling.keda.sh/paused": "false", "autoscaling.keda.sh/paused-scale-in": "F"}, None, None),
    ],
)
def test_a_pause_of_keda_is_a_direction_that_is_disabled(
    annotations: dict[str, str], up: bool | None, down: bool | None
) -> None:
    trigger = {"type": "cpu", "metadata": {"value": "70"}}
    keda = other(
        "ScaledObject", "keda.sh/v1alpha1", {"scaleTargetRef": {"name": "shop"}, "triggers": [trigger]}
    )
    keda["metadata"]["annotations"] = annotations
    fleet = facts(deployment(), keda)
    scaler = known(only(deployment(), keda).autoscaler)
    assert scaler is not None
    if up is None or down is None:
        assert scaler.behavior == ABSENT
        return
    assert scaler.behavior == Behavior(up_disabled=up, down_disabled=down)
    assert ("HR410" in {f.number for f in review(fleet)}) is down


def test_an_autoscaler_whose_way_down_is_disabled_is_found_in_its_manifest() -> None:
    stuck = dict(HPA, spec=dict(HPA["spec"], behavior={"scaleDown": {"selectPolicy": "Disabled"}}))
    right = deployment(spec={"replicas": None})
    assert [f.number for f in review(facts(right, SERVICE, BUDGET, stuck))] == ["HR410"]


def test_an_old_autoscaler_looks_at_cpu() -> None:
    old = other("HorizontalPodAutoscaler", "autoscaling/v1", {
        "scaleTargetRef": {"name": "shop"}, "maxReplicas": 4, "targetCPUUtilizationPercentage": 70,
    })  # fmt: skip
    scaler = known(only(deployment(), old).autoscaler)
    assert scaler is not None and scaler.metrics is not None
    assert (scaler.minimum, scaler.metrics[0].name, scaler.metrics[0].target) == (1, "cpu", Fraction(70))

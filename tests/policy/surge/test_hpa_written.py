"""Any autoscaler of the API can be a policy, and a policy can be written as one."""

import pytest

from components.policy.errors import ConfigurationError
from components.policy.surge.hpa_spec import (
    DEFAULT_DOWN,
    DEFAULT_UP,
    CpuUtilization,
    CpuValue,
    Fallback,
    HpaSpec,
    MemoryUtilization,
    RpsOfPods,
    RpsPerPod,
    RpsTotal,
    ScalingStep,
)
from components.policy.surge.hpa_written import read_hpa, write_hpa
from components.policy.surge.named_policies import named_policies

from ..guide_platform import plan_of


def average(of: str, value: object) -> dict[str, object]:
    """A target of each pod."""
    return {"type": of if of == "Utilization" else f"Average{of}", f"average{of}": value}


def keda(annotations: dict[str, str] | None = None, **spec: object) -> dict[str, object]:
    """A ScaledObject on 600 requests/s a pod."""
    trigger = {"type": "prometheus", "metadata": {"threshold": "600"}}
    return {
        "kind": "ScaledObject",
        "metadata": {"annotations": annotations or {}},
        "spec": {"minReplicaCount": 5, "triggers": [trigger], **spec},
    }


MEMORY = average("Utilization", 70)
FLOOR = {
    "type": "External",
    "external": {"metric": {"name": "headroom_event_floor_pods"}, "target": average("Value", "1")},
}
GPU = {"type": "Resource", "resource": {"name": "nvidia.com/gpu", "target": {}}}
FULL = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "spec": {
        "scaleTargetRef": {"kind": "Deployment", "name": "gateway"},
        "minReplicas": 3,
        "maxReplicas": 60,
        "metrics": [
            {"type": "Resource", "resource": {"name": "cpu", "target": average("Utilization", 55)}},
            {"type": "Resource", "resource": {"name": "cpu", "target": average("Value", "400m")}},
            {"type": "ContainerResource", "containerResource": {"name": "memory", "target": MEMORY}},
            {"type": "External", "external": {"metric": {"name": "rps"}, "target": average("Value", "1500m")}},
            {"type": "Object", "object": {"metric": {"name": "rps"}, "target": {"type": "Value", "value": "2k"}}},
            {"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": average("Value", "500")}},
        ],
        "behavior": {
            "scaleUp": {"policies": [{"type": "Percent", "value": 50, "periodSeconds": 30}], "tolerance": "0.05"},
            "scaleDown": {"selectPolicy": "Disabled"},
        },
    },
}  # fmt: skip


def test_every_metric_and_every_default_is_read() -> None:
    found = read_hpa(FULL)
    assert (found.floor, found.peak) == (3, 60)
    assert found.metrics == (
        CpuUtilization(percent=55),
        CpuValue(millicores=400),
        MemoryUtilization(percent=70),
        RpsPerPod(target="1.5"),
        RpsTotal(target=2000),
        RpsOfPods(target=500),
    )
    assert found.behavior is not None
    up, down = found.behavior.up, found.behavior.down
    assert up.steps == (ScalingStep(type="Percent", value=50, period_s=30),)
    assert (up.window_s, up.select, up.tolerance) == (0, "Max", 0.05)
    assert (down.steps, down.window_s, down.select) == (DEFAULT_DOWN.steps, 300, "Disabled")


def test_the_least_that_the_api_takes() -> None:
    assert read_hpa({"maxReplicas": 4}) == HpaSpec(floor=1, peak=4, metrics=(CpuUtilization(percent=80),))
    found = read_hpa({"maxReplicas": 4, "behavior": {}})
    assert found.behavior is not None
    assert (found.behavior.up, found.behavior.down) == (DEFAULT_UP, DEFAULT_DOWN)


def test_a_scaled_object_is_the_hpa_that_keda_makes() -> None:
    found = read_hpa(
        {
            "kind": "ScaledObject",
            "spec": {
                "minReplicaCount": 5,
                "triggers": [
                    {"type": "prometheus", "metadata": {"threshold": "545", "query": "sum(rate(x[1m]))"}},
                    {"type": "cpu", "metricType": "Utilization", "metadata": {"value": "80"}},
                    {"type": "cron", "metadata": {"desiredReplicas": "45"}},
                ],
                "advanced": {
                    "horizontalPodAutoscalerConfig": {
                        "behavior": {"scaleUp": {"stabilizationWindowSeconds": 30}}
                    }
                },
            },
        }
    )
    assert (found.floor, found.peak) == (5, 100)
    assert found.metrics == (RpsPerPod(target=545), CpuUtilization(percent=80))
    assert found.behavior is not None
    assert (found.behavior.up.window_s, found.behavior.up.steps) == (30, DEFAULT_UP.steps)


def test_a_pause_of_keda_is_one_way_that_is_disabled() -> None:
    found = read_hpa(keda(annotations={"autoscaling.keda.sh/paused-scale-in": "true"})).behavior
    assert found is not None
    assert (found.up, found.down) == (DEFAULT_UP, DEFAULT_DOWN.model_copy(update={"select": "Disabled"}))
    found = read_hpa(keda(annotations={"autoscaling.keda.sh/paused-scale-out": "yes"})).behavior
    assert found is not None and (found.up.select, found.down.select) == ("Disabled", "Max")
    assert read_hpa(keda(annotations={"autoscaling.keda.sh/paused": "false"})).behavior is None


def test_kedas_fallback_and_its_polls_are_read() -> None:
    stated = {"replicas": 40, "failureThreshold": 3, "behavior": "currentReplicasIfHigher"}
    found = read_hpa(keda(fallback=stated, pollingInterval=5))
    assert found.fallback == Fallback(
        replicas=40, failures=3, polling_s=5, behavior="currentReplicasIfHigher"
    )
    usual = read_hpa(keda(fallback={"replicas": 40, "failureThreshold": 3})).fallback
    assert usual is not None and (usual.behavior, usual.polling_s) == ("static", 30)


def test_the_floor_of_an_event_does_not_count_as_requests() -> None:
    """An HPA that the stack rendered: with its event's metric it would be asked for a pod for each request."""
    rate = {"type": "External", "external": {"metric": {"name": "rps"}, "target": average("Value", "605")}}
    assert read_hpa({"maxReplicas": 9, "metrics": [rate, FLOOR]}).metrics == (RpsPerPod(target=605),)


def test_an_old_autoscaler_looks_at_cpu_alone() -> None:
    old = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler",
           "spec": {"maxReplicas": 9, "targetCPUUtilizationPercentage": 55}}  # fmt: skip
    assert read_hpa(old).metrics == (CpuUtilization(percent=55),)


def test_kedas_cpu_may_be_a_value() -> None:
    trigger = {"type": "cpu", "metricType": "AverageValue", "metadata": {"value": "400m"}}
    assert read_hpa(keda(triggers=[trigger])).metrics == (CpuValue(millicores=400),)


@pytest.mark.parametrize("policy", named_policies(plan_of()).values(), ids=lambda p: p.name)
def test_what_is_written_reads_back_as_it_was(policy: object) -> None:
    for one in policy.services.values():  # type: ignore[attr-defined]
        assert read_hpa(write_hpa(one, "http_requests_per_second", {"service": "gateway"})) == one


def test_every_metric_can_be_written() -> None:
    found = read_hpa(FULL)
    assert read_hpa(write_hpa(found, "rps")).metrics == found.metrics[:4] + found.metrics[4:]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ({}, "no maxReplicas"),
        ({"maxReplicas": 2, "minReplicas": 3}, "above peak"),
        ({"maxReplicas": 2, "metrics": [GPU]}, "gpu"),
        ({"maxReplicas": 2, "behavior": {"scaleUp": {"policies": [{"type": "Pods", "value": 0}]}}}, "greater than 0"),
        ({"kind": "ScaledObject", "spec": {"triggers": [{"type": "cron"}]}}, "no trigger"),
        ({"kind": "ScaledObject", "spec": {"triggers": [{"type": "kafka"}]}}, "trigger kafka"),
        ({"maxReplicas": 2, "behavior": {"scaleDown": {"policies": []}}}, "at least one policy"),
        ({"maxReplicas": 2, "metrics": [FLOOR]}, "no metric that follows the load"),
        (keda(advanced={"scalingModifiers": {"formula": "a + b"}}), "formula"),
        (keda(annotations={"autoscaling.keda.sh/paused": "true"}), "scales at least one way"),
        (keda(annotations={"autoscaling.keda.sh/paused-replicas": "4"}), "scales at least one way"),
        (keda(fallback={"replicas": 4, "failureThreshold": 3, "behavior": "never"}), "behavior"),
    ],
)  # fmt: skip
def test_what_cannot_be_simulated_is_refused(written: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        read_hpa(written)

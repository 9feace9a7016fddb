"""A policy is what its owner's objects say; what they leave open is the stack's, and what cannot be is refused."""

from typing import Any

import pytest

from components.policy.disruption import Budget
from components.policy.errors import ConfigurationError
from components.policy.facts.objects.manifest import Document
from components.policy.surge.hpa_spec import CpuUtilization, MemoryValue, RpsPerPod
from components.policy.surge.named_policies import ours
from components.policy.surge.policy_written import Written, read_policy
from components.policy.surge.scaling_policy import Spare

from ..guide_platform import plan_of

OWN = ours(plan_of())
Json = dict[str, Any]


def hpa(service: str = "gateway-api", *metrics: Json, **spec: Any) -> Json:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "mine", "namespace": "shop"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": service},
            "minReplicas": 4,
            "maxReplicas": 60,
            "metrics": list(metrics) or [external("600")],
            **spec,
        },
    }


def external(value: str, name: str = "requests") -> Json:
    return {
        "type": "External",
        "external": {
            "metric": {"name": name},
            "target": {"type": "AverageValue", "averageValue": value},
        },
    }


def scaled(service: str, *triggers: Json) -> Json:
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "theirs"},
        "spec": {"scaleTargetRef": {"name": service}, "minReplicaCount": 2, "triggers": list(triggers)},
    }


def prometheus(query: str = "sum(rate(http_requests_total[1m]))") -> Json:
    return {"type": "prometheus", "metadata": {"query": query, "threshold": "300"}}


def cron(pods: object) -> Json:
    window = {"timezone": "Asia/Seoul", "start": "55 18 * * *", "end": "0 21 * * *"}
    return {"type": "cron", "metadata": {**window, "desiredReplicas": pods}}


def budget(name: str, **spec: Any) -> Json:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": spec,
    }


def placeholders(requests: Json, **pod: Any) -> list[Json]:
    priority = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "lowest"},
        "value": -1,
    }
    containers = [{"name": "pause", "resources": {"requests": requests}}]
    spec = {"priorityClassName": "lowest", "containers": containers, **pod}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "room"},
        "spec": {"replicas": 20, "template": {"spec": spec}},
    }
    return [priority, deployment]


def read(*objects: Json) -> Written:
    return read_policy("mine", [Document(one) for one in objects], OWN)


def test_autoscalers_are_those_of_the_file_and_the_others_the_stacks() -> None:
    found = read(hpa(), scaled("payment-api", prometheus()))
    services = found.policy.services
    assert found.policy.name == "mine"
    assert (services["gateway-api"].floor, services["gateway-api"].peak) == (4, 60)
    assert services["gateway-api"].metrics == (RpsPerPod(target=600),)
    assert (services["payment-api"].floor, services["payment-api"].peak) == (2, 100)
    assert services["inventory-api"] == OWN.services["inventory-api"]
    assert found.policy.spare == () and found.policy.budgets == {} and found.schedules == {}


def test_what_was_taken_for_what_is_said() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}}
    assert read(hpa(), scaled("payment-api", prometheus()), service, service).notes == (
        "HorizontalPodAutoscaler shop/mine: External requests is taken for the requests/s of the service",
        "ScaledObject theirs: sum(rate(http_requests_total[1m])) is taken for the requests/s of the service",
        "reservation-api, inventory-api: not in it, so as the stack scales",
        "of no matter here: 2 Service",
    )


def test_placeholders_are_deployments_of_negative_priority() -> None:
    strict = {
        "topologySpreadConstraints": [
            {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}
        ]
    }
    size = {"cpu": "1500m", "memory": "1Gi"}
    loose = read(hpa(), *placeholders(size)).policy.spare
    assert loose == (Spare(pods=20, cpu="1500m", memory="1Gi", zones="preferred"),)
    assert read(hpa(), *placeholders(size, **strict)).policy.spare[0].zones == "strict"
    # Of a priority that the file does not have, nobody knows.
    assert read(hpa(), placeholders(size)[1]).policy.spare == ()


def test_budgets_are_about_a_service_by_their_name_or_by_what_they_select() -> None:
    selecting = budget("x", minAvailable="50%", selector={"matchLabels": {"app": "payment-api"}})
    found = read(hpa(), budget("gateway-api", maxUnavailable=3), selecting).policy.budgets
    assert found == {"gateway-api": Budget(max_unavailable=3), "payment-api": Budget(min_available="50%")}


def test_the_pods_of_schedules_are_kept_apart() -> None:
    found = read(scaled("gateway-api", prometheus(), cron("45"), cron("30")))
    assert found.schedules == {"gateway-api": 45}
    assert found.policy.event is None


def test_lists_are_opened_and_memory_may_be_stated_in_bytes() -> None:
    each = {
        "type": "Resource",
        "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "400Mi"}},
    }
    found = read({"apiVersion": "v1", "kind": "List", "items": [hpa("gateway-api", each, external("500"))]})
    assert found.policy.services["gateway-api"].metrics == (
        MemoryValue(bytes=400 * 1024**2),
        RpsPerPod(target=500),
    )


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ([], "mine: no object is not usable"),
        ([budget("gateway-api", maxUnavailable=1)], "mine: PodDisruptionBudget is not usable"),
        (
            [hpa("search-api")],
            "mine: HorizontalPodAutoscaler shop/mine: scaleTargetRef Deployment search-api is not usable; allowed: a"
            " Deployment that is a service of the stack: gateway-api, reservation-api",
        ),
        ([hpa(), hpa()], "gateway-api is not usable; allowed: one autoscaler a service"),
        ([hpa(maxReplicas=3)], "floor 4 is above peak 3"),
        ([hpa(maxReplicas="many")], "'many' is no whole number"),
        ([hpa(maxReplicas=None)], "None is no whole number"),
        ([hpa() | {"apiVersion": "autoscaling/v2beta1"}], "autoscaling/v2beta1 is not usable"),
        ([hpa("gateway-api", external("0.1", "http_latency_p99"))], "a metric of latency"),
        ([scaled("gateway-api", prometheus("histogram_quantile(0.9, x)"))], "prometheus of latency"),
        ([scaled("gateway-api", {"type": "kafka", "metadata": {}})], "trigger kafka"),
        ([scaled("gateway-api", prometheus(), cron("lots"))], "'lots' is no whole number"),
        ([scaled("gateway-api", prometheus(), {"type": "cron"})], "no metadata"),
        ([hpa(), *placeholders({"cpu": "1"})], "Deployment room: no memory is not usable"),
        ([hpa(), *placeholders({"cpu": "0", "memory": "1Gi"})], "cpu: Input should be greater than 0"),
        ([hpa(), budget("other", maxUnavailable=1)], "a budget of no service"),
        ([hpa(), budget("gateway-api")], "PodDisruptionBudget gateway-api: neither"),
        ([hpa(), budget("gateway-api", maxUnavailable="half")], "not a number of pods"),
    ],
)
def test_what_cannot_be_is_refused_under_its_name(objects: list[Json], said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(*objects)
    assert said in str(refused.value)
    assert str(refused.value).startswith("mine: ")


def test_an_old_percentage_of_cpu_is_read() -> None:
    old = hpa()
    old |= {"apiVersion": "autoscaling/v1"}
    old["spec"] = {**old["spec"], "targetCPUUtilizationPercentage": 70}
    del old["spec"]["metrics"]
    assert read(old).policy.services["gateway-api"].metrics == (CpuUtilization(percent=70),)

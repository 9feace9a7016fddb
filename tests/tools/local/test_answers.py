"""The metrics APIs answer from the model, in the shapes that the HPA and kubectl top read."""

from fractions import Fraction
from typing import Any

import pytest

from tools.local.metrics.answers import NotHere, answer
from tools.local.metrics.cluster import Cluster, Deployment, Pod
from tools.local.metrics.load import Load
from tools.local.metrics.notation import quantity

NAMESPACE = "shop"
EXTERNAL = f"/apis/external.metrics.k8s.io/v1beta1/namespaces/{NAMESPACE}/http_requests_per_second"
PODS = f"/apis/metrics.k8s.io/v1beta1/namespaces/{NAMESPACE}/pods"


def pod(name: str, *, app: str = "gateway-api", ready: bool = True, **meta: str) -> Pod:
    resources = {"requests": {"cpu": "500m", "memory": "512Mi"}, "limits": {"cpu": "2"}}
    return Pod.of(
        {
            "metadata": {"namespace": NAMESPACE, "name": name, "labels": {"app": app}, **meta},
            "spec": {"nodeName": "node-1", "containers": [{"name": "app", "resources": resources}]},
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            },
        }
    )


def deployment(share: str = "1", labels: dict[str, str] | None = None) -> Deployment:
    keys = {"rps-per-pod": "1000", "demand-share": share, "baseline-rps": "2000"}
    meta = {
        "namespace": NAMESPACE,
        "name": "gateway-api",
        "labels": labels or {},
        "annotations": {f"headroom.dev/{key}": value for key, value in keys.items()},
    }
    return Deployment.of({"metadata": meta, "spec": {"selector": {"matchLabels": {"app": "gateway-api"}}}})


def cluster(*pods: Pod, of: Deployment | None = None, rps: int | None = None) -> Cluster:
    made = Cluster()
    made.offer(Load(rps=None if rps is None else Fraction(rps)), 0)
    made.nodes["node-1"] = {"zone": "a"}
    made.deployments[NAMESPACE, "gateway-api"] = of or deployment()
    made.pods.update({(one.namespace, one.name): one for one in pods})
    return made


def cpu(item: dict[str, Any]) -> Fraction:
    return quantity(item["containers"][0]["usage"]["cpu"])


def demand(of: Cluster, selector: str = "service%3Dgateway-api") -> Fraction:
    (item,) = answer(of, f"{EXTERNAL}?labelSelector={selector}")["items"]
    return quantity(item["value"])


def test_the_external_metric_is_the_services_demand() -> None:
    assert demand(cluster()) == 2000
    assert demand(cluster(rps=30_000)) == 30_000
    assert demand(cluster(of=deployment("1/3"), rps=30_000)) == 10_000


def test_the_demand_does_not_depend_on_how_many_pods_there_are() -> None:
    pods = [pod(str(number)) for number in range(7)]
    assert demand(cluster(*pods, rps=30_000)) == demand(cluster(rps=30_000))


def test_a_service_is_called_as_its_label_says() -> None:
    named = cluster(of=deployment(labels={"app.kubernetes.io/name": "entry"}))
    assert demand(named, "service%3Dentry") == 2000
    with pytest.raises(NotHere, match="no Deployment in shop"):
        demand(named)


def test_a_wrong_annotation_is_what_the_autoscaler_is_told() -> None:
    with pytest.raises(
        NotHere, match=r'Deployment gateway-api: annotation headroom.dev/demand-share is "half"'
    ):
        demand(cluster(of=deployment("half")))


def test_the_ready_pods_share_the_demand() -> None:
    pods = [pod("a"), pod("b"), pod("c", ready=False), pod("d", deletionTimestamp="2026-01-01T00:00:00Z")]
    items = answer(cluster(*pods, rps=1000), PODS)["items"]
    used = {item["metadata"]["name"]: cpu(item) for item in items}
    idle = Fraction(1, 1000)
    assert used == {"a": Fraction(1, 4), "b": Fraction(1, 4), "c": idle, "d": idle}


def test_a_pod_of_no_service_is_idle() -> None:
    (item,) = answer(cluster(pod("redis-0", app="redis"), rps=30_000), PODS)["items"]
    assert cpu(item) == Fraction(1, 1000)
    assert item["containers"][0]["usage"]["memory"] == "262144Ki"


def test_pods_are_chosen_by_namespace_and_labels() -> None:
    made = cluster(pod("a"), pod("redis-0", app="redis"))
    assert names(answer(made, f"{PODS}?labelSelector=app%3Dredis")) == ["redis-0"]
    assert names(answer(made, "/apis/metrics.k8s.io/v1beta1/namespaces/other/pods")) == []
    assert names(answer(made, "/apis/metrics.k8s.io/v1beta1/pods")) == ["a", "redis-0"]
    assert answer(made, f"{PODS}/a")["metadata"]["name"] == "a"


def test_a_node_uses_what_its_pods_use() -> None:
    made = cluster(pod("a"), pod("b"), rps=2000)
    (item,) = answer(made, "/apis/metrics.k8s.io/v1beta1/nodes")["items"]
    assert quantity(item["usage"]["cpu"]) == 1
    assert item["usage"]["memory"] == "524288Ki"


def test_a_sample_has_a_window() -> None:
    (item,) = answer(cluster(pod("a")), PODS)["items"]
    assert item["window"] == "15s"
    assert item["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("group", "name"), [("metrics", "pods"), ("external.metrics", "http_requests_per_second")]
)
def test_discovery_names_what_is_served(group: str, name: str) -> None:
    found = answer(cluster(), f"/apis/{group}.k8s.io/v1beta1")
    assert found["groupVersion"] == f"{group}.k8s.io/v1beta1"
    assert name in {resource["name"] for resource in found["resources"]}


@pytest.mark.parametrize(
    "path", ["/", "/openapi/v2", f"{PODS}/none", "/apis/metrics.k8s.io/v1beta1/nodes/none"]
)
def test_what_is_not_there_is_said_so(path: str) -> None:
    with pytest.raises(NotHere):
        answer(cluster(), path)


def names(answered: dict[str, Any]) -> list[str]:
    return sorted(item["metadata"]["name"] for item in answered["items"])

"""Objects as an API server gives them, whole and well unless a test says otherwise."""

from typing import Any

from ops.status.read import OTHERS

NAMESPACE = "tacos-app"
Object = dict[str, Any]


def deployment(
    name: str, pods: int, *, rps: str = "500", share: str = "1/3", ready: int | None = None
) -> Object:
    return {
        "metadata": {
            "name": name,
            "uid": f"{name}-uid",
            "generation": 2,
            "annotations": {"headroom.dev/rps-per-pod": rps, "headroom.dev/demand-share": share},
        },
        "spec": {
            "replicas": pods,
            "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "template": {"metadata": {"labels": {"app.kubernetes.io/name": name, "x": "y"}}},
        },
        "status": {
            "observedGeneration": 2,
            "replicas": pods,
            "updatedReplicas": pods,
            "readyReplicas": pods if ready is None else ready,
        },
    }


def hpa(name: str, floor: int, peak: int, *, rps: str | None = "133333m", cpu: int | None = 14) -> Object:
    external = {"metric": {"name": "http_requests_per_second"}}
    seen: list[Object] = []
    if rps is not None:
        seen.append({"type": "External", "external": {**external, "current": {"averageValue": rps}}})
    if cpu is not None:
        seen.append({"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": cpu}}})
    return {
        "metadata": {"name": f"{name}-hpa"},
        "spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": name},
            "minReplicas": floor,
            "maxReplicas": peak,
            "metrics": [
                {"type": "External", "external": {**external, "target": {"averageValue": "605"}}},
                {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}},
            ],
        },
        "status": {"currentMetrics": seen, "conditions": []},
    }


def budget(name: str, allowed: int = 1) -> Object:
    return {
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app.kubernetes.io/name": name}}},
        "status": {"disruptionsAllowed": allowed},
    }


def pod(name: str, app: str, *conditions: Object, node: str = "n1", **status: Any) -> Object:
    return {
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": app}},
        "spec": {"nodeName": node, "containers": [{"name": "app", "ports": [{"containerPort": 26379}]}]},
        "status": {"phase": "Running", "conditions": list(conditions), **status},
    }


def unschedulable(message: str) -> Object:
    return {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}


READY: Object = {"type": "Ready", "status": "True"}


def stateful(name: str, pods: int, ready: int | None = None) -> Object:
    return {
        "metadata": {"name": name},
        "spec": {"replicas": pods, "selector": {"matchLabels": {"app.kubernetes.io/name": name}}},
        "status": {"readyReplicas": pods if ready is None else ready},
    }


def node(name: str, zone: str, *, pool: str | None = "on-demand-critical", ready: bool = True) -> Object:
    labels = {"node.kubernetes.io/instance-type": "m5.2xlarge", "topology.kubernetes.io/zone": zone}
    return {
        "metadata": {
            "name": name,
            "labels": {**labels, **({"karpenter.sh/nodepool": pool} if pool else {})},
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "status": {"conditions": [{"type": "Ready", "status": "True" if ready else "Unknown"}]},
    }


def scaled_object(name: str, *conditions: Object, **status: Any) -> Object:
    """As KEDA 2.20.2 writes it, whole and well but for ``conditions`` and ``status``."""
    well = (
        condition(
            "Ready", "True", "ScaledObjectReady", "ScaledObject is defined correctly and is ready for scaling"
        ),
        condition("Active", "True", "ScalerActive", "Scaling is performed because triggers are active"),
        condition("Fallback", "False", "NoFallbackFound", "No fallbacks are active on this scaled object"),
        condition("Paused", "False"),
    )
    by_type = {each["type"]: each for each in (*well, *conditions)}
    health = {"s0-prometheus": {"numberOfFailures": 0, "status": "Happy"}}
    return {
        "metadata": {"name": name},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": name}, "minReplicaCount": 9, "maxReplicaCount": 45},
        "status": {"conditions": list(by_type.values()), "health": health, **status},
    }  # fmt: skip


def condition(kind: str, status: str, reason: str | None = None, message: str | None = None) -> Object:
    said = {"reason": reason, "message": message}
    return {"type": kind, "status": status, **{key: text for key, text in said.items() if text}}


def nodepool(name: str, *zones: str) -> Object:
    """Its zones are the second of its requirements."""
    requirements = [
        {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]},
        *(
            [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": list(zones)}]
            if zones
            else [{"key": "topology.kubernetes.io/zone", "operator": "Exists"}]
        ),
    ]
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": name},
        "spec": {"template": {"spec": {"requirements": requirements}}},
    }


BACKENDS = ("reservation-api", "inventory-api", "payment-api")


def well() -> dict[str, list[Object]]:
    """The guide's platform at its floor, by the path of each list."""
    apps, core = f"/apis/apps/v1/namespaces/{NAMESPACE}", f"/api/v1/namespaces/{NAMESPACE}"
    return {
        f"{apps}/deployments": [
            deployment("gateway-api", 9, rps="1000", share="1"), *(deployment(name, 6) for name in BACKENDS)
        ],
        f"{apps}/statefulsets": [stateful("redis", 4), stateful("redis-sentinel", 3)],
        f"/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers": [
            hpa("gateway-api", 9, 45), *(hpa(name, 6, 30) for name in BACKENDS)
        ],
        f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets": [
            budget(name) for name in ("gateway-api", *BACKENDS)
        ],
        SCALED_OBJECTS: [],
        f"{core}/pods": [pod("redis-sentinel-0", "redis-sentinel", READY)],
        f"{core}/events": [],
        **{path.format(namespace=NAMESPACE): [] for path in OTHERS},
        "/api/v1/nodes": [node(f"n{i}", f"zone-{zone}") for i, zone in enumerate("abcabc", 1)],
    }  # fmt: skip


DEPLOYMENTS = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
STATEFULSETS = f"/apis/apps/v1/namespaces/{NAMESPACE}/statefulsets"
AUTOSCALERS = f"/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers"
BUDGETS = f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets"
SCALED_OBJECTS = f"/apis/keda.sh/v1alpha1/namespaces/{NAMESPACE}/scaledobjects"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
EVENTS = f"/api/v1/namespaces/{NAMESPACE}/events"
NODES = "/api/v1/nodes"
NODEPOOLS = "/apis/karpenter.sh/v1/nodepools"

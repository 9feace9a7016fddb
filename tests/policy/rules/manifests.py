"""Small right manifests for the adapter's tests, changed by each test in one place."""

from typing import Any

from components.policy.facts import Fleet, Workload
from components.policy.facts.objects import Document, read_objects

LABELS = {"app": "shop"}


def container(**changes: Any) -> dict[str, Any]:
    """One container that no rule minds."""
    return {
        "name": "shop",
        "image": "shop/api:1.4.2",
        "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
        "readinessProbe": {"httpGet": {"path": "/readyz"}, "periodSeconds": 3},
        "livenessProbe": {"httpGet": {"path": "/healthz"}},
        "startupProbe": {"httpGet": {"path": "/healthz"}},
        "lifecycle": {"preStop": {"sleep": {"seconds": 10}}},
        **changes,
    }


def spread(topology: str) -> dict[str, Any]:
    """A spread constraint over a topology that no rule minds."""
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": LABELS},
    }


def deployment(
    *,
    annotations: dict[str, str] | None = None,
    spec: dict[str, Any] | None = None,
    pod: dict[str, Any] | None = None,
    kind: str = "Deployment",
    name: str = "shop",
    **changes: Any,
) -> dict[str, Any]:
    """A Deployment that no rule minds; ``changes`` are the container's."""
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "annotations": annotations or {}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": LABELS},
            "template": {
                "metadata": {"labels": LABELS},
                "spec": {
                    "topologySpreadConstraints": [
                        spread("topology.kubernetes.io/zone"),
                        spread("kubernetes.io/hostname"),
                    ],
                    "containers": [container(**changes)],
                    **(pod or {}),
                },
            },
            **(spec or {}),
        },
    }


def other(
    kind: str, api_version: str, spec: dict[str, Any], name: str = "shop", **changes: Any
) -> dict[str, Any]:
    """Any other object."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec, **changes}


def config_map(data: dict[str, str], name: str = "redis", **annotations: str) -> dict[str, Any]:
    """A ConfigMap."""
    metadata = {"name": name, "annotations": {f"headroom.dev/{k}": v for k, v in annotations.items()}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


SERVICE = other("Service", "v1", {"selector": LABELS})
BUDGET = other(
    "PodDisruptionBudget",
    "policy/v1",
    {"maxUnavailable": 1, "selector": {"matchLabels": LABELS}, "unhealthyPodEvictionPolicy": "AlwaysAllow"},
)
HPA = other(
    "HorizontalPodAutoscaler",
    "autoscaling/v2",
    {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"},
        "minReplicas": 3,
        "maxReplicas": 9,
        "metrics": [
            {
                "type": "External",
                "external": {
                    "metric": {"name": "http_requests_per_second"},
                    "target": {"type": "AverageValue", "averageValue": "600"},
                },
            }
        ],
        "behavior": {"scaleUp": {"stabilizationWindowSeconds": 0}},
    },
)


def facts(*bodies: object) -> Fleet:
    """The facts of objects."""
    return read_objects([Document(body) for body in bodies]).fleet


def only(*bodies: object) -> Workload:
    """The facts of the only workload among objects."""
    (workload,) = facts(*bodies).workloads
    return workload

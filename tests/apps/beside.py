"""A service and a worker with everything in their pods that a stack can say, and what of it a pod then holds.

What the program renders and what an API server stores of it are held against the same words: ``in_pods`` leaves out
what nobody stated, so that a server's defaults are no difference.
"""

from typing import Any, Final

IMAGE: Final = "docker.io/stefanprodan/podinfo:6.9.2"
PRIORITY: Final = "shop-critical"
SMALL: Final = {"cpu_request": "100m", "memory_request": "128Mi", "memory_limit": "128Mi"}
PROXY: Final = {
    "kind": "sidecar",
    "name": "sql-proxy",
    "image": "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1",
    "args": ["--port=5432", "shop:asia-northeast3:orders"],
    "resources": SMALL,
    "startup": {"kind": "tcp", "port": 5432, "period": "1s", "timeout": "1s", "failure_threshold": 30},
    "readiness": {
        "path": "/readiness",
        "port": 9090,
        "period": "5s",
        "timeout": "2s",
        "failure_threshold": 2,
    },
}
MIGRATION: Final = {
    "kind": "step",
    "name": "migrate",
    "image": IMAGE,
    "command": ["/app/migrate"],
    "env_from": [{"kind": "secret", "name": "orders-database"}],
    "resources": SMALL,
}
BESIDE: Final[dict[str, Any]] = {
    "image": IMAGE,
    "init_containers": [PROXY, MIGRATION],
    "env_from": [
        {"kind": "config-map", "name": "payment"},
        {"kind": "secret", "name": "payment-keys", "prefix": "KEY_"},
    ],
    "env_from_config_maps": {"LEVEL": {"config_map": "payment", "key": "level"}},
    "volumes": {
        "config": {"kind": "config-map", "name": "payment", "mount_path": "/app/a.yaml", "file": "a.yaml"},
        "memory": {"kind": "empty-dir", "size_limit": "64Mi", "medium": "memory", "mount_path": "/dev/shm"},
        "vault": {"kind": "token", "audience": "vault", "mount_path": "/var/run/vault"},
        "keys": {"kind": "secret-store", "provider_class": "payment-keys", "mount_path": "/keys"},
    },
    "env_from_pod": {"POD_IP": "status.podIP", "GOMEMLIMIT": "limits.memory"},
    "user": 1000,
    "pod_labels": {"sidecar.istio.io/inject": "true"},
    "pod_annotations": {"linkerd.io/inject": "enabled"},
    "priority_class": PRIORITY,
}
# A service that speaks neither HTTP nor gRPC, and the ports on which it is asked whether it listens.
LISTENS: Final = {
    name: {"kind": "tcp", "port": 8000, "period": period, "timeout": "2s", "failure_threshold": failures}
    for name, period, failures in (("readiness", "3s", 2), ("liveness", "10s", 3), ("startup", "2s", 30))
}
LISTENS_ON: Final = {"readiness": 8000, "liveness": 8000, "startup": 8000}

IN_PODS: Final = {
    "started before": [("sql-proxy", "Always"), ("migrate", None)],
    "sidecar's probes": {
        "startupProbe": {"tcpSocket": {"port": 5432}},
        "readinessProbe": {"httpGet": {"path": "/readiness", "port": 9090}},
    },
    "step's sources": [{"secretRef": {"name": "orders-database"}}],
    "sources": [
        {"configMapRef": {"name": "payment"}},
        {"prefix": "KEY_", "secretRef": {"name": "payment-keys"}},
    ],
    "from the pod": {"POD_IP": "status.podIP", "GOMEMLIMIT": "limits.memory"},
    "one key": {"configMapKeyRef": {"name": "payment", "key": "level"}},
    "volumes": {
        "config": {"configMap": {"name": "payment"}},
        "memory": {"emptyDir": {"sizeLimit": "64Mi", "medium": "Memory"}},
        "vault": {
            "projected": {
                "sources": [
                    {
                        "serviceAccountToken": {
                            "path": "token",
                            "audience": "vault",
                            "expirationSeconds": 3600,
                        }
                    }
                ]
            }
        },
        "keys": {
            "csi": {
                "driver": "secrets-store.csi.k8s.io",
                "readOnly": True,
                "volumeAttributes": {"secretProviderClass": "payment-keys"},
            }
        },
    },
    "one file": "a.yaml",
    "users": (1000, 1000, 1000),
    "label": "true",
    "annotation": "enabled",
    "priority": PRIORITY,
}


def in_pods(pod: Any) -> dict[str, Any]:
    """Of a pod or a pod template, what IN_PODS says of it."""
    metadata, spec = pod["metadata"], pod["spec"]
    before, security = spec["initContainers"], spec["securityContext"]
    (app,) = spec["containers"]
    return {
        "started before": [(one["name"], one.get("restartPolicy")) for one in before],
        "sidecar's probes": {name: _asked(before[0][name]) for name in ("startupProbe", "readinessProbe")},
        "step's sources": before[1]["envFrom"],
        "sources": app["envFrom"],
        "from the pod": {
            one["name"]: _fact(one["valueFrom"])
            for one in app["env"]
            if one["name"] in BESIDE["env_from_pod"]
        },
        "one key": next(one["valueFrom"] for one in app["env"] if one["name"] == "LEVEL"),
        "volumes": {
            one["name"]: {kind: _stated(source) for kind, source in one.items() if kind != "name"}
            for one in spec["volumes"]
            if one["name"] in BESIDE["volumes"]
        },
        "one file": next(one["subPath"] for one in app["volumeMounts"] if one["name"] == "config"),
        "users": (security["runAsUser"], security["runAsGroup"], security["fsGroup"]),
        "label": metadata["labels"]["sidecar.istio.io/inject"],
        "annotation": metadata["annotations"]["linkerd.io/inject"],
        "priority": spec["priorityClassName"],
    }


def listens_on(pod: Any) -> dict[str, int]:
    """The ports on which a pod, or those of a template, are asked by TCP; by probe."""
    (app,) = pod["spec"]["containers"]
    return {name: _asked(app[f"{name}Probe"])["tcpSocket"]["port"] for name in LISTENS}


def _asked(probe: Any) -> dict[str, Any]:
    """How a probe asks, without its times and without the scheme that a server adds."""
    how = {name: dict(probe[name]) for name in ("tcpSocket", "httpGet") if name in probe}
    for one in how.values():
        one.pop("scheme", None)
    return how


def _stated(source: Any) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name != "defaultMode"}


def _fact(source: Any) -> str:
    found: dict[str, str] = source.get("fieldRef") or source["resourceFieldRef"]
    return found.get("fieldPath") or found["resource"]

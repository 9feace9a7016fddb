"""Pods of a test's own beside the platform's, restricted as its namespace asks."""

import json
from typing import Any

from components.policy.quantities import Millicores
from tests.live import NAMESPACE, Checkout


def create(platform: Checkout, name: str, count: int, cpu: Millicores, **spec: Any) -> None:
    """A Deployment of so many pods that request so much; ``spec`` is the pods' besides."""
    container = {
        "name": "app",
        "image": "docker.io/stefanprodan/podinfo:6.9.2",
        "resources": {"requests": {"cpu": str(cpu), "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    pod = {
        "containers": [container],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **spec,
    }
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "replicas": count,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
        },
    }
    file = platform.root / f"{name}.json"
    file.write_text(json.dumps(body))
    platform.kubectl("create", "-f", str(file))


def delete(platform: Checkout, name: str) -> None:
    """Ask for it; nobody waits."""
    platform.kubectl("delete", "deployment", name, "-n", NAMESPACE, "--ignore-not-found", "--wait=false")


def bound(platform: Checkout, name: str) -> list[str]:
    """The nodes of those that have one."""
    pods = platform.get("pods", "-l", f"app={name}")
    return [pod["spec"]["nodeName"] for pod in pods if "nodeName" in pod["spec"]]

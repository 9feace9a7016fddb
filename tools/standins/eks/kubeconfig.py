"""How the inside of a pretended cluster is reached: its kubeconfig, and the Kubernetes provider made of it.

It decides the kubeconfig: the pretended cluster's own, behind which nothing listens, or one that a variable names.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pulumi
import yaml

from tools.standins import schema
from tools.standins.eks.children import Child

KUBECONFIG_VARIABLE: Final = "HEADROOM_STANDINS_KUBECONFIG"
"""Names a kubeconfig that pretended clusters hand out instead of their own: a real API server behind them."""


def of(cluster: Child) -> pulumi.Output[str]:
    """The kubeconfig as JSON, known once the cluster is."""
    named = os.environ.get(KUBECONFIG_VARIABLE)
    given = yaml.safe_load(Path(named).read_text()) if named else None
    parts = [cluster.out(name) for name in ("name", "endpoint", "certificateAuthority", "region")]
    return pulumi.Output.all(*parts).apply(lambda known: json.dumps(given or _config(*known)))


def provider(name: str, kubeconfig: Any, parent: pulumi.Resource) -> pulumi.ProviderResource:
    """The Kubernetes provider that hangs under the cluster."""
    options = pulumi.ResourceOptions(parent=parent, version=schema.plugin_version("kubernetes"))
    return pulumi.ProviderResource("kubernetes", name, {"kubeconfig": kubeconfig}, options)


def _config(name: str, endpoint: str, authority: Mapping[str, str], region: str) -> dict[str, Any]:
    """As `aws eks update-kubeconfig` writes it."""
    command = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"],
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {"name": name, "cluster": {"server": endpoint, "certificate-authority-data": authority["data"]}}
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "users": [{"name": name, "user": {"exec": command}}],
    }

"""The vendors' own charts, rendered from the values that a stack gives them by the Helm that installs them.

That is the one in the Kubernetes plugin, which is asked as the engine asks it; no cluster is needed. It decides which
values a chart knows; what the rendered objects must say is in the tests.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import grpc
import yaml
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.components.harness import Registered, Run, whole
from tools import toolchain

# Of the module that both charts are part of; what builds the toolchain pins it (tools/go/crds/go.mod).
KARPENTER: Final = "github.com/aws/karpenter-provider-aws"


def released(result: Run, chart: str) -> Registered:
    """The release of a chart, wherever the chart comes from."""
    (found,) = [r for r in result.all("Release") if r.inputs["chart"].rpartition("/")[2] == chart]
    return found


def unknown_values(values: Mapping[str, Any], chart: Mapping[str, Any], above: str = "") -> list[str]:
    """The paths of values that the chart's values.yaml does not have. Where its own is empty, anything goes below."""
    found: list[str] = []
    for name, value in values.items():
        path = f"{above}{name}"
        if name not in chart:
            found.append(path)
        elif isinstance(value, dict) and chart[name]:
            below = chart[name] if isinstance(chart[name], dict) else {}
            found += unknown_values(value, below, f"{path}.")
    return found


def default_values(chart: str) -> dict[str, Any]:
    """The chart's own values."""
    read: dict[str, Any] = yaml.safe_load((toolchain.charts() / chart / "values.yaml").read_text())
    return read


class Helm:
    """The Kubernetes plugin, while it runs."""

    def __init__(self, channel: Any) -> None:
        self.plugin: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        # Without a cluster that it can read of, it renders all the same, and asks nobody.
        self.plugin.Configure(provider_pb2.ConfigureRequest(variables={"kubernetes:config:kubeconfig": "-"}))

    def rendered(self, release: Registered, kubernetes_version: str) -> list[dict[str, Any]]:
        """Every object of a release, as Helm would send it to a cluster of the version."""
        asked = {
            "path": str(toolchain.charts()),
            "chart": release.inputs["chart"].rpartition("/")[2],
            "release_name": release.inputs["name"],
            "namespace": release.inputs["namespace"],
            "values": release.inputs["values"],
            "skip_crd_rendering": release.inputs["skipCrds"],
            "kube_version": kubernetes_version,
        }
        request = provider_pb2.InvokeRequest(tok="kubernetes:helm:template")
        request.args.update({"jsonOpts": json.dumps(asked)})
        answer = json_format.MessageToDict(self.plugin.Invoke(request))
        objects: list[dict[str, Any]] = whole(answer["return"]["result"])
        return objects


@contextmanager
def helm() -> Iterator[Helm]:
    """Starts the plugin, built if it is missing, and ends it. It is told of an engine that it never has to call."""
    command = [str(toolchain.tool("pulumi-resource-kubernetes")), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Helm(channel)
        finally:
            process.kill()

"""The metrics source (tools/local/metrics) as a process, and its registration with the API server.

It decides where the API server looks for the metrics APIs: an ExternalName service to this machine, with the
port in the APIService. The serving certificate is the one that kwokctl made, which carries the service's
name; the API server shows the same certificate as its client, and the source turns everybody else away.
"""

import base64
import os
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from tools.local import daemon, ports
from tools.local.api import ApiError
from tools.local.site import METRICS_NAMESPACE, METRICS_SERVICE, Site

GROUPS = ("metrics.k8s.io", "external.metrics.k8s.io")
VERSION = "v1beta1"
REGISTRATIONS = "/apis/apiregistration.k8s.io/v1/apiservices"


def ensure(site: Site) -> None:
    """Its answers for KEDA come from KEDA's adapter, whose port it has to know."""
    daemon.reserve(site, (*ports.METRICS, *ports.KEDA_ADAPTER))
    if daemon.ensure(site, METRICS):
        site.progress("starting the metrics source")
        _register(site)
        daemon.wait(site, METRICS)


def _command(site: Site) -> Sequence[str]:
    known = site.record.ports
    asked = {
        "--api-port": known["kube-apiserver"],
        "--port": known["metrics"],
        "--prometheus-port": known["prometheus"],
        "--keda-port": known["keda-adapter"],
    }
    options = [text for name, port in asked.items() for text in (name, str(port))]
    return [sys.executable, "-m", "tools.local.metrics", *options, "--pki", str(site.home.pki)]


def _env(site: Site) -> Mapping[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}


def _well(site: Site) -> bool:
    """Whether the API server gets answers from it."""
    api = site.api()
    try:
        for group in GROUPS:
            api.get(f"/apis/{group}/{VERSION}", timeout_s=3)
    except ApiError:
        return False
    return True


def _made_of(site: Site) -> str:
    files = sorted(Path(__file__).parent.joinpath("metrics").glob("*.py"))
    return f"{sha256(b''.join(file.read_bytes() for file in files)).hexdigest()} {site.record.made_of}"


def _register(site: Site) -> None:
    api, port = site.api(), site.record.ports["metrics"]
    api.apply(f"/api/v1/namespaces/{METRICS_NAMESPACE}/services/{METRICS_SERVICE}", service(port))
    authority = (site.home.pki / "ca.crt").read_bytes()
    for group in GROUPS:
        api.apply(f"{REGISTRATIONS}/{VERSION}.{group}", registration(group, port, authority))


def service(port: int) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": METRICS_SERVICE, "namespace": METRICS_NAMESPACE},
        "spec": {
            "type": "ExternalName",
            "externalName": "localhost",
            "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
        },
    }


def registration(group: str, port: int, authority: bytes) -> dict[str, object]:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"{VERSION}.{group}"},
        "spec": {
            "group": group,
            "version": VERSION,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "caBundle": base64.b64encode(authority).decode(),
            "service": {"name": METRICS_SERVICE, "namespace": METRICS_NAMESPACE, "port": port},
        },
    }


METRICS = daemon.Daemon("metrics", ports.METRICS, _command, _env, _well, _made_of)

"""KEDA's operator and metrics adapter, which scale what a ScaledObject names, by real cron triggers and by what the
metrics source answers in Prometheus' place.

They run always and are waited for last, so that they cost `up` next to nothing, and a ScaledObject that anybody
applies works. The adapter is not registered with the API server: there can be one registration of
external.metrics.k8s.io, which the metrics source has, and it hands KEDA's metrics on (tools/local/metrics/keda.py).
Whatever Prometheus address a ScaledObject names is answered by the metrics source: it is the operator's HTTP proxy.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.links import replace_link
from tools.local import daemon, ports
from tools.local.api import healthy, ready
from tools.local.site import Site

NAMESPACE = "kube-system"
CERTIFICATES = {"ca.crt": "ca.crt", "tls.crt": "admin.crt", "tls.key": "admin.key"}
"""What KEDA calls them, and what kwokctl calls the ones that it made."""


def start(site: Site) -> None:
    """Start what does not run; `wait` says when it works."""
    for name in ("keda-operator", "keda-adapter"):
        daemon.link(site, name)
    certificates = _certificates(site)
    certificates.mkdir(parents=True, exist_ok=True)
    for name, made in CERTIFICATES.items():
        replace_link(certificates / name, site.home.pki / made)
    daemon.reserve(site, (*ports.KEDA_OPERATOR, *ports.KEDA_ADAPTER))
    started = [one.name for one in (OPERATOR, ADAPTER) if daemon.ensure(site, one)]
    if started:
        site.progress(f"starting {' and '.join(started)}")


def wait(site: Site) -> None:
    for one in (OPERATOR, ADAPTER):
        daemon.wait(site, one)


def _certificates(site: Site) -> Path:
    return site.home.control_plane / "keda"


def _operator(site: Site) -> Sequence[str]:
    metrics, health, service = (site.record.ports[name] for name in ports.KEDA_OPERATOR)
    return [
        str(daemon.program(site, "keda-operator")),
        "--leader-elect=false",
        f"--metrics-bind-address=127.0.0.1:{metrics}",
        f"--health-probe-bind-address=127.0.0.1:{health}",
        f"--metrics-service-bind-address=127.0.0.1:{service}",
        f"--cert-dir={_certificates(site)}",
        "--zap-log-level=error",
    ]


def _adapter(site: Site) -> Sequence[str]:
    serving, metrics = (site.record.ports[name] for name in ports.KEDA_ADAPTER)
    kubeconfig = site.home.kubeconfig
    certificates = _certificates(site)
    return [
        str(daemon.program(site, "keda-adapter")),
        *(
            f"--{user}kubeconfig={kubeconfig}"
            for user in ("", "lister-", "authentication-", "authorization-")
        ),
        "--bind-address=127.0.0.1",
        f"--secure-port={serving}",
        f"--tls-cert-file={certificates / 'tls.crt'}",
        f"--tls-private-key-file={certificates / 'tls.key'}",
        f"--cert-dir={certificates}",
        f"--port={metrics}",
        f"--metrics-service-address=localhost:{site.record.ports['keda-service']}",
        "--zap-log-level=error",
    ]


def _env(site: Site) -> Mapping[str, str]:
    """Nothing else of the user's: KEDA takes options from variables too."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "KUBECONFIG": str(site.home.kubeconfig),
        "POD_NAMESPACE": NAMESPACE,
        "KEDA_CLUSTER_OBJECT_NAMESPACE": NAMESPACE,
        "WATCH_NAMESPACE": "",
        # Addresses of this machine are asked without it (Go, net/http.ProxyFromEnvironment).
        "HTTP_PROXY": f"http://127.0.0.1:{site.record.ports['prometheus']}",
    }


def _operator_well(site: Site) -> bool:
    return ready(site.record.ports["keda-health"])


def _adapter_well(site: Site) -> bool:
    return healthy(site.record.ports["keda-adapter"])


def _made_of(name: str, site: Site) -> str:
    proxy = site.record.ports["prometheus"]
    return f"{site.tool(name).resolve()} {site.record.made_of} {proxy}"


OPERATOR = daemon.Daemon(
    "keda-operator",
    ports.KEDA_OPERATOR,
    _operator,
    _env,
    _operator_well,
    lambda site: _made_of("keda-operator", site),
)
ADAPTER = daemon.Daemon(
    "keda-adapter",
    ports.KEDA_ADAPTER,
    _adapter,
    _env,
    _adapter_well,
    lambda site: _made_of("keda-adapter", site),
)

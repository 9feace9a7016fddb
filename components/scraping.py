"""How Prometheus gets a service's metrics: who may ask the pods, on which port, and what tells it that they are there.

The autoscaler asks what Prometheus collected so; the names of the labels here are those in its query.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from .api import ApiObject
from .network_policy import Pods
from .policy.bounds import SCRAPE
from .policy.port_names import HTTP, METRICS
from .policy.quantities import Milliseconds

# What real gateways of this kind count their requests by: http_server_requests_total{method,route,status_code}.
REQUESTS_TOTAL: Final = "http_server_requests_total"
# prometheus-operator, PodMonitor: a pod's labels as relabelling sees them.
_NAME_OF_POD: Final = "__meta_kubernetes_pod_label_app_kubernetes_io_name"


def requests_query(counter: str = REQUESTS_TOTAL) -> str:
    """Requests/s of one service in all, for the autoscaler to divide; {namespace} and {service} are filled in there."""
    return f'sum(rate({counter}{{{{namespace="{{namespace}}",service="{{service}}"}}}}[1m]))'


@dataclass(frozen=True, kw_only=True)
class PodMonitor:
    """Tells the Prometheus operator of the pods. ``labels`` are what the Prometheus selects its monitors by.

    Four samples in the minute that a rate looks back over: one that is lost changes nothing.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    interval: Milliseconds = Milliseconds.parse("15s")

    def __post_init__(self) -> None:
        SCRAPE.check("interval", self.interval)


@dataclass(frozen=True, kw_only=True)
class Unscraped:
    """Nobody asks the pods for metrics."""


@dataclass(frozen=True, kw_only=True)
class Scraped:
    """``by`` may ask every pod at ``path``: on the service's own port, or on one that serves nothing else.

    Without a ``monitor`` the pods are found in some other way.
    """

    by: Pods
    path: str = "/metrics"
    port: int | None = None
    monitor: PodMonitor | None = None


Metrics = Unscraped | Scraped


def metrics_port(metrics: Metrics) -> int | None:
    """The port that serves nothing but metrics, where there is one."""
    return metrics.port if isinstance(metrics, Scraped) else None


def make_pod_monitor(
    name: str,
    metrics: Metrics,
    *,
    namespace: pulumi.Input[str],
    labels: Mapping[str, str],
    selector: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> None:
    """Register the PodMonitor of a workload, where one is asked for."""
    if not isinstance(metrics, Scraped) or metrics.monitor is None:
        return
    CustomResource(
        f"{name}-monitor",
        api_version="monitoring.coreos.com/v1",
        kind="PodMonitor",
        metadata={"name": name, "namespace": namespace, "labels": {**labels, **metrics.monitor.labels}},
        spec={
            "selector": {"matchLabels": dict(selector)},
            "podMetricsEndpoints": [_endpoint(metrics, metrics.monitor)],
        },
        opts=opts,
    )


def _endpoint(metrics: Scraped, monitor: PodMonitor) -> ApiObject:
    return {
        "port": HTTP if metrics.port is None else METRICS,
        "path": metrics.path,
        "interval": f"{monitor.interval.seconds}s",
        # A pod has no label "service" of its own; the query asks by it.
        "relabelings": [{"action": "replace", "sourceLabels": [_NAME_OF_POD], "targetLabel": "service"}],
    }

"""KubePrometheusStack: the Prometheus that autoscalers ask, its operator, and what tells it of nodes and objects.

Two replicas scrape the same, so that the loss of one loses no figure. Decides no alert and no dashboard: Telemetry
does. It finds every PodMonitor and ServiceMonitor in the cluster, whoever made it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from ..charts import ChartSource, pinned_chart, ready
from ..pod import resource_fields
from ..policy import controllers
from ..policy.bounds import SAMPLES
from ..policy.quantities import Bytes, Milliseconds
from ..policy.workload import Resources
from ..renames import with_aliases
from .chart import (
    CRITICAL,
    AwsPlace,
    check_aws,
    make_namespace,
    make_release,
    spread,
)
from .retention import (
    SERVICE_ACCOUNT,
    ClusterOnly,
    ExistingWorkspace,
    LocalStorage,
    LongTerm,
    NewWorkspace,
    NodeDisk,
    Volume,
    make_long_term,
    storage_values,
)

__all__ = [
    "ClusterOnly",
    "ExistingWorkspace",
    "Grafana",
    "KubePrometheusStack",
    "KubePrometheusStackArgs",
    "NewWorkspace",
    "NodeDisk",
    "Volume",
]

# What the chart's objects are called, whatever the release is; the Service of Prometheus is this and "-prometheus".
FULL_NAME: Final = "monitoring"
PORT: Final = 9090
RESOURCES: Final = controllers.PROMETHEUS
# In EKS the control plane is not ours to scrape: its endpoints would be alerts that never end.
_NOT_OURS: Final = ("kubeControllerManager", "kubeEtcd", "kubeScheduler", "kubeProxy")


@dataclass(frozen=True, kw_only=True)
class Grafana:
    """Dashboards. ``admin_secret`` is a Secret in the same namespace with the keys admin-user and admin-password: the
    chart's own default is a password that everybody knows."""

    admin_secret: str


@dataclass(frozen=True, kw_only=True)
class KubePrometheusStackArgs:
    """Arguments of :class:`KubePrometheusStack`. ``version`` is the chart's, ``crds_version`` that of
    prometheus-operator-crds, which brings the CRDs that the same operator knows."""

    charts: ChartSource
    # Left out, they come from the same place.
    crds_charts: ChartSource | None = None
    version: str
    crds_version: str
    namespace: pulumi.Input[str] = "monitoring"
    retention: Milliseconds = Milliseconds.parse("48h")
    local: LocalStorage = NodeDisk(size=Bytes.parse("20Gi"))
    long_term: LongTerm = ClusterOnly()
    grafana: Grafana | None = None
    resources: Resources = RESOURCES


class KubePrometheusStack(pulumi.ComponentResource):
    """Namespace, the CRDs in a release of their own, the stack, and its role and workspace where samples are kept.

    Outputs: ``prometheus_address`` (known once it answers; what a Keda autoscaler asks), ``namespace``, ``ready``.
    """

    prometheus_address: pulumi.Output[str]
    namespace: pulumi.Output[str]
    ready: pulumi.Output[str]

    def __init__(
        self, name: str, args: KubePrometheusStackArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        chart = pinned_chart(name, "kube-prometheus-stack", args.version, args.charts)
        crds_chart = pinned_chart(
            name, "prometheus-operator-crds", args.crds_version, args.crds_charts or args.charts
        )
        SAMPLES.check(f"{name}.retention", args.retention)
        check_aws(f"{name}.long_term", args.long_term if isinstance(args.long_term, AwsPlace) else None)
        super().__init__("headroom:index:KubePrometheusStack", name, None, with_aliases(name, opts))
        # The node exporter reads its host.
        self.namespace = make_namespace(self, name, args.namespace, "privileged")
        kept, first = make_long_term(self, name, args.long_term, namespace=self.namespace)
        crds = make_release(self, name, crds_chart, namespace=self.namespace, values={})
        made = make_release(
            self, name, chart, namespace=self.namespace, values=_values(args, kept), after=[crds, *first]
        )
        self.ready = ready(made)
        self.prometheus_address = pulumi.Output.all(self.namespace, self.ready).apply(
            lambda known: f"http://{FULL_NAME}-prometheus.{known[0]}.svc:{PORT}"
        )
        self.register_outputs(
            {
                "prometheus_address": self.prometheus_address,
                "namespace": self.namespace,
                "ready": self.ready,
            }
        )


def _values(args: KubePrometheusStackArgs, kept: Mapping[str, Any]) -> dict[str, Any]:
    everything = {
        f"{kind}SelectorNilUsesHelmValues": False
        for kind in ("podMonitor", "serviceMonitor", "rule", "probe", "scrapeConfig")
    }
    return {
        "fullnameOverride": FULL_NAME,
        "crds": {"enabled": False},
        "cleanPrometheusOperatorObjectNames": True,
        **{part: {"enabled": False} for part in _NOT_OURS},
        "grafana": {"enabled": False}
        if args.grafana is None
        else {"enabled": True, "admin": {"existingSecret": args.grafana.admin_secret}},
        "alertmanager": {
            "alertmanagerSpec": {"replicas": controllers.REPLICAS, "podAntiAffinity": "hard"},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        },
        "prometheus": {
            "serviceAccount": {"create": True, "name": SERVICE_ACCOUNT},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "service": {"port": PORT},
            "prometheusSpec": {
                **everything,
                "replicas": controllers.REPLICAS,
                "podAntiAffinity": "hard",
                "topologySpreadConstraints": spread(
                    {"app.kubernetes.io/name": "prometheus"}, revision_label="controller-revision-hash"
                ),
                # Without it there is no figure to scale on.
                "priorityClassName": CRITICAL,
                "retention": f"{args.retention.seconds}s",
                "resources": resource_fields(args.resources),
                **storage_values(args.local),
                **kept,
            },
        },
    }

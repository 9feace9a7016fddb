"""The stack's EKS cluster and Karpenter in it, from the settings; the Kubernetes provider of everything inside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components import charts
from components.aws.access import AccessEntry, AllowListedEndpoint, Endpoint, OpenEndpoint, PrivateEndpoint
from components.eks_cluster import Addons, EksCluster, EksClusterArgs, SystemNodes
from components.karpenter_controller import KarpenterController, KarpenterControllerArgs
from config import aws as stated
from config import charts as stated_charts

from .account import Account
from .network import Placed


@dataclass(frozen=True)
class Eks:
    """A cluster with Karpenter in it. ``provider`` is for what goes into it."""

    cluster: EksCluster
    karpenter: KarpenterController
    provider: kubernetes.Provider
    account: Account
    network: Placed
    settings: stated.EksCluster

    def opts(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        """For a component with a part in AWS and a part in the cluster."""
        return pulumi.ResourceOptions(
            providers=[self.account.provider, self.provider], depends_on=list(depends_on) or None
        )

    def charts(self, chart: str) -> charts.ChartSource:
        """Where a chart comes from."""
        return chart_source(self.settings.charts.of(chart))


def eks(cluster: stated.EksCluster, network: Placed, account: Account) -> Eks:
    """Register the cluster, the provider of what is in it, and Karpenter."""
    made = EksCluster("eks", _cluster_args(cluster, network, account), account.opts())
    # Known once nodes and DNS are there (EksCluster); on the way down everything inside leaves before them.
    provider = kubernetes.Provider("cluster", kubeconfig=made.kubeconfig)
    karpenter = KarpenterController(
        "karpenter",
        KarpenterControllerArgs(
            cluster_name=made.cluster_name,
            place=account.place,
            kubernetes_version=cluster.kubernetes_version,
            version=cluster.karpenter_version,
            charts=chart_source(cluster.charts.of("karpenter")),
            tags=cluster.tags,
        ),
        pulumi.ResourceOptions(providers=[account.provider, provider]),
    )
    return Eks(made, karpenter, provider, account, network, cluster)


def chart_source(
    source: stated_charts.OciCharts | stated_charts.HttpsCharts | stated_charts.ChartDirectory,
) -> charts.ChartSource:
    """The component's word for it."""
    match source:
        case stated_charts.OciCharts(repository=repository):
            return charts.OciCharts(repository=repository)
        case stated_charts.HttpsCharts(repository=repository):
            return charts.HttpsCharts(repository=repository)
        case stated_charts.ChartDirectory(path=path):
            return charts.ChartDirectory(path=path)


def _cluster_args(cluster: stated.EksCluster, network: Placed, account: Account) -> EksClusterArgs:
    return EksClusterArgs(
        cluster=cluster.name,
        place=account.place,
        version=cluster.kubernetes_version,
        karpenter_version=cluster.karpenter_version,
        vpc_id=network.vpc_id,
        private_subnet_ids=network.private_subnet_ids,
        endpoint=_endpoint(cluster.endpoint),
        addons=Addons(**_fields(cluster.addons)),
        access={name: AccessEntry(**_fields(entry)) for name, entry in cluster.access.items()},
        system_nodes=SystemNodes(**_fields(cluster.system_nodes)),
        log_retention_days=cluster.log_retention_days,
        deletion_protection=cluster.deletion_protection,
        tags=cluster.tags,
    )


def _endpoint(endpoint: stated.Endpoint) -> Endpoint:
    match endpoint:
        case stated.PrivateEndpoint():
            return PrivateEndpoint()
        case stated.AllowListedEndpoint(cidrs=cidrs):
            return AllowListedEndpoint(cidrs=cidrs)
        case stated.OpenEndpoint(reason=reason):
            return OpenEndpoint(reason=reason)


def _fields(model: stated.Addons | stated.AccessEntry | stated.SystemNodes) -> Mapping[str, Any]:
    """The fields as they are: the settings and the component call them the same."""
    return {name: getattr(model, name) for name in type(model).model_fields}

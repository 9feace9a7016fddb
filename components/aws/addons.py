"""The managed add-ons of a cluster, each at a stated version, in the order in which nodes and pods need them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import pulumi
from pulumi_aws import eks

from ..policy.addons import check_addon_version, check_kube_proxy
from ..policy.place import Place
from .children import Children
from .roles import pod_role
from .system_nodes import TOLERATION

# CoreDNS's own autoscaler follows nodes and cores; two is what one lost node leaves one of, and the
# upper bound is ours: five times that.
_DNS_LEAST: Final = 2
_DNS_MOST: Final = 10
# What the addresses of the plan count on (components.policy.subnets): /28 prefixes, one of them warm. Network policies
# are enforced by the CNI, or the ones that the services carry mean nothing.
VPC_CNI: Final = {
    "enableNetworkPolicy": "true",
    "env": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"},
}
COREDNS: Final = {
    "tolerations": [TOLERATION],
    "autoScaling": {"enabled": True, "minReplicas": _DNS_LEAST, "maxReplicas": _DNS_MOST},
    "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ],
}
METRICS_SERVER: Final = {"replicas": 2, "tolerations": [TOLERATION]}


@dataclass(frozen=True, kw_only=True)
class Addons:
    """Versions as ``aws eks describe-addon-versions`` names them ("v1.20.4-eksbuild.2").

    ``aws_ebs_csi_driver`` None leaves it out: nothing here needs volumes. Raises ConfigurationError for a version that
    is none.
    """

    vpc_cni: str
    coredns: str
    kube_proxy: str
    eks_pod_identity_agent: str
    metrics_server: str
    aws_ebs_csi_driver: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            version = getattr(self, field.name)
            if version is not None:
                check_addon_version(f"addons.{field.name}", version)

    def check_for(self, kubernetes: str) -> None:
        """Raises ConfigurationError when kube-proxy does not fit the control plane."""
        check_kube_proxy("addons.kube_proxy", self.kube_proxy, kubernetes)


@dataclass(frozen=True)
class AddonMaker:
    """Makes the add-ons of one cluster."""

    children: Children
    versions: Addons
    place: Place
    cluster: pulumi.Output[str]

    def before_nodes(self) -> list[eks.Addon]:
        """What a node needs to become ready, so it is there when the first one joins."""
        agent = self._addon("eks-pod-identity-agent", self.versions.eks_pod_identity_agent)
        cni = self._addon(
            "vpc-cni", self.versions.vpc_cni, VPC_CNI, account="aws-node", managed="AmazonEKS_CNI_Policy"
        )
        return [agent, cni, self._addon("kube-proxy", self.versions.kube_proxy)]

    def on_nodes(self, after: Sequence[pulumi.Resource]) -> list[eks.Addon]:
        """What runs on the system nodes. An add-on without a node is never active, and its creation fails."""
        made = [
            self._addon("coredns", self.versions.coredns, COREDNS, after=after),
            self._addon("metrics-server", self.versions.metrics_server, METRICS_SERVER, after=after),
        ]
        if self.versions.aws_ebs_csi_driver is not None:
            made.append(
                self._addon(
                    "aws-ebs-csi-driver",
                    self.versions.aws_ebs_csi_driver,
                    # Nobody else could tag the volumes that the driver makes.
                    {
                        "controller": {
                            "tolerations": [TOLERATION],
                            "extraVolumeTags": dict(self.children.tags),
                        }
                    },
                    account="ebs-csi-controller-sa",
                    managed="service-role/AmazonEBSCSIDriverPolicy",
                    after=after,
                )
            )
        return made

    def _addon(
        self,
        name: str,
        version: str,
        values: dict[str, Any] | None = None,
        *,
        account: str | None = None,
        managed: str = "",
        after: Sequence[pulumi.Resource] = (),
    ) -> eks.Addon:
        associations = None
        if account is not None:
            role = pod_role(self.children, name, self.place, self.cluster, [managed])
            associations = [eks.AddonPodIdentityAssociationArgs(role_arn=role.arn, service_account=account)]
        return eks.Addon(
            self.children.named(name),
            cluster_name=self.cluster,
            addon_name=name,
            addon_version=version,
            configuration_values=None if values is None else json.dumps(values, sort_keys=True),
            pod_identity_associations=associations,
            # What somebody changed by hand goes back to what is stated here.
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=self.children.tagged(name),
            opts=self.children.opts(after),
        )

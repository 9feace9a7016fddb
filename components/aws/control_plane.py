"""The control plane: the cluster itself, the key that its secrets are encrypted with, and where its logs go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_eks
from pulumi_aws import cloudwatch, ec2

from ..policy.place import Place
from .access import AccessEntry, Endpoint, access_entries, endpoint_inputs
from .children import Children
from .key import make_key
from .vpc import DISCOVERY_TAG

# All five there are (EKS, "Send control plane logs to CloudWatch Logs").
LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@dataclass(frozen=True, kw_only=True)
class ControlPlane:
    """What the control plane is made from."""

    cluster: str
    version: str
    place: Place
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Any]
    endpoint: Endpoint
    access: Mapping[str, AccessEntry]
    log_retention_days: int
    # None leaves protection to the options that the component was given.
    protect: bool | None


def make_control_plane(children: Children, plan: ControlPlane) -> pulumi_eks.Cluster:
    """Register key, log group and cluster, and the tag by which Karpenter finds the nodes' security group."""
    about = f"Envelope encryption of the secrets of cluster {plan.cluster}"
    key = make_key(children, "secrets-key", about, plan.place, protect=plan.protect)
    # EKS makes this group when it first writes, and keeps it for ever, unless it is there already.
    logs = cloudwatch.LogGroup(
        children.named("control-plane-logs"),
        name=f"/aws/eks/{plan.cluster}/cluster",
        retention_in_days=plan.log_retention_days,
        tags=children.tagged("control-plane-logs"),
        opts=children.opts(),
    )
    cluster = pulumi_eks.Cluster(
        children.named("cluster"),
        name=plan.cluster,
        version=plan.version,
        vpc_id=plan.vpc_id,
        # The control plane's interfaces; balancers find the public subnets by their tags.
        private_subnet_ids=plan.subnet_ids,
        **endpoint_inputs(plan.endpoint),
        authentication_mode=pulumi_eks.AuthenticationMode.API,
        access_entries=access_entries(plan.access, plan.place, children.tags),
        encryption_config_key_arn=key.arn,
        enabled_cluster_log_types=list(LOG_TYPES),
        create_oidc_provider=True,
        deletion_protection=bool(plan.protect),
        # The extended support of an old version costs six times as much, and starts without a word.
        upgrade_policy={"support_type": "STANDARD"},
        # Add-ons, nodes and their security group are ours or EKS's own: pinned and managed, not bootstrapped.
        bootstrap_self_managed_addons=False,
        use_default_vpc_cni=True,
        kube_proxy_addon_options={"enabled": False},
        coredns_addon_options={"enabled": False},
        skip_default_node_group=True,
        create_instance_role=False,
        skip_default_security_groups=True,
        tags=dict(children.tags),
        opts=children.opts([logs], protect=plan.protect),
    )
    ec2.Tag(
        children.named("discovery"),
        resource_id=cluster.node_security_group_id,
        key=DISCOVERY_TAG,
        value=plan.cluster,
        opts=children.opts(),
    )
    return cluster

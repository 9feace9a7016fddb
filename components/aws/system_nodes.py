"""The few nodes that must be there before Karpenter can buy any: its own, and CoreDNS's.

They are tainted, so that nothing else settles on nodes that no autoscaler replaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
from pulumi_aws import ec2, eks

from ..api import ApiObject
from ..pod import HOST
from ..policy.errors import ConfigurationError
from ..policy.instances import InstanceType, instance_type
from ..policy.place import Place
from ..policy.quantities import Bytes
from ..policy.root_volume import GIB, check_root_volume
from .children import Children
from .roles import node_role

# The taint that cluster-critical add-ons tolerate by convention; Karpenter's and CoreDNS's charts do by default.
TAINT: Final = "CriticalAddonsOnly"
TOLERATION: Final = {"key": TAINT, "operator": "Exists"}
# A controller on a node that Karpenter bought could end the node that it runs on, or go with it too early.
_NOT_BOUGHT: Final = {"key": "karpenter.sh/nodepool", "operator": "DoesNotExist"}
# One node's loss must leave another, for the second replica of each.
LEAST_NODES: Final = 2
# The root device of Amazon Linux 2023.
_ROOT_DEVICE: Final = "/dev/xvda"
_AMI_TYPE: Final = {"amd64": "AL2023_x86_64_STANDARD", "arm64": "AL2023_ARM_64_STANDARD"}


@dataclass(frozen=True, kw_only=True)
class SystemNodes:
    """How many nodes of which type. ``release`` pins the image (e.g. "1.36.1-20260915"); without one the group is made
    with the latest and keeps it. Raises ConfigurationError for an unknown type, fewer than two nodes, or a volume that
    does not hold the image.
    """

    instance_type: str = "m5.large"
    nodes: int = LEAST_NODES
    volume_size: Bytes = Bytes.parse("30Gi")
    release: str | None = None

    def __post_init__(self) -> None:
        _instance(self.instance_type)
        if self.nodes < LEAST_NODES:
            raise ConfigurationError(
                field="system_nodes.nodes",
                value=self.nodes,
                allowed=f"{LEAST_NODES} or more",
                remedy="keep two: with one, its replacement takes DNS and Karpenter away at once",
            )
        check_root_volume("system_nodes.volume_size", self.volume_size)

    @property
    def instance(self) -> InstanceType:
        """The facts of the type."""
        return _instance(self.instance_type)


def _instance(name: str) -> InstanceType:
    try:
        return instance_type(name)
    except ConfigurationError as error:
        raise ConfigurationError(
            field="system_nodes.instance_type",
            value=error.value,
            allowed=error.allowed,
            remedy=error.remedy,
        ) from None


def on_system_nodes(labels: Mapping[str, str]) -> ApiObject:
    """Where a controller's pods run, by their labels: on these nodes, each on one of its own."""
    return {
        "tolerations": [TOLERATION],
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [_NOT_BOUGHT]}]
                }
            },
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"topologyKey": HOST, "labelSelector": {"matchLabels": dict(labels)}}
                ]
            },
        },
    }


def make_system_nodes(
    children: Children,
    nodes: SystemNodes,
    *,
    place: Place,
    version: str,
    cluster: pulumi.Output[str],
    subnet_ids: pulumi.Input[Any],
    after: Sequence[pulumi.Resource],
) -> eks.NodeGroup:
    """Register role, launch template and node group, once what a node needs to become ready is there."""
    _, role_arn = node_role(children, "system-node", place)
    template = _template(children, nodes)
    return eks.NodeGroup(
        children.named("system-nodes"),
        cluster_name=cluster,
        node_role_arn=role_arn,
        subnet_ids=subnet_ids,
        version=version,
        release_version=nodes.release,
        ami_type=_AMI_TYPE[nodes.instance.architecture],
        capacity_type="ON_DEMAND",
        instance_types=[nodes.instance_type],
        launch_template={"id": template.id, "version": template.latest_version.apply(str)},
        # One more while an update replaces them.
        scaling_config={"min_size": nodes.nodes, "desired_size": nodes.nodes, "max_size": nodes.nodes + 1},
        update_config={"max_unavailable": 1},
        node_repair_config={"enabled": True},
        taints=[{"key": TAINT, "value": "true", "effect": "NO_SCHEDULE"}],
        tags=children.tagged("system-nodes"),
        opts=children.opts(after),
    )


def _template(children: Children, nodes: SystemNodes) -> ec2.LaunchTemplate:
    return ec2.LaunchTemplate(
        children.named("system-template"),
        update_default_version=True,
        # Pods do not get past one hop, so none takes the node's role.
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
            "instance_metadata_tags": "disabled",
        },
        block_device_mappings=[
            {
                "device_name": _ROOT_DEVICE,
                "ebs": {
                    "volume_size": nodes.volume_size // GIB,
                    "volume_type": "gp3",
                    "encrypted": "true",
                    "delete_on_termination": "true",
                },
            }
        ],
        tag_specifications=[
            {"resource_type": kind, "tags": children.tagged("system")}
            for kind in ("instance", "volume", "network-interface")
        ],
        tags=children.tagged("system-template"),
        opts=children.opts(),
    )

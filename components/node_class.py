"""What the nodes of a pool are made of: machines of EC2, or nothing at all (Karpenter's KWOK provider)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi

from .api import ApiObject
from .policy.bounds import NODE_LAUNCH
from .policy.errors import ConfigurationError
from .policy.node_pool import Kubelet
from .policy.nodes import NodePlan
from .policy.quantities import Bytes, Milliseconds
from .policy.root_volume import check_root_volume
from .policy.tags import check_tags

_PINNED_AMI: Final = re.compile(r"al2023@v\d{8}")


@dataclass(frozen=True, kw_only=True)
class KwokNodeClass:
    """Nodes without machines (Karpenter's KWOK provider). The delay stands for the launch of a real one."""

    registration_delay: Milliseconds = Milliseconds(0)

    def __post_init__(self) -> None:
        NODE_LAUNCH.check("registration_delay", self.registration_delay)


@dataclass(frozen=True, kw_only=True)
class Ec2NodeClass:
    """EC2 nodes: Amazon Linux 2023 at a pinned release, IMDSv2 with one hop, an encrypted root volume."""

    role: pulumi.Input[str]
    # Subnets and security groups are found by this tag (karpenter.sh/discovery).
    discovery: pulumi.Input[str]
    # One release of Amazon Linux 2023, e.g. "al2023@v20260101": with a moving one a drift replaces the fleet on the
    # day that AWS publishes, which may be the day of the sale.
    ami_alias: str
    volume_size: Bytes = Bytes.parse("50Gi")
    # Of the instances and their volumes, which nobody else could tag: Karpenter makes them. A change of them replaces
    # the nodes, as the pool's budgets allow (Karpenter, "Disruption": drift).
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _PINNED_AMI.fullmatch(self.ami_alias):
            raise ConfigurationError(
                field="ami_alias",
                value=self.ami_alias,
                allowed='one release, "al2023@v" and its date (YYYYMMDD)',
                remedy="pin the release that was tested",
            )
        check_root_volume("volume_size", self.volume_size)
        if self.tags:
            check_tags("tags", self.tags)


NodeClass = KwokNodeClass | Ec2NodeClass

# The API group, version and kind of each.
API: Final[Mapping[type, tuple[str, str, str]]] = {
    KwokNodeClass: ("karpenter.kwok.sh", "v1alpha1", "KWOKNodeClass"),
    Ec2NodeClass: ("karpenter.k8s.aws", "v1", "EC2NodeClass"),
}


def class_spec(node_class: NodeClass, nodes: NodePlan) -> ApiObject:
    """The spec of the node class's object."""
    match node_class:
        case KwokNodeClass(registration_delay=delay):
            return {"nodeRegistrationDelay": f"{delay.seconds}s"} if delay else {}
        case Ec2NodeClass():
            terms = [{"tags": {"karpenter.sh/discovery": node_class.discovery}}]
            return {
                "role": node_class.role,
                **({"tags": dict(node_class.tags)} if node_class.tags else {}),
                "kubelet": _kubelet(nodes.spec.kubelet, nodes.instance.max_pods),
                "amiSelectorTerms": [{"alias": node_class.ami_alias}],
                "subnetSelectorTerms": terms,
                "securityGroupSelectorTerms": terms,
                "metadataOptions": {
                    "httpEndpoint": "enabled",
                    "httpTokens": "required",
                    "httpPutResponseHopLimit": 1,
                },
                "blockDeviceMappings": [
                    {
                        "deviceName": "/dev/xvda",
                        "ebs": {
                            "volumeSize": str(node_class.volume_size),
                            "volumeType": "gp3",
                            "encrypted": True,
                        },
                    }
                ],
            }


def _kubelet(stated: Kubelet, max_pods: int) -> ApiObject:
    """Without ``maxPods`` Karpenter would count the addresses of the interfaces, which prefix delegation makes sixteen
    of each."""
    reserved = {
        name: str(value)
        for name, value in (("cpu", stated.system_reserved_cpu), ("memory", stated.system_reserved_memory))
        if value
    }
    thresholds = {
        "imageGCHighThresholdPercent": stated.image_gc_high_percent,
        "imageGCLowThresholdPercent": stated.image_gc_low_percent,
    }
    return {
        "maxPods": max_pods,
        **({"systemReserved": reserved} if reserved else {}),
        **{name: percent for name, percent in thresholds.items() if percent is not None},
    }

"""KarpenterPool: a NodePool and its node class, with limits that cannot stop the fleet on the way to its peak.

The counts come from the plan, since they depend on every service. The guide's ``WhenUnderutilized`` is refused by the
v1 API; ``WhenEmptyOrUnderutilized`` with a budget is what it is called now.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from .api import ApiObject
from .policy.errors import ConfigurationError
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import pool_facts
from .policy.findings import Ignore
from .policy.nodes import NodePlan
from .policy.quantities import Bytes, Milliseconds, format_int_or_percent
from .policy.review import refuse

_PINNED_AMI: Final = re.compile(r"al2023@v\d{8}")


@dataclass(frozen=True, kw_only=True)
class KwokNodeClass:
    """Nodes without machines (Karpenter's KWOK provider). The delay stands for the launch of a real one."""

    registration_delay: Milliseconds = Milliseconds(0)


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

    def __post_init__(self) -> None:
        if not _PINNED_AMI.fullmatch(self.ami_alias):
            raise ConfigurationError(
                field="ami_alias",
                value=self.ami_alias,
                allowed='one release, "al2023@v" and its date (YYYYMMDD)',
                remedy="pin the release that was tested",
            )


NodeClass = KwokNodeClass | Ec2NodeClass


@dataclass(frozen=True, kw_only=True)
class KarpenterPoolArgs:
    """Arguments of :class:`KarpenterPool`."""

    nodes: NodePlan
    zones: Sequence[str]
    node_class: NodeClass
    labels: Mapping[str, str] = field(default_factory=dict)
    # Rules that this pool may break, each with a written reason.
    ignores: Sequence[Ignore] = ()


class KarpenterPool(pulumi.ComponentResource):
    """One NodePool with its node class. Outputs: ``pool`` and ``node_class``, their names in the cluster.

    Raises ReviewError with every rule that the pool breaks, before anything is registered.
    """

    pool: pulumi.Output[str]
    node_class: pulumi.Output[str]

    def __init__(
        self, name: str, args: KarpenterPoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        facts = pool_facts(args.nodes, args.zones, name)
        refuse(Fleet(pools=(facts,)), args.ignores)
        super().__init__("headroom:index:KarpenterPool", name, None, opts)
        group, kind = _GROUP_AND_KIND[type(args.node_class)]
        node_class = CustomResource(
            f"{name}-class",
            api_version=f"{group}/{'v1alpha1' if isinstance(args.node_class, KwokNodeClass) else 'v1'}",
            kind=kind,
            metadata={"name": name},
            spec=_class_spec(args.node_class, args.nodes),
            opts=pulumi.ResourceOptions(parent=self),
        )
        pool = CustomResource(
            f"{name}-pool",
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata={"name": name, "annotations": annotations(facts)},
            spec=_pool_spec(name, args, group, kind),
            # The class must outlive its pool: without it Karpenter cannot end the pool's nodes.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[node_class]),
        )
        self.pool = pool.metadata["name"]  # type: ignore[attr-defined]
        self.node_class = node_class.metadata["name"]  # type: ignore[attr-defined]
        self.register_outputs({"pool": self.pool, "node_class": self.node_class})


_GROUP_AND_KIND: Mapping[type, tuple[str, str]] = {
    KwokNodeClass: ("karpenter.kwok.sh", "KWOKNodeClass"),
    Ec2NodeClass: ("karpenter.k8s.aws", "EC2NodeClass"),
}


def _class_spec(node_class: NodeClass, nodes: NodePlan) -> ApiObject:
    match node_class:
        case KwokNodeClass(registration_delay=delay):
            return {"nodeRegistrationDelay": f"{delay.seconds}s"} if delay else {}
        case Ec2NodeClass():
            terms = [{"tags": {"karpenter.sh/discovery": node_class.discovery}}]
            return {
                "role": node_class.role,
                # Karpenter would count the addresses of the interfaces, which prefix delegation makes sixteen of each.
                "kubelet": {"maxPods": nodes.instance.max_pods},
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


def _pool_spec(name: str, args: KarpenterPoolArgs, group: str, kind: str) -> ApiObject:
    nodes, spec = args.nodes, args.nodes.spec
    requirements = {
        "node.kubernetes.io/instance-type": [spec.instance_type],
        "karpenter.sh/capacity-type": [spec.capacity_type],
        "topology.kubernetes.io/zone": list(args.zones),
        "kubernetes.io/arch": [nodes.instance.architecture],
        "kubernetes.io/os": ["linux"],
    }
    return {
        "template": {
            "metadata": {"labels": dict(args.labels)},
            "spec": {
                "nodeClassRef": {"group": group, "kind": kind, "name": name},
                "requirements": [
                    {"key": key, "operator": "In", "values": values} for key, values in requirements.items()
                ],
                "expireAfter": str(spec.expire_after),
                # A node that has to go waits this long for its pods, then goes: nothing blocks it for good.
                "terminationGracePeriod": str(nodes.termination_grace_period.value),
            },
        },
        "limits": {"cpu": str(nodes.cpu_limit.value), "memory": str(nodes.memory_limit.value)},
        "disruption": {
            "consolidationPolicy": "WhenEmptyOrUnderutilized",
            "consolidateAfter": str(spec.consolidate_after),
            "budgets": [{"nodes": str(format_int_or_percent(spec.disruption_budget))}],
        },
    }

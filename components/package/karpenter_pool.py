"""KarpenterPool for other languages."""

from enum import Enum
from typing import TypedDict

import pulumi

from .. import karpenter_pool
from ..policy import nodes
from ..policy.errors import ConfigurationError
from ..policy.quantities import Bytes, Milliseconds
from .capacity import pods_or_percentage
from .ignores import Ignore, ignores
from .reading import model, read, stated


class CapacityType(Enum):
    """How the nodes are bought."""

    ON_DEMAND = "on-demand"
    """At the list price, until they are given back."""
    SPOT = "spot"
    """Cheaper, and taken back at two minutes' notice."""


class NodePool(TypedDict):
    """A pool as its owner states it. Durations such as "5m"."""

    instance_type: str | None
    """The type of its nodes. Default: m5.2xlarge."""
    capacity_type: CapacityType | None
    """How they are bought. Default: on-demand."""
    consolidate_after: str | None
    """How long a node must be spare before it goes. Default: 5m."""
    disruption_budget: str | None
    """Nodes that may go at once, a number ("3") or a whole percentage. Default: 10%."""
    expire_after: str | None
    """A node is replaced after so long, so that patches arrive. Default: 720h."""
    daemons_cpu: str | None
    """CPU of the daemon sets on each node. Default: 200m."""
    daemons_memory: str | None
    """Memory of the daemon sets on each node. Default: 400Mi."""
    daemon_pods: int | None
    """Pods of daemon sets on each node. Default: 4."""
    prefix_delegation: bool | None
    """Whether nodes take /28 prefixes instead of single addresses: more pods on a node. Default: false."""
    subnet_prefix: int | None
    """Length of each zone's subnet where it is there already, 16 to 28."""


class PodGroup(TypedDict):
    """Equal pods that the pool must hold."""

    name: str
    """The service's name."""
    floor: int
    """The fewest pods."""
    peak: int
    """The most pods."""
    surge: int
    """Pods on top during a rollout."""
    cpu: str
    """CPU request of one pod, such as "500m"."""
    memory: str
    """Memory request of one pod, such as "512Mi"."""
    leaves_within: str | None
    """From a pod's eviction until its replacement is ready; how long a node may take to drain follows."""
    per_host: int | None
    """The most that one node may hold. Left out: as many as fit."""


class KwokNodeClass(TypedDict):
    """Nodes without machines, by Karpenter's KWOK provider: for a local cluster."""

    registration_delay: str | None
    """Stands for the launch of a real machine, such as "45s". Default: 0."""


class Ec2NodeClass(TypedDict):
    """EC2 nodes: Amazon Linux 2023 at one release, IMDSv2 with one hop, an encrypted root volume."""

    role: pulumi.Input[str]
    """Name of the nodes' IAM role."""
    discovery: pulumi.Input[str]
    """Value of the tag karpenter.sh/discovery on their subnets and security groups."""
    ami_alias: str
    """One release, such as "al2023@v20260101": with a moving one the fleet is replaced when AWS publishes."""
    volume_size: str | None
    """Of the root volume. Default: 50Gi."""


class KarpenterPoolArgs(TypedDict):
    """A pool for these pods, with exactly one of kwok and ec2."""

    groups: list[PodGroup]
    """Everything that runs on it; node counts and limits follow."""
    zones: list[str]
    """Names of the zones that it buys in."""
    pool: NodePool | None
    """Its nodes and how they go."""
    kwok: KwokNodeClass | None
    """Nodes without machines."""
    ec2: Ec2NodeClass | None
    """Nodes on EC2."""
    labels: dict[str, str] | None
    """Labels of its nodes."""
    ignores: list[Ignore] | None
    """Rules that this pool may break."""


class KarpenterPool(karpenter_pool.KarpenterPool):
    """A Karpenter NodePool and its node class, with limits that cannot stop the fleet on the way to its peak."""

    pool: pulumi.Output[str]
    """Name of the NodePool."""
    node_class: pulumi.Output[str]
    """Name of the node class."""

    def __init__(
        self, name: str, args: KarpenterPoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        groups = [
            model(nodes.PodGroup, group, f"groups[{position}]")
            for position, group in enumerate(args["groups"])
        ]
        super().__init__(
            name,
            karpenter_pool.KarpenterPoolArgs(
                nodes=nodes.plan_nodes(_spec(args.get("pool")), groups, len(args["zones"])),
                zones=args["zones"],
                node_class=_node_class(args.get("kwok"), args.get("ec2")),
                ignores=ignores(args.get("ignores"), ""),
                **stated(args, "labels"),
            ),
            opts,
        )


def _spec(given: NodePool | None) -> nodes.NodePoolSpec:
    fields = stated(given)
    if "capacity_type" in fields:
        fields["capacity_type"] = fields["capacity_type"].value
    if "disruption_budget" in fields:
        fields["disruption_budget"] = pods_or_percentage(fields["disruption_budget"])
    return model(nodes.NodePoolSpec, fields, "pool")


def _node_class(kwok: KwokNodeClass | None, ec2: Ec2NodeClass | None) -> karpenter_pool.NodeClass:
    if kwok is not None and ec2 is None:
        delay = kwok.get("registration_delay") or "0"
        return karpenter_pool.KwokNodeClass(
            registration_delay=read(Milliseconds.parse, delay, "kwok.registrationDelay")
        )
    if ec2 is not None and kwok is None:
        fields = stated(ec2)
        if "volume_size" in fields:
            fields["volume_size"] = read(Bytes.parse, fields["volume_size"], "ec2.volumeSize")
        return karpenter_pool.Ec2NodeClass(**fields)
    raise ConfigurationError(
        field="kwok, ec2",
        value="neither" if ec2 is None else "both",
        allowed="exactly one of the two",
        remedy="state where the nodes come from",
    )

"""KarpenterPool for other languages."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi

from .. import karpenter_pool, node_class, spare
from ..policy import nodes, pod_group
from ..policy.bounds import NODE_LAUNCH
from ..policy.errors import ConfigurationError
from ..policy.quantities import Bytes, Millicores
from ..policy.zones import open_zones
from .ignores import Ignore, ignores
from .node_pool import Architecture, NodeBudget, NodePool, budgets, pool_spec
from .reading import made, model, read, stated, whole


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
    cpu_limit: str | None
    """What one pod may use at most, such as "1". Left out: it has no limit."""
    leaves_within: str | None
    """From a pod's eviction until its replacement is ready; how long a node may take to drain follows."""
    per_host: int | None
    """The most that one node may hold. Left out: as many as fit."""
    tolerates_reclaim: bool | None
    """Whether it stands the loss of a node at two minutes' notice. Default: false."""
    architectures: list[Architecture] | None
    """What its image is built for. Left out: not known."""


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
    tags: dict[str, str] | None
    """Of the instances and their volumes. A change of them replaces the nodes, as the pool's budgets allow."""


class Spare(TypedDict):
    """Placeholder pods that keep room for pods that are needed at once, and leave for any of them."""

    pods: int
    """How many."""
    cpu: str
    """CPU request of each: that of the pod that should find room, such as "500m"."""
    memory: str
    """Memory request of each, such as "512Mi"."""
    image: str | None
    """The pause image. Default: registry.k8s.io/pause at a pinned version."""


class KarpenterPoolArgs(TypedDict):
    """A pool for these pods, with exactly one of kwok and ec2."""

    groups: list[PodGroup]
    """Everything that runs on it; node counts and limits follow."""
    zones: list[str]
    """Names of the zones that its numbers are made for."""
    closed_zones: list[str] | None
    """Those of them that are lost: nothing is bought there, and pods are spread over the others. Default: none."""
    pool: NodePool | None
    """Its nodes and how they go."""
    kwok: KwokNodeClass | None
    """Nodes without machines."""
    ec2: Ec2NodeClass | None
    """Nodes on EC2."""
    budgets: list[NodeBudget] | None
    """Beside the pool's own budgets: what an event freezes."""
    spare: Spare | None
    """Room that is kept on its nodes. The pool must hold it too: name it among the groups."""
    part_of: str | None
    """The label app.kubernetes.io/part-of of the placeholders. Default: headroom."""
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
            model(pod_group.PodGroup, _group(group), f"groups[{position}]")
            for position, group in enumerate(args["groups"])
        ]
        closed = args.get("closed_zones") or ()
        # The component refuses it too, by another name.
        open_zones("closedZones", args["zones"], closed)
        super().__init__(
            name,
            karpenter_pool.KarpenterPoolArgs(
                nodes=nodes.plan_nodes(pool_spec(args.get("pool")), groups, len(args["zones"])),
                zones=args["zones"],
                closed_zones=closed,
                node_class=_node_class(args.get("kwok"), args.get("ec2")),
                ignores=ignores(args.get("ignores"), ""),
                budgets=budgets(args.get("budgets"), "budgets"),
                spare=_spare(args.get("spare")),
                **stated(args, "part_of"),
            ),
            opts,
        )


def _group(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = stated(given)
    if "architectures" in fields:
        fields["architectures"] = [architecture.value for architecture in fields["architectures"]]
    return fields


def _spare(given: Spare | None) -> spare.Spare | None:
    if given is None:
        return None
    return spare.Spare(
        pods=whole(given["pods"], "spare.pods"),
        cpu=read(Millicores.parse, given["cpu"], "spare.cpu"),
        memory=read(Bytes.parse, given["memory"], "spare.memory"),
        **stated(given, "image"),
    )


def _node_class(kwok: KwokNodeClass | None, ec2: Ec2NodeClass | None) -> node_class.NodeClass:
    if kwok is not None and ec2 is None:
        delay = kwok.get("registration_delay") or "0"
        return node_class.KwokNodeClass(
            registration_delay=read(NODE_LAUNCH.parse, delay, "kwok.registrationDelay")
        )
    if ec2 is not None and kwok is None:
        fields = stated(ec2)
        if "volume_size" in fields:
            fields["volume_size"] = read(Bytes.parse, fields["volume_size"], "ec2.volumeSize")
        return made(node_class.Ec2NodeClass, fields, "ec2")
    raise ConfigurationError(
        field="kwok, ec2",
        value="neither" if ec2 is None else "both",
        allowed="exactly one of the two",
        remedy="state where the nodes come from",
    )

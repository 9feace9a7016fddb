"""Where the platform runs: a provider for exactly the stated cluster, never for one that happens to be current.

A cluster that exists is found by its kubeconfig; one in AWS is made here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.policy.plan import Plan
from config.aws import EksCluster, EksStack
from config.cluster import KubeconfigCluster, LocalCluster
from config.kubeconfig import find
from config.reach import check_server
from config.settings import Settings
from config.taken import check_names

from .aws import inside
from .aws.account import account
from .aws.eks import Eks, eks
from .aws.network import network
from .aws.stacks import ClusterOutputs
from .inside import Inside


@dataclass(frozen=True)
class NodeIdentity:
    """What EC2 nodes of the cluster are: their role, the tag by which subnets and security groups are found, and their
    own tags."""

    role: pulumi.Input[str]
    discovery: pulumi.Input[str]
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Where:
    """A cluster to deploy to.

    ``before`` must be there before the first pool and go after the last; ``on_pools`` registers what runs on the pools
    and comes before the services. ``nodes`` is None where the stack states what nodes are.
    """

    provider: kubernetes.Provider
    before: Sequence[pulumi.Resource] = ()
    on_pools: Callable[[Sequence[pulumi.Resource]], Inside] = lambda _: Inside()
    nodes: NodeIdentity | None = None
    # What this stack made in AWS; None where the cluster is somebody else's.
    aws: Eks | None = None
    outputs: Mapping[str, pulumi.Input[Any]] = field(default_factory=dict)


def where(settings: Settings, plan: Plan, provider_of: Callable[[Settings], kubernetes.Provider]) -> Where:
    """The stack's cluster, registered, or found with ``provider_of``, which says what it raises."""
    match settings.cluster:
        case EksCluster() as cluster:
            return _made(settings, plan, make(settings, plan, cluster))
        case EksStack(stack=stack):
            raise AssertionError(f"{stack} has its own: apps.base reads it")
        case LocalCluster() | KubeconfigCluster():
            return Where(provider=provider_of(settings))


def provider_of(settings: Settings) -> kubernetes.Provider:
    """The provider of a cluster that exists. Raises StackError when its file, context or server is not there, and when
    what the program would make is somebody else's."""
    found = find(settings.cluster)
    check_server(found)
    check_names(found, settings)
    # The file's path, not its text: credentials stay out of the engine's state.
    return kubernetes.Provider("cluster", kubeconfig=str(found.path), context=found.context)


def make(settings: Settings, plan: Plan, cluster: EksCluster) -> Eks:
    """Network, cluster and Karpenter."""
    here = account(cluster)
    return eks(cluster, network(settings, cluster, plan, here), here)


def outputs_of(made: Eks, settings: Settings) -> dict[str, pulumi.Input[Any]]:
    """What other stacks read, and a person who wants kubectl."""
    return ClusterOutputs(
        kubeconfig=made.cluster.kubeconfig,
        cluster_name=made.cluster.cluster_name,
        node_role_name=made.karpenter.node_role_name,
        vpc_id=made.cluster.vpc_id,
        zones=settings.zones,
        region=made.account.place.region,
    ).exported()


def _made(settings: Settings, plan: Plan, made: Eks) -> Where:
    return Where(
        provider=made.provider,
        before=inside.on_system_nodes(settings, plan, made),
        on_pools=lambda pools: inside.on_pools(settings, plan, made, pools),
        aws=made,
        nodes=NodeIdentity(made.karpenter.node_role_name, made.cluster.cluster_name, made.settings.tags),
        outputs={**made.network.outputs, **outputs_of(made, settings)},
    )

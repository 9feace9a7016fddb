"""All that the services stand on: the cluster, its controllers and its node pools, in the order of their lives.

controllers that buy nodes -> pools -> what runs on pools -> services; on the way down the other way round, so that no
node is left when nobody ends nodes any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components import KarpenterPool
from components.policy.plan import Plan
from config.aws import EksCluster, EksStack
from config.settings import Settings

from . import cluster
from .aws.account import account
from .aws.eks import Eks
from .aws.network import network
from .aws.stacks import read_cluster
from .inside import Inside
from .node_class import node_class
from .pools import make_pools, pool_outputs
from .surroundings import Surroundings


@dataclass(frozen=True, kw_only=True)
class Base:
    """What services are deployed with: the provider, and what must be there before them and outlive them."""

    provider: kubernetes.Provider
    before: Sequence[pulumi.Resource] = ()
    pools: Sequence[KarpenterPool] = ()
    # What this stack made in AWS; None where the cluster is somebody else's.
    aws: Eks | None = None
    inside: Inside = Inside()
    outputs: Mapping[str, pulumi.Input[Any]] = field(default_factory=dict)


def base(settings: Settings, plan: Plan, surroundings: Surroundings) -> Base:
    """Register it, or take it from the stack that has it."""
    if isinstance(settings.cluster, EksStack):
        read = read_cluster(settings.cluster.stack, settings.zones)
        return Base(provider=kubernetes.Provider("cluster", kubeconfig=pulumi.Output.secret(read.kubeconfig)))
    where = cluster.where(settings, plan, surroundings.provider)
    opts = pulumi.ResourceOptions(provider=where.provider, depends_on=list(where.before))
    pools = make_pools(settings, plan, lambda stated: node_class(stated, where.nodes), opts)
    inside = where.on_pools(pools)
    return Base(
        provider=where.provider,
        before=[*pools, *inside.resources],
        pools=pools,
        aws=where.aws,
        inside=inside,
        outputs={**where.outputs, "nodes": pool_outputs(pools, plan)},
    )


def network_only(settings: Settings, plan: Plan) -> Mapping[str, pulumi.Input[Any]]:
    """Register the network alone; its outputs are what the cluster's stack reads."""
    assert isinstance(settings.cluster, EksCluster)
    return network(settings, settings.cluster, plan, account(settings.cluster)).outputs

"""All that the services stand on: the cluster, its controllers and its node pools, in the order of their lives.

controllers that buy nodes -> pools -> what runs on pools -> services; on the way down the other way round, so that no
node is left when nobody ends nodes any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components import KarpenterPool, KarpenterPoolArgs
from components.policy.facts.from_plan import freezes
from components.policy.plan import Plan
from config.aws import EksCluster, EksStack
from config.settings import Settings

from . import cluster
from .aws.account import account
from .aws.network import network
from .aws.stacks import read_cluster
from .node_class import node_class


@dataclass(frozen=True, kw_only=True)
class Base:
    """What services are deployed with: the provider, and what must be there before them and outlive them."""

    provider: kubernetes.Provider
    before: Sequence[pulumi.Resource] = ()
    pools: Sequence[KarpenterPool] = ()
    outputs: Mapping[str, pulumi.Input[Any]] = field(default_factory=dict)


def base(settings: Settings, plan: Plan) -> Base:
    """Register it, or take it from the stack that has it."""
    if isinstance(settings.cluster, EksStack):
        read = read_cluster(settings.cluster.stack, settings.zones)
        return Base(provider=kubernetes.Provider("cluster", kubeconfig=pulumi.Output.secret(read.kubeconfig)))
    where = cluster.where(settings, plan)
    pools = _pools(settings, plan, where)
    return Base(
        provider=where.provider,
        before=[*pools, *where.on_pools(pools)],
        pools=pools,
        outputs={**where.outputs, "nodes": [_nodes(pool, plan) for pool in pools]},
    )


def network_only(settings: Settings, plan: Plan) -> Mapping[str, pulumi.Input[Any]]:
    """Register the network alone; its outputs are what the cluster's stack reads."""
    assert isinstance(settings.cluster, EksCluster)
    return network(settings, settings.cluster, plan, account(settings.cluster)).outputs


def _pools(settings: Settings, plan: Plan, where: cluster.Where) -> list[KarpenterPool]:
    if settings.node_pool is None or plan.nodes is None:
        return []
    args = KarpenterPoolArgs(
        nodes=plan.nodes,
        zones=plan.zones,
        node_class=node_class(settings.node_pool.node_class, where.nodes),
        budgets=freezes(plan.events),
        ignores=settings.ignores,
    )
    opts = pulumi.ResourceOptions(provider=where.provider, depends_on=list(where.before))
    return [KarpenterPool(settings.node_pool.name, args, opts)]


def _nodes(pool: KarpenterPool, plan: Plan) -> Mapping[str, pulumi.Input[Any]]:
    assert plan.nodes is not None
    return {
        "pool": pool.pool,
        "instance_type": plan.nodes.instance.name,
        "floor": plan.nodes.at_floor.value,
        "peak": plan.nodes.at_peak.value,
    }

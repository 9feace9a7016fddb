"""The node pools of a stack as components, and which of them the pods of each service and of Redis may run on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi

from components import KarpenterPool, KarpenterPoolArgs, NodePlacement, Spare
from components.node_class import NodeClass
from components.policy.facts.from_plan import freezes, pools_named
from components.policy.plan import Plan
from config import pools as stated
from config.settings import Settings


def make_pools(
    settings: Settings,
    plan: Plan,
    class_of: Callable[[stated.NodeClass], NodeClass],
    opts: pulumi.ResourceOptions,
) -> list[KarpenterPool]:
    """Register every pool; none where the cluster brings its nodes. ``class_of`` makes a node class of the stated."""
    made = []
    for pool in settings.pools.values():
        room = plan.spare.get(pool.name)
        args = KarpenterPoolArgs(
            nodes=plan.pools[pool.name],
            zones=plan.zones,
            closed_zones=settings.closed_zones,
            node_class=class_of(pool.node_class),
            spare=Spare(pods=room.pods.value, cpu=room.cpu.value, memory=room.memory.value) if room else None,
            budgets=freezes(plan.events),
            part_of=settings.namespace,
            ignores=settings.ignores,
        )
        made.append(KarpenterPool(pool.name, args, opts))
    return made


def pool_outputs(pools: Sequence[KarpenterPool], plan: Plan) -> list[Mapping[str, pulumi.Input[Any]]]:
    """What a person is told of each pool."""
    return [
        {
            "pool": pool.pool,
            "instance_type": nodes.instance.name,
            "floor": nodes.at_floor.value,
            "peak": nodes.at_peak.value,
        }
        for pool, nodes in zip(pools, plan.pools.values(), strict=True)
    ]


def placement(plan: Plan, *groups: str) -> NodePlacement | None:
    """Where the pods of the groups may run; None: on any node. Groups of one component share their placement."""
    named = [pools_named(plan, group) for group in groups]
    pools = list(dict.fromkeys(pool for pools in named for pool in pools))
    if not pools:
        return None
    taints = [taint for pool in pools for taint in plan.pools[pool].spec.taints]
    return NodePlacement(
        pools=pools, tolerates=list({taint.key + taint.effect: taint for taint in taints}.values())
    )

"""KarpenterPool: a NodePool and its node class, with limits that cannot stop the fleet on the way to its peak.

The counts come from the plan, since they depend on every service. The guide's ``WhenUnderutilized`` is refused by the
v1 API; ``WhenEmptyOrUnderutilized`` with a budget is what it is called now.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from .api import ApiObject
from .node_class import API, NodeClass, class_spec
from .ownership import marked, owner_mark
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import pool_facts
from .policy.ignores import Ignore
from .policy.node_budgets import NodeBudget
from .policy.nodes import NodePlan
from .policy.review import refuse
from .policy.zones import open_zones
from .renames import with_aliases
from .spare import Spare, make_spare


@dataclass(frozen=True, kw_only=True)
class KarpenterPoolArgs:
    """Arguments of :class:`KarpenterPool`."""

    nodes: NodePlan
    # The zones that the pool's numbers are made for.
    zones: Sequence[str]
    # Those of them that are lost: nothing is bought there, and pods are spread over the others (docs/zones.md).
    closed_zones: Sequence[str] = ()
    node_class: NodeClass
    # Beside the pool's own budgets: what an event freezes. The strictest that holds counts.
    budgets: Sequence[NodeBudget] = ()
    # Placeholders that keep room for pods that are needed at once.
    spare: Spare | None = None
    part_of: str = "headroom"
    # Rules that this pool may break, each with a written reason.
    ignores: Sequence[Ignore] = ()


class KarpenterPool(pulumi.ComponentResource):
    """One NodePool with its node class, and the spare room on its nodes.

    Outputs: ``pool`` and ``node_class``, their names in the cluster.

    Raises ReviewError with every rule that the pool breaks, and ConfigurationError for closed zones that are none of
    its own or are all of them, before anything is registered.
    """

    pool: pulumi.Output[str]
    node_class: pulumi.Output[str]

    def __init__(
        self, name: str, args: KarpenterPoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        open_ = open_zones(f"{name}.closed_zones", args.zones, args.closed_zones)
        facts = pool_facts(args.nodes, args.zones, name, budgets=args.budgets, open_zones=open_)
        refuse(Fleet(pools=(facts,)), args.ignores)
        super().__init__("headroom:index:KarpenterPool", name, None, with_aliases(name, opts))
        group, version, kind = API[type(args.node_class)]
        node_class = CustomResource(
            f"{name}-class",
            api_version=f"{group}/{version}",
            kind=kind,
            metadata={"name": name, "annotations": {**annotations(facts), **owner_mark()}},
            spec=class_spec(args.node_class, args.nodes),
            opts=marked(pulumi.ResourceOptions(parent=self)),
        )
        pool = CustomResource(
            f"{name}-pool",
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata={"name": name, "annotations": {**annotations(facts), **owner_mark()}},
            spec=_pool_spec(args, open_, {"group": group, "kind": kind, "name": name}),
            # The class must outlive its pool: without it Karpenter cannot end the pool's nodes.
            opts=marked(pulumi.ResourceOptions(parent=self, depends_on=[node_class])),
        )
        if args.spare is not None:
            # Placeholders before their nodes on the way down.
            on_pool = pulumi.ResourceOptions(parent=self, depends_on=[pool])
            make_spare(name, args.spare, args.nodes.spec.taints, args.part_of, on_pool)
        self.pool = pool.metadata["name"]  # type: ignore[attr-defined]
        self.node_class = node_class.metadata["name"]  # type: ignore[attr-defined]
        self.register_outputs({"pool": self.pool, "node_class": self.node_class})


def _pool_spec(args: KarpenterPoolArgs, zones: Sequence[str], node_class: ApiObject) -> ApiObject:
    nodes, spec = args.nodes, args.nodes.spec
    requirements = {
        "node.kubernetes.io/instance-type": spec.instance_types,
        "karpenter.sh/capacity-type": [spec.capacity_type],
        "topology.kubernetes.io/zone": list(zones),
        "kubernetes.io/arch": nodes.architectures,
        "kubernetes.io/os": ["linux"],
    }
    taints = [taint.model_dump(exclude_defaults=True) | {"effect": taint.effect} for taint in spec.taints]
    return {
        "template": {
            "metadata": {"labels": spec.labels},
            "spec": {
                "nodeClassRef": node_class,
                "requirements": [
                    {"key": key, "operator": "In", "values": values} for key, values in requirements.items()
                ],
                **({"taints": taints} if taints else {}),
                "expireAfter": str(spec.expire_after),
                # A node that has to go waits this long for its pods, then goes: nothing blocks it for good.
                "terminationGracePeriod": str(nodes.termination_grace_period.value),
            },
        },
        **({} if spec.weight is None else {"weight": spec.weight}),
        "limits": {"cpu": str(nodes.cpu_limit.value), "memory": str(nodes.memory_limit.value)},
        "disruption": {
            "consolidationPolicy": spec.consolidation_policy,
            "consolidateAfter": str(spec.consolidate_after),
            "budgets": [budget.fields() for budget in (*spec.node_budgets, *args.budgets)],
        },
    }

"""A node pool for other languages: what is bought, how the nodes are marked, and how they go again."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypedDict

from ..policy import node_budgets, node_pool
from .capacity import pods_or_percentage
from .reading import model, stated


class CapacityType(Enum):
    """How the nodes are bought."""

    ON_DEMAND = "on-demand"
    """At the list price, until they are given back."""
    SPOT = "spot"
    """Cheaper, and taken back at two minutes' notice."""


class Architecture(Enum):
    """Of a node, and of an image."""

    AMD64 = "amd64"
    """x86-64."""
    ARM64 = "arm64"
    """Graviton and other Arm."""


class ConsolidationPolicy(Enum):
    """Which nodes Karpenter may take to save money."""

    WHEN_EMPTY = "WhenEmpty"
    """Those that hold nothing but daemons."""
    WHEN_EMPTY_OR_UNDERUTILIZED = "WhenEmptyOrUnderutilized"
    """Those whose pods fit elsewhere or on cheaper nodes, too."""
    BALANCED = "Balanced"
    """The same where the saving is worth the disruption. From Karpenter 1.14 on."""


class Reason(Enum):
    """Why Karpenter takes a node of its own accord."""

    UNDERUTILIZED = "Underutilized"
    """Its pods fit elsewhere."""
    EMPTY = "Empty"
    """It holds nothing but daemons."""
    DRIFTED = "Drifted"
    """It is no longer what the pool would buy."""


class TaintEffect(Enum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    """They do not come."""
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    """They come only where there is no other room."""
    NO_EXECUTE = "NoExecute"
    """They do not come, and those that are there go."""


class NodeBudget(TypedDict):
    """How many nodes may go at once, always or while a schedule holds; the strictest that holds counts."""

    nodes: str
    """A number ("3") or a whole percentage."""
    reasons: list[Reason] | None
    """For which reasons. Default: any."""
    schedule: str | None
    """When it begins to hold, in cron's five fields, UTC. Together with duration."""
    duration: str | None
    """How long it holds then, such as "90m"."""


class Taint(TypedDict):
    """Keeps pods that do not tolerate it away from the nodes."""

    key: str
    """Its key."""
    value: str | None
    """Its value; left out, it has none."""
    effect: TaintEffect | None
    """What it does. Default: NoSchedule."""


class Kubelet(TypedDict):
    """Settings of the kubelet on EC2 nodes; what it reserves is taken off before pods are counted."""

    system_reserved_cpu: str | None
    """CPU for the system, beside what EKS reserves. Default: 0."""
    system_reserved_memory: str | None
    """Memory for the system, beside what EKS reserves. Default: 0."""
    max_pods: int | None
    """The most pods on a node. Default: what the type's interfaces hold."""
    image_gc_high_percent: int | None
    """Images are removed from here on. Default: the kubelet's own 85."""
    image_gc_low_percent: int | None
    """Images are removed down to here. Default: the kubelet's own 80."""


class NodePool(TypedDict):
    """A pool as its owner states it. Durations such as "5m"."""

    instance_type: str | None
    """The type of its nodes. Default: m5.2xlarge."""
    other_instance_types: list[str] | None
    """Types that may be bought in its place: of the same vCPUs, and at least the memory and pods."""
    capacity_type: CapacityType | None
    """How they are bought. Default: on-demand."""
    weight: int | None
    """Of several pools Karpenter asks the heaviest first, 1 to 100. Default: last."""
    consolidation_policy: ConsolidationPolicy | None
    """Which nodes may go to save money. Default: WhenEmptyOrUnderutilized."""
    consolidate_after: str | None
    """How long a node must be spare before it goes, or "Never". Default: 5m."""
    disruption_budget: str | None
    """Nodes that may go at once, a number ("3") or a whole percentage. Default: 10%."""
    budgets: list[NodeBudget] | None
    """Further budgets, for some reasons or some hours."""
    expire_after: str | None
    """A node is replaced after so long, so that patches arrive, or "Never". Default: 720h."""
    labels: dict[str, str] | None
    """Labels of its nodes."""
    taints: list[Taint] | None
    """Taints of its nodes."""
    kubelet: Kubelet | None
    """Its nodes' kubelet."""
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


def pool_spec(given: NodePool | None) -> node_pool.NodePoolSpec:
    """The library's own. Raises ConfigurationError with the first thing that is wrong."""
    fields = stated(given)
    for name in ("capacity_type", "consolidation_policy"):
        if name in fields:
            fields[name] = fields[name].value
    if "disruption_budget" in fields:
        fields["disruption_budget"] = pods_or_percentage(fields["disruption_budget"])
    if given is not None and "budgets" in fields:
        fields["budgets"] = budgets(given["budgets"], "pool.budgets")
    if "taints" in fields:
        fields["taints"] = taints(fields["taints"], "pool.taints")
    if "kubelet" in fields:
        fields["kubelet"] = model(node_pool.Kubelet, fields["kubelet"], "pool.kubelet")
    return model(node_pool.NodePoolSpec, fields, "pool")


def budgets(given: Sequence[NodeBudget] | None, field: str) -> list[node_budgets.NodeBudget]:
    """The library's own. Raises ConfigurationError with the first thing that is wrong."""
    read = []
    for position, stated_budget in enumerate(given or ()):
        fields = stated(stated_budget)
        fields["nodes"] = pods_or_percentage(fields["nodes"])
        fields["reasons"] = [reason.value for reason in fields.get("reasons", [])]
        read.append(model(node_budgets.NodeBudget, fields, f"{field}[{position}]"))
    return read


def taints(given: Sequence[Taint] | None, field: str) -> list[node_pool.Taint]:
    """The library's own. Raises ConfigurationError with the first thing that is wrong."""
    return [
        model(node_pool.Taint, _plain(taint, "effect"), f"{field}[{position}]")
        for position, taint in enumerate(given or ())
    ]


def _plain(given: Mapping[str, Any], choice: str) -> dict[str, Any]:
    fields = stated(given)
    return {**fields, choice: fields[choice].value} if choice in fields else fields

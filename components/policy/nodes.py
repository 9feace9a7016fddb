"""How many nodes the fleet needs, and the limits of the pool that buys them.

Pods are packed by their requests; the pool's limits follow from the nodes, so they can never be the thing
that stops the fleet on the way to its peak.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .instances import InstanceType
from .node_pool import NodePoolSpec
from .packing import Size, nodes_needed
from .pod_group import Architecture, PodGroup
from .pool_types import architectures, pool_types
from .quantities import Bytes, Millicores, Milliseconds, format_int_or_percent, resolve
from .subnets import Subnets, subnets

# Karpenter waits for good without a terminationGracePeriod; so short it would cut off what a slow drain still
# needs.
LEAST_TERMINATION: Final = Milliseconds.parse("10m")
# Twice the computed time: other nodes drain at the same time and share the budgets.
TERMINATION_MARGIN: Final = 2


class NodePlan(Frozen):
    """Node counts, and the pool's limits in millicores and bytes."""

    spec: NodePoolSpec
    # The planned type, in which nodes are counted, and what may be bought: it and those that stand in for it.
    instance: InstanceType
    architectures: list[Architecture]
    at_floor: Derived[int]
    at_peak: Derived[int]
    cpu_limit: Derived[Millicores]
    memory_limit: Derived[Bytes]
    pods_at_peak: Derived[int]
    # Nodes that Karpenter may take at once for consolidation or drift; their pods leave by their own budgets.
    disrupted_at_floor: Derived[int]
    disrupted_at_peak: Derived[int]
    subnets: Subnets
    termination_grace_period: Derived[Milliseconds]
    # Of each group, what one node holds when the peak is spread evenly over its nodes. Karpenter takes even a spread
    # that is only preferred as an order while it can, so a smaller bound would buy nodes that the peak does not need.
    pods_per_host: dict[str, Derived[int]]


def plan_nodes(
    spec: NodePoolSpec, groups: Sequence[PodGroup], zones: int, *, falling_back: Sequence[PodGroup] = ()
) -> NodePlan:
    """Pack the fleet on nodes of the pool's type. ``falling_back`` are pods of other pools that may come here when
    theirs buy nothing: the limits hold them too.

    Raises ConfigurationError for an unknown instance type, a pod that is larger than a node, or a subnet too
    small.
    """
    types = pool_types(spec)
    node, memory = types[0], max(kind.memory for kind in types)
    at_floor = _nodes([(g.floor, g) for g in groups], node, spec, zones)
    at_peak = _nodes([(g.peak + g.surge, g) for g in groups], node, spec, zones)
    everybody = [*groups, *falling_back]
    held, reason = at_peak.value, "at the peak during a rollout"
    if falling_back:
        held = max(held, _nodes([(g.peak + g.surge, g) for g in everybody], node, spec, zones).value)
        reason += f", with {', '.join(group.name for group in falling_back)} when their pools buy nothing,"
    lost = ceil(held / zones)
    most = held + lost
    reason = f"({held} nodes {reason} + {lost}: the nodes of a lost zone count until they are gone) x "
    pods = sum(g.peak + g.surge for g in groups) + at_peak.value * spec.daemon_pods
    per_host = {group.name: _per_host(group, at_peak.value) for group in groups}
    return NodePlan(
        spec=spec,
        instance=node,
        architectures=architectures(types),
        at_floor=at_floor,
        at_peak=at_peak,
        cpu_limit=derived(Millicores(most * node.cpu), f"{reason}{node.cpu} CPU"),
        memory_limit=derived(Bytes(most * memory), f"{reason}{memory}"),
        pods_at_peak=derived(
            pods,
            f"peaks and surges of {len(groups)} groups + {at_peak.value} nodes x {spec.daemon_pods} daemons",
        ),
        disrupted_at_floor=_disrupted(spec, at_floor.value),
        disrupted_at_peak=_disrupted(spec, at_peak.value),
        subnets=subnets(node, at_peak.value, pods, zones, stated=spec.subnet_prefix),
        termination_grace_period=_termination(everybody, {g.name: _per_host(g, held) for g in everybody}),
        pods_per_host=per_host,
    )


def nodes_for(
    spec: NodePoolSpec, groups: Sequence[PodGroup], zones: int, pods: Mapping[str, int]
) -> Derived[int]:
    """Nodes that hold so many ``pods`` of each group, the floor of a group that is not named. Raises as plan_nodes."""
    node = pool_types(spec)[0]
    return _nodes([(pods.get(group.name, group.floor), group) for group in groups], node, spec, zones)


def _per_host(group: PodGroup, nodes: int) -> Derived[int]:
    if group.per_host is not None:
        return derived(group.per_host, "stated")
    pods = group.peak + group.surge
    return derived(
        ceil(pods / max(1, nodes)), f"ceil({pods} pods at the peak during a rollout / {nodes} nodes)"
    )


def _disrupted(spec: NodePoolSpec, nodes: int) -> Derived[int]:
    """Karpenter rounds a percentage up, as the disruption controller does (nodepool.go, GetAllowedDisruptions)."""
    budget = format_int_or_percent(spec.disruption_budget)
    return derived(
        min(nodes, resolve(spec.disruption_budget, nodes)), f"{budget} of {nodes} nodes, rounded up"
    )


def _termination(groups: Sequence[PodGroup], per_host: Mapping[str, Derived[int]]) -> Derived[Milliseconds]:
    """How long a node may take to drain before it is killed with what is still on it.

    The spread lets a node hold ``per_host`` pods of a service at any count, and a budget may let only one go at a time
    (as at the floor): each then waits for the replacement of the one before. Pods of different services leave side by
    side.
    """
    times = [
        (per_host[group.name].value * group.leaves_within, group) for group in groups if group.leaves_within
    ]
    if not times:
        return derived(LEAST_TERMINATION, "no pod states how long it takes to leave")
    longest, group = max(times, key=lambda item: item[0])
    return derived(
        Milliseconds(max(LEAST_TERMINATION, longest * TERMINATION_MARGIN)),
        f"the larger of {LEAST_TERMINATION} and {TERMINATION_MARGIN} x {per_host[group.name].value} {group.name} pods"
        f" that the spread lets a node hold, one at a time, x {group.leaves_within}",
    )


def _nodes(
    counts: Sequence[tuple[int, PodGroup]], node: InstanceType, spec: NodePoolSpec, zones: int
) -> Derived[int]:
    """Nodes for the pods by first-fit decreasing, zone by zone, since the spread puts an equal part in each zone."""
    kubelet = spec.kubelet
    cpu = Millicores(node.allocatable_cpu.value - kubelet.system_reserved_cpu - spec.daemons_cpu)
    memory = Bytes(node.allocatable_memory.value - kubelet.system_reserved_memory - spec.daemons_memory)
    for _, group in counts:
        if group.cpu > cpu or group.memory > memory:
            raise ConfigurationError(
                field="node_pool.instance_type",
                value=node.name,
                allowed=f"a type that holds one {group.name} pod ({group.cpu.spoken} CPU, {group.memory.spoken});"
                f" {node.name} has {cpu.spoken} CPU and {memory.spoken} for pods",
                remedy="choose a larger type, or lower the pod's requests",
            )
    per_zone = [(ceil(count / zones), Size(group.cpu, group.memory)) for count, group in counts]
    in_zone = nodes_needed(Size(cpu, memory, node.max_pods - spec.daemon_pods), per_zone)
    pods = sum(count for count, _ in per_zone)
    apart, name = max(((ceil(n / g.per_host), g.name) for n, g in counts if g.per_host), default=(0, ""))
    if apart > in_zone * zones:
        return derived(
            apart, f"{apart} hosts for the {name} pods, which stay apart; the rest fits beside them"
        )
    return derived(
        in_zone * zones,
        f"{zones} zones x {in_zone} {node.name} for {pods} pods a zone by their requests, {cpu} CPU, {memory} and"
        f" {node.max_pods - spec.daemon_pods} pods each after reserved and daemons",
    )

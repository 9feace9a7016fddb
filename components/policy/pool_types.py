"""The instance types of a pool: one that the plan counts in, and others that may stand in for it.

Whatever is bought in place of the planned type must hold as much, or the plan's nodes would not hold the fleet; and it
must have as many vCPUs, or the pool's CPU limit would be another number of nodes.
"""

from collections.abc import Sequence

from .errors import ConfigurationError
from .instances import InstanceType, instance_type, instance_type_names
from .node_pool import NodePoolSpec
from .pod_group import Architecture


def pool_types(spec: NodePoolSpec) -> list[InstanceType]:
    """All types that the pool may buy, the planned one first, with the pod limit that the pool's kubelet has.

    Raises ConfigurationError for an unknown type, and for one that cannot stand in for the planned one.
    """
    planned, *others = [_type(name, spec) for name in spec.instance_types]
    for other in others:
        if other.cpu != planned.cpu or other.memory < planned.memory or other.max_pods < planned.max_pods:
            raise ConfigurationError(
                field="node_pool.other_instance_types",
                value=other.name,
                allowed=f"types that stand in for {planned.name}: {planned.cpu} vCPUs, at least {planned.memory} and"
                f" {planned.max_pods} pods, such as {_such_as(planned, spec)}",
                remedy="name such types, or plan with the smallest of them as instance_type",
            )
    return [planned, *others]


def architectures(types: Sequence[InstanceType]) -> list[Architecture]:
    """What the pool's nodes may be, the planned type's first."""
    return list(dict.fromkeys(kind.architecture for kind in types))


def _type(name: str, spec: NodePoolSpec) -> InstanceType:
    kind = instance_type(name, prefix_delegation=spec.prefix_delegation)
    stated = spec.kubelet.max_pods
    return kind if stated is None else kind.model_copy(update={"max_pods": stated})


def _such_as(planned: InstanceType, spec: NodePoolSpec) -> str:
    names = [
        kind.name
        for kind in (_type(name, spec) for name in instance_type_names())
        if kind.cpu == planned.cpu
        and kind.memory == planned.memory
        and kind.max_pods >= planned.max_pods
        and kind.architecture == planned.architecture
        and kind.name != planned.name
    ]
    return ", ".join(names) or "none"

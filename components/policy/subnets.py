"""How many addresses a zone's subnet must have for the pods, the nodes and what the CNI keeps warm.

The default of the VPC CNI is one interface (or one prefix) more than in use: aws/amazon-vpc-cni-k8s,
WARM_ENI_TARGET=1 and WARM_PREFIX_TARGET=1. Decides no CIDR, only its size.
"""

from math import ceil
from typing import Final

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .instances import HOST_NETWORK_PODS, PREFIX_ADDRESSES, InstanceType

# AWS, "Subnet CIDR blocks": the first four addresses and the last are reserved; /16 to /28 are allowed.
RESERVED_ADDRESSES: Final = 5
LARGEST_SUBNET: Final = 16
SMALLEST_SUBNET: Final = 28


class Subnets(Frozen):
    """Addresses in one zone, how many subnets they take (one but for the largest fleets), and their prefix length."""

    per_node: Derived[int]
    per_zone: Derived[int]
    count: Derived[int]
    prefix: Derived[int]


def subnets(
    instance: InstanceType, nodes: int, pods: int, zones: int, *, stated: int | None = None
) -> Subnets:
    """Size of each zone's subnet for ``nodes`` nodes that hold ``pods`` pods.

    Raises ConfigurationError when a stated prefix is too small.
    """
    on_a_node = min(instance.max_pods, ceil(pods / max(1, nodes)))
    per_node = addresses_per_node(instance, max(0, on_a_node - HOST_NETWORK_PODS))
    in_zone = ceil(nodes / zones)
    per_zone = derived(
        in_zone * per_node.value + RESERVED_ADDRESSES,
        f"{in_zone} nodes x {per_node.value} + {RESERVED_ADDRESSES} that AWS reserves",
    )
    count, derived_prefix = _split(per_zone.value)
    many, prefix = count.value, derived_prefix.value
    if stated is not None and (stated > prefix or many > 1):
        raise ConfigurationError(
            field="node_pool.subnet_prefix",
            value=f"/{stated}",
            allowed=f"{many} x /{prefix} in each zone, since it needs {per_zone}",
            remedy="use a larger subnet or larger instance types, or leave subnet_prefix out",
        )
    return Subnets(
        per_node=per_node,
        per_zone=per_zone,
        count=count,
        prefix=derived_prefix if stated is None else derived(stated, f"stated; /{prefix} would do"),
    )


def _split(addresses: int) -> tuple[Derived[int], Derived[int]]:
    """How many subnets they take, and the prefix length of each."""
    largest = 2 ** (32 - LARGEST_SUBNET)
    many = ceil(addresses / largest)
    prefix = min(SMALLEST_SUBNET, 32 - max(0, ceil(addresses / many) - 1).bit_length())
    return (
        derived(many, f"ceil({addresses} / {largest} addresses of a /{LARGEST_SUBNET}, the largest)"),
        derived(prefix, f"the smallest with {addresses} addresses"),
    )


def addresses_per_node(instance: InstanceType, pods: int) -> Derived[int]:
    """What a node with ``pods`` pods that have addresses takes of its subnet, with what its CNI keeps warm."""
    usable = instance.addresses_per_interface - 1
    if instance.prefix_delegation:
        prefixes = ceil(pods / PREFIX_ADDRESSES) + 1
        interfaces = min(instance.interfaces, ceil(prefixes / usable))
        return derived(
            interfaces + prefixes * PREFIX_ADDRESSES,
            f"{interfaces} interfaces + {prefixes} prefixes x {PREFIX_ADDRESSES} for {pods} pods, one prefix warm",
        )
    interfaces = min(instance.interfaces, ceil(pods / usable) + 1)
    return derived(
        interfaces * instance.addresses_per_interface,
        f"{interfaces} interfaces x {instance.addresses_per_interface} for {pods} pods, one interface warm",
    )

"""How large each zone's subnet of a VPC is: for every pool, the system nodes and what EKS puts beside them.

A pool's own need is components.policy.subnets'; this adds up. Decides no CIDR (components.policy.cidr does).
"""

from collections.abc import Sequence
from math import ceil
from typing import Final

from .derived import derived
from .errors import ConfigurationError
from .instances import HOST_NETWORK_PODS, InstanceType
from .subnets import LARGEST_SUBNET, RESERVED_ADDRESSES, SMALLEST_SUBNET, Subnets, addresses_per_node

# Amazon EKS, "VPC and subnet considerations": at least 6 addresses a subnet for the control plane's interfaces, 16
# recommended, since an upgrade needs the old and the new ones at once.
CONTROL_PLANE: Final = 16
# One address in each zone for each interface endpoint (components.aws.endpoints).
ENDPOINTS: Final = 3


def vpc_subnets(
    pools: Sequence[Subnets],
    system: InstanceType,
    system_nodes: int,
    zones: int,
    *,
    stated: int | None = None,
) -> Subnets:
    """One size for every zone. Raises ConfigurationError when a stated prefix does not hold what the plan needs.

    System nodes count with as many pods as they may hold, and one more of them while an update replaces them.
    """
    node = addresses_per_node(system, system.max_pods - HOST_NETWORK_PODS)
    in_zone = ceil((system_nodes + 1) / zones)
    pooled = sum(pool.per_zone.value - RESERVED_ADDRESSES for pool in pools)
    per_zone = derived(
        pooled + in_zone * node.value + CONTROL_PLANE + ENDPOINTS + RESERVED_ADDRESSES,
        f"{pooled} for the pools' nodes + {in_zone} system nodes x {node.value} + {CONTROL_PLANE} for the control plane"
        f" + {ENDPOINTS} endpoints + {RESERVED_ADDRESSES} that AWS reserves",
    )
    largest = 2 ** (32 - LARGEST_SUBNET)
    many = ceil(per_zone.value / largest)
    prefix = min(SMALLEST_SUBNET, 32 - max(0, ceil(per_zone.value / many) - 1).bit_length())
    if stated is not None and (stated > prefix or many > 1):
        raise ConfigurationError(
            field="cluster.network.private_prefix",
            value=f"/{stated}",
            allowed=f"{many} x /{prefix} or larger in each zone, since it needs {per_zone}",
            remedy="state a shorter prefix, or leave it out",
        )
    return Subnets(
        per_node=max((pool.per_node for pool in pools), key=lambda each: each.value, default=node),
        per_zone=per_zone,
        count=derived(
            many, f"ceil({per_zone.value} / {largest} addresses of a /{LARGEST_SUBNET}, the largest)"
        ),
        prefix=derived(prefix, f"the smallest with {per_zone.value} addresses")
        if stated is None
        else derived(stated, f"stated; /{prefix} would do"),
    )

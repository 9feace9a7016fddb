"""The stack's instance types for Karpenter's KWOK provider, so that the local cluster buys the nodes of the plan.

Decides nothing about a type: its facts and prices are components.policy's. The JSON is the provider's own format
(sigs.k8s.io/karpenter v1.14.1, kwok/cloudprovider, --instance-types-file-path).
"""

import json
import sys
from typing import Any, Final

from components.policy.instances import InstanceType, instance_type, instance_type_names
from components.policy.prices import on_demand_price
from components.policy.quantities import Bytes
from config.loader import load_stack
from config.problems import StackError

# The provider keeps this much of every node for itself, so it is added to what EKS leaves for pods; the 100m of CPU
# that it keeps too are what EKS reserves on eight vCPUs, to 10m.
_PROVIDER_MEMORY: Final = Bytes.parse("10Mi")
# Prices decide only which node is the cheapest; us-east-1 is the region whose table is complete.
_PRICE_REGION: Final = "us-east-1"


def kwok_instance_types(zones: list[str]) -> list[dict[str, Any]]:
    """Every known type, sold on demand in each of ``zones``."""
    return [_offered(instance_type(name), zones) for name in instance_type_names()]


def _offered(node: InstanceType, zones: list[str]) -> dict[str, Any]:
    price = float(on_demand_price(node.name, _PRICE_REGION, {}).value)
    return {
        "name": node.name,
        "architecture": node.architecture,
        "operatingSystems": ["linux"],
        "resources": {
            "cpu": str(node.cpu),
            "memory": str(Bytes(node.allocatable_memory.value + _PROVIDER_MEMORY)),
            "pods": str(node.max_pods),
            "ephemeral-storage": "50Gi",
        },
        "offerings": [{"Price": price, "Available": True, "Requirements": _where(zone)} for zone in zones],
    }


def _where(zone: str) -> list[dict[str, Any]]:
    facts = {"karpenter.sh/capacity-type": "on-demand", "topology.kubernetes.io/zone": zone}
    return [{"key": key, "operator": "In", "values": [value]} for key, value in facts.items()]


def main(stack: str) -> None:
    """Print the types for the zones of ``stack``. Raises StackError for a stack that cannot be read."""
    print(json.dumps(kwok_instance_types(load_stack(stack).zones)))


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except StackError as error:
        sys.exit(str(error))

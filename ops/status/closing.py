"""How a zone that is lost is taken out of a NodePool at once, without a deployment: the command, which it never runs.

While a pool lists the zone, Karpenter buys nothing elsewhere for pods that are spread strictly (docs/zones.md).
"""

import json
from collections.abc import Collection
from typing import Final

from .api import ApiObject
from .snapshot import Pool

ZONE: Final = "topology.kubernetes.io/zone"


def pool_of(nodepool: ApiObject) -> Pool:
    """A NodePool and the zones that it lists; none where it buys wherever its types are sold."""
    template = nodepool["spec"]["template"]["spec"]
    for place, one in enumerate(template.get("requirements", [])):
        if one["key"] == ZONE and one["operator"] == "In":
            return Pool(nodepool["metadata"]["name"], tuple(one["values"]), place)
    return Pool(nodepool["metadata"]["name"])


def patch(pool: Pool, lost: Collection[str]) -> list[dict[str, object]]:
    """The JSON patch that takes zones out of a pool; the API server refuses it where the pool is another by then."""
    path = f"/spec/template/spec/requirements/{pool.place}"
    left = [zone for zone in pool.zones if zone not in lost]
    return [
        {"op": "test", "path": f"{path}/key", "value": ZONE},
        {"op": "replace", "path": f"{path}/values", "value": left},
    ]


def command(pool: Pool, lost: Collection[str]) -> str:
    """The same as a person types it."""
    return f"kubectl patch nodepool {pool.name} --type=json -p '{json.dumps(patch(pool, lost))}'"

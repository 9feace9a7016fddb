"""On which nodes the pods of a workload may run: NodePools by name, and the taints that they let pass.

Which pools those are is the plan's to say; where nothing is said any node will do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .api import ApiObject
from .policy.errors import ConfigurationError
from .policy.node_pool import Taint

NODE_POOL: Final = "karpenter.sh/nodepool"
# The API's largest: among the pools that are allowed the home is taken while it has or buys room.
HOME_WEIGHT: Final = 100


@dataclass(frozen=True, kw_only=True)
class NodePlacement:
    """``pools`` are the NodePools that the pods may run on, the first choice first; ``tolerates`` are their taints.

    Raises ConfigurationError for no pool at all.
    """

    pools: Sequence[str]
    tolerates: Sequence[Taint] = ()

    def __post_init__(self) -> None:
        if not self.pools:
            raise ConfigurationError(
                field="placement.pools",
                value="none",
                allowed="the names of one or more NodePools",
                remedy="name one, or leave placement out for any node",
            )


def placed(placement: NodePlacement | None, pod: Mapping[str, Any]) -> ApiObject:
    """The pod spec with the placement in it; what it says of other pods' nearness stays."""
    if placement is None:
        return dict(pod)
    affinity: ApiObject = {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [_among(placement.pools)]}
    }
    if len(placement.pools) > 1:
        # Karpenter treats a preference as a requirement while it can (Karpenter, Scheduling, "preferences").
        affinity["preferredDuringSchedulingIgnoredDuringExecution"] = [
            {"weight": HOME_WEIGHT, "preference": _among(placement.pools[:1])}
        ]
    tolerations = [
        {
            "key": taint.key,
            "operator": "Equal" if taint.value else "Exists",
            **({"value": taint.value} if taint.value else {}),
            "effect": taint.effect,
        }
        for taint in placement.tolerates
    ]
    return {
        **pod,
        "affinity": {**pod.get("affinity", {}), "nodeAffinity": affinity},
        **({"tolerations": [*pod.get("tolerations", []), *tolerations]} if tolerations else {}),
    }


def _among(pools: Sequence[str]) -> ApiObject:
    return {"matchExpressions": [{"key": NODE_POOL, "operator": "In", "values": list(pools)}]}

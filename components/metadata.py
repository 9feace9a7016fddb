"""Names that every object of a component carries: labels to find it by, annotations to know its numbers by."""

from collections.abc import Mapping
from typing import Final

# Prefix of the annotations that say what an object's numbers were derived from. The local cluster's metrics source
# and the checks on plain YAML read them.
PREFIX: Final = "headroom.dev"
RPS_PER_POD: Final = f"{PREFIX}/rps-per-pod"
DEMAND_SHARE: Final = f"{PREFIX}/demand-share"
BASELINE_RPS: Final = f"{PREFIX}/baseline-rps"
# On the ConfigMap with redis.conf: a node that restarts empty is kept from being master (components.redis).
REDIS_RESTART_GUARD: Final = f"{PREFIX}/redis-restart-guard"

PART_OF: Final = "app.kubernetes.io/part-of"
MANAGED_BY: Final = "app.kubernetes.io/managed-by"


def selector_labels(name: str) -> dict[str, str]:
    """What selects a service's pods; immutable in a Deployment, so it holds nothing that may ever change."""
    return {"app.kubernetes.io/name": name}


def object_labels(name: str, component: str, part_of: str) -> dict[str, str]:
    """The standard labels of an object (kubernetes.io, "Recommended Labels")."""
    return {
        **selector_labels(name),
        "app.kubernetes.io/component": component,
        PART_OF: part_of,
        MANAGED_BY: "pulumi",
    }


def merged(*parts: Mapping[str, str]) -> dict[str, str]:
    """Later parts win."""
    return {key: value for part in parts for key, value in part.items()}

"""Labels that every object of a component carries, to find it by.

The annotations that say what its numbers were derived from are written by components.policy.facts.annotations, which
also reads them.
"""

from typing import Final

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

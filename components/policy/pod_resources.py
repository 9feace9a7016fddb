"""What a pod of several containers requests, as the scheduler counts it (KEP-753, "Sidecar containers").

Sidecars count with the service. A step that ends counts with the sidecars that were started before it, and only where
that is more than what runs afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .quantities import Bytes, Millicores
from .workload import Resources


@dataclass(frozen=True)
class Started:
    """The resources of what starts before the service, and whether it stays beside it."""

    resources: Resources
    stays: bool


def of_pod(app: Resources, before: Sequence[Started]) -> Resources:
    """Requests and limits of the pod. It has no CPU limit where one of its containers has none."""
    if not before:
        return app
    moments: list[list[Resources]] = []
    beside: list[Resources] = []
    for one in before:
        if one.stays:
            beside.append(one.resources)
        else:
            moments.append([*beside, one.resources])
    moments.append([*beside, app])
    limits = [[one.cpu_limit for one in moment] for moment in moments]
    known = [[limit for limit in moment if limit is not None] for moment in limits]
    return Resources(
        cpu_request=Millicores(max(sum(one.cpu_request for one in moment) for moment in moments)),
        cpu_limit=Millicores(max(sum(moment) for moment in known)) if known == limits else None,
        memory_request=Bytes(max(sum(one.memory_request for one in moment) for moment in moments)),
        memory_limit=Bytes(max(sum(one.memory_limit for one in moment) for moment in moments)),
    )

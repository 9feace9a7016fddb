"""What of a platform asks for room on nodes: each service and each queue worker as a group of equal pods.

Counts, sizes and what a group stands (a reclaim, an architecture); which pool holds it is decided in pools.
"""

from collections.abc import Mapping

from .platform import Platform
from .pod_group import PodGroup
from .service import ServicePlan, ServiceSpec
from .worker import WorkerPlan, WorkerSpec


def pod_groups(
    platform: Platform, services: Mapping[str, ServicePlan], workers: Mapping[str, WorkerPlan]
) -> list[PodGroup]:
    """The services' first, then the workers'."""
    return [
        *(
            _group(name, service.scaling.rests_at.value, service, platform.services[name])
            for name, service in services.items()
        ),
        *(
            _group(name, worker.replicas.floor.value, worker, platform.workers[name])
            for name, worker in workers.items()
        ),
    ]


def _group(
    name: str, floor: int, planned: ServicePlan | WorkerPlan, stated: ServiceSpec | WorkerSpec
) -> PodGroup:
    return PodGroup(
        name=name,
        floor=floor,
        peak=planned.replicas.peak.value,
        surge=planned.disruption.surge_pods.value,
        cpu=stated.resources.cpu_request,
        memory=stated.resources.memory_request,
        cpu_limit=stated.resources.cpu_limit,
        leaves_within=planned.drain.leaves_within.value,
        tolerates_reclaim=stated.tolerates_reclaim,
        architectures=stated.architectures,
    )

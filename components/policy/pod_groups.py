"""What of a platform asks for room on nodes: each service and each queue worker as a group of equal pods.

Counts, sizes and what a group stands (a reclaim, an architecture); which pool holds it is decided in pools.
"""

from collections.abc import Mapping

from .platform import Platform
from .pod_group import PodGroup
from .service import ServicePlan
from .worker import WorkerPlan


def pod_groups(
    platform: Platform, services: Mapping[str, ServicePlan], workers: Mapping[str, WorkerPlan]
) -> list[PodGroup]:
    """The services' first, then the workers'."""
    return [
        *_service_groups(platform, services),
        *(
            PodGroup(
                name=name,
                floor=worker.replicas.floor.value,
                peak=worker.replicas.peak.value,
                surge=worker.disruption.surge_pods.value,
                cpu=platform.workers[name].resources.cpu_request,
                memory=platform.workers[name].resources.memory_request,
                leaves_within=worker.drain.leaves_within.value,
                tolerates_reclaim=platform.workers[name].tolerates_reclaim,
                architectures=platform.workers[name].architectures,
            )
            for name, worker in workers.items()
        ),
    ]


def _service_groups(platform: Platform, services: Mapping[str, ServicePlan]) -> list[PodGroup]:
    return [
        PodGroup(
            name=name,
            floor=service.scaling.rests_at.value,
            peak=service.replicas.peak.value,
            surge=service.disruption.surge_pods.value,
            cpu=platform.services[name].resources.cpu_request,
            memory=platform.services[name].resources.memory_request,
            leaves_within=service.drain.leaves_within.value,
            tolerates_reclaim=service.tolerates_reclaim,
            architectures=service.architectures,
        )
        for name, service in services.items()
    ]

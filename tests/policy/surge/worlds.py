"""Small worlds: one service, or a gateway before a backend, with figures that are easy to count with."""

from typing import Any

from components.policy.surge.hpa_spec import Behavior, CpuUtilization, HpaSpec, Metric, RpsPerPod
from components.policy.surge.named_policies import fast
from components.policy.surge.scaling_policy import SurgePolicy
from components.policy.surge.timings import Timings
from components.policy.surge.world import NodeModel, SimulatedService, World

MIB = 1024**2


def service(**changes: Any) -> SimulatedService:
    """1,000 rps a pod, ready ten seconds after it is bound."""
    stated: dict[str, Any] = {
        "rps_per_pod": 1000,
        "cpu": 500,
        "memory": 512 * MIB,
        "ready_after_s": 10,
        "leaves_after_s": 2,
        "zones": "preferred",
    }
    return SimulatedService(**stated | changes)


def world(
    *, nodes: dict[str, Any] | None = None, timings: dict[str, Any] | None = None, **changes: Any
) -> World:
    """The gateway alone, on nodes of fifteen pods that take 45 s, metrics of the moment."""
    stated: dict[str, Any] = {
        "services": {"gateway": service()},
        "nodes": NodeModel(
            **{"cpu": 7500, "memory": 30 * 1024 * MIB, "launch_s": 45, "per_hour": 0.36} | (nodes or {})
        ),
        "timings": Timings(**{"cpu_rate_s": 0} | (timings or {})),
    }
    return World(**stated | changes)


def policy(
    *,
    floor: int = 10,
    peak: int = 50,
    metric: Metric | None = None,
    behavior: Behavior | None = None,
    services: tuple[str, ...] = ("gateway",),
    **changes: Any,
) -> SurgePolicy:
    """650 rps a pod, to the peak in one step, for each service alike."""
    spec = HpaSpec(
        floor=floor,
        peak=peak,
        metrics=(metric or RpsPerPod(target=650),),
        behavior=fast(peak) if behavior is None else behavior,
    )
    return SurgePolicy(**{"name": "quick", "services": dict.fromkeys(services, spec)} | changes)


def by_cpu(percent: int = 70) -> CpuUtilization:
    """The guide's metric."""
    return CpuUtilization(percent=percent)

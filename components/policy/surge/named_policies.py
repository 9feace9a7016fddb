"""The policies that every comparison has: the guide's, two that are quicker, the same with spare room and with a floor
set before, and this platform's own.

They follow from a plan: its services, what a pod carries, its peaks.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from ..disruption import Budget
from ..plan import Plan
from ..service import ServicePlan
from .hpa_spec import Behavior, CpuUtilization, HpaSpec, RpsPerPod, ScalingRules, ScalingStep
from .scaling_policy import EventFloor, Spare, SurgePolicy
from .world import pool_numbers

# guide.md section 1: HPA 10-50 of the gateway, 5-30 of a backend, on CPU at 70 %, without a behavior.
GUIDE_CPU_PERCENT: Final = 70
GUIDE_GATEWAY: Final = (10, 50)
GUIDE_BACKEND: Final = (5, 30)
# The same section: PDB minAvailable 5 and 3.
GUIDE_GATEWAY_STAY: Final = 5
GUIDE_BACKEND_STAY: Final = 3
# The quicker ones: the target leaves half of the pod, or 35 % of what it carries, for the time until others come.
FAST_CPU_PERCENT: Final = 50
FAST_RPS_PART: Final = Fraction(65, 100)
# Enough placeholders for most of what a ten-fold step lacks, and a floor that is there in time.
SPARE_PODS: Final = 40
LEAD_S: Final = 120.0


def guide(plan: Plan) -> SurgePolicy:
    """CPU at 70 % and nothing else: the guide as it stands."""
    return SurgePolicy(
        name="guide",
        services={
            name: HpaSpec(floor=least, peak=most, metrics=(CpuUtilization(percent=GUIDE_CPU_PERCENT),))
            for name, (least, most) in _guide_bounds(plan).items()
        },
        budgets={
            name: Budget(min_available=GUIDE_GATEWAY_STAY if name == plan.entry_name else GUIDE_BACKEND_STAY)
            for name in plan.services
        },
    )


def fast_cpu(plan: Plan) -> SurgePolicy:
    """CPU at 50 %, to the peak in one step."""
    return SurgePolicy(
        name="cpu-50-fast",
        services={
            name: HpaSpec(
                floor=least,
                peak=most,
                metrics=(CpuUtilization(percent=FAST_CPU_PERCENT),),
                behavior=fast(most),
            )
            for name, (least, most) in _guide_bounds(plan).items()
        },
    )


def fast_rps(plan: Plan) -> SurgePolicy:
    """Requests per second at 65 % of what a pod carries (650 of 1,000), to the peak in one step."""
    return SurgePolicy(
        name="rps-650-fast",
        services={
            name: HpaSpec(
                floor=least,
                peak=most,
                metrics=(RpsPerPod(target=plan.services[name].demand.rps_per_pod * FAST_RPS_PART),),
                behavior=fast(most),
            )
            for name, (least, most) in _guide_bounds(plan).items()
        },
    )


def with_spare(policy: SurgePolicy, spare: tuple[Spare, ...], name: str | None = None) -> SurgePolicy:
    """The same with placeholder pods."""
    pods = sum(one.pods for one in spare)
    return policy.model_copy(update={"name": name or f"{policy.name}+{pods}-spare", "spare": spare})


def with_floor(policy: SurgePolicy, event: EventFloor, name: str | None = None) -> SurgePolicy:
    """The same with the floor of an event."""
    return policy.model_copy(update={"name": name or f"{policy.name}+floor", "event": event})


def entry_spare(plan: Plan, pods: int = SPARE_PODS) -> tuple[Spare, ...]:
    """Placeholders as large as the entry's pods."""
    group = next(group for group in plan.pod_groups if group.name == plan.entry_name)
    return (Spare(pods=pods, cpu=group.cpu, memory=group.memory),)


def peak_floor(plan: Plan, lead_s: float = LEAD_S) -> EventFloor:
    """Every service at its planned peak before it starts, by the autoscalers' minimum."""
    pods = {name: service.replicas.peak.value for name, service in plan.services.items()}
    return EventFloor(pods=pods, lead_s=lead_s, by="minimum")


def ours(plan: Plan) -> SurgePolicy:
    """What the stack deploys: the plan's floors, peaks, targets, behaviour and spare room, CPU as the backstop."""
    numbers = pool_numbers(plan) if plan.pools else {}
    return SurgePolicy(
        name="ours",
        services={name: planned(one) for name, one in plan.services.items()},
        spare=tuple(
            Spare(
                pods=room.pods.value, cpu=room.cpu.value, memory=room.memory.value, pool=numbers.get(pool, 0)
            )
            for pool, room in plan.spare.items()
        ),
    )


def planned(service: ServicePlan) -> HpaSpec:
    """One service's autoscaler as the plan has it (components.autoscaling deploys the same)."""
    scaling = service.scaling
    up = ScalingStep(type="Pods", value=scaling.scale_up_pods.value, period_s=scaling.scale_up_period.seconds)
    down = ScalingStep(
        type="Percent", value=scaling.scale_down_percent, period_s=scaling.scale_down_period.seconds
    )
    return HpaSpec(
        floor=service.replicas.floor.value,
        peak=service.replicas.peak.value,
        metrics=(
            RpsPerPod(target=scaling.target_rps.value),
            CpuUtilization(percent=scaling.cpu_percent.value),
        ),
        behavior=Behavior(
            up=ScalingRules(steps=(up,)),
            down=ScalingRules(steps=(down,), select="Min", window_s=scaling.scale_down_window.seconds),
        ),
    )


def fast(peak: int) -> Behavior:
    """Up to the peak in one step; down by the API's defaults."""
    return Behavior(up=ScalingRules(steps=(ScalingStep(type="Pods", value=peak),)))


def named_policies(plan: Plan) -> Mapping[str, SurgePolicy]:
    """All of them by name, the guide first."""
    quick = fast_rps(plan)
    roomy = with_spare(quick, entry_spare(plan))
    every = (guide(plan), fast_cpu(plan), quick, roomy, with_floor(roomy, peak_floor(plan)), ours(plan))
    return {policy.name: policy for policy in every}


def _guide_bounds(plan: Plan) -> dict[str, tuple[int, int]]:
    return {name: GUIDE_GATEWAY if name == plan.entry_name else GUIDE_BACKEND for name in plan.services}

"""From one worker's plan to the facts of its workload, as its component is about to make it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from ...events import EventFloor
from ...quantities import Milliseconds
from ...worker import WorkerPlan, WorkerPolicy
from ...workload import Resources, health_probes
from ..base import ABSENT
from ..workload import Autoscaler, Behavior, Metric, Queue, Rollout, Traffic, Workload
from .services import OPEN_FILES, container_facts, event_metrics

SQS_TRIGGER: Final = "aws-sqs-queue"


def worker_facts(
    plan: WorkerPlan,
    policy: WorkerPolicy,
    *,
    resources: Resources,
    image: str | None = None,
    namespace: str = "",
    events: Sequence[EventFloor] = (),
) -> Workload:
    """What is left out is unknown; so is what no plan holds (spread), which the rendered objects show."""
    scaling = plan.scaling
    return Workload(
        object=f"workers.{plan.name}",
        name=plan.name,
        namespace=namespace,
        containers=(container_facts(image, resources, health_probes(policy.health), policy.shutdown),),
        replicas=ABSENT,
        floor=plan.replicas.floor.value,
        peak=plan.replicas.peak.value,
        autoscaler=Autoscaler(
            object=f"the autoscaler of {plan.name}",
            minimum=plan.replicas.floor.value,
            maximum=plan.replicas.peak.value,
            metrics=(
                Metric(
                    kind="External",
                    name=SQS_TRIGGER,
                    target_type="AverageValue",
                    target=Fraction(scaling.queue_length.value),
                ),
                *event_metrics(events),
            ),
            behavior=Behavior(up_window=Milliseconds(0), down_window=scaling.scale_down_window),
        ),
        budget=plan.disruption.budget.value,
        rollout=Rollout(surge=plan.disruption.max_surge.value, unavailable=0),
        grace=plan.grace_period.value,
        service=ABSENT,
        open_files=OPEN_FILES,
        traffic=message_facts(plan, policy, events),
        queue=queue_facts(plan, policy),
    )


def message_facts(plan: WorkerPlan, policy: WorkerPolicy, events: Sequence[EventFloor] = ()) -> Traffic:
    """What the worker takes in: messages where a service has requests."""
    return Traffic(
        rps_per_pod=plan.demand.rps_per_pod,
        peak_rps=plan.demand.peak_rps,
        baseline_rps=plan.demand.baseline_rps,
        share=plan.demand.share,
        longest_request=policy.longest_message,
        leaves_within=plan.drain.leaves_within.value,
        event_floors=tuple(events) or None,
    )


def queue_facts(plan: WorkerPlan, policy: WorkerPolicy) -> Queue:
    """What its queue must allow, and what the plan says of the wait in it."""
    backlog = plan.backlog
    return Queue(
        visibility_timeout=policy.visibility_timeout,
        work_off=policy.work_off,
        waits_after_growth=backlog.waits.value if backlog.worked_off is not None else None,
    )

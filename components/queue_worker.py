"""QueueWorker: a workload that nobody calls; it works off a queue, scales on what waits in it, and leaves after its
last message.

It derives its numbers with the same function as the platform's plan. It never reads configuration, makes no queue
(WorkQueue does), and never sets ``replicas``: that field belongs to the autoscaler.
"""

from dataclasses import dataclass, replace

import pulumi

from .policy.demand import Demand
from .policy.errors import ConfigurationError
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import message_facts, queue_facts, worker_facts
from .policy.review import refuse
from .policy.worker import WorkerPlan, WorkerPolicy, plan_worker
from .policy.workload import health_probes
from .process import Process
from .queue_scaling import SqsQueue, check_queue, make_queue_autoscaler
from .renames import with_aliases
from .scraping import Scraped
from .workload import Pods, WorkloadArgs, check_workload, known_image, make_workload


@dataclass(frozen=True, kw_only=True)
class QueueWorkerArgs(WorkloadArgs):
    """Arguments of :class:`QueueWorker`.

    ``capacity`` is the demand in messages/s, from which everything is derived, or the worker's plan where more than
    its own demand was known. The process finds the queue in SQS_QUEUE_URL and AWS_REGION. ``identity`` needs the right
    to work off the queue, ``egress_to`` the queue's addresses, ``metrics`` a port, since there is no other; ``events``
    are for a queue that may not wait for the autoscaler.
    """

    process: Process
    queue: SqsQueue
    capacity: Demand | WorkerPlan
    policy: WorkerPolicy
    role: str = "worker"


class QueueWorker(pulumi.ComponentResource):
    """Deployment, ScaledObject with its TriggerAuthentication, PodDisruptionBudget, ServiceAccount and NetworkPolicy.

    Outputs: ``floor`` and ``peak`` as plain integers. ``plan`` holds every derived number with its derivation.

    Raises ConfigurationError at construction, before anything is registered, when the demand cannot be planned, and
    ReviewError (one of them) with every rule that the worker breaks.
    """

    floor: int
    peak: int
    plan: WorkerPlan
    # The pods' role in AWS, where they have one.
    role_arn: pulumi.Output[str] | None

    def __init__(self, name: str, args: QueueWorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        plan = _checked_plan(name, args)
        super().__init__("headroom:index:QueueWorker", name, None, with_aliases(name, opts))
        self.plan = plan
        self.floor, self.peak = plan.replicas.floor.value, plan.replicas.peak.value
        facts = {
            **annotations(message_facts(plan, args.policy, args.events)),
            **annotations(queue_facts(plan, args.policy)),
        }
        made = make_workload(self, name, args, _pods(args, plan), facts)
        self.role_arn = made.role_arn
        make_queue_autoscaler(
            name,
            args.queue,
            plan,
            metadata=made.metadata,
            events=args.events,
            parent=self,
            deployment=made.deployment,
        )
        self.register_outputs({"floor": self.floor, "peak": self.peak})


def _checked_plan(name: str, args: QueueWorkerArgs) -> WorkerPlan:
    check_workload(name, args.process, args)
    if isinstance(args.metrics, Scraped) and args.metrics.port is None:
        raise ConfigurationError(
            field=f"{name}.metrics.port",
            value="none",
            allowed="the port that serves its metrics",
            remedy="state it: a worker has no HTTP port that could serve them too",
        )
    check_queue(f"{name}.queue", args.queue)
    plan = (
        args.capacity
        if isinstance(args.capacity, WorkerPlan)
        else plan_worker(name, args.capacity, args.policy)
    )
    facts = worker_facts(
        plan,
        args.policy,
        image=known_image(args.process),
        resources=args.pod_resources,
        events=args.events,
    )
    refuse(Fleet(workloads=(facts,)), args.ignores)
    return plan


def _pods(args: QueueWorkerArgs, plan: WorkerPlan) -> Pods:
    derived = {"SQS_QUEUE_URL": args.queue.url, "AWS_REGION": args.queue.region}
    return Pods(
        process=replace(args.process, env={**derived, **args.process.env}),
        probes=health_probes(args.policy.health),
        shutdown=args.policy.shutdown,
        disruption=plan.disruption,
        peak=plan.replicas.peak.value,
    )

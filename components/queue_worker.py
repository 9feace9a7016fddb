"""QueueWorker: a workload that nobody calls; it works off a queue, scales on what waits in it, and leaves after its
last message.

It derives its numbers with the same function as the platform's plan. It never reads configuration, makes no queue
(WorkQueue does), and never sets ``replicas``: that field belongs to the autoscaler.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi

from .api import ApiObject
from .identity import Identity, check_identity, egress_of
from .metadata import object_labels, selector_labels
from .network_policy import Endpoint, Target, policy_spec
from .placement import NodePlacement
from .pod import Process, Spread, TopologySpread
from .policy.demand import Demand
from .policy.errors import ConfigurationError
from .policy.events import EventFloor
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import message_facts, queue_facts, worker_facts
from .policy.findings import Ignore
from .policy.images import pinned
from .policy.review import refuse
from .policy.worker import WorkerPlan, WorkerPolicy, plan_worker
from .policy.workload import Resources, health_probes
from .ports import METRICS
from .queue_scaling import SqsQueue, check_queue, make_queue_autoscaler
from .renames import with_aliases
from .scraping import Metrics, Scraped, Unscraped, make_pod_monitor, metrics_port
from .workload import Pods, make_workload


@dataclass(frozen=True, kw_only=True)
class QueueWorkerArgs:
    """Arguments of :class:`QueueWorker`.

    ``capacity`` is the demand in messages/s, from which everything is derived, or the worker's plan where more than
    its own demand was known. The process finds the queue in SQS_QUEUE_URL and AWS_REGION.
    """

    namespace: pulumi.Input[str]
    process: Process
    queue: SqsQueue
    capacity: Demand | WorkerPlan
    policy: WorkerPolicy
    resources: Resources
    part_of: str = "headroom"
    role: str = "worker"
    spread: Spread = TopologySpread()
    # Pods that it holds during announced events (Plan.event_floors), where the queue may not wait for the autoscaler.
    events: Sequence[EventFloor] = ()
    # An AwsIdentity with the right to work off the queue, where it is in AWS.
    identity: Identity = Identity()
    # Prometheus asks on a port of its own: there is no other.
    metrics: Metrics = Unscraped()
    image_pull_secrets: Sequence[str] = ()
    # The NodePools that the pods may run on; None: any node.
    placement: NodePlacement | None = None
    # Closed by default: only DNS may be reached. The queue's own addresses have to be opened here.
    egress_to: Sequence[Target] = ()
    ignores: Sequence[Ignore] = ()


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
        labels = object_labels(name, args.role, args.part_of)
        metadata: ApiObject = {"name": name, "namespace": args.namespace, "labels": labels}
        made = make_workload(
            self,
            name,
            _pods(args, plan),
            metadata=metadata,
            network=_network(name, args),
            facts={
                **annotations(message_facts(plan, args.policy, args.events)),
                **annotations(queue_facts(plan, args.policy)),
            },
        )
        self.role_arn = made.role_arn
        make_pod_monitor(
            name,
            args.metrics,
            namespace=args.namespace,
            labels=labels,
            selector=selector_labels(name),
            opts=pulumi.ResourceOptions(parent=self),
        )
        make_queue_autoscaler(
            name,
            args.queue,
            plan,
            namespace=args.namespace,
            labels=labels,
            events=args.events,
            parent=self,
            deployment=made.deployment,
        )
        self.register_outputs({"floor": self.floor, "peak": self.peak})


def _checked_plan(name: str, args: QueueWorkerArgs) -> WorkerPlan:
    image = args.process.image if isinstance(args.process.image, str) else None
    if image is not None:
        pinned(f"{name}.image", image)
    if isinstance(args.metrics, Scraped) and args.metrics.port is None:
        raise ConfigurationError(
            field=f"{name}.metrics.port",
            value="none",
            allowed="the port that serves its metrics",
            remedy="state it: a worker has no HTTP port that could serve them too",
        )
    check_queue(f"{name}.queue", args.queue)
    check_identity(f"{name}.identity", args.identity)
    plan = (
        args.capacity
        if isinstance(args.capacity, WorkerPlan)
        else plan_worker(name, args.capacity, args.policy)
    )
    facts = worker_facts(plan, args.policy, image=image, resources=args.resources, events=args.events)
    refuse(Fleet(workloads=(facts,)), args.ignores)
    return plan


def _pods(args: QueueWorkerArgs, plan: WorkerPlan) -> Pods:
    port = metrics_port(args.metrics)
    derived = {"SQS_QUEUE_URL": args.queue.url, "AWS_REGION": args.queue.region}
    return Pods(
        process=replace(args.process, env={**derived, **args.process.env}),
        ports=[] if port is None else [(METRICS, port)],
        resources=args.resources,
        probes=health_probes(args.policy.health),
        shutdown=args.policy.shutdown,
        spread=args.spread,
        identity=args.identity,
        image_pull_secrets=args.image_pull_secrets,
        disruption=plan.disruption,
        peak=plan.replicas.peak.value,
        placement=args.placement,
    )


def _network(name: str, args: QueueWorkerArgs) -> ApiObject:
    """Nobody comes in but Prometheus."""
    metrics = args.metrics
    return policy_spec(
        selector_labels(name),
        ports=[],
        ingress_from=[],
        egress_to=[*args.egress_to, *egress_of(args.identity)],
        doors=[Endpoint(pods=metrics.by, ports=[metrics.port])]
        if isinstance(metrics, Scraped) and metrics.port is not None
        else [],
    )

"""The queue workers of a stack as components, and what a service that sends to them has to know."""

from collections.abc import Sequence

import pulumi

from components.aws_policies import queues as rights
from components.aws_policies.statement import Statement
from components.policy.plan import Plan
from components.process import Process
from components.queue_scaling import SqsQueue
from components.queue_worker import QueueWorker, QueueWorkerArgs
from components.scraping import Unscraped
from config.settings import Settings
from config.worker import ExistingQueue

from .containers import process_fields
from .inside import Inside, Queue
from .pods import AWS_API, egress, identity, metrics, pod_fields, spread
from .pools import placement


def queue_of(name: str, settings: Settings, inside: Inside) -> Queue:
    """A worker's queue: one that is there, or the one that was made for it."""
    stated = settings.workers[name].queue
    if isinstance(stated, ExistingQueue):
        return Queue(url=stated.url, arn=stated.arn, region=stated.region)
    return inside.queues[name]


def sends(service: str, settings: Settings) -> list[str]:
    """The workers to which a service sends messages."""
    return [name for name, worker in settings.workers.items() if service in worker.messages]


def sending_environment(service: str, settings: Settings, inside: Inside) -> dict[str, pulumi.Input[str]]:
    """Where a service finds the queues that it fills: TICKET_MAILER_QUEUE_URL."""
    return {
        f"{name.replace('-', '_').upper()}_QUEUE_URL": queue_of(name, settings, inside).url
        for name in sends(service, settings)
    }


def sending_rights(service: str, settings: Settings, inside: Inside) -> Sequence[pulumi.Input[Statement]]:
    """What a service may do with the queues that it fills."""
    arns = [queue_of(name, settings, inside).arn for name in sends(service, settings)]
    return [pulumi.Output.all(*arns).apply(rights.send)] if arns else []


def workers(
    settings: Settings,
    plan: Plan,
    *,
    namespace: pulumi.Input[str],
    inside: Inside,
    opts: pulumi.ResourceOptions,
) -> dict[str, QueueWorker]:
    """Register every worker of the stack; by name."""
    return {name: _worker(name, settings, plan, namespace, inside, opts) for name in settings.workers}


def _worker(
    name: str,
    settings: Settings,
    plan: Plan,
    namespace: pulumi.Input[str],
    inside: Inside,
    opts: pulumi.ResourceOptions,
) -> QueueWorker:
    stated = settings.workers[name]
    queue = queue_of(name, settings, inside)
    own = pulumi.Output.from_input(queue.arn).apply(lambda arn: rights.work_off([arn]))
    args = QueueWorkerArgs(
        namespace=namespace,
        process=Process(image=stated.image, env=stated.env, **process_fields(stated)),
        queue=SqsQueue(url=queue.url, region=queue.region),
        capacity=plan.workers[name],
        policy=stated.spec,
        resources=stated.resources,
        part_of=settings.namespace,
        spread=spread(name, stated.spread, plan),
        placement=placement(plan, name),
        events=plan.event_floors(name),
        identity=identity(stated.identity, inside, [own]),
        metrics=Unscraped()
        if stated.metrics_port is None
        else metrics(settings, stated.metrics_path, stated.metrics_port),
        **pod_fields(stated),
        egress_to=[AWS_API, *egress(stated)],
        ignores=settings.ignores,
    )
    return QueueWorker(name, args, opts)

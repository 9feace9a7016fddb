"""QueueWorker for other languages."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi

from .. import queue_scaling, queue_worker
from ..policy import demand, worker
from ..policy import workload as own_workload
from ..policy.errors import ConfigurationError
from ..policy.quantities import parse_ratio
from . import capacity, containers, network_policy, workload
from .events import EventFloor
from .ignores import Ignore
from .metrics import Scraped
from .placement import NodePlacement
from .pods import Identity, pod_fields
from .reading import model, read, stated, whole


class SqsQueue(TypedDict):
    """A queue of SQS that is there."""

    url: pulumi.Input[str]
    """Its address, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME."""
    region: str
    """The region that it is in."""


class HttpHealth(TypedDict):
    """Health over HTTP, on a port that nobody but the kubelet asks."""

    port: int
    """The port, from 1024."""
    readiness: str | None
    """Where readiness is asked. Default: /readyz."""
    liveness: str | None
    """Where life is asked. Default: /healthz."""


class QueueWorkerArgs(TypedDict):
    """One queue worker, with exactly one of httpHealth and healthCommand. Durations such as "30s"."""

    namespace: pulumi.Input[str]
    """Namespace of every object."""
    process: containers.Process
    """What runs; it finds its queue in SQS_QUEUE_URL and AWS_REGION."""
    queue: SqsQueue
    """What it works off."""
    demand: capacity.Demand
    """What it must work off, in messages/s where the fields say requests; everything else follows."""
    longest_message: str
    """The longest that one message may take; a pod that leaves ends it first. At most 12h."""
    work_off: str
    """How long the last message in the queue may wait while the fleet is below its peak."""
    visibility_timeout: str | None
    """The queue's: after it a message that is not done is given to another pod. Default: 30s."""
    http_health: HttpHealth | None
    """How its health is asked for over HTTP."""
    health_command: list[str] | None
    """How its health is asked for by a command in the container, where it has no port."""
    resources: workload.Resources
    """Requests and limits of one pod."""
    zones: int | None
    """Zones that the pods are spread over, one of which may be lost at the peak. Default: 3."""
    headroom: str | None
    """Replaces the room for the loss of a zone by a factor, such as "1.2"."""
    floor: int | None
    """Replaces the derived floor."""
    budget: capacity.Budget | None
    """Replaces the derived disruption budget."""
    part_of: str | None
    """Label app.kubernetes.io/part-of. Default: headroom."""
    role: str | None
    """Label app.kubernetes.io/component. Default: worker."""
    spread: workload.Spread | None
    """How pods are kept apart. Default: topology-spread."""
    identity: Identity | None
    """The pod's ServiceAccount; it needs the right to work off the queue."""
    metrics: Scraped | None
    """How Prometheus gets the metrics, on a port of their own. Left out: nobody asks the pods."""
    image_pull_secrets: list[str] | None
    """Names of Secrets that open the image's registry."""
    pod_labels: dict[str, pulumi.Input[str]] | None
    """Labels of the pods besides their own."""
    pod_annotations: dict[str, pulumi.Input[str]] | None
    """Annotations of the pods, for what reads them there."""
    priority_class: pulumi.Input[str] | None
    """A PriorityClass that is there. Left out: the cluster's default."""
    ndots: int | None
    """Dots that a name needs to be asked of DNS as it is. Left out: 5, as Kubernetes says."""
    placement: NodePlacement | None
    """The NodePools that the pods may run on. Left out: any node."""
    egress_to: list[network_policy.Endpoint] | None
    """Pods that may be called. DNS always may."""
    egress_outside: list[network_policy.Outside] | None
    """Addresses outside of the cluster that may be called: those of the queue, and of STS."""
    events: list[EventFloor] | None
    """Pods that it holds during announced events, by KEDA's cron trigger."""
    ignores: list[Ignore] | None
    """Rules that this worker may break."""


class QueueWorker(queue_worker.QueueWorker):
    """A workload that nobody calls: it works off a queue of SQS, scales by KEDA on what waits in it, and leaves after
    its last message. Deployment, ScaledObject, TriggerAuthentication, PodDisruptionBudget, ServiceAccount,
    NetworkPolicy."""

    floor: int
    """The fewest pods."""
    peak: int
    """The most pods."""

    def __init__(self, name: str, args: QueueWorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, _args(name, args), opts)


def _args(name: str, given: QueueWorkerArgs) -> queue_worker.QueueWorkerArgs:
    policy = _policy(given)
    zones = given.get("zones")
    around: dict[str, Any] = {} if zones is None else {"zones": whole(zones, "zones")}
    offered = model(demand.Demand, given["demand"], "demand")
    return queue_worker.QueueWorkerArgs(
        process=containers.process_of(given["process"], "process"),
        queue=queue_scaling.SqsQueue(**given["queue"]),
        capacity=worker.plan_worker(name, offered, policy, **around),
        policy=policy,
        **pod_fields(given, ""),
    )


def _policy(given: Mapping[str, Any]) -> worker.WorkerPolicy:
    fields = stated(given, "longest_message", "work_off", "visibility_timeout")
    fields["health"] = _health(given.get("http_health"), given.get("health_command"))
    if given.get("floor") is not None:
        fields["floor"] = whole(given["floor"], "floor")
    if given.get("headroom") is not None:
        fields["headroom"] = read(parse_ratio, given["headroom"], "headroom")
    if given.get("budget") is not None:
        fields["budget"] = capacity.budget(given["budget"], "budget")
    return model(worker.WorkerPolicy, fields, "")


def _health(http: HttpHealth | None, command: list[str] | None) -> own_workload.Health:
    if http is not None and command is None:
        fields = {**stated(http), "kind": "http", "port": whole(http["port"], "httpHealth.port")}
        return model(own_workload.HttpHealth, fields, "httpHealth")
    if command is not None and http is None:
        return model(own_workload.CommandHealth, {"kind": "command", "command": command}, "healthCommand")
    raise ConfigurationError(
        field="httpHealth, healthCommand",
        value="neither" if http is None else "both",
        allowed="exactly one of the two",
        remedy="state how its health is asked for",
    )

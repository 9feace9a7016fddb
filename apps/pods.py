"""What a service and a worker have in common: the stack's words for a process, its spread and its rights as the
library's."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components import (
    Addresses,
    AwsIdentity,
    AwsRole,
    Endpoint,
    Identity,
    Outside,
    PodMonitor,
    Pods,
    PreferredAntiAffinity,
    Scraped,
    TopologySpread,
    Unscraped,
)
from components.aws_policies.statement import Statement
from components.network_policy import Source, Target
from components.pod import Spread
from components.policy.plan import Plan
from components.scraping import Metrics
from config import identity as stated_identity
from config import process, reaching
from config.settings import Settings

from .containers import before
from .inside import Inside

# AWS publishes no fixed addresses of Amazon SQS, and an endpoint in the VPC has those of its subnets.
AWS_API = Outside(cidr="0.0.0.0/0", ports=[443])


def pod_fields(stated: process.Process) -> dict[str, Any]:
    """What the pods have beside the process."""
    return {
        "image_pull_secrets": stated.image_pull_secrets,
        "init_containers": [before(one) for one in stated.init_containers],
        "pod_labels": stated.pod_labels,
        "pod_annotations": stated.pod_annotations,
        "priority_class": stated.priority_class,
        "ndots": stated.ndots,
    }


def egress(stated: process.Process) -> list[Target]:
    """The addresses outside the cluster, and the pods of others, that the stack opens."""
    return [
        Outside(cidr=one.cidr, ports=one.ports, protocol=one.protocol)
        if isinstance(one, reaching.Egress)
        else Endpoint(pods=_pods(one), ports=one.ports, protocol=one.protocol)
        for one in stated.egress
    ]


def ingress(stated: Sequence[reaching.Calling]) -> list[Source]:
    """Callers that are no services of the stack."""
    return [Addresses(cidr=one.cidr) if isinstance(one, reaching.Ingress) else _pods(one) for one in stated]


def _pods(stated: reaching.PodsReached | reaching.PodsCalling) -> Pods:
    return Pods(labels=stated.labels, namespace=stated.namespace)


def spread(name: str, stated: process.Spread, plan: Plan) -> Spread:
    """How the pods are kept apart."""
    if isinstance(stated, process.PreferredAntiAffinity):
        return PreferredAntiAffinity(weight=stated.weight)
    return TopologySpread(pods_per_host=plan.pods_per_host(name))


def identity(
    stated: stated_identity.AnyIdentity, inside: Inside, queues: Sequence[pulumi.Input[Statement]]
) -> Identity:
    """The pods' identity. In the program's own cluster a right to a queue makes it one of AWS by itself, unless the
    role is somebody else's, who gives it that right."""
    plain: Mapping[str, Any] = {"annotations": stated.annotations, "mount_token": stated.mount_token}
    if isinstance(stated, stated_identity.AwsRole) and inside.aws is not None:
        return AwsRole(
            **plain,
            cluster_name=inside.aws.cluster_name,
            role_arn=stated.role_arn,
            tags=inside.aws.tags,
        )
    rights = stated.rights if isinstance(stated, stated_identity.AwsIdentity) else {}
    if inside.aws is None or not (rights or queues):
        return Identity(**plain)
    own = [
        Statement(
            sid=sid,
            actions=right.actions,
            resources=right.resources,
            conditions=right.conditions,
            unscoped_because=right.unscoped_because,
        )
        for sid, right in rights.items()
    ]
    return AwsIdentity(
        **plain,
        cluster_name=inside.aws.cluster_name,
        place=inside.aws.place,
        tags=inside.aws.tags,
        statements=pulumi.Output.all(*queues).apply(lambda known: [*own, *known]),
    )


def metrics(settings: Settings, path: str, port: int | None) -> Metrics:
    """Prometheus asks every pod; a closed door would be an autoscaler without figures."""
    if settings.monitoring_namespace is None:
        return Unscraped()
    asked = settings.pod_monitors
    monitor = None
    if asked is not None:
        monitor = PodMonitor(labels=asked.labels, interval=asked.interval)
    elif settings.inside.prometheus is not None:
        monitor = PodMonitor()
    by = Pods(namespace=settings.monitoring_namespace)
    return Scraped(by=by, path=path, port=port, monitor=monitor)

"""The controllers inside the stack's cluster, from the settings: charts, rights, and the workers' queues."""

from collections.abc import Mapping, Sequence

import pulumi

from apps.inside import InAws, Inside, Queue
from components.platform_charts.chart import AwsPlace
from components.platform_charts.external_secrets import ExternalSecrets, ExternalSecretsArgs, ReadableSecrets
from components.platform_charts.k6_operator import K6Operator, K6OperatorArgs
from components.platform_charts.keda import Keda, KedaArgs, WatchedQueues
from components.platform_charts.prometheus import (
    ClusterOnly,
    ExistingWorkspace,
    Grafana,
    KubePrometheusStack,
    KubePrometheusStackArgs,
    NewWorkspace,
    NodeDisk,
    Volume,
)
from components.platform_charts.retention import LocalStorage, LongTerm
from components.work_queue import WorkQueue, WorkQueueArgs
from config import inside as stated
from config.settings import Settings
from config.worker import ExistingQueue, NewQueue

from .eks import Eks


def controllers(settings: Settings, eks: Eks, pools: Sequence[pulumi.Resource]) -> Inside:
    """Register what the stack states; it runs on the pools' nodes, so it comes after them and goes before."""
    opts = eks.opts(*pools)
    made = _queues(settings, eks)
    asked, where = settings.inside, _place(eks)
    resources: list[pulumi.Resource] = []
    address: pulumi.Output[str] | None = None
    if asked.prometheus is not None:
        stack = KubePrometheusStack("prometheus", _prometheus(asked.prometheus, eks), opts)
        address = stack.prometheus_address
        resources.append(stack)
    if asked.keda is not None:
        arns = _watched(settings, asked.keda, made)
        args = KedaArgs(
            charts=eks.charts("keda"),
            version=asked.keda.version,
            queues=WatchedQueues(**vars(where), arns=pulumi.Output.all(*arns)) if arns else None,
        )
        resources.append(Keda("keda", args, opts))
    if asked.external_secrets is not None:
        secrets = ReadableSecrets(**vars(where), arns=asked.external_secrets.secrets)
        reader = ExternalSecretsArgs(
            charts=eks.charts("external-secrets"), version=asked.external_secrets.version, secrets=secrets
        )
        resources.append(ExternalSecrets("external-secrets", reader, opts))
    if asked.k6_operator is not None:
        k6 = K6OperatorArgs(charts=eks.charts("k6-operator"), version=asked.k6_operator.version)
        resources.append(K6Operator("k6-operator", k6, opts))
    return Inside(
        resources=resources,
        prometheus_address=address,
        queues=made,
        aws=InAws(
            provider=eks.account.provider,
            place=where.place,
            cluster_name=where.cluster_name,
            tags=where.tags,
        ),
    )


def _place(eks: Eks) -> AwsPlace:
    return AwsPlace(cluster_name=eks.cluster.cluster_name, place=eks.account.place, tags=eks.settings.tags)


def _queues(settings: Settings, eks: Eks) -> dict[str, Queue]:
    made: dict[str, Queue] = {}
    for name, worker in settings.workers.items():
        if isinstance(worker.queue, NewQueue):
            args = WorkQueueArgs(
                visibility_timeout=worker.visibility_timeout,
                retention=worker.queue.retention,
                tries=worker.queue.tries,
                tags=eks.settings.tags,
            )
            queue = WorkQueue(name, args, eks.account.opts())
            made[name] = Queue(url=queue.url, arn=queue.arn, region=eks.account.place.region)
    return made


def _watched(settings: Settings, keda: stated.Keda, made: Mapping[str, Queue]) -> list[pulumi.Input[str]]:
    there = [
        worker.queue.arn for worker in settings.workers.values() if isinstance(worker.queue, ExistingQueue)
    ]
    return [*dict.fromkeys([*there, *keda.queues]), *(queue.arn for queue in made.values())]


def _prometheus(prometheus: stated.Prometheus, eks: Eks) -> KubePrometheusStackArgs:
    secret = prometheus.grafana_admin_secret
    return KubePrometheusStackArgs(
        charts=eks.charts("kube-prometheus-stack"),
        crds_charts=eks.charts("prometheus-operator-crds"),
        version=prometheus.version,
        crds_version=prometheus.crds_version,
        retention=prometheus.retention,
        local=_local(prometheus.storage),
        long_term=_long_term(prometheus.long_term, eks),
        grafana=None if secret is None else Grafana(admin_secret=secret),
    )


def _local(storage: stated.NodeDisk | stated.VolumeDisk) -> LocalStorage:
    if isinstance(storage, stated.NodeDisk):
        return NodeDisk(size=storage.size)
    return Volume(size=storage.size, storage_class=storage.storage_class)


def _long_term(
    kept: stated.ClusterOnly | stated.NewWorkspace | stated.ExistingWorkspace, eks: Eks
) -> LongTerm:
    match kept:
        case stated.ClusterOnly():
            return ClusterOnly()
        case stated.NewWorkspace():
            return NewWorkspace(**vars(_place(eks)))
        case stated.ExistingWorkspace(arn=arn, endpoint=endpoint):
            return ExistingWorkspace(**vars(_place(eks)), arn=arn, endpoint=endpoint)

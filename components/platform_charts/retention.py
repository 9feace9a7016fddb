"""Where Prometheus keeps its samples: on the node's disk, on a volume, and for the long term in Amazon's service.

Whatever is kept elsewhere, autoscalers ask the one in the cluster: a sample is there within its scrape interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
from pulumi_aws import amp

from ..api import ApiObject
from ..aws.children import Children
from ..aws_policies.statement import Statement
from ..policy.quantities import Bytes
from .chart import AwsPlace, service_account_role

SERVICE_ACCOUNT: Final = "prometheus"
# Amazon Managed Service for Prometheus, "Set up ingestion from a new Prometheus server using Helm": what it takes in
# from one sender.
QUEUE: Final[ApiObject] = {"maxSamplesPerSend": 1000, "maxShards": 200, "capacity": 2500}
# The same, "Deduplicating high availability metrics": the labels by which it takes the samples of one of two replicas.
REPLICA_LABEL: Final = "__replica__"
# The operator keeps a tenth free, so that the oldest samples go before the disk is full.
_FILLED: Final = (9, 10)


@dataclass(frozen=True, kw_only=True)
class NodeDisk:
    """Gone with the pod: enough where two replicas stand and nothing asks further back than a rate's window."""

    size: Bytes


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A volume for each replica; its zone is then the replica's zone for good."""

    size: Bytes
    storage_class: str


LocalStorage = NodeDisk | Volume


@dataclass(frozen=True, kw_only=True)
class ClusterOnly:
    """Nowhere else."""


@dataclass(frozen=True, kw_only=True)
class NewWorkspace(AwsPlace):
    """A workspace of Amazon Managed Service for Prometheus, made here. It is kept: deleting it deletes all samples."""


@dataclass(frozen=True, kw_only=True)
class ExistingWorkspace(AwsPlace):
    """A workspace that is there."""

    arn: pulumi.Input[str]
    # https://aps-workspaces.<region>.amazonaws.com/workspaces/<id>/
    endpoint: pulumi.Input[str]


LongTerm = ClusterOnly | NewWorkspace | ExistingWorkspace


def storage_values(local: LocalStorage) -> dict[str, Any]:
    """Where the replica writes, and after how much the oldest samples go."""
    part, whole = _FILLED
    bounded = {"retentionSize": f"{local.size * part // whole // 2**20}MB"}
    if isinstance(local, NodeDisk):
        return {**bounded, "storageSpec": {"emptyDir": {"sizeLimit": str(local.size)}}}
    claim = {
        "storageClassName": local.storage_class,
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": str(local.size)}},
    }
    return {**bounded, "storageSpec": {"volumeClaimTemplate": {"spec": claim}}}


def make_long_term(
    parent: pulumi.Resource, name: str, where: LongTerm, *, namespace: pulumi.Input[str]
) -> tuple[dict[str, Any], list[pulumi.Resource]]:
    """Register workspace and role, as asked for; the values that write there, and what must be there first."""
    if isinstance(where, ClusterOnly):
        return {}, []
    arn, endpoint = _workspace(parent, name, where)
    first = service_account_role(
        parent,
        name,
        where,
        pulumi.Output.from_input(arn).apply(_write),
        namespace=namespace,
        service_account=SERVICE_ACCOUNT,
    )
    values = {
        "externalLabels": {"cluster": where.cluster_name},
        "replicaExternalLabelName": REPLICA_LABEL,
        # The second label would name the Prometheus object, and deduplication wants the pair (cluster, replica).
        "prometheusExternalLabelNameClear": True,
        "remoteWrite": [
            {
                "url": pulumi.Output.concat(endpoint, "api/v1/remote_write"),
                "sigv4": {"region": where.place.region},
                "queueConfig": QUEUE,
            }
        ],
    }
    return values, first


def _workspace(
    parent: pulumi.Resource, name: str, where: NewWorkspace | ExistingWorkspace
) -> tuple[pulumi.Input[str], pulumi.Input[str]]:
    if isinstance(where, ExistingWorkspace):
        return where.arn, where.endpoint
    children = Children(parent=parent, name=name, tags=where.tags)
    made = amp.Workspace(
        children.named("workspace"),
        alias=name,
        tags=children.tagged("workspace"),
        # By what it holds: years of samples that no cluster can measure again.
        opts=children.opts(protect=True, retain_on_delete=True),
    )
    return made.arn, made.prometheus_endpoint


def _write(arn: str) -> Sequence[Statement]:
    return [Statement(sid="WriteSamples", actions=["aps:RemoteWrite"], resources=[arn])]

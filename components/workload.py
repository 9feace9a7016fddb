"""What every scaled workload is made of, served or not: ServiceAccount, NetworkPolicy, Deployment, PodDisruptionBudget.

Decides no number and never sets ``replicas``: that field belongs to the autoscaler.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from .api import ApiObject
from .identity import AwsIdentity, Identity
from .metadata import selector_labels
from .placement import NodePlacement, placed
from .pod import Process, Spread, TopologySpread, pod_spec
from .policy.disruption import Budget, Disruption
from .policy.quantities import format_int_or_percent, format_percent
from .policy.workload import Probes, Resources, Shutdown

# Enough to go back to the last good one after a few bad ones.
REVISIONS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of one workload. ``ports`` are names and numbers, ``peak`` the most pods that the autoscaler makes."""

    process: Process
    ports: Sequence[tuple[str, int]]
    resources: Resources
    probes: Probes
    shutdown: Shutdown
    spread: Spread
    identity: Identity
    image_pull_secrets: Sequence[str]
    disruption: Disruption
    peak: int
    placement: NodePlacement | None = None


@dataclass(frozen=True, kw_only=True)
class MadeWorkload:
    """``role_arn`` is the pods' role in AWS, where they have one."""

    deployment: Deployment
    role_arn: pulumi.Output[str] | None


def make_workload(
    parent: pulumi.Resource,
    name: str,
    pods: Pods,
    *,
    metadata: ApiObject,
    network: ApiObject,
    facts: Mapping[str, str],
) -> MadeWorkload:
    """Register the objects. ``network`` is the NetworkPolicy's spec, ``facts`` are annotations that the rules read."""
    child = pulumi.ResourceOptions(parent=parent)
    account = ServiceAccount(
        f"{name}-account",
        metadata={**metadata, "annotations": dict(pods.identity.annotations)},
        automount_service_account_token=pods.identity.mount_token,
        opts=child,
    )
    role_arn: pulumi.Output[str] | None = None
    first: list[pulumi.Resource] = []
    if isinstance(pods.identity, AwsIdentity):
        # Not at the top: whoever runs elsewhere need not load the SDK of AWS.
        from .aws.pod_identity import make_role

        role_arn, first = make_role(
            parent, name, pods.identity, namespace=metadata["namespace"], service_account=name
        )
    NetworkPolicy(f"{name}-network", metadata=metadata, spec=network, opts=child)
    deployment = Deployment(
        f"{name}-deployment",
        metadata={**metadata, "annotations": dict(facts)},
        spec=_deployment_spec(name, pods, metadata["labels"], account.metadata["name"]),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=first),
    )
    PodDisruptionBudget(
        f"{name}-budget", metadata=metadata, spec=_budget_spec(name, pods.disruption.budget.value), opts=child
    )
    return MadeWorkload(deployment=deployment, role_arn=role_arn)


def _deployment_spec(
    name: str, pods: Pods, labels: Mapping[str, str], account: pulumi.Input[str]
) -> ApiObject:
    surge: Fraction = pods.disruption.max_surge.value
    return {
        "selector": {"matchLabels": selector_labels(name)},
        "revisionHistoryLimit": REVISIONS,
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": format_percent(surge), "maxUnavailable": 0},
        },
        "template": {
            "metadata": {"labels": dict(labels)},
            "spec": placed(
                pods.placement,
                pod_spec(
                    pods.process,
                    ports=pods.ports,
                    resources=pods.resources,
                    probes=pods.probes,
                    shutdown=pods.shutdown,
                    spread=_spread(pods),
                    selector=selector_labels(name),
                    service_account=account,
                    mount_token=pods.identity.mount_token,
                    image_pull_secrets=pods.image_pull_secrets,
                ),
            ),
        },
    }


def _spread(pods: Pods) -> Spread:
    """The loss of one host costs no more than the budget lets go at once, where nothing else is stated."""
    if isinstance(pods.spread, TopologySpread) and pods.spread.pods_per_host is None:
        return TopologySpread(pods_per_host=max(1, pods.disruption.budget.value.allowed(pods.peak)))
    return pods.spread


def _budget_spec(name: str, budget: Budget) -> ApiObject:
    bound = (
        {"maxUnavailable": format_int_or_percent(budget.max_unavailable)}
        if budget.max_unavailable is not None
        else {"minAvailable": format_int_or_percent(budget.min_available or 0)}
    )
    # A pod that never became ready must not hold up a drain (kubernetes.io, "Specifying a Disruption Budget").
    return {
        **bound,
        "selector": {"matchLabels": selector_labels(name)},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }

"""What every scaled workload is told and made of, called or not: ServiceAccount, NetworkPolicy, Deployment,
PodDisruptionBudget, PodMonitor.

Decides no number and never sets ``replicas``: that field belongs to the autoscaler, which is the component's, as is
what is called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from .api import ApiObject
from .identity import AwsIdentity, AwsRole, Identity, check_identity, egress_of
from .init_containers import InitContainer, Sidecar, check_init_containers, pod_resources
from .metadata import object_labels, selector_labels
from .network_policy import Endpoint, Source, Target, policy_spec
from .placement import NodePlacement, placed
from .pod import Spread, TopologySpread
from .pod_spec import pod_spec
from .policy.disruption import Budget, Disruption
from .policy.errors import ConfigurationError
from .policy.events import EventFloor
from .policy.ignores import Ignore
from .policy.images import pinned
from .policy.port_names import METRICS
from .policy.quantities import format_int_or_percent, format_percent
from .policy.workload import Probes, Resources, Shutdown
from .process import Process
from .removal import until_gone
from .scraping import Metrics, Scraped, Unscraped, make_pod_monitor, metrics_port

# Enough to go back to the last good one after a few bad ones.
REVISIONS: Final = 5
# resolv.conf(5).
_MOST_NDOTS: Final = 15


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """What every workload is told; a component's own arguments add what it runs and from what its numbers follow."""

    namespace: pulumi.Input[str]
    resources: Resources
    part_of: str = "headroom"
    role: str
    spread: Spread = TopologySpread()
    # An AwsIdentity gives the pods a role of their own, an AwsRole one that is there.
    identity: Identity = Identity()
    metrics: Metrics = Unscraped()
    image_pull_secrets: Sequence[str] = ()
    # Started before it, in this order; ``resources`` are those of its own container.
    init_containers: Sequence[InitContainer | Sidecar] = ()
    # Of the pods, for what reads them there: a service mesh, a log collector.
    pod_labels: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    pod_annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    # A PriorityClass that is there; without one the pods come before placeholders (Spare) and before nothing else.
    priority_class: pulumi.Input[str] | None = None
    # How many dots a name needs to be asked of DNS as it is, before the cluster's own domains are tried. None leaves it
    # at Kubernetes' 5, which makes five questions of one for a name outside.
    ndots: int | None = None
    # The NodePools that the pods may run on; None: any node.
    placement: NodePlacement | None = None
    # Closed by default: only DNS may be reached.
    egress_to: Sequence[Target] = ()
    # Pods that it holds during announced events (EventPlan.floor_of).
    events: Sequence[EventFloor] = ()
    # Rules that it may break, each with a written reason.
    ignores: Sequence[Ignore] = ()

    @property
    def pod_resources(self) -> Resources:
        """What one pod requests with everything in it."""
        return pod_resources(self.resources, self.init_containers)


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of one workload. ``serves`` are names and numbers of the ports on which ``callers`` call it, the main
    one first; ``peak`` is the most pods that the autoscaler makes.
    """

    process: Process
    probes: Probes
    shutdown: Shutdown
    disruption: Disruption
    peak: int
    serves: Sequence[tuple[str, int]] = ()
    callers: Sequence[Source] = ()


@dataclass(frozen=True, kw_only=True)
class MadeWorkload:
    """``role_arn`` is the pods' role in AWS, where they have one; ``metadata`` is that of each of its objects."""

    deployment: Deployment
    metadata: ApiObject
    role_arn: pulumi.Output[str] | None


def known_image(process: Process) -> str | None:
    """An image that is an output is seen by the policy pack, once it is known."""
    return process.image if isinstance(process.image, str) else None


def check_workload(name: str, process: Process, args: WorkloadArgs) -> None:
    """Raises ConfigurationError for an image whose tag moves and for an identity that AWS would refuse."""
    image = known_image(process)
    # The rule about images is a warning for what runs already; what is made here is never made so.
    if image is not None:
        pinned(f"{name}.image", image)
    check_identity(f"{name}.identity", args.identity)
    check_init_containers(name, process, args.init_containers)
    if args.ndots is not None and not 1 <= args.ndots <= _MOST_NDOTS:
        raise ConfigurationError(
            field=f"{name}.ndots",
            value=str(args.ndots),
            allowed=f"1 to {_MOST_NDOTS}, as resolvers take it",
            remedy="2 is enough for names as the outputs say them",
        )
    taken = sorted(args.pod_labels.keys() & object_labels(name, args.role, args.part_of).keys())
    if taken:
        raise ConfigurationError(
            field=f"{name}.pod_labels",
            value=", ".join(taken),
            allowed="labels that are not the workload's own, by which its pods are selected",
            remedy="choose another label",
        )


def make_workload(
    parent: pulumi.Resource, name: str, args: WorkloadArgs, pods: Pods, facts: Mapping[str, str]
) -> MadeWorkload:
    """Register the objects. ``facts`` are annotations that the rules read."""
    child = pulumi.ResourceOptions(parent=parent)
    labels = object_labels(name, args.role, args.part_of)
    metadata: ApiObject = {"name": name, "namespace": args.namespace, "labels": labels}
    account = ServiceAccount(
        f"{name}-account",
        metadata={**metadata, "annotations": dict(args.identity.annotations)},
        automount_service_account_token=args.identity.mount_token,
        opts=child,
    )
    role_arn: pulumi.Output[str] | None = None
    first: list[pulumi.Resource] = []
    if isinstance(args.identity, AwsIdentity | AwsRole):
        # Not at the top: whoever runs elsewhere need not load the SDK of AWS.
        from .aws.pod_identity import make_role

        role_arn, first = make_role(
            parent, name, args.identity, namespace=args.namespace, service_account=name
        )
    NetworkPolicy(f"{name}-network", metadata=metadata, spec=_network(name, args, pods), opts=child)
    deployment = Deployment(
        f"{name}-deployment",
        metadata={**metadata, "annotations": dict(facts)},
        spec=_deployment_spec(name, args, pods, labels, account.metadata["name"]),
        opts=pulumi.ResourceOptions(
            parent=parent, depends_on=first, custom_timeouts=until_gone(pods.shutdown)
        ),
    )
    PodDisruptionBudget(
        f"{name}-budget", metadata=metadata, spec=_budget_spec(name, pods.disruption.budget.value), opts=child
    )
    make_pod_monitor(
        name,
        args.metrics,
        namespace=args.namespace,
        labels=labels,
        selector=selector_labels(name),
        opts=child,
    )
    return MadeWorkload(deployment=deployment, metadata=metadata, role_arn=role_arn)


def _network(name: str, args: WorkloadArgs, pods: Pods) -> ApiObject:
    """Callers reach every port but the metrics'; Prometheus reaches that one alone."""
    served = [number for _, number in pods.serves]
    metrics, doors = args.metrics, []
    if isinstance(metrics, Scraped):
        doors = [Endpoint(pods=metrics.by, ports=[metrics.port or served[0]])]
    return policy_spec(
        selector_labels(name),
        ports=served,
        ingress_from=pods.callers,
        egress_to=[*args.egress_to, *egress_of(args.identity)],
        doors=doors,
    )


def _ports(args: WorkloadArgs, pods: Pods) -> list[tuple[str, int]]:
    only_metrics = metrics_port(args.metrics)
    return [*pods.serves, *([] if only_metrics is None else [(METRICS, only_metrics)])]


def _deployment_spec(
    name: str, args: WorkloadArgs, pods: Pods, labels: Mapping[str, str], account: pulumi.Input[str]
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
            "metadata": {
                "labels": {**labels, **args.pod_labels},
                **({"annotations": dict(args.pod_annotations)} if args.pod_annotations else {}),
            },
            "spec": placed(
                args.placement,
                pod_spec(
                    pods.process,
                    ports=_ports(args, pods),
                    resources=args.resources,
                    probes=pods.probes,
                    shutdown=pods.shutdown,
                    spread=_spread(args, pods),
                    selector=selector_labels(name),
                    service_account=account,
                    mount_token=args.identity.mount_token,
                    image_pull_secrets=args.image_pull_secrets,
                    before=args.init_containers,
                    priority_class=args.priority_class,
                    ndots=args.ndots,
                ),
            ),
        },
    }


def _spread(args: WorkloadArgs, pods: Pods) -> Spread:
    """The loss of one host costs no more than the budget lets go at once, where nothing else is stated."""
    if isinstance(args.spread, TopologySpread) and args.spread.pods_per_host is None:
        return TopologySpread(pods_per_host=max(1, pods.disruption.budget.value.allowed(pods.peak)))
    return args.spread


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

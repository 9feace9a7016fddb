"""KarpenterController: the controller that buys nodes, with the roles and the queue that it needs and no right beyond.

It runs on the system nodes, never on nodes that it buys itself. Decides no pool: KarpenterPool does. A pool depends on
this component, so that on the way down pools and their nodes go while there is still somebody who ends instances.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from pulumi_aws import eks

from .aws.children import Children
from .aws.interruption import make_interruption_queue
from .aws.roles import controller_rights, node_role
from .aws.system_nodes import on_system_nodes
from .aws_policies.karpenter import controller
from .aws_policies.statement import document
from .charts import ChartSource, pinned_chart, ready, release
from .pod import resource_fields, zone_spread
from .policy.errors import ConfigurationError
from .policy.place import Place
from .policy.quantities import Bytes, Millicores
from .policy.tags import check_tags
from .policy.versions import check_versions
from .policy.workload import Resources
from .renames import with_aliases

CHART: Final = "karpenter"
SERVICE_ACCOUNT: Final = CHART
# What the chart labels its pods with.
_LABELS: Final = {"app.kubernetes.io/name": CHART, "app.kubernetes.io/instance": CHART}
# One that leads and one that takes over (Karpenter, "Settings": leader election).
REPLICAS: Final = 2
# No CPU limit: a throttled controller buys late, in the minute in which it is needed.
RESOURCES: Final = Resources(
    cpu_request=Millicores(500), memory_request=Bytes.parse("1Gi"), memory_limit=Bytes.parse("1Gi")
)


@dataclass(frozen=True, kw_only=True)
class KarpenterControllerArgs:
    """Arguments of :class:`KarpenterController`. ``version`` is the release of both charts, ``kubernetes_version`` the
    minor of the cluster that it is checked against.
    """

    cluster_name: pulumi.Input[str]
    place: Place
    kubernetes_version: str
    version: str
    charts: ChartSource
    namespace: pulumi.Input[str] = "kube-system"
    resources: Resources = RESOURCES
    tags: Mapping[str, str] = field(default_factory=dict)


class KarpenterController(pulumi.ComponentResource):
    """Controller role, node role with its access entry, interruption queue, the release of the CRDs and that of the
    controller.

    Outputs: ``node_role_name`` (for node classes; known once the cluster lets such nodes in), ``queue_name``, and
    ``ready``, the release's name once the controller runs. Whatever Karpenter must outlive takes ``ready`` as an input
    or the component in its ``depends_on``.

    Raises ConfigurationError before anything is registered for a pair of versions or tags that cannot be used.
    """

    node_role_name: pulumi.Output[str]
    queue_name: pulumi.Output[str]
    ready: pulumi.Output[str]

    def __init__(
        self, name: str, args: KarpenterControllerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        tags = check_tags(f"{name}.tags", args.tags)
        try:
            check_versions(args.kubernetes_version, args.version)
        except ConfigurationError as error:
            raise error.within(name) from None
        crds_chart = pinned_chart(name, "karpenter-crd", args.version, args.charts)
        chart = pinned_chart(name, CHART, args.version, args.charts)
        super().__init__("headroom:index:KarpenterController", name, None, with_aliases(name, opts))
        children = Children(parent=self, name=name, tags=tags)
        nodes, node_arn = node_role(children, "node", args.place)
        entry = eks.AccessEntry(
            children.named("node-access"),
            cluster_name=args.cluster_name,
            principal_arn=node_arn,
            type="EC2_LINUX",
            tags=children.tagged("node-access"),
            opts=children.opts(),
        )
        queue, self.queue_name = make_interruption_queue(children)
        rights = _rights(children, args, node_role_arn=nodes.arn, queue_arn=queue.arn)
        crds = release(
            children.named("crds"),
            crds_chart,
            release_name="karpenter-crd",
            namespace=args.namespace,
            values={},
            opts=children.opts(),
        )
        made = release(
            children.named("controller"),
            chart,
            release_name=CHART,
            namespace=args.namespace,
            values=_values(args, self.queue_name),
            # With its rights taken away first, it could end no instance on the way down.
            opts=children.opts([crds, entry, *rights]),
        )
        self.node_role_name = pulumi.Output.all(nodes.name, entry.id).apply(lambda both: str(both[0]))
        self.ready = ready(made)
        self.register_outputs(
            {
                "node_role_name": self.node_role_name,
                "queue_name": self.queue_name,
                "ready": self.ready,
            }
        )


def _rights(
    children: Children,
    args: KarpenterControllerArgs,
    *,
    node_role_arn: pulumi.Output[str],
    queue_arn: pulumi.Output[str],
) -> list[pulumi.Resource]:
    """The controller's role, its policy, and its tie to the controller's service account."""
    policy = pulumi.Output.all(args.cluster_name, node_role_arn, queue_arn).apply(
        lambda known: document(controller(args.place, known[0], node_role_arn=known[1], queue_arn=known[2]))
    )
    return controller_rights(
        children,
        args.place,
        cluster=args.cluster_name,
        namespace=args.namespace,
        service_account=SERVICE_ACCOUNT,
        policy=policy,
    )


def _values(args: KarpenterControllerArgs, queue_name: pulumi.Output[str]) -> dict[str, Any]:
    """The chart's values; what is stated here does not change with a chart's defaults."""
    return {
        "replicas": REPLICAS,
        "podDisruptionBudget": {"name": "karpenter", "maxUnavailable": 1},
        "priorityClassName": "system-cluster-critical",
        "serviceAccount": {"create": True, "name": SERVICE_ACCOUNT},
        **on_system_nodes(_LABELS),
        **zone_spread(_LABELS, "pod-template-hash"),
        "controller": {
            "resources": resource_fields(args.resources),
            # The region is not asked of the instance: with one hop no pod reaches its metadata.
            "env": [{"name": "AWS_REGION", "value": args.place.region}],
        },
        "settings": {
            "clusterName": args.cluster_name,
            "interruptionQueue": queue_name,
            "eksControlPlane": True,
        },
    }

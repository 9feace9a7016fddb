"""LoadBalancerController: the controller that makes an ALB of an Ingress or a Gateway, with no right beyond that.

It runs on the system nodes: an Ingress cannot be taken down without it, so it must outlive the nodes that Karpenter
buys. Decides nothing about any load balancer: the ways in of GatewayTier do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from .aws.children import Children
from .aws.roles import controller_rights
from .aws.system_nodes import on_system_nodes
from .aws_policies.load_balancer import controller
from .aws_policies.statement import document
from .charts import ChartSource, pinned_chart, ready, release
from .pod import ZONE, resource_fields
from .policy.place import Place
from .policy.quantities import Bytes, Millicores
from .policy.tags import check_tags
from .policy.workload import Resources
from .renames import with_aliases

CHART: Final = "aws-load-balancer-controller"
SERVICE_ACCOUNT: Final = CHART
# One that leads and one that takes over; the webhook that injects readiness gates is answered by both.
REPLICAS: Final = 2
# No CPU limit: a throttled controller deregisters late, in the rollout in which it is needed.
RESOURCES: Final = Resources(
    cpu_request=Millicores(100), memory_request=Bytes.parse("256Mi"), memory_limit=Bytes.parse("256Mi")
)
CONTROLLER: Final = "gateway.k8s.aws/alb"
# Off by default before v3.0.0; network load balancers take kinds that are not of the standard channel.
_FOR_GATEWAYS: Final = {"controllerConfig": {"featureGates": {"ALBGatewayAPI": True, "NLBGatewayAPI": False}}}
_LABELS: Final = {"app.kubernetes.io/name": CHART, "app.kubernetes.io/instance": CHART}


@dataclass(frozen=True, kw_only=True)
class LoadBalancerControllerArgs:
    """Arguments of :class:`LoadBalancerController`. ``version`` is the chart's, e.g. "1.14.0", which brings v2.14.0."""

    cluster_name: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    place: Place
    version: str
    charts: ChartSource
    namespace: pulumi.Input[str] = "kube-system"
    resources: Resources = RESOURCES
    # GatewayClasses that it answers; the kinds of the Gateway API have to be there before it (GatewayApiCrds).
    gateway_classes: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


class LoadBalancerController(pulumi.ComponentResource):
    """The controller's role, the tie to its pods, its release, and the classes of Gateways that it answers.

    Output: ``ready``, the release's name once the controller runs. Whatever has an Ingress or a Gateway takes it as an
    input, or the component in its ``depends_on``: otherwise the load balancer is left behind on the way down.

    Raises ConfigurationError before anything is registered for a version or tags that cannot be used.
    """

    ready: pulumi.Output[str]

    def __init__(
        self, name: str, args: LoadBalancerControllerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        tags = check_tags(f"{name}.tags", args.tags)
        chart = pinned_chart(name, CHART, args.version, args.charts)
        super().__init__("headroom:index:LoadBalancerController", name, None, with_aliases(name, opts))
        children = Children(parent=self, name=name, tags=tags)
        made = release(
            children.named("controller"),
            chart,
            release_name=CHART,
            namespace=args.namespace,
            values=_values(args, tags),
            # The vendor has no chart of the CRDs alone; an upgrade that changes them is in docs/front.md.
            skip_crds=False,
            # With its rights taken away first, it could delete no load balancer on the way down.
            opts=children.opts(_rights(children, args)),
        )
        for class_name in args.gateway_classes:
            # After the controller, and gone before it: it takes its finalizer off the class.
            CustomResource(
                children.named(f"class-{class_name}"),
                api_version="gateway.networking.k8s.io/v1",
                kind="GatewayClass",
                metadata={"name": class_name},
                spec={"controllerName": CONTROLLER},
                opts=children.opts([made]),
            )
        self.ready = ready(made)
        self.register_outputs({"ready": self.ready})


def _rights(children: Children, args: LoadBalancerControllerArgs) -> list[pulumi.Resource]:
    """The controller's role, its policy, and its tie to the controller's service account."""
    policy = pulumi.Output.all(args.cluster_name, args.vpc_id).apply(
        lambda known: document(controller(args.place, known[0], vpc_id=known[1]))
    )
    return controller_rights(
        children,
        args.place,
        cluster=args.cluster_name,
        namespace=args.namespace,
        service_account=SERVICE_ACCOUNT,
        policy=policy,
    )


def _values(args: LoadBalancerControllerArgs, tags: Mapping[str, str]) -> dict[str, Any]:
    """The chart's values; what is stated here does not change with a chart's defaults."""
    return {
        "clusterName": args.cluster_name,
        # Neither is asked of the instance: with one hop no pod reaches its metadata.
        "region": args.place.region,
        "vpcId": args.vpc_id,
        "fullnameOverride": CHART,
        "replicaCount": REPLICAS,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "priorityClassName": "system-cluster-critical",
        "serviceAccount": {"create": True, "name": SERVICE_ACCOUNT},
        **_placement(),
        "resources": resource_fields(args.resources),
        "createIngressClassResource": True,
        "ingressClass": "alb",
        "defaultTargetType": "ip",
        "defaultTags": dict(tags),
        "enableEndpointSlices": True,
        "enableWafv2": True,
        # Rights that the role does not have.
        "enableWaf": False,
        "enableShield": False,
        # It would take over every Service of type LoadBalancer, and refuse all Services while it is away.
        "enableServiceMutatorWebhook": False,
        # While the webhook is away pods start without a gate rather than not at all.
        "podMutatorWebhookConfig": {"failurePolicy": "Ignore"},
        # A new certificate with every upgrade would be refused until each replica has it.
        "keepTLSSecret": True,
        **(_FOR_GATEWAYS if args.gateway_classes else {}),
    }


def _placement() -> dict[str, Any]:
    return {
        **on_system_nodes(_LABELS),
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": ZONE,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": _LABELS},
            }
        ],
        # With both replicas bound to hosts of their own, a surge would find none: one goes before one comes.
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
    }

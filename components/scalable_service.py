"""ScalableService: one stateless service that scales, survives a zone, and leaves without losing a request.

It derives its numbers from its own demand with the same function as the platform's plan. It never reads
configuration, and it never sets ``replicas``: that field belongs to the autoscaler.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
from pulumi_kubernetes.core.v1 import Service

from .api import ApiObject
from .autoscaling import Autoscaler, ExternalMetric, make_autoscaler
from .client_environment import client_environment
from .exposure import ClusterIp, Exposure, service_spec
from .identity import Identity, check_identity, egress_of
from .metadata import object_labels, selector_labels
from .network_policy import Endpoint, Source, Target, policy_spec
from .placement import NodePlacement
from .pod import Container, Spread, TopologySpread
from .policy.connections import ClientPolicy
from .policy.demand import Demand
from .policy.events import EventFloor
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import service_facts, traffic_facts
from .policy.findings import Ignore
from .policy.images import pinned
from .policy.review import refuse
from .policy.service import ServicePlan, ServicePolicy, plan_service
from .policy.workload import Probes, Resources, Shutdown
from .ports import HTTP, METRICS, check_ports
from .renames import with_aliases
from .scraping import Metrics, Scraped, Unscraped, make_pod_monitor, metrics_port
from .workload import Pods, make_workload

__all__ = ["Identity", "ScalableService", "ScalableServiceArgs", "checked_plan"]


@dataclass(frozen=True, kw_only=True)
class ScalableServiceArgs:
    """Arguments of :class:`ScalableService`.

    ``capacity`` is the demand, from which everything is derived, or the service's plan where more than its own demand
    was known (the platform's plan, or ``plan_service`` with a floor, a headroom or a budget of its own).
    """

    namespace: pulumi.Input[str]
    container: Container
    capacity: Demand | ServicePlan
    resources: Resources
    part_of: str = "headroom"
    role: str = "backend"
    probes: Probes = Probes()
    shutdown: Shutdown = Shutdown()
    client: ClientPolicy = ClientPolicy()
    autoscaler: Autoscaler = ExternalMetric()
    exposure: Exposure = ClusterIp()
    spread: Spread = TopologySpread()
    # An AwsIdentity gives the pods a role of their own.
    identity: Identity = Identity()
    metrics: Metrics = Unscraped()
    image_pull_secrets: Sequence[str] = ()
    # The NodePools that the pods may run on; None: any node.
    placement: NodePlacement | None = None
    # Closed by default: nobody may call, and only DNS may be reached.
    ingress_from: Sequence[Source] = ()
    egress_to: Sequence[Target] = ()
    # Pods that it holds during announced events (EventPlan.floor_of). With an ExternalMetric somebody has to serve
    # the event's metric: the rules of an EventWindow, through the same adapter as the other one.
    events: Sequence[EventFloor] = ()
    # Rules that this service may break, each with a written reason.
    ignores: Sequence[Ignore] = ()

    def with_environment(self, derived: Mapping[str, pulumi.Input[str]]) -> "ScalableServiceArgs":
        """The same with derived variables; what the container says itself wins."""
        return replace(self, container=replace(self.container, env={**derived, **self.container.env}))


class ScalableService(pulumi.ComponentResource):
    """Deployment, Service, autoscaler, PodDisruptionBudget, ServiceAccount and NetworkPolicy of one service.

    Outputs: ``host`` (DNS name inside the cluster), ``port``, ``url``, and, as plain integers, ``floor`` and ``peak``.
    ``plan`` holds every derived number with its derivation.

    Raises ConfigurationError at construction, before anything is registered, when the demand cannot be planned, and
    ReviewError (one of them) with every rule that the service breaks: a budget that blocks every drain, a grace period
    shorter than the drain. An image whose tag moves is refused too.
    """

    host: pulumi.Output[str]
    url: pulumi.Output[str]
    port: int
    floor: int
    peak: int
    plan: ServicePlan
    probes: Probes
    # The pods' role in AWS, where they have one.
    role_arn: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: ScalableServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        plan = checked_plan(name, args)
        super().__init__("headroom:index:ScalableService", name, None, with_aliases(name, opts))
        args = args.with_environment(client_environment(plan.connections, args.client))
        self.plan, self.probes = plan, args.probes
        self.port = args.container.port
        self.floor = plan.replicas.floor.value
        self.peak = plan.replicas.peak.value
        child = pulumi.ResourceOptions(parent=self)
        labels = object_labels(name, args.role, args.part_of)
        metadata: ApiObject = {"name": name, "namespace": args.namespace, "labels": labels}
        made = make_workload(
            self,
            name,
            _pods(args, plan),
            metadata=metadata,
            network=_network(name, args),
            facts=annotations(traffic_facts(plan, args.shutdown, args.events)),
        )
        self.role_arn = made.role_arn
        service = Service(
            f"{name}-service",
            metadata=metadata,
            spec=service_spec(args.exposure, selector_labels(name), self.port, args.container.ports),
            opts=child,
        )
        make_pod_monitor(
            name,
            args.metrics,
            namespace=args.namespace,
            labels=labels,
            selector=selector_labels(name),
            opts=child,
        )
        make_autoscaler(
            name,
            args.autoscaler,
            plan,
            namespace=args.namespace,
            labels=labels,
            events=args.events,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[made.deployment]),
        )

        self.host = pulumi.Output.concat(service.metadata["name"], ".", service.metadata["namespace"], ".svc")
        self.url = pulumi.Output.concat("http://", self.host, ":", str(self.port))
        self.register_outputs(
            {"host": self.host, "url": self.url, "port": self.port, "floor": self.floor, "peak": self.peak}
        )


def checked_plan(name: str, args: ScalableServiceArgs) -> ServicePlan:
    """The service's plan. Raises ConfigurationError for everything that is wrong with the arguments."""
    # The rule about images is a warning for what runs already; what is made here is never made so.
    if isinstance(args.container.image, str):
        pinned(f"{name}.image", args.container.image)
    check_ports(name, args.container.port, args.container.ports, metrics_port(args.metrics))
    check_identity(f"{name}.identity", args.identity)
    plan = (
        args.capacity
        if isinstance(args.capacity, ServicePlan)
        else plan_service(name, args.capacity, ServicePolicy(shutdown=args.shutdown, probes=args.probes))
    )
    facts = service_facts(
        plan,
        # An image that is an output is seen by the policy pack, once it is known.
        image=args.container.image if isinstance(args.container.image, str) else None,
        resources=args.resources,
        probes=args.probes,
        shutdown=args.shutdown,
        client=args.client,
        events=args.events,
    )
    refuse(Fleet(workloads=(facts,)), args.ignores)
    return plan


def _pods(args: ScalableServiceArgs, plan: ServicePlan) -> Pods:
    only_metrics = metrics_port(args.metrics)
    return Pods(
        process=args.container,
        ports=[
            (HTTP, args.container.port),
            *((port.name, port.number) for port in args.container.ports),
            *([] if only_metrics is None else [(METRICS, only_metrics)]),
        ],
        resources=args.resources,
        probes=args.probes,
        shutdown=args.shutdown,
        spread=args.spread,
        identity=args.identity,
        image_pull_secrets=args.image_pull_secrets,
        disruption=plan.disruption,
        peak=plan.replicas.peak.value,
        placement=args.placement,
    )


def _network(name: str, args: ScalableServiceArgs) -> ApiObject:
    """Callers reach every port but the metrics'; Prometheus reaches that one alone."""
    port, metrics = args.container.port, args.metrics
    return policy_spec(
        selector_labels(name),
        ports=[port, *(other.number for other in args.container.ports)],
        ingress_from=args.ingress_from,
        egress_to=[*args.egress_to, *egress_of(args.identity)],
        doors=[Endpoint(pods=metrics.by, ports=[metrics.port or port])]
        if isinstance(metrics, Scraped)
        else [],
    )

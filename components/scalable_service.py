"""ScalableService: one stateless service that scales, survives a zone, and leaves without losing a request.

It derives its numbers from its own demand with the same function as the platform's plan. It never reads
configuration, and it never sets ``replicas``: that field belongs to the autoscaler.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pulumi
from pulumi_kubernetes.core.v1 import Service

from .autoscaling import Autoscaler, ExternalMetric, make_autoscaler
from .client_environment import client_environment
from .exposure import ClusterIp, Exposure, port_of, service_spec
from .identity import Identity
from .metadata import selector_labels
from .network_policy import Source
from .pod import Container
from .policy.connections import ClientPolicy
from .policy.demand import Demand
from .policy.errors import ConfigurationError
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import service_facts, traffic_facts
from .policy.port_names import check_grpc_alone, check_ports
from .policy.review import refuse
from .policy.service import ServicePlan, ServicePolicy, plan_service
from .policy.workload import Probes, Shutdown
from .ports import GrpcPort, Port, Speaks, TcpPort
from .renames import with_aliases
from .scraping import Scraped, metrics_port
from .workload import Pods, WorkloadArgs, check_workload, known_image, make_workload

# gRPC, "Name Resolution": a client asks DNS for all addresses.
_SCHEMES: Final[Mapping[Speaks, str]] = {"http": "http://", "grpc": "dns:///"}

__all__ = ["Identity", "ScalableService", "ScalableServiceArgs", "checked_plan"]


@dataclass(frozen=True, kw_only=True)
class ScalableServiceArgs(WorkloadArgs):
    """Arguments of :class:`ScalableService`.

    ``capacity`` is the demand, from which everything is derived, or the service's plan where more than its own demand
    was known (the platform's plan, or ``plan_service`` with a floor, a headroom or a budget of its own). ``events``
    with an ExternalMetric need somebody to serve the event's metric: the rules of an EventWindow, through the same
    adapter as the other one.
    """

    container: Container
    capacity: Demand | ServicePlan
    role: str = "backend"
    probes: Probes = Probes()
    shutdown: Shutdown = Shutdown()
    client: ClientPolicy = ClientPolicy()
    autoscaler: Autoscaler = ExternalMetric()
    exposure: Exposure = ClusterIp()
    # Closed by default: nobody may call.
    ingress_from: Sequence[Source] = ()

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
    speaks: Speaks
    # The pods' role in AWS, where they have one.
    role_arn: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: ScalableServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        plan = checked_plan(name, args)
        super().__init__("headroom:index:ScalableService", name, None, with_aliases(name, opts))
        args = args.with_environment(client_environment(plan.connections, args.client))
        self.plan, self.probes = plan, args.probes
        self.port = port_of(args.exposure, args.container.port)
        self.floor = plan.replicas.floor.value
        self.peak = plan.replicas.peak.value
        facts = annotations(traffic_facts(plan, args.shutdown, args.events))
        made = make_workload(self, name, args, _pods(args, plan), facts)
        self.role_arn = made.role_arn
        service = Service(
            f"{name}-service",
            metadata=made.metadata,
            spec=service_spec(
                args.exposure, selector_labels(name), _main(args.container), args.container.ports
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        make_autoscaler(
            name,
            args.autoscaler,
            plan,
            metadata=made.metadata,
            events=args.events,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[made.deployment]),
        )

        self.host = pulumi.Output.concat(service.metadata["name"], ".", service.metadata["namespace"], ".svc")
        self.speaks = args.container.speaks
        self.url = pulumi.Output.concat(_SCHEMES[self.speaks], self.host, ":", str(self.port))
        self.register_outputs(
            {"host": self.host, "url": self.url, "port": self.port, "floor": self.floor, "peak": self.peak}
        )


def _main(container: Container) -> Port:
    name, number = container.main_port
    return GrpcPort(number=number) if container.speaks == "grpc" else TcpPort(number=number, name=name)


def checked_plan(name: str, args: ScalableServiceArgs) -> ServicePlan:
    """The service's plan. Raises ConfigurationError for everything that is wrong with the arguments."""
    check_workload(name, args.container, args)
    ports = [(port.name, port.number) for port in args.container.ports]
    own, listens = args.container.main_port
    for number in {listens, port_of(args.exposure, listens)}:
        check_ports(f"{name}.ports", (own, number), ports, metrics_port(args.metrics))
    if args.container.speaks == "grpc":
        try:
            asked = isinstance(args.metrics, Scraped) and args.metrics.port is None
            check_grpc_alone(args.probes, scraped=asked)
        except ConfigurationError as error:
            raise error.within(name) from None
    plan = (
        args.capacity
        if isinstance(args.capacity, ServicePlan)
        else plan_service(name, args.capacity, ServicePolicy(shutdown=args.shutdown, probes=args.probes))
    )
    facts = service_facts(
        plan,
        image=known_image(args.container),
        resources=args.pod_resources,
        probes=args.probes,
        shutdown=args.shutdown,
        client=args.client,
        events=args.events,
    )
    refuse(Fleet(workloads=(facts,)), args.ignores)
    return plan


def _pods(args: ScalableServiceArgs, plan: ServicePlan) -> Pods:
    return Pods(
        process=args.container,
        serves=[
            args.container.main_port,
            *((port.name, port.number) for port in args.container.ports),
        ],
        callers=args.ingress_from,
        probes=args.probes,
        shutdown=args.shutdown,
        disruption=plan.disruption,
        peak=plan.replicas.peak.value,
    )

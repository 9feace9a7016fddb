"""GatewayTier: the service that requests enter by: a ScalableService with a rate limit and a way in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi

from .client_environment import rate_limit_environment
from .exposure import NodePort, port_of
from .front.alb import Alb
from .front.any_ingress import AnyIngress
from .front.gateway_api import AlbGateway, HttpRoute, OwnGateway
from .front.grpc import Grpc, grpc_port
from .front.ingress import facts
from .front.making import (
    Making,
    make_alb_gateway,
    make_gateway,
    make_ingress,
    make_ingresses,
    make_routes,
)
from .front.targets import Target, check_unsplit, targets
from .metadata import object_labels
from .network_policy import Anywhere
from .policy.errors import ConfigurationError
from .policy.facts import Fleet
from .policy.facts.from_plan import service_facts
from .policy.review import refuse
from .policy.service import ServicePlan
from .renames import with_aliases
from .scalable_service import ScalableService, ScalableServiceArgs, checked_plan


@dataclass(frozen=True, kw_only=True)
class ClusterOnly:
    """No way in from outside: reached by its Service, from inside the cluster."""


WayIn = ClusterOnly | Alb | AlbGateway | OwnGateway | HttpRoute | AnyIngress | NodePort


@dataclass(frozen=True, kw_only=True)
class GatewayTierArgs:
    """Arguments of :class:`GatewayTier`."""

    service: ScalableServiceArgs
    way_in: WayIn = ClusterOnly()


class GatewayTier(pulumi.ComponentResource):
    """The entry's ScalableService and its way in. Outputs are those of ScalableService, and ``address``, by which
    clients come: the load balancer's DNS name (known once its controller has made it), the first host name of a route,
    or the host inside the cluster.

    ``told`` holds what a load balancer is told, each number with its derivation; the entry first.

    Raises what ScalableService raises, and ConfigurationError or ReviewError for a way in that does not fit the pods or
    the place, before anything is registered.
    """

    service: ScalableService
    host: pulumi.Output[str]
    url: pulumi.Output[str]
    address: pulumi.Output[str]
    port: int
    floor: int
    peak: int
    plan: ServicePlan
    told: Sequence[Target]

    def __init__(self, name: str, args: GatewayTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self.plan = checked_plan(name, args.service)
        self.told, number = _checked_way_in(name, args, self.plan)
        super().__init__("headroom:index:GatewayTier", name, None, with_aliases(name, opts))
        child = pulumi.ResourceOptions(parent=self)
        self.service = ScalableService(name, _service_args(args, self.plan), opts=child)
        making = Making(
            name=name,
            namespace=args.service.namespace,
            labels=object_labels(name, args.service.role, args.service.part_of),
            port=self.service.port,
            grpc_port=number,
            opts=child,
        )
        self.host, self.url, self.port = self.service.host, self.service.url, self.service.port
        self.floor, self.peak = self.service.floor, self.service.peak
        self.address = _make(making, args.way_in, list(self.told), self.host)
        self.register_outputs(
            {
                "host": self.host,
                "url": self.url,
                "address": self.address,
                "port": self.port,
                "floor": self.floor,
                "peak": self.peak,
            }
        )


def _checked_way_in(
    name: str, args: GatewayTierArgs, plan: ServicePlan
) -> tuple[Sequence[Target], int | None]:
    """What a load balancer is told, and the gRPC port. Raises ConfigurationError with everything that is wrong."""
    way_in, service = args.way_in, args.service
    if service.container.speaks == "grpc" and not isinstance(way_in, ClusterOnly | NodePort):
        raise ConfigurationError(
            field=f"{name}.container.speaks",
            value="grpc",
            allowed="http, with a way in for HTTP",
            remedy="state its gRPC port among the container's ports, and its services as the way in's grpc",
        )
    grpc = _grpc(way_in)
    try:
        number = grpc_port(grpc, service.container.ports) if grpc is not None else None
        alb = way_in.alb if isinstance(way_in, AlbGateway) else way_in
        if not isinstance(alb, Alb):
            return (), number
        if alb is way_in:
            check_unsplit(alb.routes)
        found = targets(
            name,
            alb,
            plan,
            port=port_of(service.exposure, service.container.port),
            ports=service.container.ports,
            readiness=service.probes.readiness,
        )
    except ConfigurationError as error:
        raise error.within(name) from None
    pods = service_facts(
        plan, resources=service.pod_resources, probes=service.probes, shutdown=service.shutdown
    )
    fronts = tuple(facts(alb, target) for target in found)
    # The same name, whatever the plan calls the service.
    refuse(Fleet(workloads=(replace(pods, services=(name,)),), load_balancers=fronts), service.ignores)
    return found, number


def _grpc(way_in: WayIn) -> Grpc | None:
    match way_in:
        case AlbGateway():
            return way_in.alb.grpc
        case Alb() | OwnGateway() | HttpRoute():
            return way_in.grpc
        case ClusterOnly() | NodePort() | AnyIngress():
            return None


def _make(
    making: Making, way_in: WayIn, told: list[Target], inside: pulumi.Output[str]
) -> pulumi.Output[str]:
    """Register the way in; the name by which clients come."""
    match way_in:
        case Alb():
            return make_ingresses(making, way_in, told)
        case AlbGateway():
            make_alb_gateway(making, way_in, told)
            return _first(way_in.alb.hostnames, inside)
        case OwnGateway():
            make_gateway(making, way_in)
            return _first(way_in.hostnames, inside)
        case HttpRoute():
            make_routes(making, way_in)
            return _first(way_in.hostnames, inside)
        case AnyIngress():
            make_ingress(making, way_in)
            return _first(way_in.hostnames, inside)
        case ClusterOnly() | NodePort():
            return inside


def _first(hostnames: Sequence[pulumi.Input[str]], otherwise: pulumi.Output[str]) -> pulumi.Output[str]:
    return pulumi.Output.from_input(hostnames[0]) if hostnames else otherwise


def _service_args(args: GatewayTierArgs, plan: ServicePlan) -> ScalableServiceArgs:
    changed = replace(args.service, capacity=plan).with_environment(rate_limit_environment(plan.connections))
    if isinstance(args.way_in, NodePort):
        changed = replace(changed, exposure=args.way_in)
    # A load balancer that targets pod addresses is no pod: the gateway is open to all on its ports.
    return replace(changed, ingress_from=[*args.service.ingress_from, Anywhere()])

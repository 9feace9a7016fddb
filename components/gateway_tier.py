"""GatewayTier: the service that requests enter by: a ScalableService with a rate limit and a way in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from .api import ApiObject
from .client_environment import rate_limit_environment
from .exposure import NodePort
from .metadata import object_labels
from .network_policy import Anywhere
from .policy.service import ServicePlan
from .scalable_service import ScalableService, ScalableServiceArgs, checked_plan


@dataclass(frozen=True, kw_only=True)
class ClusterOnly:
    """No way in from outside: reached by its Service, from inside the cluster."""


@dataclass(frozen=True, kw_only=True)
class HttpRoute:
    """By a Gateway (Gateway API) that somebody else keeps."""

    gateway: pulumi.Input[str]
    gateway_namespace: pulumi.Input[str]
    hostnames: Sequence[pulumi.Input[str]]


WayIn = ClusterOnly | HttpRoute | NodePort


@dataclass(frozen=True, kw_only=True)
class GatewayTierArgs:
    """Arguments of :class:`GatewayTier`."""

    service: ScalableServiceArgs
    way_in: WayIn = ClusterOnly()


class GatewayTier(pulumi.ComponentResource):
    """The entry's ScalableService and its route. Outputs as of ScalableService: ``host``, ``url``, ``floor``, ``peak``.

    Raises what ScalableService raises, before anything is registered.
    """

    service: ScalableService
    host: pulumi.Output[str]
    url: pulumi.Output[str]
    port: int
    floor: int
    peak: int
    plan: ServicePlan

    def __init__(self, name: str, args: GatewayTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self.plan = checked_plan(name, args.service)
        super().__init__("headroom:index:GatewayTier", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.service = ScalableService(name, _service_args(args, self.plan), opts=child)
        if isinstance(args.way_in, HttpRoute):
            CustomResource(
                f"{name}-route",
                api_version="gateway.networking.k8s.io/v1",
                kind="HTTPRoute",
                metadata={
                    "name": name,
                    "namespace": args.service.namespace,
                    "labels": object_labels(name, args.service.role, args.service.part_of),
                },
                spec=_route_spec(name, self.service.port, args.way_in),
                opts=child,
            )
        self.host, self.url, self.port = self.service.host, self.service.url, self.service.port
        self.floor, self.peak = self.service.floor, self.service.peak
        self.register_outputs(
            {"host": self.host, "url": self.url, "port": self.port, "floor": self.floor, "peak": self.peak}
        )


def _service_args(args: GatewayTierArgs, plan: ServicePlan) -> ScalableServiceArgs:
    changed = replace(args.service, capacity=plan).with_environment(rate_limit_environment(plan.connections))
    if isinstance(args.way_in, NodePort):
        changed = replace(changed, exposure=args.way_in)
    # A load balancer that targets pod addresses is no pod: the gateway is open to all on its one port.
    return replace(changed, ingress_from=[*args.service.ingress_from, Anywhere()])


def _route_spec(name: str, port: int, way_in: HttpRoute) -> ApiObject:
    return {
        "parentRefs": [{"name": way_in.gateway, "namespace": way_in.gateway_namespace}],
        "hostnames": list(way_in.hostnames),
        "rules": [{"backendRefs": [{"name": name, "port": port}]}],
    }

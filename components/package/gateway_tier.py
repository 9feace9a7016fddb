"""GatewayTier for other languages."""

from typing import TypedDict

import pulumi

from .. import gateway_tier
from .reading import stated
from .scalable_service import Service, service_args


class HttpRoute(TypedDict):
    """A route of the Gateway API, on a Gateway that somebody else keeps."""

    gateway: pulumi.Input[str]
    """Name of the Gateway."""
    gateway_namespace: pulumi.Input[str]
    """Its namespace."""
    hostnames: list[pulumi.Input[str]]
    """Host names that are routed here."""


class GatewayTierArgs(TypedDict):
    """The entry's service and its way in."""

    service: Service
    """The service that every request enters by."""
    http_route: HttpRoute | None
    """A way in from outside, besides the service's own nodePort. Left out: reached inside the cluster only."""


class GatewayTier(gateway_tier.GatewayTier):
    """The service that requests enter by: a ScalableService with a rate limit for each pod and a way in."""

    host: pulumi.Output[str]
    """DNS name inside the cluster."""
    url: pulumi.Output[str]
    """Address inside the cluster, with its port."""
    port: int
    """Port of the Service."""
    floor: int
    """The fewest pods."""
    peak: int
    """The most pods."""

    def __init__(self, name: str, args: GatewayTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        service = service_args(name, args["service"], "service.")
        route = args.get("http_route")
        way_in = gateway_tier.ClusterOnly() if route is None else gateway_tier.HttpRoute(**stated(route))
        super().__init__(name, gateway_tier.GatewayTierArgs(service=service, way_in=way_in), opts)

"""GatewayTier for other languages."""

from typing import TypedDict

import pulumi

from .. import gateway_tier
from ..front import gateway_api
from ..policy.bounds import ROUTE
from .reading import read, stated
from .scalable_service import Service, service_args


class HttpRoute(TypedDict):
    """A route of the Gateway API, on a Gateway that somebody else keeps."""

    gateway: pulumi.Input[str]
    """Name of the Gateway."""
    gateway_namespace: pulumi.Input[str]
    """Its namespace."""
    hostnames: list[pulumi.Input[str]]
    """Host names that are routed here."""
    section: str | None
    """The Gateway's listener to attach to; any by default."""
    request_timeout: str | None
    """The whole time that the proxy gives one request, where its class knows timeouts."""


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
    address: pulumi.Output[str]
    """Host name by which clients come."""
    port: int
    """Port of the Service."""
    floor: int
    """The fewest pods."""
    peak: int
    """The most pods."""

    def __init__(self, name: str, args: GatewayTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        service = service_args(name, args["service"], "service.")
        route = args.get("http_route")
        way_in = gateway_tier.ClusterOnly() if route is None else _http_route(route)
        super().__init__(name, gateway_tier.GatewayTierArgs(service=service, way_in=way_in), opts)


def _http_route(route: HttpRoute) -> gateway_api.HttpRoute:
    found = stated(route)
    if "request_timeout" in found:
        found["request_timeout"] = read(ROUTE.parse, found["request_timeout"], "httpRoute.requestTimeout")
    return gateway_api.HttpRoute(**found)

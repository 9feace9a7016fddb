"""GatewayTier: the service that every request enters by: a ScalableService with its client policy and a way in.

Pools, timeouts, breaker and rate limit reach the process as environment variables, by the names of the guide
(section 3). They come from the plan, since they depend on what the gateway calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from .api import ApiObject
from .metadata import object_labels
from .network_policy import Anywhere
from .policy.connections import ClientPolicy, Connections
from .policy.service import ServicePlan
from .scalable_service import NodePort, ScalableService, ScalableServiceArgs


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
    connections: Connections
    client: ClientPolicy = ClientPolicy()
    way_in: WayIn = ClusterOnly()


class GatewayTier(pulumi.ComponentResource):
    """The entry's ScalableService and its route. Outputs as of ScalableService: ``host``, ``url``, ``floor``, ``peak``.

    Raises what ScalableService raises.
    """

    service: ScalableService
    host: pulumi.Output[str]
    url: pulumi.Output[str]
    port: int
    floor: int
    peak: int
    plan: ServicePlan

    def __init__(self, name: str, args: GatewayTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("headroom:index:GatewayTier", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.service = ScalableService(name, _service_args(args), opts=child)
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
        self.floor, self.peak, self.plan = self.service.floor, self.service.peak, self.service.plan
        self.register_outputs(
            {"host": self.host, "url": self.url, "port": self.port, "floor": self.floor, "peak": self.peak}
        )


def client_environment(connections: Connections, client: ClientPolicy) -> Mapping[str, str]:
    """The guide's variables for what a service calls; a pool that holds nothing is left out."""
    redis = {
        "REDIS_POOL_SIZE": str(connections.redis_pool.value),
        "REDIS_POOL_TIMEOUT": str(client.redis_pool_timeout),
    }
    http = {
        "HTTP_MAX_IDLE_CONNS": str(connections.http_idle_total.value),
        "HTTP_MAX_IDLE_CONNS_PER_HOST": str(connections.http_idle_per_host.value),
        "HTTP_TIMEOUT": str(client.http_timeout),
        "CIRCUIT_BREAKER_THRESHOLD": str(client.breaker_threshold),
        "CIRCUIT_BREAKER_TIMEOUT": str(client.breaker_timeout),
    }
    return {
        **(redis if connections.redis_pool.value else {}),
        **(http if connections.http_idle_total.value else {}),
    }


def rate_limit_environment(connections: Connections) -> Mapping[str, str]:
    """The guide's variables for what the gateway lets in, per pod."""
    return {
        "RATE_LIMIT_RPS": str(connections.rate_limit_rps.value),
        "RATE_LIMIT_BURST": str(connections.rate_limit_burst.value),
    }


def _service_args(args: GatewayTierArgs) -> ScalableServiceArgs:
    environment = {
        **client_environment(args.connections, args.client),
        **rate_limit_environment(args.connections),
    }
    changed = args.service.with_environment(environment)
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

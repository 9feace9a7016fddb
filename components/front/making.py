"""Registers what a way in consists of beside the service: Ingresses, Gateways, routes, records.

Decides nothing: the specs are made by the modules beside it, the numbers by policy.front.
"""

from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.networking.v1 import Ingress

from ..api import ApiObject
from .alb import Alb, Certificates, PlainHttp
from .alb_gateway import BALANCER, TARGETS, balancer_spec, parameters, targets_spec
from .alb_gateway import VERSION as ALB_VERSION
from .any_ingress import AnyIngress, any_ingress_spec
from .gateway_api import (
    HTTP,
    HTTPS,
    VERSION,
    AlbGateway,
    HttpRoute,
    OwnGateway,
    SecretCertificates,
    gateway_spec,
    grpc_route_spec,
    http_route_spec,
    parent,
    redirect_spec,
)
from .ingress import ingress_annotations, ingress_spec
from .targets import Target


@dataclass(frozen=True, kw_only=True)
class Making:
    """What every object of one way in is registered with. ``grpc_port`` is there where gRPC is served."""

    name: str
    namespace: pulumi.Input[str]
    labels: dict[str, str]
    port: int
    grpc_port: int | None
    opts: pulumi.ResourceOptions

    def metadata(self, name: str, **more: object) -> ApiObject:
        """The metadata of an object."""
        return {"name": name, "namespace": self.namespace, "labels": self.labels, **more}

    def custom(self, part: str, api_version: str, kind: str, name: str, spec: ApiObject) -> CustomResource:
        """Register an object of a custom kind."""
        return CustomResource(
            f"{self.name}-{part}",
            api_version=api_version,
            kind=kind,
            metadata=self.metadata(name),
            spec=spec,
            opts=self.opts,
        )


def make_ingresses(making: Making, alb: Alb, targets: list[Target]) -> pulumi.Output[str]:
    """The Ingresses of one load balancer; its DNS name, known once the controller has made it."""
    # A group from the first day: an Ingress that joins one later gets another load balancer.
    group = pulumi.Output.concat(making.namespace, ".", making.name)
    made = [
        Ingress(
            f"{target.name}-ingress",
            metadata=making.metadata(target.name, annotations=ingress_annotations(alb, target, group)),
            spec=ingress_spec(alb, target),
            opts=making.opts,
        )
        for target in targets
    ]
    # With it comes the AWS SDK, which a platform without aliases does not wait for.
    from .alias import load_balancer_name, make_alias

    hostname = load_balancer_name(made[0].status)
    if alb.alias is not None:
        make_alias(making.name, alb.alias, alb.place, hostname, making.opts)
    return hostname


def make_ingress(making: Making, way_in: AnyIngress) -> None:
    """The one Ingress of a class that somebody else answers."""
    Ingress(
        f"{making.name}-ingress",
        metadata=making.metadata(making.name, annotations=dict(way_in.annotations)),
        spec=any_ingress_spec(way_in, service=making.name, port=making.port),
        opts=making.opts,
    )


def make_routes(making: Making, way_in: HttpRoute) -> None:
    """Routes on somebody else's Gateway."""
    parents = [parent(way_in.gateway, way_in.gateway_namespace, way_in.section)]
    _routes(making, way_in, parents)


def make_gateway(making: Making, way_in: OwnGateway) -> None:
    """A Gateway of any class, with its routes."""
    _gateway(making, gateway_spec(way_in.class_name, way_in.tls))
    _own_routes(making, way_in, secure=isinstance(way_in.tls, SecretCertificates))


def make_alb_gateway(making: Making, way_in: AlbGateway, targets: list[Target]) -> None:
    """A Gateway of the AWS Load Balancer Controller, with what that is told of it."""
    alb, (entry, *others) = way_in.alb, targets
    making.custom("balancer", ALB_VERSION, BALANCER, making.name, balancer_spec(alb, entry))
    grpc = next((target for target in others if target.grpc), None)
    # One of each service, however many routes lead to it: of two the controller would take either.
    services: dict[str, Target] = {}
    for target in targets:
        if not target.grpc:
            services.setdefault(target.service, target)
    for target in services.values():
        making.custom(
            f"{target.name.removeprefix(making.name).lstrip('-') or 'entry'}-targets",
            ALB_VERSION,
            TARGETS,
            target.name,
            targets_spec(alb, target, grpc if target is entry else None),
        )
    tls: Literal["acm"] | PlainHttp = "acm" if isinstance(alb.tls, Certificates) else PlainHttp()
    spec = {**gateway_spec(way_in.class_name, tls), "infrastructure": parameters(making.name)}
    _gateway(making, spec)
    _own_routes(making, alb, secure=tls == "acm")


def _gateway(making: Making, spec: ApiObject) -> None:
    making.custom("gateway", VERSION, "Gateway", making.name, spec)


def _own_routes(making: Making, way_in: OwnGateway | Alb, *, secure: bool) -> None:
    """Routes on the Gateway of the same name; with TLS plain HTTP leads there."""
    plain, tls = parent(making.name, None, HTTP), parent(making.name, None, HTTPS)
    _routes(making, way_in, [tls if secure else plain])
    if secure:
        making.custom(
            "redirect",
            VERSION,
            "HTTPRoute",
            f"{making.name}-redirect",
            redirect_spec([plain], way_in.hostnames),
        )


def _routes(making: Making, way_in: HttpRoute | OwnGateway | Alb, parents: list[ApiObject]) -> None:
    spec = http_route_spec(
        parents,
        way_in.hostnames,
        service=making.name,
        port=making.port,
        routes=way_in.routes,
        request_timeout=None if isinstance(way_in, Alb) else way_in.request_timeout,
    )
    making.custom("route", VERSION, "HTTPRoute", making.name, spec)
    if way_in.grpc is not None and making.grpc_port is not None:
        spec = grpc_route_spec(
            parents, way_in.hostnames, way_in.grpc, service=making.name, port=making.grpc_port
        )
        making.custom("grpc-route", VERSION, "GRPCRoute", f"{making.name}-grpc", spec)

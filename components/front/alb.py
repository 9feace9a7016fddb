"""Alb: an application load balancer by the AWS Load Balancer Controller, which sends to pods by their addresses.

Decides no number: those are policy.front's. Deletion protection, scheme and certificates are stated, never guessed
from an environment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from ..policy.balancing import SSL_POLICY, Balancing, check_annotations
from ..policy.bounds import LEAVING
from ..policy.errors import ConfigurationError
from ..policy.front import WITHDRAWN_WITHIN, RateRule, check_certificate
from ..policy.place import Place
from ..policy.quantities import Milliseconds
from ..policy.routing import check_alb
from .grpc import Grpc
from .routing import PathRoute, check_routes, name_of


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """TLS by certificates of ACM in the load balancer's region; plain HTTP is redirected. The first is the default."""

    arns: Sequence[pulumi.Input[str]]
    ssl_policy: str = SSL_POLICY

    def __post_init__(self) -> None:
        if not self.arns:
            raise ConfigurationError(
                field="way_in.tls.arns",
                value="",
                allowed="ARNs of certificates, at least one",
                remedy="name a certificate, or say PlainHttp",
            )


@dataclass(frozen=True, kw_only=True)
class PlainHttp:
    """No TLS: for what only the VPC reaches. Facing the internet it is refused (HR628)."""


@dataclass(frozen=True, kw_only=True)
class AccessLogs:
    """One line for each request, in a bucket of the load balancer's region that lets Elastic Load Balancing write."""

    bucket: pulumi.Input[str]
    prefix: str


@dataclass(frozen=True, kw_only=True)
class Firewall:
    """A web ACL before the first byte reaches a pod. ``rate`` is the rule that it was made with, where it is known:
    the rules hold it against what honest clients ask (HR630).
    """

    web_acl_arn: pulumi.Input[str]
    rate: RateRule | None = None


@dataclass(frozen=True, kw_only=True)
class Alias:
    """Names in a hosted zone of Route 53 that lead to the load balancer."""

    zone_id: pulumi.Input[str]
    names: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Alb:
    """Clients come by an application load balancer.

    ``keep_alive`` is how long the application keeps an idle connection open (Go: IdleTimeout; Node.js: 5 s; uvicorn:
    5 s): the load balancer lets go before that. ``withdrawn_within`` is from a pod's deletion until nothing new is sent
    to it; the pods' preStop must last as long. Subnets are found by their discovery tags (Network sets them).

    With ``deletion_protection`` the load balancer cannot be deleted, and so the Ingress neither: to take it down, first
    deploy with False.
    """

    place: Place
    keep_alive: Milliseconds
    tls: Certificates | PlainHttp
    scheme: Literal["internet-facing", "internal"] = "internet-facing"
    hostnames: Sequence[pulumi.Input[str]] = ()
    # Whom its security group lets in; everybody where none is stated.
    source_cidrs: Sequence[str] = ()
    grpc: Grpc | None = None
    routes: Sequence[PathRoute] = ()
    firewall: Firewall | None = None
    access_logs: AccessLogs | None = None
    alias: Alias | None = None
    withdrawn_within: Milliseconds = WITHDRAWN_WITHIN
    deletion_protection: bool = True
    balancing: Balancing = Balancing()
    # Of its Ingresses, beside those that follow from the rest: a login, tags, subnets, addresses of both families.
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_routes(self.routes)
        check_annotations("way_in.annotations", self.annotations)
        for route in self.routes:
            _check_speaks(route)
            check_alb("way_in.routes", route.match, route.change, hosts=bool(self.hostnames))
            if route.request_timeout is not None:
                raise ConfigurationError(
                    field="way_in.routes.request_timeout",
                    value=str(route.request_timeout),
                    allowed="none: an ALB knows one idle timeout for all",
                    remedy="leave it out",
                )
        if isinstance(self.tls, Certificates):
            for arn in self.tls.arns:
                # One that is only known later is seen by the policy pack (HR627).
                if isinstance(arn, str):
                    check_certificate("way_in.tls.arns", arn, self.place)
        elif self.grpc is not None:
            raise ConfigurationError(
                field="way_in.grpc",
                value="without TLS",
                allowed="gRPC on an HTTPS listener alone, by Elastic Load Balancing",
                remedy="state certificates",
            )
        LEAVING.check("way_in.withdrawn_within", self.withdrawn_within)
        if self.keep_alive <= 1000:
            raise ConfigurationError(
                field="way_in.keep_alive",
                value=str(self.keep_alive),
                allowed="more than 1s: the load balancer's idle timeout has to be shorter, and 1s is its least",
                remedy="let the application keep idle connections longer",
            )


def _check_speaks(route: PathRoute) -> None:
    for service in route.others:
        if service.speaks == "grpc":
            raise ConfigurationError(
                field="way_in.routes.service",
                value=name_of(service),
                allowed="services that answer HTTP: the target group of a path speaks HTTP/1.1",
                remedy="come by a proxy's Gateway, which reads from the Service what is spoken",
            )

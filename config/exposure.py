"""What a stack says about how a service is reached: each way in is a kind of its own, with what only its owner knows.

No number of a load balancer is stated here that follows from the pods (components.policy.front).
"""

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from components.policy.cidr import block
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.front import WITHDRAWN_WITHIN, RateRule, certificate_region
from components.policy.platform import ServiceName
from components.policy.quantities import Milliseconds
from components.policy.routing import (
    Path,
    RequestChange,
    RequestMatch,
    Weight,
    check_alb,
    check_apart,
    check_route,
)

# Kubernetes, "Object Names and IDs": an RFC 1123 subdomain.
_NAME: Final = r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"
Name = Annotated[
    str,
    Field(
        pattern=_NAME,
        description="at most 253 lower-case letters, digits, dashes and dots",
        examples=["public"],
    ),
]
# Gateway API, Hostname: a name in lower case, whose first label may be a star.
HostName = Annotated[
    str,
    Field(
        pattern=r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
        description="a host name in lower case, without scheme, port and path",
        examples=["tickets.example.com"],
    ),
]
UrlPath = Annotated[
    str,
    Field(
        pattern=r"^(/[A-Za-z0-9._~-]+)+$",
        description="a path that begins with a slash and does not end with one",
        examples=["/refunds"],
    ),
]
# protobuf: a package and a service.
GrpcService = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$",
        description="a gRPC service by its full name, package and service",
        examples=["shop.v1.Tickets"],
    ),
]


def _certificate(arn: str) -> str:
    if certificate_region(arn) is None:
        raise ConfigurationError(
            field="",
            value=arn,
            allowed="the ARN of a certificate of ACM, arn:aws:acm:REGION:ACCOUNT:certificate/ID",
            remedy="aws acm list-certificates lists them",
        )
    return arn


def _block(cidr: str) -> str:
    return str(block(cidr))


Certificate = Annotated[str, AfterValidator(_certificate)]


class ClusterIp(Frozen):
    """Reached inside the cluster, or by a load balancer that targets pod addresses."""

    kind: Literal["cluster-ip"] = "cluster-ip"
    # The Service's, where callers ask another than the container's.
    port: Annotated[int, Field(ge=1, le=65_535, strict=True)] | None = None
    # Callers get the addresses of all pods: for clients that balance by themselves, as gRPC's do.
    headless: bool = Field(default=False, strict=True)

    @model_validator(mode="after")
    def _pods_have_no_other_port(self) -> Self:
        if self.headless and self.port is not None:
            raise ConfigurationError(
                field="port",
                value=self.port,
                allowed="nothing with headless: callers reach the pods themselves, on the container's port",
                remedy="leave out one of the two",
            )
        return self


class NodePort(Frozen):
    """The guide's way in (section 6): a port on every node, each client pinned to one pod.

    Never the default: behind a load balancer with instance targets it pins the balancer's nodes, not clients.
    """

    kind: Literal["node-port"]
    # Kubernetes' default --service-node-port-range; left out, the API server chooses.
    node_port: int | None = Field(default=None, ge=30_000, le=32_767, strict=True)
    client_ip_timeout: Milliseconds = Milliseconds.parse("300s")


class Grpc(Frozen):
    """gRPC services that the entry serves beside HTTP, on one of its ports of kind grpc."""

    services: list[GrpcService] = Field(min_length=1)
    port: str = "grpc"


class Rule(RequestMatch, RequestChange):
    """Requests that are told apart by more than their path, or that go to several services by weight (a canary)."""

    path: Path = "/"
    # Services by their weights; the entry may be one of them.
    to: dict[ServiceName, Weight] = Field(min_length=1, examples=["{payment-api: 95, payment-next: 5}"])
    # Instead of the way in's.
    request_timeout: Milliseconds | None = Field(default=None, gt=0)


class Routed(Frozen):
    """What ways in for HTTP have in common. ``routes`` lead paths past the entry to other services, ``rules`` requests
    that are told apart by more."""

    hostnames: list[HostName] = []
    grpc: Grpc | None = None
    routes: dict[UrlPath, ServiceName] = {}
    rules: list[Rule] = []

    @property
    def led_to(self) -> list[tuple[str, str]]:
        """Every service that is led to past the entry, after the field that says so."""
        return [
            *((f"routes.{path}", name) for path, name in self.routes.items()),
            *(
                (f"rules[{index}].to.{name}", name)
                for index, rule in enumerate(self.rules)
                for name in rule.to
            ),
        ]

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for index, rule in enumerate(self.rules):
            check_route(f"rules[{index}]", rule.path, rule, list(rule.to.values()))
        paths = [(path, RequestMatch(), RequestChange()) for path in self.routes]
        rules = [(rule.path, rule, rule) for rule in self.rules]
        check_apart("rules" if self.rules else "routes", [*paths, *rules])
        return self


class HttpRoute(Routed):
    """By a Gateway (Gateway API) that somebody else keeps."""

    kind: Literal["http-route"]
    gateway: Name
    gateway_namespace: Name
    hostnames: list[HostName] = Field(min_length=1)
    # The Gateway's listener to attach to; any by default.
    section: Name | None = None
    # What the proxy gives one request, where its class knows timeouts.
    request_timeout: Milliseconds | None = Field(default=None, gt=0)


class Gateway(Routed):
    """By a Gateway of the stack's own, of any class that the cluster has. Without certificates it is plain HTTP."""

    kind: Literal["gateway"]
    class_name: Name
    hostnames: list[HostName] = Field(min_length=1)
    # Secrets of type kubernetes.io/tls in the platform's namespace.
    certificate_secrets: list[Name] = []
    request_timeout: Milliseconds | None = Field(default=None, gt=0)


class ExistingFirewall(Frozen):
    """A web ACL that is there. With ``rate`` the rules compare its limit with what honest clients ask."""

    kind: Literal["existing"]
    web_acl_arn: str = Field(
        pattern=r"^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional/webacl/.+$",
        description="the ARN of a regional web ACL",
        examples=["arn:aws:wafv2:us-east-1:111122223333:regional/webacl/shop/1234"],
    )
    rate: RateRule | None = None


class NewFirewall(Frozen):
    """A web ACL of the stack's own that blocks one address above what the honest clients behind it may ask."""

    kind: Literal["new"]
    rate: RateRule = Field(examples=["{rps_per_client: 2, clients_per_address: 500}"])
    log_retention_days: int = Field(default=90, ge=1, strict=True)


class AccessLogs(Frozen):
    """A bucket of the load balancer's region that lets Elastic Load Balancing write."""

    bucket: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="3 to 63 lower-case letters, digits, dashes and dots",
        examples=["shop-alb-logs"],
    )
    prefix: str = Field(default="alb", min_length=1)


class Alias(Frozen):
    """Names in a hosted zone of Route 53."""

    zone_id: str = Field(
        pattern=r"^Z[A-Z0-9]{3,31}$",
        description="the id of a hosted zone, a Z first",
        examples=["Z0123456789ABCDEFGHIJ"],
    )
    names: list[HostName] = Field(min_length=1)


class LoadBalancer(Routed):
    """An application load balancer by the AWS Load Balancer Controller."""

    kind: str

    # How long the application keeps an idle connection open; the load balancer lets go before that. Go: IdleTimeout,
    # Node.js and uvicorn: 5 s by default.
    keep_alive: Milliseconds = Field(gt=1000, examples=["75s"])
    scheme: Literal["internet-facing", "internal"] = "internet-facing"
    # Of ACM, in the load balancer's region; the first is the default.
    certificates: list[Certificate] = []
    source_cidrs: list[Annotated[str, AfterValidator(_block)]] = []
    firewall: Annotated[ExistingFirewall | NewFirewall, Field(discriminator="kind")] | None = None
    access_logs: AccessLogs | None = None
    # From a pod's deletion until nothing new is sent to it: measure yours (docs/front.md).
    withdrawn_within: Milliseconds = WITHDRAWN_WITHIN
    # It cannot be deleted while this is true. To take it away: false, one more up, then destroy.
    deletion_protection: bool = Field(default=True, strict=True)

    @model_validator(mode="after")
    def _tls_towards_the_internet(self) -> Self:
        if not self.certificates and self.scheme == "internet-facing":
            raise ConfigurationError(
                field="certificates",
                value="none",
                allowed="at least one where scheme is internet-facing",
                remedy="state the ARN of a certificate of ACM in the stack's region, or scheme: internal",
            )
        if not self.certificates and self.grpc is not None:
            raise ConfigurationError(
                field="certificates",
                value="none",
                allowed="at least one with grpc, which needs TLS",
                remedy="state the ARN of a certificate, or remove grpc",
            )
        return self

    @model_validator(mode="after")
    def _rules_of_an_alb(self) -> Self:
        for index, rule in enumerate(self.rules):
            check_alb(f"rules[{index}]", rule, rule, hosts=bool(self.hostnames))
            if rule.request_timeout is not None:
                raise ConfigurationError(
                    field=f"rules[{index}].request_timeout",
                    value=rule.request_timeout,
                    allowed="nothing: an ALB knows one idle timeout for all",
                    remedy="leave it out",
                )
        return self


class Alb(LoadBalancer):
    """By an Ingress of class alb."""

    kind: Literal["alb"]
    alias: Alias | None = None

    @model_validator(mode="after")
    def _one_service_each(self) -> Self:
        for index, rule in enumerate(self.rules):
            if len(rule.to) > 1:
                raise ConfigurationError(
                    field=f"rules[{index}].to",
                    value=", ".join(rule.to),
                    allowed="one service: of an Ingress all targets share their health check and their drain",
                    remedy="state kind: alb-gateway, whose services each have a target group of their own",
                )
        return self


class AlbGateway(LoadBalancer):
    """By a Gateway of the controller's class; it takes no alias, since the engine does not see its address."""

    kind: Literal["alb-gateway"]
    class_name: Name = "alb"


Exposure = Annotated[
    ClusterIp | NodePort | HttpRoute | Gateway | Alb | AlbGateway, Field(discriminator="kind")
]

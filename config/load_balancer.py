"""What a stack says of an application load balancer in AWS: certificates, firewall, logs, names, and how it balances.

No number of it is stated here that follows from the pods (components.policy.front).
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from components.policy.balancing import SSL_POLICY, SSL_POLICY_NAME, Balancing, check_annotations
from components.policy.bounds import LEAVING
from components.policy.cidr import block
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.front import WITHDRAWN_WITHIN, RateRule, certificate_region
from components.policy.labels import LabelKey as AnnotationKey
from components.policy.quantities import Milliseconds
from components.policy.routing import check_alb

from .checked import Days
from .routed import HostName, Name, Routed


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
    log_retention_days: Days = 90


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
    withdrawn_within: Annotated[Milliseconds, AfterValidator(LEAVING.of_the_value)] = WITHDRAWN_WITHIN
    balancing: Balancing = Balancing()
    ssl_policy: str = Field(
        default=SSL_POLICY,
        pattern=SSL_POLICY_NAME,
        description="the name of a security policy of Elastic Load Balancing",
        examples=["ELBSecurityPolicy-TLS13-1-2-Res-2021-06"],
    )
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
    # Of its Ingresses, beside those that follow from the rest: a login, subnets, addresses of both families.
    annotations: dict[AnnotationKey, str] = Field(
        default={}, examples=["{alb.ingress.kubernetes.io/ip-address-type: dualstack}"]
    )

    @model_validator(mode="after")
    def _nothing_is_told_twice(self) -> Self:
        check_annotations("annotations", self.annotations)
        return self

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

"""What a load balancer in front of a service must be told: how long it waits, how it asks for health, whom it lets in.

Every number follows from how the pods live (probes, shutdown) and from what their owner states of them. Decides no
kind of load balancer; the limits are those of an AWS application load balancer.
"""

import re
from fractions import Fraction
from math import ceil
from typing import Final

from pydantic import Field

from .bounds import LEAVING
from .derived import Derived, Frozen, derived
from .drain import Drain
from .errors import ConfigurationError
from .place import Place
from .quantities import Milliseconds, Ratio, format_rate
from .workload import AnyProbe, CommandProbe, HttpProbe, TcpProbe

# From a pod's deletion until an ALB sends it nothing new: the controller hears of it, calls the API, and every node of
# the balancer learns it. With 5 s requests were lost, with 25 s none (aws-load-balancer-controller #1064); AWS promises
# no figure, so state your own once you have measured it.
WITHDRAWN_WITHIN: Final = Milliseconds.parse("25s")
# Elastic Load Balancing, "Application Load Balancers": the default of idle_timeout.timeout_seconds, and its bounds.
IDLE_TIMEOUT: Final = Milliseconds.parse("60s")
_IDLE_BOUNDS: Final = (1, 4000)
# AWS WAF, "Rate-based rule statement": evaluation window by default, and the bounds of the limit.
RATE_WINDOW: Final = Milliseconds.parse("300s")
_RATE_BOUNDS: Final = (10, 2_000_000_000)
# Elastic Load Balancing, "Health checks for your target groups": bounds of interval, timeout and thresholds.
_INTERVAL: Final = (5, 300)
_TIMEOUT: Final = (2, 120)
_THRESHOLD: Final = (2, 10)
# The method of the gRPC health protocol, which load balancers call (grpc.health.v1).
GRPC_HEALTH: Final = "/grpc.health.v1.Health/Check"
_CERTIFICATE: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):acm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):certificate/[A-Za-z0-9_-]+"
)


class HealthCheck(Frozen):
    """How a load balancer asks a pod; seconds and counts within its own bounds."""

    path: str
    # None is the port that the requests go to.
    port: int | None = None
    interval: Derived[int]
    timeout: Derived[int]
    healthy: Derived[int]
    unhealthy: Derived[int]


class RateRule(Frozen):
    """Whom a rate rule must let in: ``rps_per_client`` is what one honest client asks at its busiest, and
    ``clients_per_address`` how many of them share an address (an office, a carrier's NAT).

    ``limit`` is in requests per five minutes from one address; left out, it is what honest clients may ask.
    """

    rps_per_client: Ratio = Field(gt=0)
    clients_per_address: int = Field(ge=1)
    limit: int | None = Field(default=None, ge=_RATE_BOUNDS[0], le=_RATE_BOUNDS[1])

    @property
    def client_share(self) -> Derived[int]:
        """What the honest clients behind one address may ask within the window."""
        share = ceil(self.rps_per_client * self.clients_per_address * Fraction(RATE_WINDOW, 1000))
        return derived(
            share,
            f"{self.clients_per_address} clients x {format_rate(self.rps_per_client)} requests/s x {RATE_WINDOW}",
        )

    @property
    def blocks_above(self) -> Derived[int]:
        """The limit as the firewall takes it."""
        if self.limit is not None:
            return derived(self.limit, "stated")
        share = self.client_share
        least, most = _RATE_BOUNDS
        bounded = min(max(share.value, least), most)
        return derived(bounded, f"{share.because}, within {least} to {most}")


class Front(Frozen):
    """What the load balancer is told. ``withdrawn_within`` is taken from its owner."""

    deregistration_delay: Derived[Milliseconds]
    idle_timeout: Derived[Milliseconds]
    health_check: HealthCheck
    withdrawn_within: Milliseconds


def front(
    drain: Drain,
    readiness: AnyProbe,
    keep_alive: Milliseconds,
    withdrawn_within: Milliseconds = WITHDRAWN_WITHIN,
) -> Front:
    """``keep_alive`` is how long the application keeps an idle connection open. Whether what follows fits the pods is
    for the rules (HR621 and after). Raises ConfigurationError for what no load balancer takes."""
    LEAVING.check("shutdown.longest_request", drain.deregistration_delay.value)
    return Front(
        deregistration_delay=drain.deregistration_delay,
        idle_timeout=idle_timeout(keep_alive),
        health_check=health_check(readiness),
        withdrawn_within=withdrawn_within,
    )


def idle_timeout(keep_alive: Milliseconds) -> Derived[Milliseconds]:
    """Whole seconds, shorter than the pods' keep-alive: an ALB that keeps a connection longer than its target sends
    into one that is just being closed, and answers 502 (Elastic Load Balancing, "Troubleshoot your ALBs": HTTP 502).
    """
    least, most = _IDLE_BOUNDS
    below = (keep_alive - 1) // 1000
    seconds = min(max(below, least), most, IDLE_TIMEOUT.seconds)
    return derived(
        Milliseconds(seconds * 1000),
        f"the default {IDLE_TIMEOUT}, but below the {keep_alive} that the pods keep an idle connection",
    )


def health_check(readiness: AnyProbe) -> HealthCheck:
    """The readiness probe in the load balancer's words; what it does not know is the nearest that it does.

    Raises ConfigurationError for a command, which nobody outside the pod can run, and for TCP, which ALBs do not ask.
    """
    if isinstance(readiness, (CommandProbe, TcpProbe)):
        raise ConfigurationError(
            field="probes.readiness",
            value=readiness.target,
            allowed="an HTTP or a gRPC probe, since a load balancer asks from outside",
            remedy="answer readiness on a port",
        )
    interval = _within(readiness.period.seconds, _INTERVAL, f"readiness period {readiness.period}")
    longest = min(_TIMEOUT[1], interval.value - 1)
    return HealthCheck(
        path=readiness.path if isinstance(readiness, HttpProbe) else GRPC_HEALTH,
        port=readiness.port,
        interval=interval,
        timeout=_within(
            readiness.timeout.seconds, (_TIMEOUT[0], longest), f"readiness timeout {readiness.timeout}"
        ),
        healthy=_within(
            readiness.success_threshold,
            _THRESHOLD,
            f"readiness success threshold {readiness.success_threshold}",
        ),
        unhealthy=_within(
            readiness.failure_threshold,
            _THRESHOLD,
            f"readiness failure threshold {readiness.failure_threshold}",
        ),
    )


def _within(value: int, bounds: tuple[int, int], what: str) -> Derived[int]:
    least, most = bounds
    return derived(min(max(value, least), most), f"{what}, within {least} to {most}")


def certificate_region(arn: str) -> str | None:
    """The region of a certificate of ACM; None for what is no ARN of one."""
    match = _CERTIFICATE.fullmatch(arn)
    return match["region"] if match else None


def certificate_place(arn: str) -> Place | None:
    """The account and the region of a certificate of ACM; None for what is no ARN of one."""
    match = _CERTIFICATE.fullmatch(arn)
    return Place(account=match["account"], region=match["region"]) if match else None


def check_certificate(field: str, arn: str, where: Place) -> None:
    """Raises ConfigurationError for a certificate that a load balancer in ``where`` cannot use."""
    match = _CERTIFICATE.fullmatch(arn)
    if match is None:
        raise ConfigurationError(
            field=field,
            value=arn,
            allowed=f"the ARN of a certificate of ACM: {where.arn('acm', 'certificate/...')}",
            remedy="aws acm list-certificates lists them",
        )
    if (match["partition"], match["region"]) != (where.partition, where.region):
        raise ConfigurationError(
            field=field,
            value=arn,
            allowed=f"a certificate in {where.region}: a load balancer uses those of its own region only",
            remedy=f"request or import it again with --region {where.region}, or correct the stack's region",
        )
    if match["account"] != where.account:
        raise ConfigurationError(
            field=field,
            value=arn,
            allowed=f"a certificate of the account {where.account}",
            remedy="request it in the account that the load balancer is in, or correct the stack's account",
        )

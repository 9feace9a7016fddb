"""What AWS was asked and said, as plain facts; what could not be asked says why. Nothing here asks or judges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from components.policy.findings import Severity
from config.problems import problem_line

T = TypeVar("T")


class Quota(StrEnum):
    """Quotas by their codes (Service Quotas, Amazon EC2 and Amazon VPC)."""

    ON_DEMAND_VCPUS = "L-1216C47A"
    SPOT_VCPUS = "L-34B43A08"
    ELASTIC_IPS = "L-0263D0A3"
    NAT_PER_ZONE = "L-FE5A380F"
    VPCS = "L-F678F1CE"

    @property
    def service(self) -> str:
        """The service's code in Service Quotas."""
        return "vpc" if self in (Quota.NAT_PER_ZONE, Quota.VPCS) else "ec2"


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Not answered: the IAM action that was needed, and why there is no answer, in one line."""

    action: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet that is there; ``free`` are its free IPv4 addresses."""

    vpc_id: str
    zone: str
    free: int


@dataclass(frozen=True, kw_only=True)
class Used:
    """What runs in the region without being the stack's own, in vCPUs and pieces; by zone for NAT gateways. Of what the
    stack needs none, nobody asks.
    """

    on_demand_vcpus: int | Unknown = 0
    spot_vcpus: int | Unknown = 0
    elastic_ips: int | Unknown = 0
    nat_gateways: Mapping[str, int] | Unknown = field(default_factory=dict)
    vpcs: int | Unknown = 0
    # Whether the stack's own nodes run already.
    own_nodes: bool = False


@dataclass(frozen=True, kw_only=True)
class InRegion:
    """What the region says of what the stack needs. A certificate's status is None where there is no such certificate,
    a subnet likewise.
    """

    quotas: Mapping[Quota, int | Unknown]
    used: Used
    # The zones that the account has in it; None where the stack puts nothing into them itself.
    zones: frozenset[str] | Unknown | None
    # Zones by the instance type that is offered there.
    offered: Mapping[str, frozenset[str]] | Unknown
    # The support of each version: STANDARD_SUPPORT or EXTENDED_SUPPORT.
    versions: Mapping[str, str] | Unknown
    certificates: Mapping[str, str | Unknown | None]
    subnets: Mapping[str, Subnet | Unknown | None]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``opt_in`` is EC2's status of the region, None for no region. ``inside`` is None where it was not asked."""

    account: str
    opt_in: str | Unknown | None
    inside: InRegion | None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One line: the field, its value, what is allowed, what to do."""

    severity: Severity
    field: str
    value: object
    allowed: str
    remedy: str

    def __str__(self) -> str:
        line = problem_line(self.field, f"allowed: {self.allowed}; {self.remedy}", self.value)
        return f"{self.severity}: {line}"


def error(field: str, value: object, allowed: str, remedy: str) -> Problem:
    """AWS will refuse it."""
    return Problem(severity=Severity.ERROR, field=field, value=value, allowed=allowed, remedy=remedy)


def warning(field: str, value: object, allowed: str, remedy: str) -> Problem:
    """It may be refused, or cost more, or could not be asked."""
    return Problem(severity=Severity.WARNING, field=field, value=value, allowed=allowed, remedy=remedy)


def unasked(field: str, unknown: Unknown) -> Problem:
    """A warning that names the action which the credentials lack."""
    return warning(
        field,
        f"not checked: {unknown.why}",
        "credentials that may ask",
        f"allow {unknown.action} to check this, or look yourself",
    )

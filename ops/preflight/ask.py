"""Asks AWS what it has for a stack. It reads, and never changes anything.

boto3 is optional (the extra ``aws``) and loaded only here and only when asked, as for the pricing API.
"""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, Final, Protocol, TypeVar

from components.policy.front import certificate_place

from .facts import Facts, InRegion, Quota, Subnet, Unknown
from .needs import Needs
from .quotas import quotas_of
from .used import used

T = TypeVar("T")
# Regions that every account of a partition has: the others are asked about there (AWS, "AWS Regions").
_HOMES: Final = {"us-gov-": "us-gov-west-1"}
_HOME: Final = "us-east-1"
_SECONDS_TO_CONNECT: Final = 5
# What services answer to whom they know, and do not let.
_DENIED: Final = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized")


class Session(Protocol):
    """Of boto3's Session, what is used."""

    def client(self, service: str, *, region_name: str, config: Any) -> Any:
        """A client of a service."""


class CannotAskError(Exception):
    """Nobody can be asked: no boto3, no credentials, or ones that AWS does not accept. One line, with what to do."""


def session() -> Session:
    """Raises CannotAskError where boto3 or credentials are missing."""
    try:
        boto3 = import_module("boto3")
    except ImportError:
        raise CannotAskError(
            "preflight asks AWS: boto3 is missing; allowed: with boto3; pip install boto3"
        ) from None
    errors = import_module("botocore.exceptions")
    try:
        found = boto3.Session()
        credentials = found.get_credentials()
    except errors.BotoCoreError as error:
        raise CannotAskError(f"credentials: {_line(error)}; {_SIGN_IN}") from None
    if credentials is None:
        raise CannotAskError(f"credentials: none found; {_SIGN_IN}")
    signed_in: Session = found
    return signed_in


_SIGN_IN: Final = (
    "allowed: credentials that AWS accepts; sign in (aws sso login) or set AWS_PROFILE, then"
    " aws sts get-caller-identity says whose they are"
)


def ask(found: Session, need: Needs) -> Facts:
    """Everything about the stack's account and region. Raises CannotAskError for credentials that are not accepted."""
    exceptions = import_module("botocore.exceptions")
    errors = (exceptions.BotoCoreError, exceptions.ClientError)
    asking = _Asking(found, need.cluster.region, errors)
    home = next((home for prefix, home in _HOMES.items() if asking.region.startswith(prefix)), _HOME)
    try:
        account = str(asking.client("sts", home).get_caller_identity()["Account"])
    except errors as error:
        raise CannotAskError(f"credentials: {_line(error)}; {_SIGN_IN}") from None
    opt_in = asking.answer("ec2:DescribeRegions", lambda: _opt_in(asking.client("ec2", home), asking.region))
    # A region that is not enabled answers nothing; a stack of another account has other quotas.
    stated = need.cluster.account
    closed = opt_in is None or opt_in == "not-opted-in"
    inside = None if closed or stated not in (None, account) else _inside(asking, need, account)
    return Facts(account=account, opt_in=opt_in, inside=inside)


class _Asking:
    """Clients of one session, and answers where a refusal is an answer too."""

    def __init__(self, found: Session, region: str, errors: tuple[type[Exception], ...]) -> None:
        self.region = region
        self._session, self._errors = found, errors
        self._config = import_module("botocore.config").Config(
            connect_timeout=_SECONDS_TO_CONNECT, retries={"total_max_attempts": 3}
        )

    def client(self, service: str, region: str | None = None) -> Any:
        return self._session.client(service, region_name=region or self.region, config=self._config)

    def answer(self, action: str, question: Callable[[], T]) -> T | Unknown:
        try:
            return question()
        except self._errors as error:
            denied = code(error) in _DENIED
            return Unknown(action=action, why=f"{action} is denied" if denied else _line(error))


def _inside(asking: _Asking, need: Needs, account: str) -> InRegion:
    ec2, eks, acm = asking.client("ec2"), asking.client("eks"), asking.client("acm")
    limits = asking.client("service-quotas")
    types = sorted({name for names in need.types.values() for name in names})
    arns = sorted({arn for each in need.certificates.values() for arn in each})
    own = [arn for arn in arns if (where := certificate_place(arn)) and where.account == account]
    ids = sorted({name for each in need.subnets.values() for name in each})
    return InRegion(
        quotas={
            quota: asking.answer("servicequotas:GetServiceQuota", partial(_quota, limits, quota))
            for quota in quotas_of(need)
        },
        used=used(ec2, need, asking.answer),
        zones=None
        if need.nat_zones is None
        else asking.answer("ec2:DescribeAvailabilityZones", lambda: _zones(ec2)),
        offered=asking.answer("ec2:DescribeInstanceTypeOfferings", lambda: _offered(ec2, types))
        if types
        else {},
        versions={} if need.version is None else _versions(asking, eks),
        certificates={
            arn: asking.answer("acm:DescribeCertificate", partial(_certificate, acm, arn)) for arn in own
        },
        subnets={name: asking.answer("ec2:DescribeSubnets", partial(_subnet, ec2, name)) for name in ids},
    )


def _opt_in(ec2: Any, region: str) -> str | None:
    by_name = [{"Name": "region-name", "Values": [region]}]
    regions = ec2.describe_regions(AllRegions=True, Filters=by_name)["Regions"]
    return str(regions[0]["OptInStatus"]) if regions else None


def _quota(client: Any, quota: Quota) -> int:
    """The applied value; AWS's default where the account never had one of its own."""
    which = {"ServiceCode": quota.service, "QuotaCode": quota.value}
    try:
        found = client.get_service_quota(**which)
    except client.exceptions.NoSuchResourceException:
        found = client.get_aws_default_service_quota(**which)
    return int(found["Quota"]["Value"])


def _zones(ec2: Any) -> frozenset[str]:
    """Those of the region itself: local zones and the like hold no NAT gateway and no control plane."""
    of_the_region = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    zones = ec2.describe_availability_zones(Filters=of_the_region)["AvailabilityZones"]
    return frozenset(zone["ZoneName"] for zone in zones if zone["State"] == "available")


def _offered(ec2: Any, types: list[str]) -> Mapping[str, frozenset[str]]:
    pages = ec2.get_paginator("describe_instance_type_offerings").paginate(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": types}]
    )
    found: dict[str, set[str]] = {}
    for page in pages:
        for offering in page["InstanceTypeOfferings"]:
            found.setdefault(offering["InstanceType"], set()).add(offering["Location"])
    return {name: frozenset(zones) for name, zones in found.items()}


def _versions(asking: _Asking, eks: Any) -> Mapping[str, str] | Unknown:
    action = "eks:DescribeClusterVersions"
    if not hasattr(eks, "describe_cluster_versions"):
        return Unknown(action=action, why="this botocore does not know the question; pip install -U boto3")

    def versions() -> dict[str, str]:
        pages = eks.get_paginator("describe_cluster_versions").paginate()
        listed = [one for page in pages for one in page["clusterVersions"]]
        return {
            one["clusterVersion"]: one["versionStatus"]
            for one in listed
            if one["versionStatus"] != "UNSUPPORTED"
        }

    return asking.answer(action, versions)


def _certificate(acm: Any, arn: str) -> str | None:
    try:
        return str(acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"])
    except acm.exceptions.ResourceNotFoundException:
        return None


def _subnet(ec2: Any, name: str) -> Subnet | None:
    by_id = [{"Name": "subnet-id", "Values": [name]}]
    found = ec2.describe_subnets(Filters=by_id)["Subnets"]
    if not found:
        return None
    (one,) = found
    return Subnet(vpc_id=one["VpcId"], zone=one["AvailabilityZone"], free=int(one["AvailableIpAddressCount"]))


def code(error: Exception) -> str:
    """A service's code for an error; empty for one that is not a service's."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def _line(error: Exception) -> str:
    return " ".join(str(error).split())

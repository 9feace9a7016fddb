"""Where in AWS something is: the account and the region, and the names that follow from them.

Both are stated, never asked: a program that takes the account of whoever runs it deploys production into a sandbox,
or the other way round.
"""

import re
from typing import Final

from .derived import Frozen
from .errors import ConfigurationError

_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ACCOUNT: Final = re.compile(r"\d{12}")
# AWS, "Amazon Resource Names", by the region's prefix. China's endpoints and service names differ in ways that were
# never tried here.
_PARTITIONS: Final = {"us-gov-": "aws-us-gov", "us-iso": None, "cn-": None, "eu-isoe-": None, "eusc-": None}


class Place(Frozen):
    """An account and a region."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """``aws`` or ``aws-us-gov``."""
        for prefix, partition in _PARTITIONS.items():
            if self.region.startswith(prefix):
                return str(partition)
        return "aws"

    def arn(
        self, service: str, resource: str, *, account: str | None = None, region: str | None = None
    ) -> str:
        """``arn:aws:<service>:<region>:<account>:<resource>``; an empty part is stated as ""."""
        where = self.region if region is None else region
        whose = self.account if account is None else account
        return f"arn:{self.partition}:{service}:{where}:{whose}:{resource}"

    def managed_policy(self, name: str) -> str:
        """The ARN of a policy that AWS maintains."""
        return self.arn("iam", f"policy/{name}", account="aws", region="")

    def endpoint_service(self, service: str) -> str:
        """The name by which a VPC endpoint finds a service, e.g. ``com.amazonaws.eu-west-1.s3``."""
        return f"com.amazonaws.{self.region}.{service}"


def place(account: str, region: str) -> Place:
    """The place. Raises ConfigurationError for a malformed account or region, or a partition that is not supported."""
    if not _ACCOUNT.fullmatch(account):
        raise ConfigurationError(
            field="aws.account",
            value=account,
            allowed="12 digits",
            remedy="aws sts get-caller-identity says which account the credentials belong to",
        )
    unsupported = [p for p, name in _PARTITIONS.items() if name is None and region.startswith(p)]
    if not _REGION.fullmatch(region) or unsupported:
        raise ConfigurationError(
            field="aws.region",
            value=region,
            allowed='a region of the partitions aws and aws-us-gov, such as "ap-northeast-2"',
            remedy="name the region, not a zone of it",
        )
    return Place(account=account, region=region)


def check_zones(field: str, zones: list[str], where: Place) -> None:
    """Raises ConfigurationError when a zone is not one of the region's. EKS takes no local zones for its own part."""
    for zone in zones:
        if not re.fullmatch(re.escape(where.region) + "[a-z]", zone):
            raise ConfigurationError(
                field=field,
                value=zone,
                allowed=f"zones of {where.region}: its name and a letter, such as {where.region}a",
                remedy="name zones of the stated region, or correct the region",
            )

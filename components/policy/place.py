"""Where in AWS something is: the account and the region, and the names that follow from them.

Both are stated, never asked: a program that takes the account of whoever runs it deploys production into a sandbox,
or the other way round.
"""

import re
from typing import Final

from .derived import Frozen
from .errors import ConfigurationError
from .regions import check_region, check_zone

# Amazon ECR, "Amazon ECR interface VPC endpoints": api for the registry's calls, dkr for the images, S3 for layers, by
# a gateway endpoint; STS for credentials. Interface endpoints that a network of ours has in every zone.
INTERFACE_SERVICES: Final = ("ecr.api", "ecr.dkr", "sts")
_ACCOUNT: Final = re.compile(r"\d{12}")
# AWS, "Amazon Resource Names", by the region's prefix. China's endpoints and service names differ in ways that were
# never tried here.
_PARTITIONS: Final = {"us-gov-": "aws-us-gov"}


class Place(Frozen):
    """An account and a region."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """``aws`` or ``aws-us-gov``."""
        for prefix, partition in _PARTITIONS.items():
            if self.region.startswith(prefix):
                return partition
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
    check_account("aws.account", account)
    check_region("aws.region", region)
    return Place(account=account, region=region)


def check_account(field: str, account: str) -> None:
    """Raises ConfigurationError for what is no account's number."""
    if not _ACCOUNT.fullmatch(account):
        raise ConfigurationError(
            field=field,
            value=account,
            allowed="12 digits",
            remedy="aws sts get-caller-identity says which account the credentials belong to",
        )


def check_zones(field: str, zones: list[str], where: Place) -> None:
    """Raises ConfigurationError when a zone is not one of the region's. EKS takes no local zones for its own part."""
    for index, zone in enumerate(zones):
        check_zone(f"{field}[{index}]", zone, where.region)

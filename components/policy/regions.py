"""Which regions AWS has, and which zones each may have: a dated table, since a plan asks nobody.

Decides nothing about an account: which of a region's zones it sees, and whether a region is enabled, ``ops preflight``
asks. Source: AWS, "AWS Regions" and "AWS Availability Zones" (AWS Regions and Availability Zones, 2026-11).
"""

from difflib import get_close_matches
from typing import Final

from .errors import ConfigurationError

# As many letters as the highest number of the region's zone ids: the oldest regions give letters to zones by account.
_USUAL: Final = "abc"
_MORE: Final = {
    "ap-northeast-1": "abcd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abcd",
    "us-east-1": "abcdef",
    "us-west-2": "abcd",
}
REGIONS: Final = frozenset(
    {
        "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
        "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
        "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
        "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1",
        "me-south-1", "me-west-1", "mx-central-1", "sa-east-1", "sa-west-1", "us-east-1", "us-east-2", "us-west-1",
        "us-west-2", "us-gov-east-1", "us-gov-west-1",
    }
)  # fmt: skip
_TABLE: Final = "components/policy/regions.py"


def check_region(field: str, region: str) -> None:
    """Raises ConfigurationError for a region that the table does not have."""
    if region in REGIONS:
        return
    near = get_close_matches(region, sorted(REGIONS), n=3, cutoff=0.6) or ["us-east-1", "ap-northeast-2"]
    raise ConfigurationError(
        field=field,
        value=region,
        allowed=f"a region of the partitions aws and aws-us-gov, such as {', '.join(near)}",
        remedy="name the region, not a zone of it; one that AWS has opened since is a line in " + _TABLE,
    )


def stated_region(region: str) -> str:
    """For a schema: the region. Raises ValueError as ``check_region`` does ConfigurationError."""
    try:
        check_region("region", region)
    except ConfigurationError as error:
        raise ValueError(f"allowed: {error.allowed}; {error.remedy}") from None
    return region


def zones_of(region: str) -> list[str]:
    """The zones that a region of the table may have."""
    return [f"{region}{letter}" for letter in _MORE.get(region, _USUAL)]


def zone_region(zone: str) -> str | None:
    """The region that a zone is of: AWS names it by its region and a letter. None for what is no zone of AWS."""
    return zone[:-1] if zone[:-1] in REGIONS else None


def check_zone(field: str, zone: str, region: str) -> None:
    """Raises ConfigurationError for a zone that the region does not have. Local zones are none of its own: EKS takes
    none for the control plane."""
    if zone in zones_of(region):
        return
    raise ConfigurationError(
        field=field,
        value=zone,
        allowed=f"zones of {region}: {', '.join(zones_of(region))}",
        remedy=f"aws ec2 describe-availability-zones --region {region} says which your account has",
    )

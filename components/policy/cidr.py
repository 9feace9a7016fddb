"""Where each subnet lies in a VPC: pure arithmetic on IPv4 blocks.

Private subnets fill the VPC from its first address upwards, public ones from its last downwards, so that a zone more
moves none that is there already: a subnet that moves is one that is replaced, with every node in it. Decides no size
(components.policy.subnets does) and looks at no account.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from .derived import Frozen
from .errors import ConfigurationError
from .subnets import LARGEST_SUBNET, SMALLEST_SUBNET

# RFC 1918 and RFC 6598; AWS, "VPC CIDR blocks", recommends these. Others would hide a part of the internet.
PRIVATE_RANGES: Final = tuple(
    IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
# One zone lost must leave another; EKS, "VPC requirements", refuses fewer as well.
LEAST_ZONES: Final = 2

# 251 addresses: an ALB may take 100 of them as it grows, an NLB and a NAT gateway one each.
PUBLIC_PREFIX: Final = 24


class PlacedSubnet(Frozen):
    """One subnet: its zone and its block, e.g. ``zone="ap-northeast-2a", cidr="10.0.0.0/20"``."""

    zone: str
    cidr: str


class Layout(Frozen):
    """The subnets of a VPC, in the order of the zones."""

    vpc: str
    private: tuple[PlacedSubnet, ...]
    public: tuple[PlacedSubnet, ...]


def network(field: str, text: str) -> IPv4Network:
    """The block that ``text`` names. Raises ConfigurationError for no IPv4 block, or one with host bits set."""
    try:
        if "/" not in text:
            raise ValueError("no prefix length")
        return IPv4Network(text)
    except ValueError:
        raise ConfigurationError(
            field=field,
            value=text,
            allowed='an IPv4 block with its prefix length and no host bits, such as "10.0.0.0/16"',
            remedy=_instead(text) or "write the first address of the block and its length",
        ) from None


def block(text: str) -> IPv4Network | IPv6Network:
    """The block of addresses, of either family, that ``text`` names. Raises ConfigurationError, without a field."""
    try:
        return ip_network(text)
    except ValueError:
        raise ConfigurationError(
            field="",
            value=text,
            allowed='a block of addresses without host bits, such as "10.20.0.0/16", or "203.0.113.7/32" for one',
            remedy=_instead(text) or "write the first address of the block and its length",
        ) from None


def _instead(text: str) -> str:
    """The block that an address with host bits lies in, or of the one address that stands alone."""
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return ""
    if "/" not in text:
        return f'write "{found}" for this one address'
    if str(found) == text:
        return ""
    return f'write "{found}", or one address as "{text.partition("/")[0]}/{found.max_prefixlen}"'


def distinct_zones(field: str, zones: Sequence[str]) -> tuple[str, ...]:
    """The zones. Raises ConfigurationError for fewer than two, or for one that is there twice."""
    if len(set(zones)) < LEAST_ZONES or len(set(zones)) < len(zones):
        raise ConfigurationError(
            field=field,
            value=list(zones),
            allowed=f"at least {LEAST_ZONES} zones, each once",
            remedy="name another zone of the region: EKS refuses one zone, and its loss would lose everything",
        )
    return tuple(zones)


def layout(
    vpc: str, zones: Sequence[str], *, private_prefix: int, public_prefix: int, private_per_zone: int = 1
) -> Layout:
    """Place ``private_per_zone`` private subnets and one public subnet in each zone.

    Raises ConfigurationError when the VPC's block is not usable or does not hold them.
    """
    named = distinct_zones("network.zones", zones)
    block = vpc_block("network.cidr", vpc)
    for field, prefix in (
        ("network.private_prefix", private_prefix),
        ("network.public_prefix", public_prefix),
    ):
        if not LARGEST_SUBNET <= prefix <= SMALLEST_SUBNET:
            raise ConfigurationError(
                field=field,
                value=f"/{prefix}",
                allowed=f"/{LARGEST_SUBNET} to /{SMALLEST_SUBNET}, as AWS takes them",
                remedy="choose a length between the two",
            )
    needed = _needed(len(named), private_prefix, private_per_zone, public_prefix)
    if needed > block.num_addresses:
        raise ConfigurationError(
            field="network.cidr",
            value=vpc,
            allowed=f"room for {len(named)} zones x {private_per_zone} private /{private_prefix} and one public"
            f" /{public_prefix}: at least a /{32 - (needed - 1).bit_length()}",
            remedy="take a larger block (a VPC's own is /16 at most), larger instance types, or an existing VPC",
        )
    private = [
        PlacedSubnet(zone=zone, cidr=str(_block(block, private_prefix, each * len(named) + index)))
        for each in range(private_per_zone)
        for index, zone in enumerate(named)
    ]
    last = 2 ** (public_prefix - block.prefixlen) - 1
    public = [
        PlacedSubnet(zone=zone, cidr=str(_block(block, public_prefix, last - index)))
        for index, zone in enumerate(named)
    ]
    return Layout(vpc=vpc, private=tuple(private), public=tuple(public))


def _needed(zones: int, private_prefix: int, private_per_zone: int, public_prefix: int) -> int:
    """Addresses that the two rows take. They grow towards each other, each aligned to its own size from its own end,
    so no gap arises before they meet.
    """
    return zones * (private_per_zone * (1 << 32 - private_prefix) + (1 << 32 - public_prefix))


def _block(vpc: IPv4Network, prefix: int, index: int) -> IPv4Network:
    return IPv4Network((int(vpc.network_address) + index * 2 ** (32 - prefix), prefix))


def vpc_block(field: str, text: str) -> IPv4Network:
    """The block of a VPC that ``text`` names. Raises ConfigurationError for none, or one that no VPC should have."""
    block = network(field, text)
    if not LARGEST_SUBNET <= block.prefixlen <= SMALLEST_SUBNET:
        raise ConfigurationError(
            field=field,
            value=block,
            allowed=f"/{LARGEST_SUBNET} to /{SMALLEST_SUBNET}, as AWS takes them",
            remedy="choose a length between the two",
        )
    if not any(block.subnet_of(private) for private in PRIVATE_RANGES):
        raise ConfigurationError(
            field=field,
            value=block,
            allowed=f"a part of {', '.join(map(str, PRIVATE_RANGES))}",
            remedy="choose a private block: a public one hides the part of the internet that owns it",
        )
    return block

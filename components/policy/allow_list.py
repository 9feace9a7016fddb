"""Which addresses may reach a public endpoint: a list of IPv4 blocks that must not come to mean everybody.

Decides nothing about a list that is open on purpose; whoever wants that says so with a type of its own.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, collapse_addresses
from typing import Final

from .cidr import PRIVATE_RANGES, network
from .errors import ConfigurationError

# Amazon EKS, "Amazon EKS service quotas": public endpoint access CIDR ranges per cluster.
MOST_BLOCKS: Final = 40
# A /8 is the largest that one owner was ever given (IANA IPv4 address space registry).
WIDEST: Final = 8
EVERYBODY: Final = "0.0.0.0/0"


def allow_list(field: str, blocks: Sequence[str]) -> list[str]:
    """The blocks, sorted, each once. Raises ConfigurationError for an empty list, a block that is too wide or private,
    or more blocks than EKS takes.
    """
    parsed = [network(f"{field}[{index}]", block) for index, block in enumerate(blocks)]
    merged = list(collapse_addresses(parsed))
    if not merged:
        raise ConfigurationError(
            field=field,
            value="[]",
            allowed="at least one block",
            remedy="name who may reach the endpoint, or make it private only",
        )
    for block in [*merged, *parsed]:
        _check(field, block)
    if len(set(parsed)) > MOST_BLOCKS:
        raise ConfigurationError(
            field=field,
            value=f"{len(set(parsed))} blocks",
            allowed=f"{MOST_BLOCKS} at most",
            remedy="merge neighbours into larger blocks",
        )
    return [str(block) for block in sorted(set(parsed))]


def _check(field: str, block: IPv4Network) -> None:
    if block.prefixlen < WIDEST:
        raise ConfigurationError(
            field=field,
            value=f"{block}, alone or by neighbours that make it up",
            allowed=f"blocks of /{WIDEST} or smaller",
            remedy="name the blocks of your own network; an endpoint for everybody is a type of its own, with a reason",
        )
    if any(block.overlaps(private) for private in PRIVATE_RANGES):
        raise ConfigurationError(
            field=field,
            value=block,
            allowed="public addresses: nobody arrives at a public endpoint from a private one",
            remedy="name your network's addresses on the internet; inside the VPC the private endpoint serves",
        )

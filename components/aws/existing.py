"""A VPC that somebody else made: its ids, checked, and the tags by which our controllers find its subnets.

Makes and changes no network. Its routes, its addresses and what it logs are its owner's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import pulumi
from pulumi_aws import ec2

from ..policy.cidr import distinct_zones
from ..policy.errors import ConfigurationError
from .children import Children
from .vpc import DISCOVERY_TAG, INTERNAL_ROLE, PUBLIC_ROLE

# Amazon EC2, "Resource IDs": 8 hexadecimal digits, 17 since 2018.
_ID: Final = r"-([0-9a-f]{8}|[0-9a-f]{17})"


@dataclass(frozen=True, kw_only=True)
class TagSubnets:
    """The subnets get our tags; taken away again with the network. Their owner's tool may take them away before."""


@dataclass(frozen=True, kw_only=True)
class AlreadyTagged:
    """The owner has tagged the subnets: karpenter.sh/discovery and kubernetes.io/role/elb or internal-elb."""


Tagging = TagSubnets | AlreadyTagged


@dataclass(frozen=True, kw_only=True)
class ExistingVpc:
    """A VPC by its id and the ids of its subnets by zone. The zones are those of the private subnets, in order.

    An id that is an output is checked by AWS alone. Raises ConfigurationError for a malformed id, an id that is there
    twice, fewer than two zones, or public subnets in another set of zones.
    """

    vpc_id: pulumi.Input[str]
    private_subnets: Mapping[str, Sequence[pulumi.Input[str]]]
    public_subnets: Mapping[str, Sequence[pulumi.Input[str]]]
    tagging: Tagging = AlreadyTagged()

    def __post_init__(self) -> None:
        distinct_zones("network.private_subnets", [z for z, ids in self.private_subnets.items() if ids])
        _check_id("network.vpc_id", "vpc", self.vpc_id)
        if set(self.public_subnets) != set(self.zones) or not all(self.public_subnets.values()):
            raise ConfigurationError(
                field="network.public_subnets",
                value=f"zones {', '.join(sorted(self.public_subnets)) or 'none'}",
                allowed=f"the zones of the private subnets: {', '.join(self.zones)}",
                remedy="name a public subnet in each: a load balancer sends only to zones that it is in",
            )
        plain: list[str] = []
        for field, subnets in (("private", self.private_subnets), ("public", self.public_subnets)):
            for subnet in chain.from_iterable(subnets.values()):
                _check_id(f"network.{field}_subnets", "subnet", subnet)
                plain += [subnet] if isinstance(subnet, str) else []
        if twice := sorted({subnet for subnet in plain if plain.count(subnet) > 1}):
            raise ConfigurationError(
                field="network.private_subnets",
                value=f"{', '.join(twice)}, twice",
                allowed="each subnet once, private or public",
                remedy="take the second one out",
            )

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones in order."""
        return tuple(zone for zone, ids in self.private_subnets.items() if ids)

    def in_order(self, subnets: Mapping[str, Sequence[pulumi.Input[str]]]) -> list[pulumi.Input[str]]:
        """The ids, zone by zone."""
        return [subnet for zone in self.zones for subnet in subnets[zone]]


def tag_subnets(children: Children, source: ExistingVpc, discovery: str) -> None:
    """Register our tags on the subnets, when that was asked for."""
    if isinstance(source.tagging, AlreadyTagged):
        return
    kinds = (
        ("private", source.private_subnets, {**INTERNAL_ROLE, DISCOVERY_TAG: discovery}),
        ("public", source.public_subnets, PUBLIC_ROLE),
    )
    for kind, subnets, tags in kinds:
        for zone in source.zones:
            for nth, subnet in enumerate(subnets[zone], start=1):
                for key, value in tags.items():
                    ec2.Tag(
                        children.named(f"{kind}-{zone}-{nth}-{key.rpartition('/')[2]}"),
                        resource_id=subnet,
                        key=key,
                        value=value,
                        opts=children.opts(),
                    )


def _check_id(field: str, kind: str, stated: pulumi.Input[str]) -> None:
    if isinstance(stated, str) and not re.fullmatch(kind + _ID, stated):
        raise ConfigurationError(
            field=field,
            value=stated,
            allowed=f'"{kind}-" and 8 or 17 hexadecimal digits',
            remedy="copy the id from the console or from aws ec2 describe-" + f"{kind}s",
        )

"""The VPC itself and its subnets, tagged for those who look for them: Karpenter and the load balancer controller."""

from dataclasses import dataclass
from typing import Final

from pulumi_aws import ec2

from ..policy.cidr import Layout, PlacedSubnet
from .children import Children

# Karpenter, "NodeClasses", subnetSelectorTerms: the tag that the getting-started guide and our node classes select by.
DISCOVERY_TAG: Final = "karpenter.sh/discovery"
# AWS Load Balancer Controller, "Subnet auto-discovery".
PUBLIC_ROLE: Final = {"kubernetes.io/role/elb": "1"}
INTERNAL_ROLE: Final = {"kubernetes.io/role/internal-elb": "1"}


@dataclass(frozen=True)
class Made:
    """A VPC with its subnets, each with its zone, in the order of the layout."""

    vpc: ec2.Vpc
    cidr: str
    private: list[tuple[str, ec2.Subnet]]
    public: list[tuple[str, ec2.Subnet]]

    @property
    def zones(self) -> list[str]:
        """The zones in order; each has one public subnet."""
        return [zone for zone, _ in self.public]

    def first_private(self) -> list[ec2.Subnet]:
        """One private subnet of each zone."""
        first = dict(reversed(self.private))
        return [first[zone] for zone in self.zones]


def make_vpc(children: Children, placed: Layout, discovery: str) -> Made:
    """Register the VPC and the subnets, and take every rule out of the default security group."""
    vpc = ec2.Vpc(
        children.named("vpc"),
        cidr_block=placed.vpc,
        # Private DNS of the interface endpoints and of the cluster's private endpoint needs both.
        enable_dns_support=True,
        enable_dns_hostnames=True,
        tags=children.tagged("vpc"),
        opts=children.opts(),
    )
    # What forgets to name a security group gets this one: it lets nothing in and nothing out.
    ec2.DefaultSecurityGroup(
        children.named("default-group"),
        vpc_id=vpc.id,
        ingress=[],
        egress=[],
        tags=children.tagged("default-group"),
        opts=children.opts(),
    )
    private_tags = {**INTERNAL_ROLE, DISCOVERY_TAG: discovery}
    return Made(
        vpc=vpc,
        cidr=placed.vpc,
        private=_subnets(children, vpc, "private", placed.private, private_tags),
        public=_subnets(children, vpc, "public", placed.public, PUBLIC_ROLE),
    )


def _subnets(
    children: Children, vpc: ec2.Vpc, kind: str, placed: tuple[PlacedSubnet, ...], tags: dict[str, str]
) -> list[tuple[str, ec2.Subnet]]:
    made: list[tuple[str, ec2.Subnet]] = []
    for subnet in placed:
        # By zone and not by position, so that another zone renames nothing.
        nth = sum(zone == subnet.zone for zone, _ in made)
        part = f"{kind}-{subnet.zone}" if nth == 0 else f"{kind}-{subnet.zone}-{nth + 1}"
        resource = ec2.Subnet(
            children.named(part),
            vpc_id=vpc.id,
            availability_zone=subnet.zone,
            cidr_block=subnet.cidr,
            map_public_ip_on_launch=False,
            tags=children.tagged(part, **tags),
            opts=children.opts(),
        )
        made.append((subnet.zone, resource))
    return made

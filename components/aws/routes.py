"""The ways out of a VPC: an internet gateway for the public subnets, NAT for the private ones.

One NAT gateway is cheap and fails with its zone; one per zone costs as many times as much and fails with nobody else's.
Which of the two is the caller's word.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_aws import ec2

from .children import Children
from .vpc import Made

_ANYWHERE: Final = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class OneNat:
    """One NAT gateway, in the first zone: when that zone is lost no pod reaches the internet, and traffic of the others
    is billed between zones.
    """


@dataclass(frozen=True, kw_only=True)
class NatPerZone:
    """A NAT gateway in every zone."""


Nat = OneNat | NatPerZone


@dataclass(frozen=True)
class Routes:
    """The private route tables, and the ids that exist once every subnet has its way out."""

    private_tables: list[ec2.RouteTable]
    ready: list[pulumi.Output[str]]


def make_routes(children: Children, made: Made, nat: Nat) -> Routes:
    """Register gateways, route tables and what binds subnets to them."""
    gateway = ec2.InternetGateway(
        children.named("internet"),
        vpc_id=made.vpc.id,
        tags=children.tagged("internet"),
        opts=children.opts(),
    )
    public = _table(children, made, "public")
    outward = ec2.Route(
        children.named("public-out"),
        route_table_id=public.id,
        destination_cidr_block=_ANYWHERE,
        gateway_id=gateway.id,
        opts=children.opts(),
    )
    ready: list[pulumi.Output[str]] = [outward.id]
    for zone, subnet in made.public:
        ready.append(_bind(children, f"public-{zone}", subnet, public).id)
    in_zones = made.zones[:1] if isinstance(nat, OneNat) else made.zones
    # An address is refused, and a NAT gateway fails, in a VPC that has no internet gateway yet.
    gateways = {zone: _nat(children, made, zone, after=gateway) for zone in in_zones}
    tables: dict[str, ec2.RouteTable] = {}
    for zone in made.zones:
        tables[zone] = _table(children, made, f"private-{zone}")
        out = ec2.Route(
            children.named(f"private-{zone}-out"),
            route_table_id=tables[zone].id,
            destination_cidr_block=_ANYWHERE,
            nat_gateway_id=gateways.get(zone, gateways[in_zones[0]]).id,
            opts=children.opts(),
        )
        ready.append(out.id)
    for index, (zone, subnet) in enumerate(made.private):
        nth = index // len(made.zones)
        part = f"private-{zone}" if nth == 0 else f"private-{zone}-{nth + 1}"
        ready.append(_bind(children, part, subnet, tables[zone]).id)
    return Routes(private_tables=list(tables.values()), ready=ready)


def _nat(children: Children, made: Made, zone: str, *, after: ec2.InternetGateway) -> ec2.NatGateway:
    address = ec2.Eip(
        children.named(f"nat-{zone}-address"),
        domain="vpc",
        tags=children.tagged(f"nat-{zone}-address"),
        opts=children.opts([after]),
    )
    return ec2.NatGateway(
        children.named(f"nat-{zone}"),
        subnet_id=dict(made.public)[zone].id,
        allocation_id=address.id,
        connectivity_type="public",
        tags=children.tagged(f"nat-{zone}"),
        opts=children.opts([after]),
    )


def _table(children: Children, made: Made, part: str) -> ec2.RouteTable:
    return ec2.RouteTable(
        children.named(f"{part}-routes"),
        vpc_id=made.vpc.id,
        tags=children.tagged(f"{part}-routes"),
        opts=children.opts(),
    )


def _bind(
    children: Children, part: str, subnet: ec2.Subnet, table: ec2.RouteTable
) -> ec2.RouteTableAssociation:
    return ec2.RouteTableAssociation(
        children.named(f"{part}-bound"), subnet_id=subnet.id, route_table_id=table.id, opts=children.opts()
    )

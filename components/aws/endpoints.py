"""Private ways to the services that a node cannot start without: image layers (S3), registry (ECR), credentials (STS).

A gateway endpoint costs nothing; an interface endpoint costs by the hour and zone, less than its traffic through NAT at
the platform's size, and it still answers when the one NAT gateway's zone is gone.
"""

from typing import Final

from pulumi_aws import ec2, vpc

from ..policy.place import INTERFACE_SERVICES, Place
from .children import Children
from .vpc import Made

_HTTPS: Final = 443


def make_endpoints(children: Children, made: Made, tables: list[ec2.RouteTable], place: Place) -> None:
    """Register the gateway endpoint on every private table and an interface of each service in every zone."""
    ec2.VpcEndpoint(
        children.named("endpoint-s3"),
        vpc_id=made.vpc.id,
        service_name=place.endpoint_service("s3"),
        vpc_endpoint_type="Gateway",
        route_table_ids=[table.id for table in tables],
        tags=children.tagged("endpoint-s3"),
        opts=children.opts(),
    )
    group = ec2.SecurityGroup(
        children.named("endpoints-group"),
        description="HTTPS from the VPC to the interface endpoints",
        vpc_id=made.vpc.id,
        tags=children.tagged("endpoints-group"),
        opts=children.opts(),
    )
    # Only in: an endpoint answers and never asks.
    vpc.SecurityGroupIngressRule(
        children.named("endpoints-https"),
        security_group_id=group.id,
        description="HTTPS from the VPC",
        cidr_ipv4=made.cidr,
        ip_protocol="tcp",
        from_port=_HTTPS,
        to_port=_HTTPS,
        tags=children.tagged("endpoints-https"),
        opts=children.opts(),
    )
    for service in INTERFACE_SERVICES:
        part = f"endpoint-{service.replace('.', '-')}"
        ec2.VpcEndpoint(
            children.named(part),
            vpc_id=made.vpc.id,
            service_name=place.endpoint_service(service),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[subnet.id for subnet in made.first_private()],
            security_group_ids=[group.id],
            tags=children.tagged(part),
            opts=children.opts(),
        )

"""VPC and what is in it: subnets, gateways, routes, security groups, endpoints, flow logs, launch templates.

Which properties replace: the vendor's provider, by each resource's reference page. It decides nothing.
"""

from collections.abc import Mapping
from typing import Final

from tools.standins.table.entry import Entry

_EC2: Final = "arn:aws:ec2:{region}:{account}:"

ENTRIES: Final[Mapping[str, Entry]] = {
    "aws:ec2/vpc:Vpc": Entry(
        "vpc-{hex}",
        _EC2 + "vpc/{id}",
        "ec2.CreateVpc",
        replaces=("cidrBlock", "ipv4IpamPoolId"),
        computed={
            "defaultSecurityGroupId": "sg-{hex}",
            "defaultRouteTableId": "rtb-{hex}",
            "mainRouteTableId": "rtb-{hex}",
            "defaultNetworkAclId": "acl-{hex}",
            "dhcpOptionsId": "dopt-{hex}",
            "enableDnsSupport": True,
            "instanceTenancy": "default",
        },
    ),
    "aws:ec2/subnet:Subnet": Entry(
        "subnet-{hex}",
        _EC2 + "subnet/{id}",
        "ec2.CreateSubnet",
        replaces=("vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"),
        computed={"availabilityZone": "{region}a", "availabilityZoneId": "{zone_id}"},
    ),
    "aws:ec2/internetGateway:InternetGateway": Entry(
        "igw-{hex}", _EC2 + "internet-gateway/{id}", "ec2.CreateInternetGateway"
    ),
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": Entry(
        "eigw-{hex}", operation="ec2.CreateEgressOnlyInternetGateway", replaces=("vpcId",)
    ),
    "aws:ec2/eip:Eip": Entry(
        "eipalloc-{hex}",
        _EC2 + "elastic-ip/{id}",
        "ec2.AllocateAddress",
        replaces=("domain", "networkBorderGroup", "publicIpv4Pool", "address"),
        computed={"allocationId": "eipalloc-{hex}", "publicIp": "203.0.113.{byte}", "domain": "vpc"},
    ),
    "aws:ec2/natGateway:NatGateway": Entry(
        "nat-{hex}",
        operation="ec2.CreateNatGateway",
        replaces=("subnetId", "allocationId", "connectivityType", "privateIp"),
        computed={
            "publicIp": "203.0.113.{byte}",
            "privateIp": "10.0.0.{byte}",
            "networkInterfaceId": "eni-{hex}",
        },
    ),
    "aws:ec2/routeTable:RouteTable": Entry(
        "rtb-{hex}", _EC2 + "route-table/{id}", "ec2.CreateRouteTable", replaces=("vpcId",)
    ),
    "aws:ec2/route:Route": Entry(
        "r-{routeTableId}{hex16}",
        operation="ec2.CreateRoute",
        replaces=(
            "routeTableId",
            "destinationCidrBlock",
            "destinationIpv6CidrBlock",
            "destinationPrefixListId",
        ),
        unique=(
            "routeTableId",
            "destinationCidrBlock",
            "destinationIpv6CidrBlock",
            "destinationPrefixListId",
        ),
        computed={"origin": "CreateRoute", "state": "active"},
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Entry(
        "rtbassoc-{hex}",
        operation="ec2.AssociateRouteTable",
        replaces=("subnetId", "gatewayId"),
        unique=("subnetId", "gatewayId"),
    ),
    "aws:ec2/securityGroup:SecurityGroup": Entry(
        "sg-{hex}",
        _EC2 + "security-group/{id}",
        "ec2.CreateSecurityGroup",
        members={"name": "GroupName"},
        replaces=("name", "namePrefix", "description", "vpcId"),
        autoname="name",
        longest_name=255,
        unique=("name", "vpcId"),
        computed={"description": "Managed by Pulumi"},
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Entry(
        "{default_group}", _EC2 + "security-group/{id}", replaces=("vpcId",), unique=("vpcId",)
    ),
    "aws:ec2/securityGroupRule:SecurityGroupRule": Entry(
        "sgrule-{digits}",
        replaces=(
            "cidrBlocks",
            "fromPort",
            "ipv6CidrBlocks",
            "prefixListIds",
            "protocol",
            "securityGroupId",
            "self",
            "sourceSecurityGroupId",
            "toPort",
            "type",
        ),
        computed={"securityGroupRuleId": "sgr-{hex}"},
    ),
    **{
        f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule": Entry(
            "sgr-{hex}",
            _EC2 + "security-group-rule/{id}",
            f"ec2.AuthorizeSecurityGroup{way}",
            members={"cidrIpv4": "CidrIp", "referencedSecurityGroupId": "", "prefixListId": ""},
            replaces=("securityGroupId",),
            computed={"securityGroupRuleId": "sgr-{hex}"},
        )
        for way in ("Ingress", "Egress")
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": Entry(
        "vpce-{hex}",
        _EC2 + "vpc-endpoint/{id}",
        "ec2.CreateVpcEndpoint",
        replaces=("vpcId", "serviceName", "vpcEndpointType", "serviceRegion"),
        policies={"policy": "resource"},
        computed={"state": "available", "prefixListId": "pl-{hex}"},
    ),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": Entry(
        "a-{vpcEndpointId}{digits}", replaces=("routeTableId", "vpcEndpointId")
    ),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": Entry(
        "{vpcEndpointId}", replaces=("vpcEndpointId",), policies={"policy": "resource"}
    ),
    "aws:ec2/flowLog:FlowLog": Entry(
        "fl-{hex}",
        _EC2 + "vpc-flow-log/{id}",
        "ec2.CreateFlowLogs",
        members={"vpcId": "", "subnetId": "", "eniId": "", "iamRoleArn": "DeliverLogsPermissionArn"},
        replaces=(
            "deliverCrossAccountRole",
            "destinationOptions",
            "eniId",
            "iamRoleArn",
            "logDestination",
            "logDestinationType",
            "logFormat",
            "maxAggregationInterval",
            "subnetId",
            "trafficType",
            "vpcId",
        ),
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": Entry(
        "lt-{hex}",
        _EC2 + "launch-template/{id}",
        "ec2.CreateLaunchTemplate",
        members={
            "name": "LaunchTemplateName",
            "description": "VersionDescription",
            "metadataOptions": "LaunchTemplateData.MetadataOptions",
            "blockDeviceMappings": "LaunchTemplateData.BlockDeviceMappings",
            "instanceType": "LaunchTemplateData.InstanceType",
            "instanceMarketOptions": "LaunchTemplateData.InstanceMarketOptions",
            "tagSpecifications": "LaunchTemplateData.TagSpecifications",
            "imageId": "LaunchTemplateData.ImageId",
            "userData": "LaunchTemplateData.UserData",
        },
        replaces=("name", "namePrefix"),
        autoname="name",
        longest_name=128,
        unique=("name",),
        computed={"latestVersion": 1, "defaultVersion": 1},
    ),
    "aws:ec2/tag:Tag": Entry("{resourceId},{key}", replaces=("resourceId", "key")),
}

"""VPC and what is in it, by EC2's calls. Which call there is: the EC2 API reference. It decides nothing."""

from collections.abc import Mapping
from typing import Any, Final

from tools.standins.moto_calls.row import Call, Row


def _describe(what: str, member: str, **more: Any) -> dict[str, Any]:
    """Read, found: a describe by the id."""
    state = "[?State!='deleted'] | [0]" if more.get("deleted") else "[0]"
    return {
        "read": Call(f"ec2.Describe{what}", {member: ["{id}"]}),
        "found": f"{what}{state}",
        "tagged": "ec2",
    }


def _in_vpc(what: str, name: str, value: str) -> Call:
    """What a VPC brings with it."""
    filters = [{"Name": "vpc-id", "Values": ["{id}"]}, {"Name": name, "Values": [value]}]
    return Call(f"ec2.Describe{what}", {"Filters": filters})


def _attribute(kind: str, name: str, value: str) -> Call:
    return Call(f"ec2.Modify{kind}Attribute", {f"{kind}Id": "{id}", name: {"Value": value}})


_MAIN: Final = (_in_vpc("RouteTables", "association.main", "true"), "RouteTables[0].RouteTableId")
_ROUTE: Final = {
    "RouteTableId": "$routeTableId",
    "DestinationCidrBlock": "$destinationCidrBlock",
    "DestinationIpv6CidrBlock": "$destinationIpv6CidrBlock",
    "DestinationPrefixListId": "$destinationPrefixListId",
}
_TABLE_OF: Final = {"Name": "association.route-table-association-id", "Values": ["{id}"]}
_TAG: Final = [{"Name": "resource-id", "Values": ["$resourceId"]}, {"Name": "key", "Values": ["$key"]}]


def _rule(way: str) -> Row:
    permission = {
        "IpProtocol": "$ipProtocol",
        "FromPort": "$fromPort",
        "ToPort": "$toPort",
        "IpRanges": [{"?": "cidrIpv4", "CidrIp": "$cidrIpv4", "Description": "$description"}],
        "Ipv6Ranges": [{"?": "cidrIpv6", "CidrIpv6": "$cidrIpv6", "Description": "$description"}],
        "PrefixListIds": [{"?": "prefixListId", "PrefixListId": "$prefixListId"}],
        "UserIdGroupPairs": [
            {
                "?": "referencedSecurityGroupId",
                "GroupId": "$referencedSecurityGroupId",
                "Description": "$description",
            }
        ],
    }
    return Row(
        Call(
            f"ec2.AuthorizeSecurityGroup{way}", {"GroupId": "$securityGroupId", "IpPermissions": [permission]}
        ),
        Call("ec2.DescribeSecurityGroupRules", {"SecurityGroupRuleIds": ["{id}"]}),
        "SecurityGroupRules[0]",
        (
            Call(
                f"ec2.RevokeSecurityGroup{way}",
                {"GroupId": "$securityGroupId", "SecurityGroupRuleIds": ["{id}"]},
            ),
        ),
        identity="SecurityGroupRules[0].SecurityGroupRuleId",
        tagged="ec2",
        kept=frozenset({"referencedSecurityGroupId", "prefixListId"}),
    )


ROWS: Final[Mapping[str, Row]] = {
    "aws:ec2/vpc:Vpc": Row(
        Call("ec2.CreateVpc", inputs=True),
        delete=(Call("ec2.DeleteVpc", {"VpcId": "{id}"}),),
        identity="Vpc.VpcId",
        sets={
            "enableDnsSupport": _attribute("Vpc", "EnableDnsSupport", "$enableDnsSupport"),
            "enableDnsHostnames": _attribute("Vpc", "EnableDnsHostnames", "$enableDnsHostnames"),
        },
        more={
            "defaultSecurityGroupId": (
                _in_vpc("SecurityGroups", "group-name", "default"),
                "SecurityGroups[0].GroupId",
            ),
            "defaultNetworkAclId": (
                _in_vpc("NetworkAcls", "default", "true"),
                "NetworkAcls[0].NetworkAclId",
            ),
            "mainRouteTableId": _MAIN,
            "defaultRouteTableId": _MAIN,
        },
        **_describe("Vpcs", "VpcIds"),
    ),
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": Row(
        Call("ec2.AssociateVpcCidrBlock", {"VpcId": "$vpcId", "CidrBlock": "$cidrBlock"}),
        Call("ec2.DescribeVpcs", {"VpcIds": ["$vpcId"]}),
        "Vpcs[0].CidrBlockAssociationSet[?AssociationId=='{id}'] | [0]",
        (Call("ec2.DisassociateVpcCidrBlock", {"AssociationId": "{id}"}),),
        identity="CidrBlockAssociation.AssociationId",
    ),
    "aws:ec2/subnet:Subnet": Row(
        Call("ec2.CreateSubnet", inputs=True),
        delete=(Call("ec2.DeleteSubnet", {"SubnetId": "{id}"}),),
        identity="Subnet.SubnetId",
        sets={
            "mapPublicIpOnLaunch": _attribute("Subnet", "MapPublicIpOnLaunch", "$mapPublicIpOnLaunch"),
        },
        **_describe("Subnets", "SubnetIds"),
    ),
    "aws:ec2/internetGateway:InternetGateway": Row(
        Call("ec2.CreateInternetGateway", inputs=True),
        delete=(
            Call(
                "ec2.DetachInternetGateway",
                {"InternetGatewayId": "{id}", "VpcId": "$vpcId"},
                given="vpcId",
            ),
            Call("ec2.DeleteInternetGateway", {"InternetGatewayId": "{id}"}),
        ),
        identity="InternetGateway.InternetGatewayId",
        sets={
            "vpcId": Call("ec2.AttachInternetGateway", {"InternetGatewayId": "{id}", "VpcId": "$vpcId"}),
        },
        outputs={"vpcId": "Attachments[0].VpcId"},
        **_describe("InternetGateways", "InternetGatewayIds"),
    ),
    "aws:ec2/eip:Eip": Row(
        Call("ec2.AllocateAddress", inputs=True),
        delete=(Call("ec2.ReleaseAddress", {"AllocationId": "{id}"}),),
        identity="AllocationId",
        **_describe("Addresses", "AllocationIds"),
    ),
    "aws:ec2/natGateway:NatGateway": Row(
        Call("ec2.CreateNatGateway", inputs=True),
        delete=(Call("ec2.DeleteNatGateway", {"NatGatewayId": "{id}"}),),
        identity="NatGateway.NatGatewayId",
        tagged_as="natgateway",
        outputs={
            "publicIp": "NatGatewayAddresses[0].PublicIp",
            "privateIp": "NatGatewayAddresses[0].PrivateIp",
            "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
            "allocationId": "NatGatewayAddresses[0].AllocationId",
        },
        **_describe("NatGateways", "NatGatewayIds", deleted=True),
    ),
    "aws:ec2/routeTable:RouteTable": Row(
        Call("ec2.CreateRouteTable", inputs=True),
        delete=(Call("ec2.DeleteRouteTable", {"RouteTableId": "{id}"}),),
        identity="RouteTable.RouteTableId",
        kept=frozenset({"routes", "propagatingVgws"}),
        **_describe("RouteTables", "RouteTableIds"),
    ),
    "aws:ec2/route:Route": Row(
        Call("ec2.CreateRoute", inputs=True),
        Call("ec2.DescribeRouteTables", {"RouteTableIds": ["$routeTableId"]}),
        "RouteTables[0].Routes[?DestinationCidrBlock=='{destinationCidrBlock}'"
        " || DestinationIpv6CidrBlock=='{destinationIpv6CidrBlock}'"
        " || DestinationPrefixListId=='{destinationPrefixListId}'] | [0]",
        (Call("ec2.DeleteRoute", _ROUTE),),
        update=Call("ec2.ReplaceRoute", inputs=True),
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Row(
        Call("ec2.AssociateRouteTable", inputs=True),
        Call("ec2.DescribeRouteTables", {"Filters": [_TABLE_OF]}),
        "RouteTables[].Associations[] | [?RouteTableAssociationId=='{id}'] | [0]",
        (Call("ec2.DisassociateRouteTable", {"AssociationId": "{id}"}),),
        identity="AssociationId",
    ),
    "aws:ec2/securityGroup:SecurityGroup": Row(
        Call("ec2.CreateSecurityGroup", {"Description": "$description"}, inputs=True),
        delete=(Call("ec2.DeleteSecurityGroup", {"GroupId": "{id}"}),),
        identity="GroupId",
        kept=frozenset({"ingress", "egress"}),
        **_describe("SecurityGroups", "GroupIds"),
    ),
    **{f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule": _rule(way) for way in ("Ingress", "Egress")},
    "aws:ec2/vpcEndpoint:VpcEndpoint": Row(
        Call("ec2.CreateVpcEndpoint", inputs=True),
        delete=(Call("ec2.DeleteVpcEndpoints", {"VpcEndpointIds": ["{id}"]}),),
        identity="VpcEndpoint.VpcEndpointId",
        outputs={
            "policy": "PolicyDocument",
            "securityGroupIds": "Groups[].GroupId",
            "dnsEntries": "DnsEntries[].{dnsName: DnsName, hostedZoneId: HostedZoneId}",
        },
        **_describe("VpcEndpoints", "VpcEndpointIds", deleted=True),
    ),
    "aws:ec2/flowLog:FlowLog": Row(
        Call(
            "ec2.CreateFlowLogs",
            {
                "ResourceIds": ["$vpcId", "$subnetId", "$eniId"],
                "ResourceType": lambda facts: (
                    "VPC" if facts.get("vpcId") else "Subnet" if facts.get("subnetId") else "NetworkInterface"
                ),
            },
            inputs=True,
        ),
        Call("ec2.DescribeFlowLogs", {"FlowLogIds": ["{id}"]}),
        "FlowLogs[0]",
        (Call("ec2.DeleteFlowLogs", {"FlowLogIds": ["{id}"]}),),
        identity="FlowLogIds[0]",
        tagged="ec2",
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": Row(
        Call("ec2.CreateLaunchTemplate", {"LaunchTemplateData": {}}, inputs=True),
        delete=(Call("ec2.DeleteLaunchTemplate", {"LaunchTemplateId": "{id}"}),),
        identity="LaunchTemplate.LaunchTemplateId",
        update=Call(
            "ec2.CreateLaunchTemplateVersion",
            {"LaunchTemplateId": "{id}", "LaunchTemplateName": None, "LaunchTemplateData": {}},
            inputs=True,
        ),
        outputs={"latestVersion": "LatestVersionNumber", "defaultVersion": "DefaultVersionNumber"},
        kept=frozenset({"tagSpecifications"}),
        **_describe("LaunchTemplates", "LaunchTemplateIds"),
    ),
    "aws:ec2/tag:Tag": Row(
        Call("ec2.CreateTags", {"Resources": ["$resourceId"], "Tags": [{"Key": "$key", "Value": "$value"}]}),
        Call("ec2.DescribeTags", {"Filters": _TAG}),
        "Tags[0]",
        (Call("ec2.DeleteTags", {"Resources": ["$resourceId"], "Tags": [{"Key": "$key"}]}),),
        update=Call(
            "ec2.CreateTags", {"Resources": ["$resourceId"], "Tags": [{"Key": "$key", "Value": "$value"}]}
        ),
    ),
}

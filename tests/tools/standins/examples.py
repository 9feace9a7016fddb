"""Inputs that are right, to be broken by one property at a time, and an account to make things in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tools.standins import judge
from tools.standins.account import Account
from tools.standins.store import Object, Store

VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
NAT: Final = "aws:ec2/natGateway:NatGateway"
EIP: Final = "aws:ec2/eip:Eip"
ROLE: Final = "aws:iam/role:Role"
ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
CLUSTER: Final = "aws:eks/cluster:Cluster"
GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
CACHE: Final = "aws:elasticache/replicationGroup:ReplicationGroup"


def statement(**changes: Any) -> dict[str, Any]:
    """A statement of an identity policy; a change to None takes an element away."""
    right = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:123456789012:orders"}
    return {name: value for name, value in {**right, **changes}.items() if value is not None}


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(**changes: Any) -> str:
    """What lets EC2 assume a role."""
    right = {"Action": "sts:AssumeRole", "Resource": None, "Principal": {"Service": "ec2.amazonaws.com"}}
    return document(statement(**{**right, **changes}))


RIGHT: Final[Mapping[str, dict[str, Any]]] = {
    VPC: {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "shop"}},
    SUBNET: {"vpcId": "vpc-0123456789abcdef0", "cidrBlock": "10.0.1.0/24", "availabilityZone": "ap-northeast-2a"},
    ROLE: {"name": "node", "assumeRolePolicy": trust()},
    CLUSTER: {
        "name": "shop",
        "roleArn": "arn:aws:iam::123456789012:role/cluster",
        "vpcConfig": {"subnetIds": ["subnet-0123456789abcdef0"]},
        "version": "1.34",
        "enabledClusterLogTypes": ["api", "audit"],
    },
    GROUP: {
        "clusterName": "shop",
        "nodeRoleArn": "arn:aws:iam::123456789012:role/node",
        "scalingConfig": {"minSize": 2, "maxSize": 3, "desiredSize": 2},
        "subnetIds": ["subnet-0123456789abcdef0"],
        "instanceTypes": ["m7g.large"],
        "taints": [{"key": "CriticalAddonsOnly", "effect": "NO_SCHEDULE"}],
    },
    CACHE: {
        "replicationGroupId": "shop",
        "description": "locks and carts",
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "numCacheClusters": 2,
        "transitEncryptionEnabled": True,
        "authToken": "sixteen-characters",
    },
    "aws:sqs/queue:Queue": {"name": "interruptions", "messageRetentionSeconds": 300},
    "aws:cloudwatch/eventRule:EventRule": {"name": "spot", "eventPattern": '{"source": ["aws.ec2"]}'},
    "aws:cloudwatch/logGroup:LogGroup": {"name": "/aws/eks/shop/cluster", "retentionInDays": 30},
    "aws:kms/key:Key": {"description": "secrets of the cluster", "deletionWindowInDays": 7},
    "aws:kms/alias:Alias": {"name": "alias/shop", "targetKeyId": "12345678-1234-1234-1234-123456789012"},
    "aws:lb/targetGroup:TargetGroup": {
        "name": "shop", "port": 8000, "protocol": "HTTP", "targetType": "ip", "deregistrationDelay": 30,
    },
    "aws:lb/loadBalancer:LoadBalancer": {"name": "shop", "loadBalancerType": "application", "ipAddressType": "ipv4"},
    "aws:acm/certificate:Certificate": {"domainName": "shop.example.com", "validationMethod": "DNS"},
    "aws:wafv2/webAcl:WebAcl": {
        "name": "shop",
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "visibilityConfig": {
            "cloudwatchMetricsEnabled": True, "metricName": "shop", "sampledRequestsEnabled": True,
        },
    },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
        "clusterName": "shop",
        "namespace": "kube-system",
        "serviceAccount": "karpenter",
        "roleArn": "arn:aws:iam::123456789012:role/karpenter",
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "securityGroupId": "sg-0123456789abcdef0", "ipProtocol": "tcp", "fromPort": 6379, "toPort": 6379,
        "cidrIpv4": "10.0.0.0/16",
    },
}  # fmt: skip


def refusals(token: str, **changes: Any) -> list[str]:
    """What is refused of the right inputs with these changes: "path: reason"."""
    inputs = {**RIGHT[token], **changes}
    tags = inputs.get("tags") or {}
    return [f"{one.path}: {one.reason}" for one in judge.check(token, inputs, tags)]


class Town:
    """An account in which a test makes things by logical names."""

    def __init__(self, folder: Path) -> None:
        self.account = Account(Store(folder), "ap-northeast-2")

    def make(self, token: str, name: str, /, **inputs: Any) -> Object:
        return self.account.create(token, urn(token, name), inputs)

    def change(self, one: Object, **changes: Any) -> Object:
        return self.account.update(one.token, one.id, one.urn, {**one.properties, **changes})

    def drop(self, one: Object) -> None:
        self.account.delete(one.token, one.id, one.urn.rpartition("::")[2])

    def network(self) -> tuple[Object, list[Object]]:
        """A VPC and a subnet in each of two zones."""
        vpc = self.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
        subnets = [
            self.make(
                SUBNET,
                zone,
                vpcId=vpc.id,
                cidrBlock=f"10.0.{number}.0/24",
                availabilityZone=f"ap-northeast-2{zone}",
            )
            for number, zone in enumerate("ab")
        ]
        return vpc, subnets

    def cluster(self, mode: str = "API") -> Object:
        _, subnets = self.network()
        role = self.make(ROLE, "cluster", name="cluster", assumeRolePolicy=trust())
        return self.make(
            CLUSTER,
            "shop",
            name="shop",
            version="1.33",
            roleArn=role.computed["arn"],
            vpcConfig={"subnetIds": [one.id for one in subnets]},
            accessConfig={"authenticationMode": mode},
        )


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:trial::shop::{token}::{name}"

"""What the AWS Load Balancer Controller may do: application load balancers of one cluster, and nothing beyond.

The actions are those of its reference policy (aws-load-balancer-controller, docs/install/iam_policy.json, v2.14) for an
ALB. Narrower than there: no network load balancer, no Shield, no classic WAF, no Cognito; this account and region where
the reference has "*"; and where the reference asks only that a cluster's tag is there, this cluster's name in it.
"""

from collections.abc import Sequence
from typing import Final

from ..policy.place import Place
from .statement import Conditions, Statement

# The tag that the controller puts on whatever it makes (its guide, "Configurations").
CLUSTER: Final = "elbv2.k8s.aws/cluster"
_ELB: Final = "elasticloadbalancing"
_BALANCER: Final = "loadbalancer/app/*/*"
_TARGETS: Final = "targetgroup/*/*"
_LISTENER: Final = "listener/app/*/*/*"
_RULE: Final = "listener-rule/app/*/*/*/*"


def controller(where: Place, cluster: str, *, vpc_id: str) -> list[Statement]:
    """Everything the controller may do for ``cluster``."""
    return [
        *_look(where, vpc_id),
        *_security_groups(where, cluster, vpc_id),
        *_make(where, cluster),
        *_change(where, cluster),
        *_firewall(where),
        Statement(
            sid="FirstBalancerOfTheAccount",
            actions=["iam:CreateServiceLinkedRole"],
            resources=[
                where.arn("iam", "role/aws-service-role/elasticloadbalancing.amazonaws.com/*", region="")
            ],
            conditions={"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        ),
    ]


def _tagged(cluster: str, of: str) -> Conditions:
    return {"StringEquals": {f"aws:{of}/{CLUSTER}": cluster}}


def _elb(where: Place, kinds: Sequence[str]) -> list[str]:
    return [where.arn(_ELB, kind) for kind in kinds]


def _look(where: Place, vpc_id: str) -> list[Statement]:
    network = (
        *("AccountAttributes", "Addresses", "AvailabilityZones", "Instances", "InternetGateways"),
        *(
            "NetworkInterfaces",
            "RouteTables",
            "SecurityGroups",
            "Subnets",
            "Tags",
            "VpcPeeringConnections",
            "Vpcs",
        ),
    )
    balancing = (
        *("CapacityReservation", "ListenerAttributes", "ListenerCertificates", "Listeners"),
        *("LoadBalancerAttributes", "LoadBalancers", "Rules", "SSLPolicies", "Tags", "TargetGroupAttributes"),
        *("TargetGroups", "TargetHealth", "TrustStores"),
    )
    region = {"StringEquals": {"aws:RequestedRegion": where.region}}
    return [
        Statement(
            sid="DescribeInTheRegion",
            actions=[
                *(f"ec2:Describe{kind}" for kind in network),
                *(f"{_ELB}:Describe{kind}" for kind in balancing),
                # Certificates are found by a listener's host name where none is stated.
                "acm:ListCertificates",
            ],
            resources=["*"],
            conditions=region,
        ),
        Statement(
            sid="GroupsOfTheVpc",
            actions=["ec2:GetSecurityGroupsForVpc"],
            resources=[where.arn("ec2", f"vpc/{vpc_id}", account="*")],
        ),
        Statement(
            sid="ReadCertificates",
            actions=["acm:DescribeCertificate"],
            resources=[where.arn("acm", "certificate/*")],
        ),
    ]


def _security_groups(where: Place, cluster: str, vpc_id: str) -> list[Statement]:
    group = where.arn("ec2", "security-group/*")
    open_and_close = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    return [
        Statement(
            sid="CreateGroupsInTheVpc",
            actions=["ec2:CreateSecurityGroup"],
            # A shared VPC is another account's.
            resources=[where.arn("ec2", f"vpc/{vpc_id}", account="*")],
        ),
        Statement(
            sid="CreateTaggedGroups",
            actions=["ec2:CreateSecurityGroup"],
            resources=[group],
            conditions=_tagged(cluster, "RequestTag"),
        ),
        Statement(
            sid="TagGroupsOnCreation",
            actions=["ec2:CreateTags"],
            resources=[group],
            conditions={
                "StringEquals": {
                    **_tagged(cluster, "RequestTag")["StringEquals"],
                    "ec2:CreateAction": "CreateSecurityGroup",
                }
            },
        ),
        Statement(
            sid="TagOwnGroups",
            actions=["ec2:CreateTags", "ec2:DeleteTags"],
            resources=[group],
            # The mark of the owner is neither given nor taken away afterwards.
            conditions={**_tagged(cluster, "ResourceTag"), "Null": {f"aws:RequestTag/{CLUSTER}": "true"}},
        ),
        Statement(
            sid="ChangeOwnGroups",
            actions=[*open_and_close, "ec2:DeleteSecurityGroup"],
            resources=[group],
            conditions=_tagged(cluster, "ResourceTag"),
        ),
        Statement(
            sid="OpenNodesToTheBalancer",
            actions=open_and_close,
            resources=[group],
            # The group of the nodes and pods, which EKS and the cluster's component tag so.
            conditions={"StringEquals": {f"aws:ResourceTag/kubernetes.io/cluster/{cluster}": "owned"}},
        ),
    ]


def _make(where: Place, cluster: str) -> list[Statement]:
    made = {"CreateLoadBalancer": _BALANCER, "CreateTargetGroup": _TARGETS}
    below = {"CreateListener": _LISTENER, "CreateRule": _RULE}
    return [
        Statement(
            sid="MakeTagged",
            actions=[f"{_ELB}:{action}" for action in made],
            resources=_elb(where, [*made.values()]),
            conditions=_tagged(cluster, "RequestTag"),
        ),
        Statement(
            sid="ListenOnOwn",
            actions=[f"{_ELB}:{action}" for action in below],
            resources=_elb(where, [_BALANCER, _LISTENER]),
            conditions=_tagged(cluster, "ResourceTag"),
        ),
        Statement(
            sid="TagOnCreation",
            actions=[f"{_ELB}:AddTags"],
            resources=_elb(where, [*made.values(), *below.values()]),
            conditions={
                "StringEquals": {
                    **_tagged(cluster, "RequestTag")["StringEquals"],
                    f"{_ELB}:CreateAction": [*made, *below],
                }
            },
        ),
        Statement(
            sid="TagOwn",
            actions=[f"{_ELB}:AddTags", f"{_ELB}:RemoveTags"],
            resources=_elb(where, [*made.values(), *below.values()]),
            conditions={**_tagged(cluster, "ResourceTag"), "Null": {f"aws:RequestTag/{CLUSTER}": "true"}},
        ),
    ]


def _change(where: Place, cluster: str) -> list[Statement]:
    changes = (
        *(
            "AddListenerCertificates",
            "DeleteListener",
            "DeleteLoadBalancer",
            "DeleteRule",
            "DeleteTargetGroup",
        ),
        *("DeregisterTargets", "ModifyCapacityReservation", "ModifyListener", "ModifyListenerAttributes"),
        *("ModifyLoadBalancerAttributes", "ModifyRule", "ModifyTargetGroup", "ModifyTargetGroupAttributes"),
        *("RegisterTargets", "RemoveListenerCertificates", "SetIpAddressType", "SetRulePriorities"),
        *("SetSecurityGroups", "SetSubnets"),
    )
    return [
        Statement(
            sid="ChangeOwn",
            actions=[f"{_ELB}:{action}" for action in changes],
            resources=_elb(where, [_BALANCER, _TARGETS, _LISTENER, _RULE]),
            conditions=_tagged(cluster, "ResourceTag"),
        )
    ]


def _firewall(where: Place) -> list[Statement]:
    return [
        Statement(
            sid="FirewallOfBalancers",
            actions=[f"{_ELB}:SetWebAcl"],
            # Permission only: the Service Authorization Reference gives it neither a resource nor a tag, so that a
            # narrower statement may match nothing.
            resources=["*"],
            conditions={"StringEquals": {"aws:RequestedRegion": where.region}},
        ),
        Statement(
            sid="Firewalls",
            actions=[
                *("wafv2:AssociateWebACL", "wafv2:DisassociateWebACL", "wafv2:GetWebACL"),
                "wafv2:GetWebACLForResource",
            ],
            # WAF asks for both ends, and sees no tag of a load balancer.
            resources=[where.arn("wafv2", "regional/webacl/*/*"), *_elb(where, [_BALANCER])],
        ),
    ]

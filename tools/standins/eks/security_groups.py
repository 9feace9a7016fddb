"""The two security groups of a cluster that pulumi-eks makes unless it is told not to.

It decides their rules: nodes talk to each other and out, nodes and control plane talk to each other.
"""

from typing import Any

import pulumi

from tools.standins.eks.children import Child

_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_ALL = {"fromPort": 0, "toPort": 0, "protocol": "-1"}
_OUT = {"type": "egress", **_ALL, "cidrBlocks": ["0.0.0.0/0"]}


def cluster_group(name: str, vpc: Any, tags: Any, parent: pulumi.Resource) -> Child:
    group = Child(
        _GROUP,
        f"{name}-eksClusterSecurityGroup",
        {"vpcId": vpc, "revokeRulesOnDelete": True, "tags": tags},
        parent,
    )
    _rule(f"{name}-eksClusterInternetEgressRule", {"securityGroupId": group.id, **_OUT}, parent)
    return group


def node_group(
    name: str, vpc: Any, tags: Any, cluster_group_id: Any, parent: pulumi.Resource
) -> tuple[Child, Child]:
    """The nodes' group, and the rule that lets them reach the API server."""
    group = Child(
        _GROUP, f"{name}-nodeSecurityGroup", {"vpcId": vpc, "revokeRulesOnDelete": True, "tags": tags}, parent
    )
    mine = {"securityGroupId": group.id}
    _rule(f"{name}-eksNodeIngressRule", {**mine, "type": "ingress", **_ALL, "self": True}, parent)
    from_cluster = {**mine, "type": "ingress", "protocol": "tcp", "sourceSecurityGroupId": cluster_group_id}
    _rule(f"{name}-eksNodeClusterIngressRule", {**from_cluster, "fromPort": 1025, "toPort": 65535}, parent)
    _rule(
        f"{name}-eksExtApiServerClusterIngressRule", {**from_cluster, "fromPort": 443, "toPort": 443}, parent
    )
    _rule(f"{name}-eksNodeInternetEgressRule", {**mine, **_OUT}, parent)
    to_api = {"type": "ingress", "protocol": "tcp", "fromPort": 443, "toPort": 443}
    rule = _rule(
        f"{name}-eksClusterIngressRule",
        {**to_api, "securityGroupId": cluster_group_id, "sourceSecurityGroupId": group.id},
        parent,
    )
    return group, rule


def _rule(name: str, inputs: dict[str, Any], parent: pulumi.Resource) -> Child:
    return Child("aws:ec2/securityGroupRule:SecurityGroupRule", name, inputs, parent)

"""What each resource type of AWS, and each question, asks of IAM: the only place where actions are named, data alone.

Sources: the API calls of the vendor's provider for each type, by the operation names of AWS's service models, and the
Service Authorization Reference for what they may be narrowed to. It decides nothing about a stack.
"""

from collections.abc import Mapping
from typing import Final

from .needed import (
    ASSOCIATION,
    ATTACHMENT,
    CLUSTER,
    ENTRY,
    OIDC,
    POD_IDENTITY,
    ROLE,
    Needed,
    actions,
    ec2,
)

_LOGS: Final = ("log-group:{name}", "log-group:{name}:*")
_QUEUE: Final = ("{name}",)
_ELASTICACHE: Final = "AddTagsToResource RemoveTagsFromResource ListTagsForResource"
_WEB_ACL: Final = (
    "regional/webacl/{name}/*", "regional/ipset/*", "regional/managedruleset/*", "regional/rulegroup/*",
    "regional/regexpatternset/*",
)  # fmt: skip
_LOG_DELIVERY: Final = (
    "CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries PutResourcePolicy"
    " DescribeResourcePolicies DescribeLogGroups"
)
_POD_IDENTITY: Final = (
    "CreatePodIdentityAssociation DescribePodIdentityAssociation ListPodIdentityAssociations"
    " UpdatePodIdentityAssociation TagResource UntagResource"
)
_IN_CLUSTER: Final = "cluster/{cluster}"

TYPES: Final[Mapping[str, Needed]] = {
    "aws:ec2/vpc:Vpc": ec2(
        "DescribeVpcs DescribeVpcAttribute DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups",
        "CreateVpc ModifyVpcAttribute",
        "DeleteVpc",
    ),
    "aws:ec2/subnet:Subnet": ec2(
        "DescribeSubnets DescribeNetworkInterfaces DescribeAvailabilityZones",
        "CreateSubnet ModifySubnetAttribute",
        "DeleteSubnet",
    ),
    "aws:ec2/internetGateway:InternetGateway": ec2(
        "DescribeInternetGateways",
        "CreateInternetGateway AttachInternetGateway DetachInternetGateway",
        "DeleteInternetGateway",
    ),
    "aws:ec2/routeTable:RouteTable": ec2("DescribeRouteTables", "CreateRouteTable", "DeleteRouteTable"),
    "aws:ec2/route:Route": ec2("DescribeRouteTables", "CreateRoute ReplaceRoute", "DeleteRoute"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2(
        "DescribeRouteTables", "AssociateRouteTable ReplaceRouteTableAssociation DisassociateRouteTable"
    ),
    "aws:ec2/eip:Eip": ec2(
        "DescribeAddresses DescribeAddressesAttribute DescribeNetworkInterfaces",
        "AllocateAddress DisassociateAddress",
        "ReleaseAddress",
    ),
    "aws:ec2/natGateway:NatGateway": ec2("DescribeNatGateways", "CreateNatGateway", "DeleteNatGateway"),
    "aws:ec2/securityGroup:SecurityGroup": ec2(
        "DescribeSecurityGroups DescribeSecurityGroupRules DescribeNetworkInterfaces",
        "CreateSecurityGroup AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress"
        " RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
        "DeleteSecurityGroup",
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2(
        "DescribeSecurityGroups",
        "RevokeSecurityGroupIngress RevokeSecurityGroupEgress AuthorizeSecurityGroupIngress"
        " AuthorizeSecurityGroupEgress",
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2(
        "DescribeSecurityGroupRules",
        "AuthorizeSecurityGroupIngress ModifySecurityGroupRules RevokeSecurityGroupIngress",
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2(
        "DescribeVpcEndpoints DescribePrefixLists DescribeVpcEndpointServices DescribeNetworkInterfaces",
        "CreateVpcEndpoint ModifyVpcEndpoint",
        "DeleteVpcEndpoints",
    ),
    "aws:ec2/flowLog:FlowLog": Needed(
        looks=("ec2:DescribeFlowLogs", "logs:ListLogDeliveries"),
        # The group is made before; EC2 delivers to it by the role that it is handed.
        makes=actions("ec2", "CreateFlowLogs CreateTags DeleteTags"),
        ends=("ec2:DeleteFlowLogs",),
        tagged=True,
        passes=("vpc-flow-logs.amazonaws.com",),
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": ec2(
        "DescribeLaunchTemplates DescribeLaunchTemplateVersions",
        "CreateLaunchTemplate CreateLaunchTemplateVersion ModifyLaunchTemplate DeleteLaunchTemplateVersions",
        "DeleteLaunchTemplate",
    ),
    "aws:ec2/tag:Tag": Needed(looks=("ec2:DescribeTags",), makes=actions("ec2", "CreateTags DeleteTags")),
    "aws:cloudwatch/logGroup:LogGroup": Needed(
        looks=("logs:DescribeLogGroups",),
        makes=actions(
            "logs",
            "CreateLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey"
            " ListTagsForResource TagResource UntagResource",
        ),
        ends=("logs:DeleteLogGroup",),
        at=_LOGS,
    ),
    "aws:cloudwatch/eventRule:EventRule": Needed(
        makes=actions(
            "events",
            "PutRule DescribeRule EnableRule DisableRule ListTagsForResource TagResource UntagResource",
        ),
        ends=("events:DeleteRule",),
        at=("rule/{name}",),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Needed(
        makes=("events:PutTargets", "events:ListTargetsByRule"),
        ends=("events:RemoveTargets",),
        at=("rule/{name}",),
        name="rule",
    ),
    ROLE: Needed(
        makes=actions(
            "iam",
            "CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole"
            " ListRoleTags ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole",
        ),
        ends=("iam:DeleteRole",),
        at=("role/{name}",),
    ),
    "aws:iam/rolePolicy:RolePolicy": Needed(
        makes=("iam:PutRolePolicy", "iam:GetRolePolicy"),
        ends=("iam:DeleteRolePolicy",),
        at=("role/{name}",),
        name="role",
    ),
    # iam:AttachRolePolicy is narrowed by the policies that the program attaches (statements.py).
    ATTACHMENT: Needed(makes=("iam:ListAttachedRolePolicies",), at=("role/{name}",), name="role"),
    OIDC: Needed(
        makes=actions(
            "iam",
            "CreateOpenIDConnectProvider GetOpenIDConnectProvider TagOpenIDConnectProvider"
            " UntagOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint"
            " AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider",
        ),
        ends=("iam:DeleteOpenIDConnectProvider",),
        at=("oidc-provider/oidc.eks.{region}.amazonaws.com/id/*",),
    ),
    "aws:kms/key:Key": Needed(
        looks=("kms:CreateKey",),
        makes=actions(
            "kms",
            "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags PutKeyPolicy EnableKeyRotation"
            " DisableKeyRotation EnableKey UpdateKeyDescription TagResource UntagResource CreateGrant",
        ),
        ends=("kms:ScheduleKeyDeletion", "kms:DisableKey"),
        at=("key/*",),
        tagged=True,
    ),
    CLUSTER: Needed(
        # A cluster that is made is no resource yet: the Service Authorization Reference has CreateCluster without one.
        looks=(*actions("ec2", "DescribeSubnets DescribeVpcs DescribeSecurityGroups"), "eks:CreateCluster"),
        makes=actions(
            "eks",
            "DescribeCluster UpdateClusterConfig UpdateClusterVersion AssociateEncryptionConfig"
            " DescribeUpdate ListUpdates TagResource UntagResource ListTagsForResource AccessKubernetesApi",
        ),
        ends=("eks:DeleteCluster",),
        at=(_IN_CLUSTER,),
        passes=("eks.amazonaws.com",),
        linked=("eks.amazonaws.com",),
    ),
    "aws:eks/addon:Addon": Needed(
        looks=("eks:DescribeAddonVersions", "eks:DescribeAddonConfiguration"),
        makes=(
            *actions("eks", "CreateAddon DescribeAddon UpdateAddon DescribeUpdate ListAddons"),
            *actions("eks", _POD_IDENTITY),
        ),
        ends=("eks:DeleteAddon", "eks:DeletePodIdentityAssociation"),
        at=(_IN_CLUSTER, "addon/{cluster}/*/*", "podidentityassociation/{cluster}/*"),
        passes=("eks.amazonaws.com", "pods.eks.amazonaws.com"),
    ),
    "aws:eks/nodeGroup:NodeGroup": Needed(
        # A group with a launch template is refused to whoever could not launch from it (Auto Scaling User Guide).
        looks=actions(
            "ec2", "DescribeInstances DescribeInstanceTypes DescribeLaunchTemplateVersions RunInstances"
        ),
        makes=(
            *actions(
                "eks",
                "CreateNodegroup DescribeNodegroup UpdateNodegroupConfig UpdateNodegroupVersion DescribeUpdate"
                " TagResource UntagResource",
            ),
        ),
        ends=("eks:DeleteNodegroup",),
        at=(_IN_CLUSTER, "nodegroup/{cluster}/*/*"),
        passes=("eks.amazonaws.com", "ec2.amazonaws.com"),
        linked=("eks-nodegroup.amazonaws.com",),
    ),
    POD_IDENTITY: Needed(
        makes=actions("eks", _POD_IDENTITY),
        ends=("eks:DeletePodIdentityAssociation",),
        at=(_IN_CLUSTER, "podidentityassociation/{cluster}/*"),
        passes=("eks.amazonaws.com", "pods.eks.amazonaws.com"),
    ),
    ENTRY: Needed(
        makes=actions(
            "eks", "CreateAccessEntry DescribeAccessEntry UpdateAccessEntry TagResource UntagResource"
        ),
        ends=("eks:DeleteAccessEntry",),
        at=(_IN_CLUSTER, "access-entry/{cluster}/*"),
    ),
    ASSOCIATION: Needed(
        makes=actions("eks", "AssociateAccessPolicy ListAssociatedAccessPolicies"),
        ends=("eks:DisassociateAccessPolicy",),
        at=(_IN_CLUSTER, "access-entry/{cluster}/*"),
    ),
    "aws:sqs/queue:Queue": Needed(
        makes=actions(
            "sqs",
            "CreateQueue GetQueueAttributes GetQueueUrl SetQueueAttributes ListQueueTags TagQueue UntagQueue",
        ),
        ends=("sqs:DeleteQueue",),
        at=_QUEUE,
    ),
    # The queue's own statement covers its name; these inputs hold its address.
    "aws:sqs/queuePolicy:QueuePolicy": Needed(),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": Needed(),
    "aws:elasticache/subnetGroup:SubnetGroup": Needed(
        looks=actions("ec2", "DescribeSubnets DescribeVpcs"),
        makes=actions(
            "elasticache",
            f"CreateCacheSubnetGroup DescribeCacheSubnetGroups ModifyCacheSubnetGroup {_ELASTICACHE}",
        ),
        ends=("elasticache:DeleteCacheSubnetGroup",),
        at=("subnetgroup:{name}",),
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": Needed(
        makes=actions(
            "elasticache",
            "CreateCacheParameterGroup DescribeCacheParameterGroups DescribeCacheParameters"
            f" ModifyCacheParameterGroup ResetCacheParameterGroup {_ELASTICACHE}",
        ),
        ends=("elasticache:DeleteCacheParameterGroup",),
        at=("parametergroup:{name}",),
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Needed(
        looks=(
            "elasticache:DescribeCacheClusters",
            "elasticache:DescribeReplicationGroups",
            *actions("logs", _LOG_DELIVERY),
        ),
        # What a group is made of are resources of the call too: parameter and subnet groups, users, a snapshot.
        makes=actions(
            "elasticache",
            "CreateReplicationGroup ModifyReplicationGroup IncreaseReplicaCount DecreaseReplicaCount"
            f" ModifyReplicationGroupShardConfiguration {_ELASTICACHE}",
        ),
        ends=("elasticache:DeleteReplicationGroup", "elasticache:CreateSnapshot"),
        at=(
            "replicationgroup:{name}",
            "cluster:{name}",
            "subnetgroup:*",
            "parametergroup:*",
            "securitygroup:*",
            "snapshot:*",
            "usergroup:*",
        ),
        linked=("elasticache.amazonaws.com",),
        name="replicationGroupId",
    ),
    "aws:amp/workspace:Workspace": Needed(
        # A workspace has an id for a name.
        looks=("aps:CreateWorkspace",),
        makes=actions(
            "aps",
            "DescribeWorkspace UpdateWorkspaceAlias ListTagsForResource TagResource UntagResource"
            " DescribeWorkspaceConfiguration UpdateWorkspaceConfiguration DescribeLoggingConfiguration",
        ),
        ends=("aps:DeleteWorkspace",),
        at=("workspace/*",),
        tagged=True,
    ),
    "aws:wafv2/webAcl:WebAcl": Needed(
        makes=actions(
            "wafv2", "CreateWebACL GetWebACL UpdateWebACL ListTagsForResource TagResource UntagResource"
        ),
        ends=("wafv2:DeleteWebACL",),
        at=_WEB_ACL,
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": Needed(
        looks=actions("logs", _LOG_DELIVERY),
        makes=actions("wafv2", "PutLoggingConfiguration GetLoggingConfiguration"),
        ends=("wafv2:DeleteLoggingConfiguration",),
        at=("regional/webacl/*",),
        linked=("wafv2.amazonaws.com",),
    ),
    "aws:route53/record:Record": Needed(
        looks=("route53:GetChange",),
        makes=actions("route53", "ChangeResourceRecordSets ListResourceRecordSets GetHostedZone"),
        at=("hostedzone/{name}",),
        name="zoneId",
    ),
}

QUESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": ("sts:GetCallerIdentity",),
    "aws:ec2/getSubnet:getSubnet": ("ec2:DescribeSubnets",),
    "aws:ec2/getVpc:getVpc": ("ec2:DescribeVpcs", "ec2:DescribeVpcAttribute", "ec2:DescribeRouteTables"),
    # Answered from a list inside the provider.
    "aws:lb/getHostedZoneId:getHostedZoneId": (),
}
PROVIDER: Final = ("sts:GetCallerIdentity",)
"""What the provider asks before anything else."""
GLOBAL: Final = frozenset({"iam", "sts", "route53"})
"""Services without a region: a condition on one would refuse them elsewhere than in us-east-1."""
NO_ACCOUNT: Final = frozenset({"route53"})

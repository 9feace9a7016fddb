"""What Karpenter's controller may do, and who may write to its queue.

The actions are those that Karpenter calls (karpenter-provider-aws v1.14.1, pkg/aws/sdk.go); the terms follow its
reference ("CloudFormation", controller authorization), with this account named where the reference names any. Whatever
it makes carries the cluster's tags, and it may touch only what carries them, so that two clusters in one account cannot
end each other's nodes.
"""

from collections.abc import Sequence
from typing import Final

from ..policy.place import Place
from .queues import nothing_in_the_clear
from .statement import Conditions, Statement

# Tags that Karpenter sets (pkg/apis/v1/labels.go and pkg/utils/utils.go).
NODE_POOL: Final = "karpenter.sh/nodepool"
NODE_CLASS: Final = "karpenter.k8s.aws/ec2nodeclass"
CLUSTER_NAME: Final = "eks:eks-cluster-name"
REGION: Final = "topology.kubernetes.io/region"
_LATER_TAGS: Final = (CLUSTER_NAME, "karpenter.sh/nodeclaim", "Name")
_CREATED: Final = (
    *("fleet/*", "instance/*", "volume/*", "network-interface/*", "launch-template/*"),
    "spot-instances-request/*",
)


def controller(where: Place, cluster: str, *, node_role_arn: str, queue_arn: str) -> list[Statement]:
    """Everything the controller may do in ``cluster``."""
    return [
        *_launch(where, cluster),
        *_tag_and_end(where, cluster),
        *_instance_profiles(where, cluster),
        *_look(where, cluster),
        Statement(
            sid="PassTheNodeRole",
            actions=["iam:PassRole"],
            resources=[node_role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        ),
        Statement(
            sid="ReadInterruptions",
            actions=["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            resources=[queue_arn],
        ),
    ]


def interruption_queue(queue_arn: str, rule_arns: Sequence[str]) -> list[Statement]:
    """EventBridge may send, for the stated rules only; nobody may do anything without TLS."""
    return [
        Statement(
            sid="EventsFromOurRules",
            actions=["sqs:SendMessage"],
            resources=[queue_arn],
            services=["events.amazonaws.com"],
            conditions={"ArnEquals": {"aws:SourceArn": list(rule_arns)}},
        ),
        nothing_in_the_clear(queue_arn),
    ]


def _owned(cluster: str, of: str) -> Conditions:
    """The tags of what belongs to the cluster, on the request ("RequestTag") or on the thing ("ResourceTag")."""
    equal = {f"aws:{of}/kubernetes.io/cluster/{cluster}": "owned"}
    if of == "RequestTag":
        equal[f"aws:{of}/{CLUSTER_NAME}"] = cluster
    return {"StringEquals": equal, "StringLike": {f"aws:{of}/{NODE_POOL}": "*"}}


def _launch(where: Place, cluster: str) -> list[Statement]:
    created = [where.arn("ec2", kind) for kind in _CREATED]
    owned = _owned(cluster, "RequestTag")
    return [
        Statement(
            sid="LaunchFrom",
            actions=["ec2:CreateFleet", "ec2:RunInstances"],
            # Images and snapshots have no account in their names; subnets and groups may be shared by another one.
            resources=[
                *[where.arn("ec2", kind, account="") for kind in ("image/*", "snapshot/*")],
                *[where.arn("ec2", kind, account="*") for kind in ("security-group/*", "subnet/*")],
            ],
        ),
        Statement(
            sid="LaunchByOwnTemplates",
            actions=["ec2:CreateFleet", "ec2:RunInstances"],
            resources=[where.arn("ec2", "launch-template/*")],
            conditions=_owned(cluster, "ResourceTag"),
        ),
        Statement(
            sid="CreateWithTags",
            actions=["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"],
            resources=created,
            conditions=owned,
        ),
        Statement(
            sid="TagOnCreation",
            actions=["ec2:CreateTags"],
            resources=created,
            conditions={
                **owned,
                "StringEquals": {
                    **owned["StringEquals"],
                    "ec2:CreateAction": ["CreateFleet", "CreateLaunchTemplate", "RunInstances"],
                },
            },
        ),
    ]


def _tag_and_end(where: Place, cluster: str) -> list[Statement]:
    owned = _owned(cluster, "ResourceTag")
    return [
        Statement(
            sid="NameOwnInstances",
            actions=["ec2:CreateTags"],
            resources=[where.arn("ec2", "instance/*")],
            conditions={
                **owned,
                "StringEqualsIfExists": {f"aws:RequestTag/{CLUSTER_NAME}": cluster},
                "ForAllValues:StringEquals": {"aws:TagKeys": list(_LATER_TAGS)},
            },
        ),
        Statement(
            sid="EndOwn",
            actions=["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"],
            resources=[where.arn("ec2", kind) for kind in ("instance/*", "launch-template/*")],
            conditions=owned,
        ),
    ]


def _instance_profiles(where: Place, cluster: str) -> list[Statement]:
    def tagged(of: str) -> dict[str, dict[str, str]]:
        equal = {
            f"aws:{of}/kubernetes.io/cluster/{cluster}": "owned",
            f"aws:{of}/{REGION}": where.region,
        }
        if of == "RequestTag":
            equal[f"aws:{of}/{CLUSTER_NAME}"] = cluster
        return {"StringEquals": equal, "StringLike": {f"aws:{of}/{NODE_CLASS}": "*"}}

    profiles = [where.arn("iam", "instance-profile/*", region="")]
    requested, existing = tagged("RequestTag"), tagged("ResourceTag")
    both = {test: {**existing[test], **requested[test]} for test in existing}
    return [
        Statement(
            sid="CreateProfiles",
            actions=["iam:CreateInstanceProfile"],
            resources=profiles,
            conditions=requested,
        ),
        Statement(sid="TagProfiles", actions=["iam:TagInstanceProfile"], resources=profiles, conditions=both),
        Statement(
            sid="ChangeOwnProfiles",
            actions=[
                *("iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile"),
                "iam:RemoveRoleFromInstanceProfile",
            ],
            resources=profiles,
            conditions=existing,
        ),
        Statement(sid="ReadProfiles", actions=["iam:GetInstanceProfile"], resources=profiles),
        Statement(
            sid="ListProfiles",
            actions=["iam:ListInstanceProfiles"],
            resources=["*"],
            unscoped_because="a list has no tags, and IAM matches it against a path that differs between releases",
        ),
    ]


def _look(where: Place, cluster: str) -> list[Statement]:
    described = (
        *("CapacityReservations", "Images", "InstanceStatus", "InstanceTypeOfferings", "InstanceTypes"),
        *("Instances", "LaunchTemplates", "PlacementGroups", "SecurityGroups", "SpotPriceHistory", "Subnets"),
    )
    return [
        Statement(
            sid="DescribeInTheRegion",
            actions=[f"ec2:Describe{kind}" for kind in described],
            resources=["*"],
            conditions={"StringEquals": {"aws:RequestedRegion": where.region}},
        ),
        Statement(
            sid="ReadPublicParameters",
            actions=["ssm:GetParameter"],
            resources=[where.arn("ssm", "parameter/aws/service/*", account="")],
        ),
        Statement(
            sid="ReadPrices",
            actions=["pricing:GetProducts"],
            resources=["*"],
            unscoped_because="the price list has no resources, and its API is in a few regions only",
        ),
        Statement(
            sid="ReadOwnCluster",
            actions=["eks:DescribeCluster"],
            resources=[where.arn("eks", f"cluster/{cluster}")],
        ),
    ]

"""Who may take a role: the trust policies of services and of pods."""

from typing import Final

from ..policy.place import Place
from .statement import Statement

POD_IDENTITY: Final = "pods.eks.amazonaws.com"


def ec2() -> list[Statement]:
    """Instances, through their instance profile."""
    return [Statement(sid="Instances", actions=["sts:AssumeRole"], services=["ec2.amazonaws.com"])]


def pods(where: Place, cluster: str) -> list[Statement]:
    """Pods of one cluster, by EKS Pod Identity. Without the condition every cluster of every account that reaches the
    service could be made to take the role (the confused deputy).

    TagSession carries the cluster, namespace and service account of the pod (EKS, "EKS Pod Identity role trust").
    """
    return [
        Statement(
            sid="PodsOfTheCluster",
            actions=["sts:AssumeRole", "sts:TagSession"],
            services=[POD_IDENTITY],
            conditions={
                "StringEquals": {"aws:SourceAccount": where.account},
                "ArnEquals": {"aws:SourceArn": where.arn("eks", f"cluster/{cluster}")},
            },
        )
    ]


def flow_logs(where: Place) -> list[Statement]:
    """The VPC flow log service, for logs of this account and region only."""
    return [
        Statement(
            sid="FlowLogs",
            actions=["sts:AssumeRole"],
            services=["vpc-flow-logs.amazonaws.com"],
            conditions={
                "StringEquals": {"aws:SourceAccount": where.account},
                "ArnLike": {"aws:SourceArn": where.arn("ec2", "vpc-flow-log/*")},
            },
        )
    ]

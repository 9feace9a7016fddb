"""Flow logs of a VPC: who talked to whom, kept for a stated time, in a group that only this role writes to."""

from dataclasses import dataclass

from pulumi_aws import cloudwatch, ec2, iam

from ..aws_policies import network, trust
from ..aws_policies.statement import document
from ..policy.place import Place
from ..policy.retention import check_retention
from .children import Children


@dataclass(frozen=True, kw_only=True)
class FlowLogs:
    """How many days flow logs are kept. Raises ConfigurationError for a number that CloudWatch does not take."""

    retention_days: int = 30

    def __post_init__(self) -> None:
        check_retention("flow_logs.retention_days", self.retention_days)


def make_flow_logs(children: Children, vpc: ec2.Vpc, logs: FlowLogs, place: Place) -> None:
    """Register the log group, its role and the flow log of all traffic."""
    group = cloudwatch.LogGroup(
        children.named("flow-log-group"),
        retention_in_days=logs.retention_days,
        tags=children.tagged("flow-log-group"),
        opts=children.opts(),
    )
    role = iam.Role(
        children.named("flow-log-role"),
        description="VPC flow logs to their log group",
        assume_role_policy=document(trust.flow_logs(place)),
        tags=children.tagged("flow-log-role"),
        opts=children.opts(),
    )
    policy = iam.RolePolicy(
        children.named("flow-log-policy"),
        role=role.id,
        policy=group.arn.apply(lambda arn: document(network.write_flow_logs(arn))),
        opts=children.opts(),
    )
    ec2.FlowLog(
        children.named("flow-log"),
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        tags=children.tagged("flow-log"),
        # Without its policy the log is made and stays empty.
        opts=children.opts([policy]),
    )

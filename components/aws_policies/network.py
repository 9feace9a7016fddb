"""What the network's own roles may do: write flow logs into one log group."""

from .statement import Statement


def write_flow_logs(log_group_arn: str) -> list[Statement]:
    """Streams and events of one log group (VPC, "IAM role for publishing flow logs to CloudWatch Logs").

    The documented policy names every group; the group exists already here, so CreateLogGroup is not among the actions.
    """
    return [
        Statement(
            sid="WriteToTheGroup",
            actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            # A group's ARN alone is the group; with ":*" its streams.
            resources=[log_group_arn, f"{log_group_arn}:*"],
        )
    ]

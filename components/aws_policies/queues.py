"""What senders, workers and the autoscaler may do with a queue of messages; each its own part and nothing else."""

from collections.abc import Sequence

from .statement import Statement

_EVERY: tuple[str, ...] = (
    *("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    *("sqs:GetQueueUrl", "sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:SendMessage"),
)


def send(queue_arns: Sequence[str]) -> Statement:
    """A service puts messages in."""
    return Statement(
        sid="SendMessages", actions=["sqs:GetQueueUrl", "sqs:SendMessage"], resources=list(queue_arns)
    )


def work_off(queue_arns: Sequence[str]) -> Statement:
    """A worker takes messages, asks for more time where one lasts, and removes what is done."""
    return Statement(
        sid="WorkOffMessages",
        actions=[
            *("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
            *("sqs:GetQueueUrl", "sqs:ReceiveMessage"),
        ],
        resources=list(queue_arns),
    )


def watch(queue_arns: Sequence[str]) -> Statement:
    """KEDA asks how many messages there are (keda v2.20.2, pkg/scalers/aws_sqs_queue_scaler.go), and may take none."""
    return Statement(sid="CountMessages", actions=["sqs:GetQueueAttributes"], resources=list(queue_arns))


def nothing_in_the_clear(queue_arn: str) -> Statement:
    """The queue's own policy: nobody may do anything without TLS."""
    return Statement(
        effect="Deny",
        sid="NothingInTheClear",
        actions=list(_EVERY),
        resources=[queue_arn],
        accounts=["*"],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )

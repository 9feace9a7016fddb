"""WorkQueue: an SQS queue that services fill and a worker works off, with a place for what cannot be worked off.

Decides no rate; and it may send nothing and take nothing by itself: its users state their rights with ``send_rights``
and ``work_off_rights``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
from pulumi_aws import sqs

from .aws.children import Children, known_after
from .aws_policies.queues import nothing_in_the_clear, send, work_off
from .aws_policies.statement import Statement, document
from .policy.bounds import RETENTION, VISIBILITY
from .policy.errors import ConfigurationError
from .policy.quantities import Milliseconds
from .policy.tags import check_tags
from .policy.worker import VISIBILITY_TIMEOUT
from .renames import with_aliases

# A message that failed so often fails for a reason; Amazon SQS, "Dead-letter queues": more than one, so that a pod that
# leaves in the middle costs no message.
TRIES: Final = 5
# Amazon SQS, "Short and long polling": the longest wait, so that an empty queue is asked three times a minute.
LONG_POLL_SECONDS: Final = 20


@dataclass(frozen=True, kw_only=True)
class WorkQueueArgs:
    """Arguments of :class:`WorkQueue`. ``visibility_timeout`` is longer than the longest message of its worker."""

    visibility_timeout: Milliseconds = VISIBILITY_TIMEOUT
    retention: Milliseconds = Milliseconds.parse("96h")
    tries: int = TRIES
    tags: Mapping[str, str] = field(default_factory=dict)


class WorkQueue(pulumi.ComponentResource):
    """The queue, its dead-letter queue (which keeps for the longest time there is), and their policies: TLS only.

    Outputs: ``url`` and ``arn`` (known once messages that fail have a place to go), ``dead_letter_url``,
    ``dead_letter_arn``. Raises ConfigurationError before anything is registered for what SQS would refuse.
    """

    url: pulumi.Output[str]
    arn: pulumi.Output[str]
    dead_letter_url: pulumi.Output[str]
    dead_letter_arn: pulumi.Output[str]

    def __init__(self, name: str, args: WorkQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        tags = _check(name, args)
        super().__init__("headroom:index:WorkQueue", name, None, with_aliases(name, opts))
        children = Children(parent=self, name=name, tags=tags)
        dead = _queue(
            children, "dead-letters", message_retention_seconds=Milliseconds.parse(RETENTION.most).seconds
        )
        queue = _queue(
            children,
            "messages",
            message_retention_seconds=args.retention.seconds,
            visibility_timeout_seconds=args.visibility_timeout.seconds,
            receive_wait_time_seconds=LONG_POLL_SECONDS,
            redrive_policy=dead.arn.apply(
                lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": args.tries})
            ),
        )
        allowed = sqs.RedriveAllowPolicy(
            children.named("dead-letters-from"),
            queue_url=dead.url,
            redrive_allow_policy=queue.arn.apply(
                lambda arn: json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn]})
            ),
            opts=children.opts(),
        )
        self.url, self.arn = known_after(queue.url, allowed), known_after(queue.arn, allowed)
        self.dead_letter_url, self.dead_letter_arn = dead.url, dead.arn
        self.register_outputs(
            {
                "url": self.url,
                "arn": self.arn,
                "dead_letter_url": self.dead_letter_url,
                "dead_letter_arn": self.dead_letter_arn,
            }
        )

    @property
    def send_rights(self) -> pulumi.Output[Sequence[Statement]]:
        """What a service that puts messages in may do, for its AwsIdentity."""
        return self.arn.apply(lambda arn: [send([arn])])

    @property
    def work_off_rights(self) -> pulumi.Output[Sequence[Statement]]:
        """What the worker may do, for its AwsIdentity."""
        return self.arn.apply(lambda arn: [work_off([arn])])


def _queue(children: Children, part: str, **settings: pulumi.Input[object]) -> sqs.Queue:
    queue = sqs.Queue(
        children.named(part),
        sqs_managed_sse_enabled=True,
        tags=children.tagged(part),
        opts=children.opts(),
        **settings,  # type: ignore[arg-type]
    )
    sqs.QueuePolicy(
        children.named(f"{part}-policy"),
        queue_url=queue.url,
        policy=queue.arn.apply(lambda arn: document([nothing_in_the_clear(arn)])),
        opts=children.opts(),
    )
    return queue


def _check(name: str, args: WorkQueueArgs) -> dict[str, str]:
    VISIBILITY.check(f"{name}.visibility_timeout", args.visibility_timeout)
    RETENTION.check(f"{name}.retention", args.retention)
    if not 1 < args.tries <= 1000:
        raise ConfigurationError(
            field=f"{name}.tries",
            value=str(args.tries),
            allowed="2 to 1000: with one a pod that leaves costs a message",
            remedy="state how often a message may fail",
        )
    return check_tags(f"{name}.tags", args.tags)

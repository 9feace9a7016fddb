"""The queue in which Karpenter reads what AWS is about to take away, and the rules that write to it."""

import json
from typing import Final

import pulumi
from pulumi_aws import cloudwatch, sqs

from ..aws_policies.karpenter import interruption_queue
from ..aws_policies.statement import document
from .children import Children, known_after

# Karpenter, "Interruption": the four events that it acts on.
EVENTS: Final = {
    "health": ("aws.health", "AWS Health Event"),
    "spot-interruption": ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "rebalance": ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "state-change": ("aws.ec2", "EC2 Instance State-change Notification"),
}
# An older warning is about an instance that is gone: Spot gives two minutes.
RETENTION_SECONDS: Final = 300


def make_interruption_queue(children: Children) -> tuple[sqs.Queue, pulumi.Output[str]]:
    """Register queue, policy and rules; the queue, and its name once all four events arrive in it."""
    queue = sqs.Queue(
        children.named("interruptions"),
        message_retention_seconds=RETENTION_SECONDS,
        sqs_managed_sse_enabled=True,
        tags=children.tagged("interruptions"),
        opts=children.opts(),
    )
    rules = {
        part: cloudwatch.EventRule(
            children.named(part),
            description=f"{detail}, to Karpenter",
            event_pattern=json.dumps({"source": [source], "detail-type": [detail]}, sort_keys=True),
            tags=children.tagged(part),
            opts=children.opts(),
        )
        for part, (source, detail) in EVENTS.items()
    }
    arns = pulumi.Output.all(queue.arn, *[rule.arn for rule in rules.values()])
    policy = sqs.QueuePolicy(
        children.named("interruptions-policy"),
        queue_url=queue.url,
        policy=arns.apply(lambda all_: document(interruption_queue(all_[0], all_[1:]))),
        opts=children.opts(),
    )
    name: pulumi.Output[str] = queue.name
    for part, rule in rules.items():
        target = cloudwatch.EventTarget(
            children.named(f"{part}-to-queue"),
            rule=rule.name,
            target_id="karpenter",
            arn=queue.arn,
            opts=children.opts([policy]),
        )
        name = known_after(name, target)
    return queue, name

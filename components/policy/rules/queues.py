"""Rules about queue workers: that a message is done once, and that the queue is worked off in time."""

from collections.abc import Iterator

from ..facts import Autoscaler, Fleet, Workload
from ..quantities import Milliseconds, format_rate
from ..scaling import TOLERATED
from .rule import error, warning


@error(
    "HR421",
    "message-outlives-visibility",
    Workload,
    why="the queue gives the message to another pod while the first still works on it: it is done twice",
    source="Amazon SQS, Visibility timeout: set it to the longest processing time and more",
    do="raise the queue's visibility timeout above the longest message, or split the work",
)
def message_outlives_visibility(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A message is done before its queue gives it to another pod."""
    queue, longest = workload.queue, workload.traffic.longest_request
    if queue is None or queue.visibility_timeout is None or longest is None:
        return
    if longest >= queue.visibility_timeout:
        yield f"the longest message takes {longest}, the queue waits {queue.visibility_timeout}"


@warning(
    "HR422",
    "backlog-not-worked-off",
    Workload,
    why="while pods start, more messages pile up than the whole fleet works off in the time that was promised",
    source="components/policy/worker.py: the reaction time of components/policy/reaction.py at the stated growth",
    do="raise the floor to the plan's floor_that_follows, or allow the last message to wait longer",
)
def backlog_not_worked_off(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """After the stated growth the last message waits no longer than it may."""
    queue = workload.queue
    if queue is None or queue.waits_after_growth is None or queue.work_off is None:
        return
    if queue.waits_after_growth > queue.work_off:
        yield f"after the stated growth the last message waits {queue.waits_after_growth}; {queue.work_off} is promised"


@error(
    "HR423",
    "queue-target-too-long",
    Workload,
    why="the autoscaler stands still while more messages wait than its pods work off in the time that was promised",
    source="Amazon EC2 Auto Scaling, Scaling policy based on Amazon SQS: the acceptable backlog per instance",
    do="lower the messages per pod at which it scales, or state a longer work-off",
)
def queue_target_too_long(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """What the autoscaler leaves waiting is worked off in time."""
    queue, each = workload.queue, workload.traffic.rps_per_pod
    scaler = workload.autoscaler
    if queue is None or queue.work_off is None or not each or not isinstance(scaler, Autoscaler):
        return
    for metric in scaler.metrics or ():
        if metric.name != "aws-sqs-queue" or metric.target_type != "AverageValue" or metric.target is None:
            continue
        waits = Milliseconds(-(-metric.target * TOLERATED * 1000 // each))
        if waits > queue.work_off:
            yield (
                f"{metric.target} messages for each pod that works off {format_rate(each)}/s wait up to {waits};"
                f" {queue.work_off} is promised"
            )

"""One queue worker: a workload that nobody calls, which takes messages out of a queue that services fill.

Its numbers come from the same demand as the services': messages per request, along the call graph. Decides no queue;
that it outlives the worker, and how often a message is tried, are properties of the queue.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from .bounds import VISIBILITY, WORK, WORK_OFF
from .demand import Demand
from .derived import Derived, Frozen, derived
from .disruption import Budget, Disruption, disruption
from .drain import Drain, drain
from .errors import ConfigurationError
from .images import Image
from .pod_group import Architecture
from .quantities import Milliseconds, Ratio, format_rate
from .reaction import Growth, Ramp, ReactionTimes, Step, reaction_steps, total
from .replicas import Replicas, size
from .scaling import TOLERATED, Pace
from .workload import Health, Resources, Shutdown, health_probes

# Amazon SQS, "Visibility timeout": 30 s unless the queue says otherwise.
VISIBILITY_TIMEOUT: Final = Milliseconds.parse("30s")


class WorkerPolicy(Frozen):
    """How a worker behaves, and what its owner overrides."""

    health: Health
    # The longest that one message may take; the pod waits for it before it leaves.
    longest_message: Annotated[Milliseconds, AfterValidator(WORK.of_the_value)] = Field(gt=0)
    # The queue's: after it a message that is not done is given to another pod.
    visibility_timeout: Annotated[Milliseconds, AfterValidator(VISIBILITY.of_the_value)] = VISIBILITY_TIMEOUT
    # How long the last message in the queue may wait while the fleet is below its peak.
    work_off: Annotated[Milliseconds, AfterValidator(WORK_OFF.of_the_value)]
    headroom: Ratio | None = Field(default=None, ge=1)
    floor: int | None = Field(default=None, ge=1)
    budget: Budget | None = None

    @property
    def shutdown(self) -> Shutdown:
        """No endpoint leads to it, so it need not wait until one is withdrawn: it takes no new message and ends."""
        return Shutdown(pre_stop=Milliseconds(0), longest_request=self.longest_message)


class WorkerSpec(WorkerPolicy):
    """A worker as its owner states it. Rates in messages/s, durations in milliseconds."""

    image: Image
    # Messages per request to a service, by the service that sends them.
    messages: dict[str, Ratio] = Field(min_length=1, examples=["{payment-api: 1}"])
    # What one pod works off, and how that was found out.
    messages_per_pod: Ratio = Field(gt=0)
    measured: str = Field(min_length=1)
    # Whether it may run on spot: what a reclaim cuts off comes back into the queue.
    tolerates_reclaim: bool = False
    # What its image is built for; left out, nobody knows.
    architectures: list[Architecture] | None = Field(default=None, min_length=1)
    resources: Resources


class QueueScaling(Pace):
    """The autoscaler's target: messages in the queue, waiting or being worked on, for each pod."""

    queue_length: Derived[int]


class Backlog(Frozen):
    """What piles up while pods are started: messages, and how long the last of them waits at the peak."""

    messages: Derived[int]
    waits: Derived[Milliseconds]
    # None: no growth is stated, so none is promised to be met.
    worked_off: Derived[bool] | None = None
    floor_that_follows: Derived[int] | None = None


class WorkerPlan(Frozen):
    """Every number of one worker. The demand is in messages/s."""

    name: str
    demand: Demand
    # How long the last message in the queue may wait while the fleet is below its peak.
    work_off: Milliseconds
    # The parts of the time from a message too many to the first that a new pod on a new node takes.
    reaction: dict[str, Derived[Milliseconds]]
    replicas: Replicas
    scaling: QueueScaling
    disruption: Disruption
    grace_period: Derived[Milliseconds]
    carries_at_floor: Derived[Ratio]
    carries_at_peak: Derived[Ratio]
    drain: Drain
    backlog: Backlog


def worker_demand(
    name: str, spec: WorkerSpec, offered: tuple[Fraction, Fraction], shares: Mapping[str, Fraction]
) -> Demand:
    """Messages/s at the peak and at the baseline, ``offered`` being the requests/s at the entry.

    Raises ConfigurationError for a sender that is no service, or that sends nothing.
    """
    for sender, ratio in spec.messages.items():
        if sender not in shares or ratio <= 0:
            raise ConfigurationError(
                field=f"workers.{name}.messages.{sender}",
                value=sender if sender not in shares else str(ratio),
                allowed=f"more than 0 messages per request to one of {', '.join(sorted(shares))}",
                remedy="name the service that sends the messages, or remove it",
            )
    share = sum((shares[sender] * ratio for sender, ratio in spec.messages.items()), Fraction(0))
    peak, baseline = offered
    return Demand(
        peak_rps=peak * share, baseline_rps=baseline * share, rps_per_pod=spec.messages_per_pod, share=share
    )


def plan_worker(
    name: str,
    demand: Demand,
    policy: WorkerPolicy,
    *,
    zones: int = 3,
    growth: Growth | None = None,
    times: ReactionTimes | None = None,
) -> WorkerPlan:
    """Everything that follows for one worker from its demand. Raises ConfigurationError, its field under ``name``."""
    steps = reaction_steps(times or ReactionTimes(), health_probes(policy.health))
    reacts = total(steps)
    try:
        replicas = size(demand, zones, headroom=policy.headroom, floor=policy.floor)
        away = disruption(replicas, budget=policy.budget)
        scales = _scaling(demand, replicas, policy.work_off)
    except ConfigurationError as error:
        raise error.within(f"workers.{name}") from None
    shutdown = policy.shutdown
    return WorkerPlan(
        name=name,
        demand=demand,
        work_off=policy.work_off,
        reaction=steps,
        replicas=replicas,
        scaling=scales,
        disruption=away,
        grace_period=shutdown.grace_period,
        carries_at_floor=_carries(replicas.floor.value, demand),
        carries_at_peak=_carries(replicas.peak.value, demand),
        drain=drain(shutdown, total(steps, leave_out=("metric_window", "sync")).value),
        backlog=_backlog(demand, replicas, reacts.value, policy.work_off, growth),
    )


def _carries(pods: int, demand: Demand) -> Derived[Fraction]:
    each = format_rate(demand.rps_per_pod)
    return derived(pods * demand.rps_per_pod, f"{pods} pods x {each} messages/s")


def _scaling(demand: Demand, replicas: Replicas, work_off: Milliseconds) -> QueueScaling:
    """With k pods the autoscaler stands still up to k x 1.1 x the target, which k pods work off in time.

    While a zone is missing its part waits that much longer; no message is lost.
    """
    pods, least = replicas.peak.value, replicas.floor.value
    each = format_rate(demand.rps_per_pod)
    length = floor(demand.rps_per_pod * work_off / 1000 / TOLERATED)
    if length < 1:
        raise ConfigurationError(
            field="work_off",
            value=str(work_off),
            allowed=f"long enough for a pod that works off {each} messages/s to have one waiting",
            remedy="allow the last message to wait longer, or let a pod work off more",
        )
    return QueueScaling(
        queue_length=derived(
            length,
            f"floor({each} messages/s x {work_off} / {float(TOLERATED)} that the HPA tolerates): what a pod works off"
            " in that time",
        ),
        scale_up_pods=derived(
            max(1, pods - least), f"peak {pods} - floor {least}: from the floor to the peak in one step"
        ),
    )


def _backlog(
    demand: Demand, replicas: Replicas, wait: Milliseconds, work_off: Milliseconds, growth: Growth | None
) -> Backlog:
    """At once from the baseline to the peak where no growth is stated: the worst that the target allows."""
    each, least, most = demand.rps_per_pod, replicas.floor.value, replicas.peak.value
    arriving, text = demand.peak_rps, "the peak at once"
    if isinstance(growth, Step):
        arriving, text = growth.to_rps * demand.share, "the stated step"
    if isinstance(growth, Ramp):
        # The average of what arrives meanwhile, from what the floor carries on.
        arriving = least * each + growth.rps_per_second * demand.share * wait / 1000 / 2
        text = "the stated ramp, on average until pods are there"
    piled = ceil(max(Fraction(0), arriving - least * each) * wait / 1000)
    lasts = Milliseconds(ceil(piled * 1000 / (most * each)))
    backlog = Backlog(
        messages=derived(
            piled,
            f"({format_rate(arriving)} messages/s by {text} - {format_rate(least * each)} that the floor of {least}"
            f" pods works off) x {wait} until others are there",
        ),
        waits=derived(lasts, f"{piled} messages / {format_rate(most * each)} messages/s of {most} pods"),
    )
    if growth is None:
        return backlog
    # (arriving - floor x each) x wait <= most x each x work_off, solved for the floor.
    needed = ceil(arriving / each - most * Fraction(work_off, max(1, wait)))
    return backlog.model_copy(
        update={
            "worked_off": derived(
                lasts <= work_off, f"the last waits {lasts}, {work_off} is what it may wait"
            ),
            "floor_that_follows": derived(
                max(least, min(most, needed)),
                f"{format_rate(arriving)} / {format_rate(each)} pods - {most} pods x {work_off} / {wait}",
            ),
        }
    )

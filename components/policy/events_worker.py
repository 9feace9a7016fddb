"""One queue worker during an event: what piles up in its queue, and whether a floor is needed so that it is worked off
in the time that was promised.

A queue holds what a service would shed, so a worker is not made ready for all that comes: KEDA scales it on what waits,
and its floor rises only as far as the promised wait asks for. Decides no instant but the one by which the queue is
worked off, and says so where it is after the event.
"""

from fractions import Fraction
from math import ceil
from typing import Final

from .derived import Derived, Frozen, derived
from .events_service import LAUNCHES
from .events_time import Instant
from .quantities import Milliseconds, Ratio, format_rate
from .reaction import total
from .worker import WorkerPlan

NO_LEAD: Final = Milliseconds(0)


class EventWorker(Frozen):
    """One worker during an event; rates in messages/s."""

    demand: Derived[Ratio]
    # What comes takes so many pods; what is held before it comes; and what KEDA goes to while it lasts.
    needed: Derived[int]
    floor: Derived[int]
    works: Derived[int]
    # Whether the floor is above that of every day: otherwise nobody has to hold it.
    raised: bool
    # The most that waits, how long the last of it does, and when the queue is as short as every day. None: it grows on.
    messages: Derived[int]
    waits: Derived[Milliseconds]
    worked_off_by: Derived[Instant] | None
    # How long the last message may wait.
    work_off: Milliseconds
    lead: Derived[Milliseconds]


def event_worker(
    worker: WorkerPlan, expected: Fraction, when: tuple[Instant, Instant], *, buys: bool
) -> EventWorker:
    """``expected`` is in requests/s at the entry, ``when`` the announced start and end; ``buys`` as for a service."""
    own, usual, most = worker.demand, worker.replicas.floor.value, worker.replicas.peak.value
    rate = expected * own.share
    wait = _wait(worker, buys=buys)
    demand = derived(rate, f"{format_rate(expected)} rps x {own.share}")
    needed = derived(
        ceil(rate / own.rps_per_pod), f"ceil({format_rate(rate)} / {format_rate(own.rps_per_pod)} a pod)"
    )
    floor = _floor(worker, rate, wait.value)
    queue = _Queue(worker, rate, floor.value, wait.value, when)
    raised = floor.value > usual
    return EventWorker(
        demand=demand,
        needed=needed,
        floor=floor,
        works=derived(
            min(most, max(floor.value, needed.value)),
            f"{needed.value} work off what comes, between the floor {floor.value} and the maximum {most}",
        ),
        raised=raised,
        messages=queue.messages(),
        waits=queue.waits(),
        worked_off_by=queue.worked_off_by(),
        work_off=worker.work_off,
        lead=wait if raised else derived(NO_LEAD, "the floor of every day: nothing has to begin before"),
    )


def _wait(worker: WorkerPlan, *, buys: bool) -> Derived[Milliseconds]:
    """As a service's: on new nodes, one launch of which fails. To the peak it is one step."""
    reacts = total(worker.reaction)
    again = worker.reaction["node_launch"].value * (LAUNCHES - 1) if buys else 0
    if not again:
        return reacts
    return derived(
        Milliseconds(reacts.value + again),
        f"{reacts.because} + {Milliseconds(again)} for a node whose first launch fails",
    )


def _floor(worker: WorkerPlan, rate: Fraction, wait: Milliseconds) -> Derived[int]:
    """The least for which (rate - floor x each) x wait <= most x each x work_off."""
    each, usual, most = worker.demand.rps_per_pod, worker.replicas.floor.value, worker.replicas.peak.value
    asks = ceil(rate / each - most * Fraction(worker.work_off, max(1, wait)))
    text = (
        f"{format_rate(rate)} / {format_rate(each)} pods - {most} pods x {worker.work_off} that the last message may"
        f" wait / {wait} until others are there"
    )
    if asks <= usual:
        return derived(
            usual, f"the floor of every day: the queue holds what comes meanwhile; {text} is {asks}"
        )
    if asks > most:
        return derived(most, f"min({asks}, {most}): the autoscaler's maximum is the peak; {text}")
    return derived(asks, text)


class _Queue:
    """What waits in it: ``floor`` pods until ``wait`` is over, then all that there may be. Messages and seconds."""

    def __init__(
        self,
        worker: WorkerPlan,
        rate: Fraction,
        floor: int,
        wait: Milliseconds,
        when: tuple[Instant, Instant],
    ) -> None:
        each, self.most = worker.demand.rps_per_pod, worker.replicas.peak.value
        self.starts, self.ends = when
        self.full, self.rate, self.usual = self.most * each, rate, worker.demand.baseline_rps
        self.alone = min(Fraction(wait, 1000), Fraction(self.ends - self.starts))
        self.together = self.ends - self.starts - self.alone
        self.piled = max(Fraction(0), rate - floor * each) * self.alone
        self.more = max(Fraction(0), rate - self.full) * self.together
        self.text = (
            f"({format_rate(rate)} messages/s - {format_rate(floor * each)} of {floor} pods) x"
            f" {format_rate(self.alone)}s until others are there"
        )

    def messages(self) -> Derived[int]:
        if not self.more:
            return derived(ceil(self.piled), self.text)
        return derived(
            ceil(self.piled + self.more),
            f"{self.text} + ({format_rate(self.rate)} - {format_rate(self.full)} of {self.most} pods) x"
            f" {format_rate(Fraction(self.together))}s until the end",
        )

    def waits(self) -> Derived[Milliseconds]:
        messages = self.messages().value
        return derived(
            Milliseconds(ceil(messages * 1000 / self.full)),
            f"{messages} messages / {format_rate(self.full)} messages/s of {self.most} pods",
        )

    def worked_off_by(self) -> Derived[Instant] | None:
        """During the event if its pace allows it, otherwise after it, beside what comes every day."""
        if not self.piled + self.more:
            return derived(self.starts, "nothing piles up")
        pace = self.full - self.rate
        if pace > 0 and self.piled <= pace * self.together:
            takes = self.alone + self.piled / pace
            return derived(
                Instant(self.starts + ceil(takes)),
                f"the start + {ceil(takes)}s, at {format_rate(pace)} messages/s more than come",
            )
        left = self.piled + self.more - max(Fraction(0), pace) * self.together
        after = self.full - self.usual
        if after <= 0:
            return None
        return derived(
            Instant(self.ends + ceil(left / after)),
            f"the end + {ceil(left)} messages / {format_rate(after)} messages/s more than come every day",
        )

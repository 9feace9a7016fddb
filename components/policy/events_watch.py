"""What Prometheus records of an event, and when somebody is called during it.

The instants stand in the recording rules alone, as bounds of ``time()``: they need no year of a cron, no zone and no
clock but Prometheus' own, and what they record is 0 before and after, so nothing has to be taken back. Decides
expressions and numbers; the objects are EventWindow's.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from .derived import Frozen
from .events_plan import EventPlan
from .events_time import Instant, next_year
from .nodes import NodePlan
from .objectives import RATE_WINDOW, REQUESTS
from .plan import Plan
from .quantities import Milliseconds, Ratio, format_rate
from .scaling import TOLERATED

# What an HPA asks an adapter for, by the labels service and event.
FLOOR_PODS: Final = "headroom_event_floor_pods"
# 1 while a window of an event is open, by the labels event and window.
WINDOW: Final = "headroom_event_window"
# A person can still act on what is not warm a minute before the start.
DUE_BEFORE: Final = Milliseconds.parse("1m")
# A day is enough to replace nodes that would expire in the middle of an event.
NEAR_BEFORE: Final = Milliseconds.parse("24h")
# By then nobody looks at the event any more, and its schedules come again within the year.
OVER_AFTER: Final = Milliseconds.parse("720h")


class WatchedFloor(Frozen):
    """What one service holds, and what one pod of it carries in requests/s; None: nobody calls it (a queue worker)."""

    pods: int = Field(ge=1)
    rps_per_pod: Ratio | None = Field(default=None, gt=0)

    @property
    def tolerated(self) -> int:
        """Where more stood before, the HPA lets so few be."""
        return ceil(self.pods / TOLERATED)


class WatchedPool(Frozen):
    """Whose nodes the event stands on: frozen from an instant on, each living ``expire_after`` (None: for good)."""

    name: str = Field(min_length=1)
    frozen_from: Instant
    expire_after: Milliseconds | None = None


class WatchedEvent(Frozen):
    """An event for its window: announced from ``starts`` to ``ends``, floors up from ``opens`` to ``closes``."""

    name: str = Field(
        pattern=r"^[a-z]([-a-z0-9]{0,39}[a-z0-9])?$",
        description="at most 41 lower-case letters, digits and dashes, a letter first",
        examples=["sale"],
    )
    entry: str = Field(min_length=1)
    expected_rps: Ratio = Field(gt=0)
    starts: Instant
    ends: Instant
    opens: Instant
    closes: Instant
    floors: dict[str, WatchedFloor] = Field(min_length=1)
    pools: list[WatchedPool] = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.opens <= self.starts < self.ends <= self.closes:
            raise ValueError(
                f"opens {self.opens}, starts {self.starts}, ends {self.ends}, closes {self.closes}; allowed: in that"
                " order, so that the floors are up as long as the event"
            )
        return self


class EventRule(Frozen):
    """A recording rule; its labels besides the namespace."""

    record: str
    labels: dict[str, str]
    expr: str


class EventAlert(Frozen):
    """An alert: for ``hold`` its expression must say so. ``signal`` is what it looks at, for the rules."""

    name: str
    severity: Literal["critical", "warning", "info"]
    service: str | None = None
    expr: str
    hold: Milliseconds = Milliseconds(0)
    summary: str


def watched(plan: Plan, event: EventPlan) -> WatchedEvent:
    """What the window of an event of a plan takes."""
    nodes = event.nodes
    return WatchedEvent(
        name=event.name,
        entry=plan.entry_name,
        expected_rps=event.services[plan.entry_name].demand.value,
        starts=event.at.starts,
        ends=event.at.ends,
        opens=event.floors_from.value,
        closes=event.floors_until.value,
        floors={
            name: WatchedFloor(
                pods=pods,
                rps_per_pod=plan.services[name].demand.rps_per_pod if name in plan.services else None,
            )
            for name, pods in event.holds.items()
        },
        pools=[]
        if nodes is None
        else [
            WatchedPool(name=name, frozen_from=nodes.freeze.begins.value, expire_after=_life(pool))
            for name, pool in plan.pools.items()
        ],
    )


def _life(pool: NodePlan) -> Milliseconds | None:
    expires = pool.spec.expire_after
    return expires if isinstance(expires, Milliseconds) else None


def rules(event: WatchedEvent) -> list[EventRule]:
    """The floors for the autoscalers, and the windows that the alerts and dashboards look at."""
    found = [
        EventRule(
            record=FLOOR_PODS,
            labels={"service": name, "event": event.name},
            expr=_between(floor.pods, event.opens, event.closes),
        )
        for name, floor in event.floors.items()
    ]
    windows: dict[str, tuple[Instant, Instant | None]] = {
        "near": (event.opens.earlier(NEAR_BEFORE), event.closes),
        "due": (event.starts.earlier(DUE_BEFORE), event.closes),
        "over": (event.closes.later(OVER_AFTER), None),
    }
    if event.pools:
        windows["frozen"] = (min(pool.frozen_from for pool in event.pools), event.closes)
    return found + [
        EventRule(record=WINDOW, labels={"window": name, "event": event.name}, expr=_between(1, *bounds))
        for name, bounds in windows.items()
    ]


def _between(value: int, begins: Instant, ends: Instant | None) -> str:
    """The value from one instant until before another, 0 otherwise. A vector, since scalars have no labels."""
    until = "" if ends is None else f" * (time() < bool {int(ends)})"
    return f"vector({value}) * (time() >= bool {int(begins)}){until}"


def alerts(event: WatchedEvent) -> list[EventAlert]:
    """Of every service whether it is warm and carries what comes; of the whole whether it is what was announced."""
    return [*_of_services(event), *_of_the_event(event), *_of_nodes(event)]


def _while(event: WatchedEvent, window: str) -> str:
    return f'and on () ({WINDOW}{{event="{event.name}",window="{window}"}} == 1)'


def _of_services(event: WatchedEvent) -> Iterator[EventAlert]:
    due = _while(event, "due")
    for name, floor in event.floors.items():
        ready = f'sum(kube_deployment_status_replicas_available{{deployment="{name}"}})'
        yield EventAlert(
            name="EventNotWarm",
            severity="critical",
            service=name,
            expr=f"({ready} or vector(0)) < {floor.tolerated} {due}",
            summary=f"{name} has fewer pods than the {floor.tolerated} that stand when {floor.pods} are asked for",
        )
        if floor.rps_per_pod is None:
            continue
        yield EventAlert(
            name="EventCapacityBelowOffered",
            severity="critical",
            service=name,
            expr=f"{_rate(name)} > {ready} * {_number(floor.rps_per_pod)} {due}",
            summary=f"{name} is asked for more than its pods carry, {format_rate(floor.rps_per_pod)} requests/s each",
        )


def _of_the_event(event: WatchedEvent) -> Iterator[EventAlert]:
    expected = format_rate(event.expected_rps)
    yield EventAlert(
        name="EventAboveExpected",
        severity="warning",
        service=event.entry,
        expr=f"{_rate(event.entry)} > {_number(event.expected_rps)} {_while(event, 'due')}",
        hold=Milliseconds.parse("1m"),
        summary=f"more than the {expected} requests/s that were announced come in; the floors were made for those",
    )
    yield EventAlert(
        name="EventWindowOpen",
        severity="info",
        expr=f'max({FLOOR_PODS}{{event="{event.name}"}}) > 0',
        summary=f"the floors of {event.name} are up, from {event.opens} until {event.closes}",
    )
    yield EventAlert(
        name="EventStillStated",
        severity="info",
        expr=f'{WINDOW}{{event="{event.name}",window="over"}} == 1',
        summary=f"{event.name} was over on {event.closes}; take it out of the stack: cron has no year, so its freeze,"
        f" and its floors with KEDA, come again on {next_year(event.opens)}",
    )


def _of_nodes(event: WatchedEvent) -> Iterator[EventAlert]:
    if not event.pools:
        return
    frozen = ", ".join(pool.name for pool in event.pools)
    yield EventAlert(
        name="EventFreezeActive",
        severity="info",
        expr=f'{WINDOW}{{event="{event.name}",window="frozen"}} == 1',
        summary=f"no node of {frozen} is consolidated or replaced for drift until {event.closes}",
    )
    for pool in event.pools:
        if pool.expire_after is None:
            continue
        # karpenter v1.14.1, pkg/controllers/metrics/node: the age of each node.
        age = f'max by (node_name) (karpenter_nodes_current_lifetime_seconds{{nodepool="{pool.name}"}})'
        yield EventAlert(
            name="EventNodeExpires",
            severity="warning",
            expr=f"{age} + ({int(event.closes)} - time()) > {pool.expire_after.seconds} {_while(event, 'near')}",
            hold=Milliseconds.parse("5m"),
            summary=f"a node of {pool.name} will be {pool.expire_after} old, and replaced, before {event.name} is over:"
            " no budget stops that; replace it before the event (kubectl delete nodeclaim)",
        )


def _rate(service: str) -> str:
    return f'sum(rate({REQUESTS}{{service="{service}"}}[{RATE_WINDOW}]))'


def _number(rate: Fraction) -> str:
    return f"{float(rate):.15g}"

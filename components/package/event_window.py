"""EventWindow for other languages."""

from typing import TypedDict

import pulumi

from .. import event_window
from ..policy import events_watch
from .ignores import Ignore, ignores
from .reading import model, stated, values, whole


class WatchedFloor(TypedDict):
    """What one service holds during the event."""

    pods: int
    """Pods of its floor."""
    rps_per_pod: float
    """What one pod was measured to carry, in requests/s."""


class WatchedPool(TypedDict):
    """A node pool that the event stands on."""

    name: str
    """Its name in the cluster."""
    frozen_from: str
    """From when it is frozen, in UTC, such as "2026-11-27T09:29:00Z"."""
    expire_after: str | None
    """How long each of its nodes lives, such as "720h". Left out: for good."""


class EventWindowArgs(TypedDict):
    """An announced event: the rules that record its floors, and the alerts that fit it."""

    namespace: pulumi.Input[str]
    """Namespace of every object."""
    event: str
    """The event's name, at most 41 lower-case letters, digits and dashes."""
    entry: str
    """The service that requests enter by."""
    expected_rps: float
    """What is expected there, in requests/s."""
    starts: str
    """When the event starts, in UTC, such as "2026-11-27T10:00:00Z"."""
    ends: str
    """When it ends, in UTC."""
    opens: str
    """From when the floors are up, in UTC: early enough for new nodes and the start of the pods."""
    closes: str
    """Until when the floors are up, in UTC."""
    floors: dict[str, WatchedFloor]
    """What each service holds."""
    pools: list[WatchedPool] | None
    """The node pools. Left out: nothing is said of nodes."""
    rule_labels: dict[str, str] | None
    """What Prometheus selects its rules by. Default: none."""
    rules: bool | None
    """Whether a Prometheus operator is there to take the rules. Default: true."""
    part_of: str | None
    """Label app.kubernetes.io/part-of. Default: headroom."""
    ignores: list[Ignore] | None
    """Rules that this event may break."""


class EventWindow(event_window.EventWindow):
    """An announced event in the cluster: recording rules for the floors that HPAs ask for, alerts that fit the event,
    and a ConfigMap that says what was announced. It patches nothing and has nothing to put back."""

    opens: str
    """From when the floors are up, in UTC."""
    closes: str
    """Until when the floors are up, in UTC."""

    def __init__(self, name: str, args: EventWindowArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, _args(args), opts)


def _args(given: EventWindowArgs) -> event_window.EventWindowArgs:
    own = ("entry", "expected_rps", "starts", "ends", "opens", "closes")
    floors = {
        service: model(
            events_watch.WatchedFloor,
            {**stated(floor), "pods": whole(floor["pods"], f"floors.{service}.pods")},
            f"floors.{service}",
        )
        for service, floor in values(given["floors"], "floors").items()
    }
    fields = {**stated(given, *own), "name": given["event"], "floors": floors}
    fields["pools"] = [
        model(events_watch.WatchedPool, pool, f"pools[{position}]")
        for position, pool in enumerate(given.get("pools") or ())
    ]
    rules: event_window.Rules = event_window.NoRules()
    if given.get("rules") is not False:
        rules = event_window.PrometheusRules(labels=values(given.get("rule_labels"), "ruleLabels"))
    return event_window.EventWindowArgs(
        namespace=given["namespace"],
        event=model(events_watch.WatchedEvent, fields, ""),
        rules=rules,
        ignores=ignores(given.get("ignores"), ""),
        **stated(given, "part_of"),
    )

"""EventWindow: an announced event in the cluster, by Prometheus' clock and by nobody's memory.

It makes what belongs to the event alone: the rules that record the floors which HPAs ask for and the windows, the
alerts that fit the event, and a ConfigMap that says to people what was announced. What belongs to others they make
themselves, each from a plain argument: an autoscaler holds its floor (``ScalableServiceArgs.events``), a pool freezes
(``KarpenterPoolArgs.budgets``). It patches nothing, so it has no rights in the cluster and nothing to put back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import ConfigMap

from .api import ApiObject
from .metadata import object_labels
from .policy.events_watch import EventAlert, EventRule, WatchedEvent, alerts, rules
from .policy.facts import Fleet
from .policy.facts.from_plan import watched_facts
from .policy.ignores import Ignore
from .policy.quantities import Milliseconds
from .policy.review import refuse
from .renames import with_aliases

# How often the rules are evaluated: as often as an HPA asks (kube-controller-manager, sync period).
INTERVAL: Final = Milliseconds.parse("15s")


@dataclass(frozen=True, kw_only=True)
class PrometheusRules:
    """A PrometheusRule of the Prometheus operator. ``labels`` are what the Prometheus selects its rules by."""

    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NoRules:
    """No Prometheus operator: nothing is recorded and nobody is called. KEDA's floors and a pool's freeze hold without
    it; an HPA on an external metric needs what the rules record from somewhere else."""


Rules = PrometheusRules | NoRules


@dataclass(frozen=True, kw_only=True)
class EventWindowArgs:
    """Arguments of :class:`EventWindow`. ``event`` is the plan's (``policy.events_watch.watched``), or one's own."""

    namespace: pulumi.Input[str]
    event: WatchedEvent
    rules: Rules = PrometheusRules()
    part_of: str = "headroom"
    # Rules that this event may break, each with a written reason.
    ignores: Sequence[Ignore] = ()


class EventWindow(pulumi.ComponentResource):
    """The rules and alerts of one event, and what was announced. Outputs: ``opens`` and ``closes``, the floors' window
    in UTC.

    Objects are called by the component's name. Raises ReviewError, before anything is registered, for an event during
    which every node of a pool expires.
    """

    opens: str
    closes: str

    def __init__(self, name: str, args: EventWindowArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse(Fleet(events=(watched_facts(args.event),)), args.ignores)
        super().__init__("headroom:index:EventWindow", name, None, with_aliases(name, opts))
        event, child = args.event, pulumi.ResourceOptions(parent=self)
        self.opens, self.closes = str(event.opens), str(event.closes)
        labels = object_labels(name, "event", args.part_of)
        metadata: ApiObject = {"name": name, "namespace": args.namespace, "labels": labels}
        ConfigMap(f"{name}-announced", metadata=metadata, data=_announced(event), opts=child)
        if isinstance(args.rules, PrometheusRules):
            CustomResource(
                f"{name}-rules",
                api_version="monitoring.coreos.com/v1",
                kind="PrometheusRule",
                metadata={**metadata, "labels": {**labels, **args.rules.labels}},
                spec={"groups": [_group(name, args)]},
                opts=child,
            )
        self.register_outputs({"opens": self.opens, "closes": self.closes})


def _announced(event: WatchedEvent) -> dict[str, str]:
    """For people: plain lines, and all of it as JSON."""
    floors = ", ".join(f"{name} {floor.pods}" for name, floor in event.floors.items())
    frozen = {"nodes-frozen-from": str(min(pool.frozen_from for pool in event.pools))} if event.pools else {}
    return {
        "starts": str(event.starts),
        "ends": str(event.ends),
        "floors-from": str(event.opens),
        "floors-until": str(event.closes),
        **frozen,
        "expected-rps": str(event.expected_rps),
        "floors": floors,
        "event.json": json.dumps(event.model_dump(mode="json"), sort_keys=True),
    }


def _group(name: str, args: EventWindowArgs) -> ApiObject:
    event = args.event
    return {
        "name": name,
        "interval": str(INTERVAL),
        "rules": [
            *(_recording(rule, args.namespace) for rule in rules(event)),
            *(_alert(alert, event.name) for alert in alerts(event)),
        ],
    }


def _recording(rule: EventRule, namespace: pulumi.Input[str]) -> ApiObject:
    """The namespace is how an adapter finds the metric of a namespaced HPA."""
    return {"record": rule.record, "expr": rule.expr, "labels": {**rule.labels, "namespace": namespace}}


def _alert(alert: EventAlert, event: str) -> ApiObject:
    labels = {"severity": alert.severity, "event": event}
    if alert.service is not None:
        labels["service"] = alert.service
    return {
        "alert": alert.name,
        "expr": alert.expr,
        **({"for": str(alert.hold)} if alert.hold else {}),
        "labels": labels,
        "annotations": {"summary": alert.summary},
    }

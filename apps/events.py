"""The announced events of a stack as components: what the plan says of each, and who takes its rules."""

import pulumi

from components import EventWindow, EventWindowArgs, NoRules, PrometheusRules
from components.policy.events_watch import watched
from components.policy.plan import Plan
from config.settings import Settings

# Before the event's own name, so that its objects stand together and apart from the services'.
PREFIX = "event-"


def event_windows(
    settings: Settings, plan: Plan, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> dict[str, EventWindow]:
    """Register a window for every event; by the event's name. Where nobody monitors, nobody takes rules."""
    rules = NoRules() if settings.monitoring_namespace is None else PrometheusRules()
    return {
        event.name: EventWindow(
            f"{PREFIX}{event.name}",
            EventWindowArgs(
                namespace=namespace,
                event=watched(plan, event),
                rules=rules,
                part_of=settings.namespace,
                ignores=settings.ignores,
            ),
            opts,
        )
        for event in plan.events
    }

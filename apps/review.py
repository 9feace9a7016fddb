"""The review of a stack before it is deployed: every finding at once; an error stops the program, a warning is said."""

import time
from dataclasses import replace

from components.policy.events_time import Instant
from components.policy.facts.from_plan import plan_facts
from components.policy.findings import Finding, ReviewError, Severity
from components.policy.plan import Plan
from components.policy.review import review
from config.load_balancer import LoadBalancer
from config.settings import Settings

from .event_addresses import in_its_network


def findings(settings: Settings, plan: Plan) -> list[Finding]:
    """What the rules say of the plan now, without what the stack ignores for a reason."""
    fleet = plan_facts(plan, settings.platform, settings.namespace, Instant(int(time.time())))
    fleet = replace(fleet, events=in_its_network(fleet.events, settings, plan))
    if any(isinstance(service.exposure, LoadBalancer) for service in settings.services.values()):
        # Here, not above: what a load balancer is told is asked of the components, and they load Pulumi.
        from .front import load_balancers

        fleet = replace(fleet, load_balancers=load_balancers(settings, plan))
    return review(fleet, settings.ignores)


def warnings(settings: Settings, plan: Plan) -> list[Finding]:
    """The warnings. Raises ReviewError with all errors when there is one."""
    found = findings(settings, plan)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        raise ReviewError(errors)
    return found

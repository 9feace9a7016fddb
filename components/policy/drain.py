"""How long a pod takes to leave, from the eviction until its replacement takes requests.

The order is what matters: drain time < grace period < the node's termination grace period.
"""

from .derived import Derived, Frozen, derived
from .quantities import Milliseconds
from .workload import Shutdown


class Drain(Frozen):
    """Durations in milliseconds."""

    # How long a load balancer lets open requests to a leaving pod go on; whole seconds, since it knows no finer.
    deregistration_delay: Derived[Milliseconds]
    drain_time: Derived[Milliseconds]
    leaves_within: Derived[Milliseconds]


def drain(shutdown: Shutdown, replaced_within: Milliseconds) -> Drain:
    """``replaced_within`` is how long a replacement takes that needs a new node (reaction.replacement).

    The two may overlap; they are added up, so that a replacement that only finds room once the old pod is gone is
    there in time too.
    """
    grace = shutdown.grace_period.value
    return Drain(
        deregistration_delay=_deregistration_delay(shutdown),
        drain_time=derived(
            Milliseconds(shutdown.pre_stop + shutdown.deregistration + shutdown.longest_request),
            f"preStop {shutdown.pre_stop} + deregistration {shutdown.deregistration} + longest request"
            f" {shutdown.longest_request}, within the grace period of {grace}",
        ),
        leaves_within=derived(
            Milliseconds(grace + replaced_within),
            f"grace period {grace} + replacement on a new node {replaced_within}",
        ),
    )


def _deregistration_delay(shutdown: Shutdown) -> Derived[Milliseconds]:
    """The longest request may end, and the pod is still there when it does: it is withdrawn within preStop at the
    latest, and lives for the rest of its grace period."""
    left = Milliseconds(shutdown.grace_period.value - shutdown.pre_stop)
    wanted = shutdown.longest_request.seconds
    return derived(
        Milliseconds(min(wanted, left // 1000) * 1000),
        f"the longest request {shutdown.longest_request} may end; the pod is there for {left} after preStop",
    )

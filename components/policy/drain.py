"""How long a pod takes to leave, from the eviction until its replacement takes requests.

The order is what matters: drain time < grace period < the node's termination grace period.
"""

from .derived import Derived, Frozen, derived
from .quantities import Milliseconds
from .workload import Shutdown


class Drain(Frozen):
    """Durations in milliseconds."""

    # How long a load balancer lets open requests to a leaving pod go on.
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
        deregistration_delay=derived(shutdown.longest_request, "the longest request may end"),
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

"""How long Pulumi waits for the removal of a workload, whose pods may take their grace period to leave."""

from typing import Final

import pulumi

from .policy.quantities import Milliseconds
from .policy.workload import Shutdown

# pulumi-kubernetes, await.go, Deletion: so long it waits, unless it is told, for an object and all that it owns to be
# gone; then the removal has failed.
PATIENCE: Final = Milliseconds.parse("10m")


def until_gone(shutdown: Shutdown) -> pulumi.CustomTimeouts:
    """As long as Pulumi waits anyway, after the grace period of the pods."""
    return pulumi.CustomTimeouts(delete=f"{PATIENCE.seconds + shutdown.grace_period.value.seconds}s")

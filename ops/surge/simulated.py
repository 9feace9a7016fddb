"""`ops surge --simulate`: the same question answered by the simulator, in seconds and without a cluster.

The same lanes, load, faults and model as a run of the wind tunnel would have; what happens in them is
components.policy.surge's.
"""

from dataclasses import replace
from typing import Final

from components.policy.surge.simulator import simulate
from components.policy.surge.timeline import Timeline

from .setup import Setup

MODELLED: Final = (
    "simulated: autoscaler, ReplicaSets, scheduler, evictions and Karpenter by their rules, nothing of it real",
    "every autoscaler looks in the middle of its period, and the pods at rest are packed as Karpenter would for all of"
    " them at once: a run begins with other chances",
)


def simulated(setup: Setup) -> list[Timeline]:
    """Of each lane. Raises ConfigurationError for a pod that no node holds."""
    world = setup.world.without_machines()
    found = []
    for lane in setup.lanes:
        run = simulate(world, lane.policy, setup.profile, faults=lane.faults)
        found.append(replace(run, policy=lane.title, notes=(*MODELLED, *setup.modelled(), *lane.notes)))
    return found

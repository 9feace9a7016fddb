"""Whether a load can be carried at all within a lane's limits, before anything is started. Pure.

Two limits: the most pods that an autoscaler may make, and the nodes that the pool may buy for them.
"""

from collections.abc import Iterator
from math import ceil

from components.policy.plan import Plan
from components.policy.surge.scaling_policy import SurgePolicy

from .setup import Setup


def misfits(setup: Setup) -> list[str]:
    """What never fits, a line each: with the figure that is needed, the one that is allowed, and what to change."""
    found = [line for lane in setup.lanes for line in _pods(setup, lane.policy)]
    return [*found, *_nodes(setup)]


def _pods(setup: Setup, policy: SurgePolicy) -> Iterator[str]:
    for name, rps in setup.rps_per_pod.items():
        spec = policy.services.get(name)
        arrives = setup.profile.peak_rps * setup.graph.shares[name]
        needed = ceil(arrives / rps - 1e-9)
        if spec is not None and needed > spec.peak:
            yield (
                f"{policy.name}: {name} needs {needed} pods for {arrives:g} rps at {rps:g} each, its autoscaler makes"
                f" at most {spec.peak}; lower --to, or raise what the policy allows"
            )


def _nodes(setup: Setup) -> Iterator[str]:
    world, plan = setup.world, setup.plan
    limits = [pool.most for pool in world.pools]
    if None in limits:
        return
    cpu = sum(
        ceil(setup.profile.peak_rps * setup.graph.shares[name] / rps - 1e-9) * world.services[name].cpu
        for name, rps in setup.rps_per_pod.items()
    )
    room = sum(pool.cpu * most for pool, most in zip(world.pools, limits, strict=True) if most is not None)
    if cpu + _beside(plan) > room:
        needed = ceil((cpu + _beside(plan)) / world.nodes.cpu)
        buys = "the pool buys" if len(limits) == 1 else "the pools buy"
        yield (
            f"the pods for {setup.profile.peak_rps:g} rps need {needed} nodes by their CPU, {buys} at most"
            f" {' and '.join(map(str, limits))}; lower --to, or raise the target that the limits follow from"
        )


def _beside(plan: Plan) -> int:
    """Millicores of the pods that serve nobody's requests themselves, such as Redis."""
    return sum(group.peak * int(group.cpu) for group in plan.pod_groups if group.name not in plan.services)

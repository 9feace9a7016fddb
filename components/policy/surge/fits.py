"""Whether a load can be carried at all within a policy's and the pools' limits, before anything is played.

Two limits: the most pods that an autoscaler may make, and the nodes that the pools may sell for them.
"""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from .profile import Profile
from .scaling_policy import SurgePolicy
from .world import World

# Sums of thirds are not exact.
HAIR: Final = 1e-9


def misfits(world: World, policies: Sequence[SurgePolicy], profile: Profile) -> list[str]:
    """What never fits, a line each: with the figure that is needed, the one that is allowed, and what to change."""
    found = [line for policy in policies for line in _pods(world, policy, profile)]
    return [*found, *_nodes(world, profile)]


def _needed(world: World, name: str, profile: Profile) -> int:
    arrives = profile.peak_rps * world.graph.shares[name]
    return ceil(arrives / world.services[name].rps_per_pod - HAIR)


def _pods(world: World, policy: SurgePolicy, profile: Profile) -> Iterator[str]:
    for name, service in world.services.items():
        spec = policy.services.get(name)
        needed = _needed(world, name, profile)
        if spec is not None and needed > spec.peak:
            arrives = profile.peak_rps * world.graph.shares[name]
            yield (
                f"{policy.name}: {name} needs {needed} pods for {arrives:g} rps at {service.rps_per_pod:g} each, its"
                f" autoscaler makes at most {spec.peak}; lower the load, or raise what the policy allows"
            )


def _nodes(world: World, profile: Profile) -> Iterator[str]:
    limits = [pool.most for pool in world.pools]
    if None in limits:
        return
    cpu = sum(_needed(world, name, profile) * one.cpu for name, one in world.services.items())
    cpu += sum(count * millicores for count, millicores, _ in world.beside)
    room = sum(pool.cpu * most for pool, most in zip(world.pools, limits, strict=True) if most is not None)
    if cpu > room:
        buys = "the pool buys" if len(limits) == 1 else "the pools buy"
        yield (
            f"the pods for {profile.peak_rps:g} rps need {ceil(cpu / world.nodes.cpu)} nodes by their CPU, {buys} at"
            f" most {' and '.join(map(str, limits))}; lower the load, or raise the target that the limits follow from"
        )

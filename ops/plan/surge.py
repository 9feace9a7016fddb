"""What a surge makes of a plan: "can autoscaling follow this?", answered by the simulator, as a table.

Which loads are asked about, and how an answer reads; what happens in a run is components.policy.surge's.
"""

from collections.abc import Sequence
from typing import Final

from components.policy.plan import Plan
from components.policy.quantities import format_rate
from components.policy.reaction import Ramp, Step
from components.policy.surge.named_policies import guide, ours
from components.policy.surge.outcome import Outcome, outcome
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import SurgePolicy
from components.policy.surge.simulator import simulate
from components.policy.surge.world import World

from ..tables import Table

# Where the stack states no growth: the ramp by which policies are compared.
RAMP_S: Final = 120.0
# Parts of the autoscaler's period at which the load rises: just after it looked, in the middle, just before.
MOMENTS: Final = (0.99, 0.5, 0.01)


def step(plan: Plan) -> Profile:
    """From the baseline to what the growth steps to, else to the peak."""
    growth = plan.target.growth
    to_rps = growth.to_rps if isinstance(growth, Step) else plan.target.peak_rps
    return Profile.step(float(plan.target.baseline_rps), float(to_rps))


def ramp(plan: Plan) -> Profile:
    """From the baseline to the peak, as fast as the growth says, else in two minutes."""
    growth, base, peak = plan.target.growth, float(plan.target.baseline_rps), float(plan.target.peak_rps)
    over = (peak - base) / float(growth.rps_per_second) if isinstance(growth, Ramp) else RAMP_S
    return Profile.ramp(base, peak, max(1.0, over))


def growth_profiles(plan: Plan) -> list[Profile]:
    """The growth that the stack states, else one of each."""
    match plan.target.growth:
        case Step():
            return [step(plan)]
        case Ramp():
            return [ramp(plan)]
        case _:
            return [step(plan), ramp(plan)]


def surge_tables(plan: Plan) -> list[Table]:
    """The guide's policy beside this plan's; none where the nodes are somebody else's or nothing grows."""
    if plan.nodes is None or plan.target.peak_rps <= plan.target.baseline_rps:
        return []
    world = World.of_plan(plan)
    rows = [
        _row(profile, policy, _runs(world, policy, profile))
        for profile in growth_profiles(plan)
        for policy in (ours(plan), guide(plan))
    ]
    columns = (
        "load, policy",
        "s to capacity",
        "s to 80 %",
        "shed",
        "least of needed",
        "pods",
        "nodes",
        "follows",
    )
    title = (
        f"Surge from {format_rate(plan.target.baseline_rps)} rps, simulated (worst of {len(MOMENTS)} moments)"
    )
    return [Table(title, columns, rows)]


def _runs(world: World, policy: SurgePolicy, profile: Profile) -> list[Outcome]:
    period = world.timings.sync_s
    return [outcome(simulate(world, policy, profile, phase_s=part * period)) for part in MOMENTS]


def _row(profile: Profile, policy: SurgePolicy, found: Sequence[Outcome]) -> tuple[str, ...]:
    worst = max(found, key=lambda one: one.shed_share)
    return (
        f"{described(profile)}: {policy.name}",
        seconds(worst.capacity_s),
        seconds(worst.utilised_80_s),
        f"{worst.shed_share:.1%}",
        f"{min(1.0, worst.least_of_needed):.0%}",
        str(worst.peak_pods),
        str(worst.peak_nodes),
        "no" if worst.shed_requests > 0 else "yes",
    )


def described(profile: Profile) -> str:
    """A load in a few words: its name, its peak, and how long it rises."""
    rises = next((point.at_s for point in profile.points if point.rps == profile.peak_rps), 0.0)
    return f"{profile.name} to {profile.peak_rps:g}" + (f" in {rises:g} s" if rises else "")


def seconds(found: float | None) -> str:
    """A time that may never come."""
    return "never" if found is None else f"{found:g}"

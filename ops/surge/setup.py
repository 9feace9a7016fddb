"""What a run is made of: lanes, load, faults and the model. Plain values that the command puts together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from components.policy.plan import Plan
from components.policy.surge.flow import CallGraph
from components.policy.surge.profile import Profile
from components.policy.surge.world import World

from .lane_model import Lane, Model
from .render import ApiObject

# Before the profile starts the run shows that nothing moves.
QUIET_S: Final = 15.0


@dataclass(frozen=True)
class Setup:
    """``world`` is what the simulator would be given, ``stack`` what it is called, ``beyond`` the limits that the load
    goes beyond."""

    plan: Plan
    objects: tuple[ApiObject, ...]
    lanes: tuple[Lane, ...]
    profile: Profile
    world: World
    stagger_s: float = 0.0
    # Unix seconds at which the profile of a stack's own event starts; None: when everything has settled.
    begins_at: float | None = None
    prices: Mapping[str, float] | None = None
    stack: str = ""
    beyond: tuple[str, ...] = ()

    @property
    def graph(self) -> CallGraph:
        return self.world.graph

    @property
    def rps_per_pod(self) -> dict[str, float]:
        return {name: one.rps_per_pod for name, one in self.world.services.items()}

    @property
    def model(self) -> Model:
        """Every pod pulls its image here; the simulator pulls once a node."""
        services = self.world.services
        return Model(
            ready_after_s={name: one.pull_s + one.ready_after_s for name, one in services.items()},
            leaves_after_s={name: one.leaves_after_s for name, one in services.items()},
            launch_s=self.world.nodes.launch_s,
        )

    def floor(self, lane: Lane, service: str) -> int:
        """The least pods of a service in a lane."""
        if lane.own:
            return self.plan.services[service].replicas.floor.value
        return lane.policy.services[service].floor

    @property
    def delay_s(self) -> float:
        """How late every metric is."""
        return self.world.timings.metric_delay_s

    def modelled(self) -> list[str]:
        """What is modelled in a run of either kind, for its report."""
        model, timings = self.model, self.world.timings
        ready = ", ".join(f"{name} {wait:g} s" for name, wait in model.ready_after_s.items())
        capacity = ", ".join(f"{name} {rps:g} rps" for name, rps in self.rps_per_pod.items())
        return [
            f"nodes: a launch takes {model.launch_s:g} s after Karpenter has decided; no machine is behind them",
            f"pods: from being bound to taking requests (pull, start, readiness): {ready}; no process runs in them",
            f"what a pod carries: {capacity}; what is beyond is shed at once and costs nothing",
            f"the metric of requests per second is a mean over {timings.rate_window_s:g} s, {self.delay_s:g} s late;"
            f" CPU is a mean over {timings.cpu_rate_s:g} s, its request at what a pod carries",
            "load balancing is even and at once; a pod takes requests from Ready until it is told to leave",
        ]

"""What a lane of a run is, what of it is modelled, and how KWOK is told: marks and times. Makes no object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from components.policy.surge.faults import Fault, called
from components.policy.surge.scaling_policy import SurgePolicy

# On everything that a run makes outside of its namespaces and on these; its value is the lane's name.
MARK: Final = "headroom.dev/surge"
# KWOK's Stage for a pod's readiness (tools/local/stages.yaml).
READY_DELAY: Final = "pod-ready.stage.kwok.x-k8s.io/delay"
READY_JITTER: Final = "pod-ready.stage.kwok.x-k8s.io/jitter-delay"
LEAVE_DELAY: Final = "pod-delete.stage.kwok.x-k8s.io/delay"
LEAVE_JITTER: Final = "pod-delete.stage.kwok.x-k8s.io/jitter-delay"
OTHER_S: Final = 1.0


@dataclass(frozen=True)
class Lane:
    """``name`` names the namespace and the mark, and begins the name of what is outside of it. ``own``: the stack's
    autoscalers as they are. ``faults`` are what breaks in it, ``alone`` that other lanes break otherwise."""

    name: str
    policy: SurgePolicy
    own: bool
    faults: tuple[Fault, ...] = ()
    alone: bool = False
    # What of a file was taken for what.
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """As the report has it."""
        return ", ".join([self.policy.name, *(called(one) for one in self.faults if self.alone)])


@dataclass(frozen=True)
class Model:
    """What is not real: from a pod's binding until it takes requests, how long it takes to leave, and a node's launch.
    By service, in seconds; any other pod takes ``OTHER_S``."""

    ready_after_s: Mapping[str, float]
    leaves_after_s: Mapping[str, float]
    launch_s: float


def delays(ready_s: float, leave_s: float) -> dict[str, str]:
    """What KWOK's Stages read on a pod."""
    ready, leave = seconds(ready_s), seconds(leave_s)
    return {READY_DELAY: ready, READY_JITTER: ready, LEAVE_DELAY: leave, LEAVE_JITTER: leave}


def launch_delay(value: float) -> str:
    """As a KWOKNodeClass takes it: whole seconds."""
    return f"{round(value)}s"


def seconds(value: float) -> str:
    """As Kubernetes and KWOK read a duration."""
    return f"{round(value * 1000)}ms"

"""Equal pods as nodes see them: how many, how large, how soon they leave, and which nodes they can run on."""

from typing import Literal

from pydantic import Field

from .derived import Frozen
from .quantities import Bytes, Millicores, Milliseconds

Architecture = Literal["amd64", "arm64"]


class PodGroup(Frozen):
    """Equal pods: how many at rest, at the peak and on top during a rollout, with one pod's requests.

    ``floor`` is what stands at the baseline: the autoscaler's floor, or the more at which it rests.

    ``leaves_within`` is how long one pod may take from the eviction until it is gone and its replacement is
    ready.
    """

    name: str
    floor: int
    peak: int
    surge: int
    cpu: Millicores
    memory: Bytes
    # Where one is stated, what a pod may use at most.
    cpu_limit: Millicores | None = None
    leaves_within: Milliseconds = Milliseconds(0)
    # Stated where more of them on one node would defeat their purpose, as a master beside its replica.
    per_host: int | None = Field(default=None, ge=1)
    # Whether it stands the loss of a node at two minutes' notice, as spot is reclaimed.
    tolerates_reclaim: bool = False
    # What its image is built for; None: nobody said.
    architectures: list[Architecture] | None = None

"""What a stack says of any of its pods, served or not: how the process runs, what it may read, reach and do.

No number follows from any of it, but for what is started beside a process.
"""

from typing import Annotated, Literal

from pydantic import Field

from components.policy.derived import Frozen
from components.policy.pod_resources import Started, of_pod
from components.policy.workload import Resources

from .containers import Before, ObjectName, Runs
from .identity import AnyIdentity, Identity
from .reaching import Labels, Reached


class TopologySpread(Frozen):
    """Over zones strictly, over hosts as far as possible."""

    kind: Literal["topology"] = "topology"


class PreferredAntiAffinity(Frozen):
    """The guide's way (section 6): hosts are preferred to differ; zones are left to chance."""

    kind: Literal["preferred-anti-affinity"]
    weight: int = Field(default=100, ge=1, le=100, strict=True)


Spread = Annotated[TopologySpread | PreferredAntiAffinity, Field(discriminator="kind")]


PortNumber = Annotated[int, Field(ge=1024, le=65_535, strict=True)]
# Kubernetes, "Service": an IANA service name of up to 15 characters.
PortName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$",
        description="at most 15 lower-case letters, digits and dashes",
        examples=["raft"],
    ),
]


class GrpcPort(Frozen):
    """gRPC beside HTTP."""

    kind: Literal["grpc"]
    number: PortNumber
    name: PortName = "grpc"


class TcpPort(Frozen):
    """Any other protocol on TCP."""

    kind: Literal["tcp"]
    number: PortNumber
    name: PortName


Port = Annotated[GrpcPort | TcpPort, Field(discriminator="kind")]


class Process(Runs):
    """How the process of a service or a worker runs, and what its pod has beside it."""

    # Started before it, in this order, each after the one before it.
    init_containers: list[Before] = []
    # Of the pods, for what reads them there: a service mesh, a log collector.
    pod_labels: Labels = {}
    pod_annotations: dict[str, str] = Field(default_factory=dict)
    # A PriorityClass that is there.
    priority_class: ObjectName | None = None
    # Dots that a name needs to be asked of DNS as it is; Kubernetes says 5, which asks for names outside five times.
    ndots: int | None = Field(default=None, ge=1, le=15, strict=True)
    image_pull_secrets: list[ObjectName] = Field(default_factory=list)
    egress: list[Reached] = []
    spread: Spread = TopologySpread()
    identity: AnyIdentity = Identity()

    def of_pod(self, app: Resources) -> Resources:
        """What one pod requests, ``app`` being the resources of the service's own container."""
        return of_pod(app, [Started(one.resources, one.kind == "sidecar") for one in self.init_containers])

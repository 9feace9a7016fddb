"""What a stack says of any of its pods, served or not: how the process runs, what it may read, reach and do.

No number follows from any of it.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from components.policy.cidr import block
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.quantities import Bytes

# Kubernetes, "Object Names and IDs": most objects are named by an RFC 1123 subdomain, volumes by a label.
ObjectName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$",
        description="at most 253 lower-case letters, digits, dashes and dots",
        examples=["gateway-keys"],
    ),
]
VolumeName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
        description="at most 63 lower-case letters, digits and dashes",
        examples=["certificates"],
    ),
]
EnvName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="letters, digits and underscores, no digit first",
        examples=["LOG_LEVEL"],
    ),
]
AbsolutePath = Annotated[str, Field(pattern=r"^/", description="an absolute path", examples=["/etc/tls"])]

# Every pod has this volume already: its root is read-only.
TEMPORARY: Final = ("tmp", "/tmp")


def _network(cidr: str) -> str:
    return str(block(cidr))


class SecretKey(Frozen):
    """One key of a Kubernetes Secret in the platform's namespace."""

    secret: ObjectName
    key: str = Field(min_length=1)


class SecretVolume(Frozen):
    """The files of a Secret, read-only."""

    kind: Literal["secret"]
    name: ObjectName
    mount_path: AbsolutePath


class ConfigMapVolume(Frozen):
    """The files of a ConfigMap, read-only."""

    kind: Literal["config-map"]
    name: ObjectName
    mount_path: AbsolutePath


class EmptyDirVolume(Frozen):
    """Scratch space, bounded, gone with the pod."""

    kind: Literal["empty-dir"]
    size_limit: Bytes = Field(gt=0)
    mount_path: AbsolutePath


Volume = Annotated[SecretVolume | ConfigMapVolume | EmptyDirVolume, Field(discriminator="kind")]


class TopologySpread(Frozen):
    """Over zones strictly, over hosts as far as possible."""

    kind: Literal["topology"] = "topology"


class PreferredAntiAffinity(Frozen):
    """The guide's way (section 6): hosts are preferred to differ; zones are left to chance."""

    kind: Literal["preferred-anti-affinity"]
    weight: int = Field(default=100, ge=1, le=100, strict=True)


Spread = Annotated[TopologySpread | PreferredAntiAffinity, Field(discriminator="kind")]


class Identity(Frozen):
    """The pod's ServiceAccount; its token stays unmounted unless the service talks to the Kubernetes API."""

    kind: Literal["service-account"] = "service-account"
    annotations: dict[str, str] = Field(default_factory=dict)
    mount_token: bool = Field(default=False, strict=True)


IamAction = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+:[A-Za-z0-9]+$",
        description="one action by its full name, SERVICE:ACTION",
        examples=["s3:GetObject"],
    ),
]
AnyArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:.+$",
        description="an ARN, arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE",
        examples=["arn:aws:s3:::tickets/*"],
    ),
]
Sid = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9]{1,64}$",
        description="at most 64 letters and digits",
        examples=["ReadTickets"],
    ),
]


class Right(Frozen):
    """What pods may do with what, in AWS: actions by their full names, things by ARN."""

    actions: list[IamAction] = Field(min_length=1, examples=["[s3:GetObject]"])
    resources: list[AnyArn] = Field(min_length=1, examples=['["arn:aws:s3:::tickets/*"]'])


class AwsIdentity(Frozen):
    """The same with a role of its own in AWS (EKS Pod Identity), in the program's own cluster. Rights by name."""

    kind: Literal["aws"]
    annotations: dict[str, str] = Field(default_factory=dict)
    mount_token: bool = Field(default=False, strict=True)
    # What its queues need is added.
    rights: dict[Sid, Right] = Field(default_factory=dict)


def _kind_of(value: object) -> object:
    """An identity without a kind is the ServiceAccount alone."""
    return (
        value.get("kind", "service-account") if isinstance(value, Mapping) else getattr(value, "kind", None)
    )


AnyIdentity = Annotated[
    Annotated[Identity, Tag("service-account")] | Annotated[AwsIdentity, Tag("aws")],
    Discriminator(_kind_of),
]


class Egress(Frozen):
    """Addresses outside the cluster that a service must reach: a database, a payment provider, AWS' own API."""

    cidr: Annotated[str, AfterValidator(_network)] = Field(examples=["10.20.0.0/16"])
    ports: list[Annotated[int, Field(ge=1, le=65_535, strict=True)]] = Field(min_length=1)


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


class Process(Frozen):
    """How the process of a service or a worker runs."""

    command: list[str] = Field(default_factory=list)
    args: list[str] = Field(default_factory=list)
    env: dict[EnvName, str] = Field(default_factory=dict)
    env_from_secrets: dict[EnvName, SecretKey] = Field(default_factory=dict)
    volumes: dict[VolumeName, Volume] = Field(default_factory=dict)
    image_pull_secrets: list[ObjectName] = Field(default_factory=list)
    egress: list[Egress] = []
    spread: Spread = TopologySpread()
    identity: AnyIdentity = Identity()

    @model_validator(mode="after")
    def _each_variable_once(self) -> Self:
        both = sorted(self.env.keys() & self.env_from_secrets.keys())
        if both:
            raise ConfigurationError(
                field=f"env.{both[0]}",
                value=None,
                allowed="each variable once, and this one is in env_from_secrets too",
                remedy="remove it from env",
            )
        return self

    @model_validator(mode="after")
    def _each_path_once(self) -> Self:
        seen = {TEMPORARY[1]: TEMPORARY[0]}
        for name, volume in self.volumes.items():
            if name == TEMPORARY[0]:
                raise ConfigurationError(
                    field=f"volumes.{name}",
                    value=None,
                    allowed=f"another name: every pod has a volume {name} on {TEMPORARY[1]}",
                    remedy="rename it",
                )
            if volume.mount_path in seen:
                raise ConfigurationError(
                    field=f"volumes.{name}.mount_path",
                    value=volume.mount_path,
                    allowed=f"one volume on each path, and {seen[volume.mount_path]} is on this one",
                    remedy="mount it elsewhere",
                )
            seen[volume.mount_path] = name
        return self

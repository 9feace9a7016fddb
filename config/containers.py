"""What a stack says of one container of a pod: how its process runs, what it is told, what it reads.

No number follows from it but what it requests.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from components.policy.bounds import MOST_USER
from components.policy.container import NON_ROOT_USER, PodFact
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.images import Image
from components.policy.quantities import Bytes, Milliseconds
from components.policy.workload import Probe, Resources

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

# Kubernetes, ConfigMap: keys.
FileName = Annotated[
    str,
    Field(
        pattern=r"^[-._a-zA-Z0-9]{1,253}$",
        description="one key: letters, digits, dashes, underscores and dots",
        examples=["application.yaml"],
    ),
]

# Every pod has this volume already: its root is read-only.
TEMPORARY: Final = ("tmp", "/tmp")


class SecretKey(Frozen):
    """One key of a Kubernetes Secret in the platform's namespace."""

    secret: ObjectName
    key: str = Field(min_length=1)


class ConfigMapKey(Frozen):
    """One key of a ConfigMap in the platform's namespace."""

    config_map: ObjectName
    key: str = Field(min_length=1)


class SecretVolume(Frozen):
    """The files of a Secret, read-only; with ``file`` one of them, at the path itself."""

    kind: Literal["secret"]
    name: ObjectName
    mount_path: AbsolutePath
    file: FileName | None = None


class ConfigMapVolume(Frozen):
    """The files of a ConfigMap, read-only; with ``file`` one of them, at the path itself."""

    kind: Literal["config-map"]
    name: ObjectName
    mount_path: AbsolutePath
    file: FileName | None = None


class EmptyDirVolume(Frozen):
    """Scratch space, bounded, gone with the pod. In memory it counts against the container's memory limit."""

    kind: Literal["empty-dir"]
    size_limit: Bytes = Field(gt=0)
    mount_path: AbsolutePath
    medium: Literal["disk", "memory"] = "disk"


class TokenVolume(Frozen):
    """A token of the pod's ServiceAccount, in a file of that name, for somebody outside who trusts the cluster: Vault,
    another cloud. The kubelet renews it."""

    kind: Literal["token"]
    audience: str = Field(min_length=1, examples=["vault"])
    # Kubernetes, "ServiceAccount token volume projection": 10 minutes at least.
    expires_in: Milliseconds = Field(default=Milliseconds.parse("1h"), ge=600_000, le=86_400_000)
    mount_path: AbsolutePath


class SecretStoreVolume(Frozen):
    """Files of a secret store by the Secrets Store CSI driver, which is there; by a SecretProviderClass."""

    kind: Literal["secret-store"]
    provider_class: ObjectName
    mount_path: AbsolutePath


Volume = Annotated[
    SecretVolume | ConfigMapVolume | EmptyDirVolume | TokenVolume | SecretStoreVolume,
    Field(discriminator="kind"),
]


class AllOf(Frozen):
    """Every key of a ConfigMap or a Secret in the platform's namespace as a variable of its name."""

    kind: Literal["config-map", "secret"]
    name: ObjectName
    # Goes before each key.
    prefix: EnvName | None = None


class Runs(Frozen):
    """How a process runs, and what it is told."""

    command: list[str] = Field(default_factory=list)
    args: list[str] = Field(default_factory=list)
    env: dict[EnvName, str] = Field(default_factory=dict)
    env_from_secrets: dict[EnvName, SecretKey] = Field(default_factory=dict)
    env_from_config_maps: dict[EnvName, ConfigMapKey] = Field(default_factory=dict)
    # Whole ConfigMaps and Secrets; the later wins, and env over all.
    env_from: list[AllOf] = []
    # What the pod knows of itself (Kubernetes, "Downward API").
    env_from_pod: dict[EnvName, PodFact] = Field(default_factory=dict, examples=["{POD_IP: status.podIP}"])
    volumes: dict[VolumeName, Volume] = Field(default_factory=dict)
    # The number of the user that it runs as; never root.
    user: int = Field(default=NON_ROOT_USER, ge=1, le=MOST_USER, strict=True)

    @model_validator(mode="after")
    def _each_variable_once(self) -> Self:
        seen: dict[str, str] = {}
        places: dict[str, Mapping[str, object]] = {
            "env_from_pod": self.env_from_pod,
            "env_from_config_maps": self.env_from_config_maps,
            "env_from_secrets": self.env_from_secrets,
            "env": self.env,
        }
        for place, named in places.items():
            for name in sorted(named):
                if name in seen:
                    raise ConfigurationError(
                        field=f"{place}.{name}",
                        value=None,
                        allowed=f"each variable once, and this one is in {seen[name]} too",
                        remedy=f"remove it from {place}",
                    )
                seen[name] = place
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


class InitContainer(Runs):
    """A step that has to end well before the service starts."""

    kind: Literal["step"]
    name: VolumeName
    image: Image
    resources: Resources


class Sidecar(Runs):
    """A process beside the service for as long as its pod lives; it starts before it and ends after it."""

    kind: Literal["sidecar"]
    name: VolumeName
    image: Image
    resources: Resources
    # What comes after it waits for this one.
    startup: Probe | None = None
    readiness: Probe | None = None


Before = Annotated[InitContainer | Sidecar, Field(discriminator="kind")]

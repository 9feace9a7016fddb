"""What runs in one container and what it is told: plain data, without a number and without a place in a pod."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import pulumi

from .policy.bounds import MOST_USER
from .policy.container import NON_ROOT_USER, PodFact
from .policy.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class SecretKey:
    """One key of a Secret that somebody else keeps."""

    secret: pulumi.Input[str]
    key: str


@dataclass(frozen=True, kw_only=True)
class ConfigMapKey:
    """One key of a ConfigMap that somebody else keeps."""

    config_map: pulumi.Input[str]
    key: str


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """Every key of a ConfigMap or a Secret as a variable of its name; ``prefix`` goes before each."""

    kind: Literal["ConfigMap", "Secret"]
    name: pulumi.Input[str]
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A volume and where the container sees it. ``source`` is the API's volume source, e.g. ``{"secret": {...}}``.

    Containers of one pod share a volume by its name, which then has one source. ``sub_path`` is the one file or folder
    of it that is mounted: among what the image has there, and never brought up to date while the pod lives.
    """

    name: str
    mount_path: str
    source: Mapping[str, Any]
    read_only: bool = True
    sub_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class Process:
    """What runs: the image, how it is started, what it is told.

    ``env_from`` are whole ConfigMaps and Secrets, of which the later wins and ``env`` over all; ``env_from_pod`` is
    what the pod knows of itself, such as ``{"POD_IP": "status.podIP"}``. ``user`` is the number that it runs as, and
    root is refused: an image that names its user by a word has to be told the number.
    """

    image: pulumi.Input[str]
    command: Sequence[str] = ()
    args: Sequence[str] = ()
    env: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    env_from_secrets: Mapping[str, SecretKey] = field(default_factory=dict)
    env_from_config_maps: Mapping[str, ConfigMapKey] = field(default_factory=dict)
    env_from: Sequence[AllOf] = ()
    env_from_pod: Mapping[str, PodFact] = field(default_factory=dict)
    volumes: Sequence[Volume] = ()
    user: int = NON_ROOT_USER

    def __post_init__(self) -> None:
        if not 1 <= self.user <= MOST_USER:
            raise ConfigurationError(
                field="user",
                value=str(self.user),
                allowed=f"the number of a user other than root, 1 to {MOST_USER}",
                remedy="let the image run as another user; its files have to be that user's",
            )
        known = get_args(PodFact)
        for name, fact in self.env_from_pod.items():
            if fact not in known:
                raise ConfigurationError(
                    field=f"env_from_pod.{name}",
                    value=fact,
                    allowed=", ".join(known),
                    remedy="name one of these",
                )

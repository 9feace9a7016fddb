"""What runs in a container, as plain inputs: its image, how it is started, what it is told, what it sees."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypedDict

import pulumi

from .. import pod, process
from .metrics import Port, ports
from .reading import stated, values, whole


class SecretKey(TypedDict):
    """One key of a Secret that somebody else keeps."""

    secret: pulumi.Input[str]
    """Name of the Secret, in the service's namespace."""
    key: str
    """The key in it."""


class ConfigMapKey(TypedDict):
    """One key of a ConfigMap that somebody else keeps."""

    config_map: pulumi.Input[str]
    """Name of the ConfigMap, in the service's namespace."""
    key: str
    """The key in it."""


class Volume(TypedDict):
    """A volume and where the container sees it."""

    name: str
    """Its name in the pod."""
    mount_path: str
    """An absolute path in the container."""
    source: dict[str, Any]
    """The Kubernetes API's volume source, such as {secret: {secretName: tls}}."""
    read_only: bool | None
    """Whether the container may only read it. Default: true."""
    sub_path: str | None
    """The one file or folder of it that is mounted. Left out: all of it."""


class Source(Enum):
    """What holds variables."""

    CONFIG_MAP = "ConfigMap"
    """A ConfigMap."""
    SECRET = "Secret"
    """A Secret."""


class AllOf(TypedDict):
    """Every key of a ConfigMap or a Secret as a variable of its name."""

    kind: Source
    """Which of the two."""
    name: pulumi.Input[str]
    """Its name, in the service's namespace."""
    prefix: str | None
    """Goes before each key. Left out: nothing does."""


class Speaks(Enum):
    """What a service answers on its own port."""

    HTTP = "http"
    """HTTP."""
    GRPC = "grpc"
    """gRPC alone: then its probes and its metrics are on other ports."""


class Container(TypedDict):
    """What runs: the image, how it is started, what it is told."""

    image: pulumi.Input[str]
    """A digest, or a tag with a version in it ("shop/search:3.1.0"); a tag that moves is refused."""
    port: int | None
    """The port that it listens on. Default: 8000."""
    ports: list[Port] | None
    """What it listens on besides."""
    speaks: Speaks | None
    """What it answers on its port. Default: http."""
    command: list[str] | None
    """Replaces the image's entrypoint."""
    args: list[str] | None
    """Replaces the image's arguments."""
    env: dict[str, pulumi.Input[str]] | None
    """Environment variables; they win over the derived ones of the same name."""
    env_from_secrets: dict[str, SecretKey] | None
    """Environment variables whose values are keys of Secrets."""
    env_from_config_maps: dict[str, ConfigMapKey] | None
    """Environment variables whose values are keys of ConfigMaps."""
    env_from: list[AllOf] | None
    """Whole ConfigMaps and Secrets; the later wins, and env over all."""
    env_from_pod: dict[str, str] | None
    """What the pod knows of itself, such as {POD_IP: "status.podIP"}."""
    volumes: list[Volume] | None
    """Volumes besides /tmp, which is always there."""
    user: int | None
    """The number of the user that it runs as; root is refused. Default: 65532."""


class Process(TypedDict):
    """What runs in a pod that nobody calls."""

    image: pulumi.Input[str]
    """A digest, or a tag with a version in it ("shop/mailer:3.1.0"); a tag that moves is refused."""
    command: list[str] | None
    """Replaces the image's entrypoint."""
    args: list[str] | None
    """Replaces the image's arguments."""
    env: dict[str, pulumi.Input[str]] | None
    """Environment variables; they win over the derived ones of the same name."""
    env_from_secrets: dict[str, SecretKey] | None
    """Environment variables whose values are keys of Secrets."""
    env_from_config_maps: dict[str, ConfigMapKey] | None
    """Environment variables whose values are keys of ConfigMaps."""
    env_from: list[AllOf] | None
    """Whole ConfigMaps and Secrets; the later wins, and env over all."""
    env_from_pod: dict[str, str] | None
    """What the pod knows of itself, such as {POD_IP: "status.podIP"}."""
    volumes: list[Volume] | None
    """Volumes besides /tmp, which is always there."""
    user: int | None
    """The number of the user that it runs as; root is refused. Default: 65532."""


def container(given: Container, field: str) -> pod.Container:
    """The container that is meant."""
    fields = _told(given, field)
    port = given.get("port")
    if port is not None:
        fields["port"] = whole(port, f"{field}.port")
    speaks = given.get("speaks")
    if speaks is not None:
        fields["speaks"] = speaks.value
    return pod.Container(**fields, ports=ports(given.get("ports"), f"{field}.ports"))


def process_of(given: Process, field: str) -> process.Process:
    """The process that is meant."""
    return process.Process(**_told(given, field))


def _told(given: Container | Process, field: str) -> dict[str, Any]:
    fields = stated(given, "image", "command", "args")
    user = given.get("user")
    if user is not None:
        fields["user"] = whole(user, f"{field}.user")
    facts: Mapping[str, Any] = values(given.get("env_from_pod"), f"{field}.envFromPod")
    secrets = values(given.get("env_from_secrets"), f"{field}.envFromSecrets")
    maps = values(given.get("env_from_config_maps"), f"{field}.envFromConfigMaps")
    return {
        **fields,
        "env": values(given.get("env"), f"{field}.env"),
        "env_from_secrets": {name: process.SecretKey(**source) for name, source in secrets.items()},
        "env_from_config_maps": {name: process.ConfigMapKey(**source) for name, source in maps.items()},
        "env_from": [_all_of(source) for source in given.get("env_from") or ()],
        "env_from_pod": facts,
        "volumes": [process.Volume(**stated(volume)) for volume in given.get("volumes") or ()],
    }


def _all_of(given: AllOf) -> process.AllOf:
    rest = stated(given, "name", "prefix")
    if given["kind"] == Source.SECRET:
        return process.AllOf(kind="Secret", **rest)
    return process.AllOf(kind="ConfigMap", **rest)

"""A stack's words for what runs in a container, and for what starts before it, as the library's."""

from typing import Any, Final, Literal

from components import AllOf, ConfigMapKey, InitContainer, Process, SecretKey, Sidecar, Volume
from config import containers

_KINDS: Final[dict[str, Literal["ConfigMap", "Secret"]]] = {"config-map": "ConfigMap", "secret": "Secret"}


def process_fields(stated: containers.Runs) -> dict[str, Any]:
    """How the process runs, but for its image and what is wired into its environment."""
    return {
        "command": stated.command,
        "args": stated.args,
        "env_from_secrets": {
            name: SecretKey(secret=source.secret, key=source.key)
            for name, source in stated.env_from_secrets.items()
        },
        "env_from_config_maps": {
            name: ConfigMapKey(config_map=source.config_map, key=source.key)
            for name, source in stated.env_from_config_maps.items()
        },
        "env_from": [
            AllOf(kind=_KINDS[source.kind], name=source.name, prefix=source.prefix or "")
            for source in stated.env_from
        ],
        "env_from_pod": stated.env_from_pod,
        "volumes": [_volume(name, volume) for name, volume in stated.volumes.items()],
        "user": stated.user,
    }


def before(stated: containers.Before) -> InitContainer | Sidecar:
    """What starts before the service."""
    process = Process(image=stated.image, env=stated.env, **process_fields(stated))
    match stated:
        case containers.InitContainer():
            return InitContainer(name=stated.name, process=process, resources=stated.resources)
        case containers.Sidecar():
            return Sidecar(
                name=stated.name,
                process=process,
                resources=stated.resources,
                startup=stated.startup,
                readiness=stated.readiness,
            )


def _volume(name: str, volume: containers.Volume) -> Volume:
    source: dict[str, Any]
    match volume:
        case containers.SecretVolume():
            source = {"secret": {"secretName": volume.name}}
        case containers.ConfigMapVolume():
            source = {"configMap": {"name": volume.name}}
        case containers.EmptyDirVolume():
            medium = {"medium": "Memory"} if volume.medium == "memory" else {}
            source = {"emptyDir": {"sizeLimit": str(volume.size_limit), **medium}}
        case containers.TokenVolume():
            token = {
                "path": "token",
                "audience": volume.audience,
                "expirationSeconds": volume.expires_in.seconds,
            }
            source = {"projected": {"sources": [{"serviceAccountToken": token}]}}
        case containers.SecretStoreVolume():
            source = {
                "csi": {
                    "driver": "secrets-store.csi.k8s.io",
                    "readOnly": True,
                    "volumeAttributes": {"secretProviderClass": volume.provider_class},
                }
            }
    return Volume(
        name=name,
        mount_path=volume.mount_path,
        source=source,
        read_only=not isinstance(volume, containers.EmptyDirVolume),
        sub_path=getattr(volume, "file", None),
    )

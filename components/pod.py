"""The pod of a service: restricted by default, spread, probed, drained. Plain dictionaries in the API's own words.

Nothing here decides a number; they come from the policy layer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from .api import ApiObject
from .policy.quantities import Bytes
from .policy.workload import Probes, Resources, Shutdown
from .ports import Port, container_ports
from .probes import probe_fields

# A user that exists in no image and owns nothing; 65532 is what distroless images call nonroot.
NON_ROOT_USER: Final = 65532


@dataclass(frozen=True, kw_only=True)
class SecretKey:
    """One key of a Secret that somebody else keeps."""

    secret: pulumi.Input[str]
    key: str


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A volume and where the container sees it. ``source`` is the API's volume source, e.g. ``{"secret": {...}}``."""

    name: str
    mount_path: str
    source: Mapping[str, Any]
    read_only: bool = True


@dataclass(frozen=True, kw_only=True)
class TopologySpread:
    """Over zones strictly, so that the loss of one takes a Z-th of the pods; over hosts as far as possible.

    ``minDomains`` is left out on purpose: after a zone is lost it would hold back every new pod. ``pods_per_host`` is
    the most that one host should hold; None is as many as the component may lose at once.
    """

    pods_per_host: int | None = None


@dataclass(frozen=True, kw_only=True)
class PreferredAntiAffinity:
    """The guide's way (section 6): hosts are preferred to differ, weight 100; zones are left to chance."""

    weight: int = 100


@dataclass(frozen=True, kw_only=True)
class SeparateHosts:
    """Over zones, and over hosts as strictly: for pods whose neighbour on the same host would defeat their purpose."""


Spread = TopologySpread | PreferredAntiAffinity | SeparateHosts


@dataclass(frozen=True, kw_only=True)
class Process:
    """What runs: the image, how it is started, what it is told."""

    image: pulumi.Input[str]
    command: Sequence[str] = ()
    args: Sequence[str] = ()
    env: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    env_from_secrets: Mapping[str, SecretKey] = field(default_factory=dict)
    volumes: Sequence[Volume] = ()


@dataclass(frozen=True, kw_only=True)
class Container(Process):
    """A process that answers HTTP on ``port``, and perhaps something else on ``ports``."""

    port: int = 8000
    ports: Sequence[Port] = ()


# The kubelet keeps five files of 10Mi of a container's log (containerLogMaxFiles, containerLogMaxSize), and a sixth
# while it rotates them.
LOGS: Final = Bytes.parse("60Mi")
TMP: Final = Bytes.parse("64Mi")

ZONE: Final = "topology.kubernetes.io/zone"
HOST: Final = "kubernetes.io/hostname"

CONTAINER_SECURITY: Final[ApiObject] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


def pod_security(user: int = NON_ROOT_USER) -> ApiObject:
    """The pod half of the restricted Pod Security Standard."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def spread_fields(spread: Spread, selector: Mapping[str, str], revision_label: str) -> ApiObject:
    """The pod spec fields of a spread. ``revision_label`` keeps an old revision's pods from counting in a rollout."""
    match spread:
        case PreferredAntiAffinity(weight=weight):
            term = {"labelSelector": {"matchLabels": dict(selector)}, "topologyKey": HOST}
            preferred = [{"weight": weight, "podAffinityTerm": term}]
            return {
                "affinity": {
                    "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}
                }
            }
        case TopologySpread(pods_per_host=pods_per_host):
            host = _constraint(HOST, pods_per_host or 1, "ScheduleAnyway", selector, revision_label)
        case SeparateHosts():
            host = _constraint(HOST, 1, "DoNotSchedule", selector, revision_label)
    zone = zone_spread(selector, revision_label)["topologySpreadConstraints"]
    return {"topologySpreadConstraints": [*zone, host]}


def zone_spread(selector: Mapping[str, str], revision_label: str) -> ApiObject:
    """Over zones strictly, on whatever hosts."""
    return {"topologySpreadConstraints": [_constraint(ZONE, 1, "DoNotSchedule", selector, revision_label)]}


def _constraint(
    key: str, skew: int, otherwise: str, selector: Mapping[str, str], revision_label: str
) -> ApiObject:
    return {
        "maxSkew": skew,
        "topologyKey": key,
        "whenUnsatisfiable": otherwise,
        "labelSelector": {"matchLabels": dict(selector)},
        "matchLabelKeys": [revision_label],
        # The nodes of a lost zone are tainted and do not count any more.
        "nodeTaintsPolicy": "Honor",
    }


def resource_fields(resources: Resources) -> ApiObject:
    """Requests and limits as the API takes them."""
    limits = {"memory": str(resources.memory_limit)}
    if resources.cpu_limit is not None:
        limits["cpu"] = str(resources.cpu_limit)
    return {
        "requests": {"cpu": str(resources.cpu_request), "memory": str(resources.memory_request)},
        "limits": limits,
    }


def with_disk(resources: ApiObject, scratch: Bytes) -> ApiObject:
    """The same with the node's disk: ``scratch`` for volumes and room for the logs that the kubelet keeps. Without a
    request one pod fills the disk and the kubelet evicts its neighbours."""
    disk = {"ephemeral-storage": str(Bytes(scratch + LOGS))}
    return {name: {**part, **disk} for name, part in resources.items()}


def pod_spec(
    process: Process,
    *,
    ports: Sequence[tuple[str, int]],
    resources: Resources,
    probes: Probes,
    shutdown: Shutdown,
    spread: Spread,
    selector: Mapping[str, str],
    service_account: pulumi.Input[str],
    mount_token: bool,
    image_pull_secrets: Sequence[str],
) -> ApiObject:
    """The pod spec of a Deployment. ``ports`` are names and numbers."""
    # A read-only root still needs somewhere for temporary files; it is on the node's disk, bounded.
    volumes = [
        Volume(name="tmp", mount_path="/tmp", source={"emptyDir": {"sizeLimit": str(TMP)}}, read_only=False)
    ]
    volumes += process.volumes
    return {
        "serviceAccountName": service_account,
        "automountServiceAccountToken": mount_token,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": shutdown.grace_period.value.seconds,
        "securityContext": pod_security(),
        **(
            {"imagePullSecrets": [{"name": name} for name in image_pull_secrets]}
            if image_pull_secrets
            else {}
        ),
        **spread_fields(spread, selector, "pod-template-hash"),
        "containers": [_container(process, ports, resources, probes, shutdown, volumes)],
        "volumes": [{"name": volume.name, **volume.source} for volume in volumes],
    }


def _container(
    process: Process,
    ports: Sequence[tuple[str, int]],
    resources: Resources,
    probes: Probes,
    shutdown: Shutdown,
    volumes: Sequence[Volume],
) -> ApiObject:
    return {
        "name": "app",
        "image": process.image,
        **({"command": list(process.command)} if process.command else {}),
        **({"args": list(process.args)} if process.args else {}),
        "env": _env(process),
        **({"ports": container_ports(ports)} if ports else {}),
        "resources": with_disk(resource_fields(resources), _scratch(volumes)),
        "securityContext": CONTAINER_SECURITY,
        **probe_fields(probes),
        # The kubelet's own sleep: no shell in the image is needed (built in since Kubernetes 1.30).
        **(
            {"lifecycle": {"preStop": {"sleep": {"seconds": shutdown.pre_stop.seconds}}}}
            if shutdown.pre_stop
            else {}
        ),
        "volumeMounts": [
            {"name": volume.name, "mountPath": volume.mount_path, "readOnly": volume.read_only}
            for volume in volumes
        ],
    }


def _scratch(volumes: Sequence[Volume]) -> Bytes:
    """What the volumes on the node's disk may hold, where they say so."""
    empty = [volume.source.get("emptyDir", {}) for volume in volumes]
    return Bytes(sum(Bytes.parse(e.get("sizeLimit", 0)) for e in empty if e.get("medium") != "Memory"))


def _env(process: Process) -> list[ApiObject]:
    plain = [{"name": name, "value": value} for name, value in sorted(process.env.items())]
    return plain + [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": source.secret, "key": source.key}}}
        for name, source in sorted(process.env_from_secrets.items())
    ]

"""What a stack says about the deployment of one service: how its container runs and how it is reached.

The numbers of a service are components.policy's; this adds only what no number follows from.
"""

from ipaddress import ip_network
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from components.policy.derived import Frozen
from components.policy.images import Image
from components.policy.pod_group import Architecture
from components.policy.quantities import Bytes, Milliseconds
from components.policy.service import ServiceSpec

# Kubernetes, "Object Names and IDs": most objects are named by an RFC 1123 subdomain, volumes by a label.
ObjectName = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")]
VolumeName = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
EnvName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
AbsolutePath = Annotated[str, Field(pattern=r"^/")]

# Every pod has this volume already: its root is read-only.
TEMPORARY: Final = ("tmp", "/tmp")


def _network(cidr: str) -> str:
    try:
        return str(ip_network(cidr))
    except ValueError as error:
        raise ValueError(
            f"{error}; allowed: a network such as 10.20.0.0/16, or 203.0.113.7/32 for one address"
        ) from None


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


class ClusterIp(Frozen):
    """Reached inside the cluster, or by a load balancer that targets pod addresses."""

    kind: Literal["cluster-ip"] = "cluster-ip"


class NodePort(Frozen):
    """The guide's way in (section 6): a port on every node, each client pinned to one pod.

    Never the default: behind a load balancer with instance targets it pins the balancer's nodes, not clients.
    """

    kind: Literal["node-port"]
    # Kubernetes' default --service-node-port-range; left out, the API server chooses.
    node_port: int | None = Field(default=None, ge=30_000, le=32_767, strict=True)
    client_ip_timeout: Milliseconds = Milliseconds.parse("300s")


class HttpRoute(Frozen):
    """By a Gateway (Gateway API) that somebody else keeps."""

    kind: Literal["http-route"]
    gateway: ObjectName
    gateway_namespace: ObjectName
    hostnames: list[str] = Field(min_length=1)


Exposure = Annotated[ClusterIp | NodePort | HttpRoute, Field(discriminator="kind")]


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

    annotations: dict[str, str] = Field(default_factory=dict)
    mount_token: bool = Field(default=False, strict=True)


class Egress(Frozen):
    """Addresses outside the cluster that a service must reach: a database, a payment provider, AWS' own API."""

    cidr: Annotated[str, AfterValidator(_network)] = Field(examples=["10.20.0.0/16"])
    ports: list[Annotated[int, Field(ge=1, le=65_535, strict=True)]] = Field(min_length=1)


class StandIn(Frozen):
    """What runs for a service that names no image of its own."""

    image: Image
    architectures: list[Architecture] | None = Field(default=None, min_length=1)
    command: list[str] = Field(default_factory=list)
    args: list[str] = Field(default_factory=list)
    env: dict[EnvName, str] = Field(default_factory=dict)


class Service(ServiceSpec):
    """A service as a stack states it: its ServiceSpec (demand, resources, probes, ...) and its deployment."""

    # Below 1024 a process needs a capability, and the pods drop them all.
    port: int = Field(default=8000, ge=1024, le=65_535, strict=True)
    command: list[str] = Field(default_factory=list)
    args: list[str] = Field(default_factory=list)
    env: dict[EnvName, str] = Field(default_factory=dict)
    env_from_secrets: dict[EnvName, SecretKey] = Field(default_factory=dict)
    volumes: dict[VolumeName, Volume] = Field(default_factory=dict)
    image_pull_secrets: list[ObjectName] = Field(default_factory=list)
    egress: list[Egress] = []
    exposure: Exposure = ClusterIp()
    spread: Spread = TopologySpread()
    identity: Identity = Identity()

    @model_validator(mode="after")
    def _each_variable_once(self) -> Self:
        both = sorted(self.env.keys() & self.env_from_secrets.keys())
        if both:
            raise ValueError(
                f"{', '.join(both)} is in env and in env_from_secrets; allowed: in one; remove it from env"
            )
        return self

    @model_validator(mode="after")
    def _each_path_once(self) -> Self:
        paths = [volume.mount_path for volume in self.volumes.values()]
        if TEMPORARY[0] in self.volumes or TEMPORARY[1] in paths:
            raise ValueError("volumes: every pod has a volume tmp on /tmp; allowed: other names and paths")
        if len(set(paths)) < len(paths):
            raise ValueError("volumes: two are on the same mount_path; allowed: one volume on each path")
        return self

    @model_validator(mode="after")
    def _only_the_gateway_has_a_route(self) -> Self:
        if self.exposure.kind == "http-route" and self.tier != "gateway":
            raise ValueError(
                "exposure http-route opens a service to the outside; allowed: with tier gateway;"
                " set tier: gateway or remove exposure"
            )
        return self

    @property
    def spec(self) -> ServiceSpec:
        """The part that the plan is derived from."""
        return ServiceSpec(**{name: getattr(self, name) for name in ServiceSpec.model_fields})

"""What a stack says about the deployment of one service: how its container runs and how it is reached.

The numbers of a service are components.policy's; this adds only what no number follows from.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.policy.derived import Frozen
from components.policy.images import Image
from components.policy.pod_group import Architecture
from components.policy.quantities import Milliseconds
from components.policy.service import ServiceSpec

from .process import AbsolutePath, EnvName, ObjectName, Port, PortNumber, Process


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


class Metrics(Frozen):
    """How a service says what it is asked for: where, and by which counter of requests (scraping.REQUESTS_TOTAL)."""

    path: AbsolutePath = "/metrics"
    # Left out, its own port.
    port: PortNumber | None = None
    requests_total: str = Field(default="http_server_requests_total", pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$")


class StandIn(Frozen):
    """What runs for a service that names no image of its own."""

    image: Image
    architectures: list[Architecture] | None = Field(default=None, min_length=1)
    command: list[str] = Field(default_factory=list)
    args: list[str] = Field(default_factory=list)
    env: dict[EnvName, str] = Field(default_factory=dict)
    metrics: Metrics = Metrics()


class Service(Process, ServiceSpec):
    """A service as a stack states it: its ServiceSpec (demand, resources, probes, ...) and its deployment."""

    # Below 1024 a process needs a capability, and the pods drop them all.
    port: PortNumber = 8000
    ports: list[Port] = []
    metrics: Metrics = Metrics()
    exposure: Exposure = ClusterIp()

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

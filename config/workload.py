"""What a stack says about the deployment of one service: how its container runs and how it is reached.

The numbers of a service are components.policy's; this adds only what no number follows from.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.images import Image
from components.policy.pod_group import Architecture
from components.policy.port_names import GRPC, HTTP, check_grpc_alone, check_ports
from components.policy.service import ServiceSpec
from components.policy.workload import grpc_probes

from .containers import AbsolutePath, EnvName
from .exposure import ClusterIp, Exposure
from .process import Port, PortNumber, Process
from .reaching import Calling

# go-grpc-middleware's and java-grpc-prometheus' counter of calls that were answered.
_GRPC_REQUESTS: Final = "grpc_server_handled_total"


class Metrics(Frozen):
    """How a service says what it is asked for: where, and by which counter of requests (scraping.REQUESTS_TOTAL)."""

    path: AbsolutePath = "/metrics"
    # Left out, its own port.
    port: PortNumber | None = None
    requests_total: str = Field(
        default="http_server_requests_total",
        pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$",
        description="the name of a metric: letters, digits, underscores and colons, no digit first",
        examples=["http_server_requests_total"],
    )


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
    # On its own port. What speaks gRPC alone is asked for its health so, and has its metrics on another port.
    speaks: Literal["http", "grpc"] = "http"
    ports: list[Port] = []
    metrics: Metrics = Metrics()
    exposure: Exposure = ClusterIp()
    # Who calls it and is no service of the stack; what these ask is in nobody's `calls`, and is stated as entry_share.
    ingress: list[Calling] = []

    @model_validator(mode="before")
    @classmethod
    def _grpc_is_asked_by_grpc(cls, stated: Any) -> Any:
        """Probes and the counter that are left out follow from what is spoken."""
        if not isinstance(stated, Mapping) or stated.get("speaks") != "grpc":
            return stated
        port, probes, metrics = stated.get("port", 8000), stated.get("probes", {}), stated.get("metrics", {})
        if not (type(port) is int and isinstance(probes, Mapping) and isinstance(metrics, Mapping)):
            return stated
        asked = dict(grpc_probes(port)) if 0 < port < 65_536 else {}
        return {
            **stated,
            "probes": {**asked, **probes},
            "metrics": {"requests_total": _GRPC_REQUESTS, **metrics},
        }

    @model_validator(mode="after")
    def _each_port_once(self) -> Self:
        found = self.exposure.port if isinstance(self.exposure, ClusterIp) else None
        others = [(port.name, port.number) for port in self.ports]
        own = GRPC if self.speaks == "grpc" else HTTP
        for number in {self.port, found or self.port}:
            check_ports("ports", (own, number), others, self.metrics.port)
        return self

    @model_validator(mode="after")
    def _grpc_alone(self) -> Self:
        if self.speaks != "grpc":
            return self
        if self.exposure.kind not in ("cluster-ip", "node-port"):
            raise ConfigurationError(
                field="speaks",
                value="grpc",
                allowed=f"http, with exposure of kind {self.exposure.kind}",
                remedy="state its gRPC port in ports, and its services in exposure.grpc",
            )
        check_grpc_alone(self.probes, scraped=self.metrics.port is None)
        return self

    @model_validator(mode="after")
    def _only_the_gateway_has_a_route(self) -> Self:
        if self.exposure.kind not in ("cluster-ip", "node-port") and self.tier != "gateway":
            raise ConfigurationError(
                field="exposure.kind",
                value=self.exposure.kind,
                allowed="cluster-ip or node-port, with tier backend: the others open a service to the outside",
                remedy="set tier: gateway, or remove exposure",
            )
        return self

    @property
    def spec(self) -> ServiceSpec:
        """The part that the plan is derived from."""
        stated = {name: getattr(self, name) for name in ServiceSpec.model_fields}
        return ServiceSpec(**{**stated, "resources": self.of_pod(self.resources)})

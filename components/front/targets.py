"""What a load balancer or a route sends to: the entry's own port, its gRPC port, other services by path."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..policy.errors import ConfigurationError
from ..policy.workload import AnyProbe
from ..ports import GrpcPort, Port
from ..scalable_service import ScalableService


@dataclass(frozen=True, kw_only=True)
class Grpc:
    """gRPC services of the entry, by their full names (``sale.v1.Seats``), on a GrpcPort of its container."""

    services: Sequence[str]
    port: str = "grpc"


@dataclass(frozen=True, kw_only=True)
class PathRoute:
    """Requests whose path begins with ``path`` go past the entry to another service of its namespace.

    That service has to let them in (``ingress_from=[Anywhere()]``): a load balancer is no pod.
    """

    path: str
    service: ScalableService

    def __post_init__(self) -> None:
        if not self.path.startswith("/") or self.path == "/" or self.path.endswith("/"):
            raise ConfigurationError(
                field="way_in.routes.path",
                value=self.path,
                allowed='a path below the root without a slash at its end, such as "/reservations"',
                remedy="what remains goes to the entry itself",
            )

    @property
    def name(self) -> str:
        """The service's name, which its Service has too."""
        return self.service.pulumi_resource_name

    @property
    def readiness(self) -> AnyProbe:
        """How it is asked whether it is ready."""
        return self.service.probes.readiness


def check_routes(routes: Sequence[PathRoute]) -> None:
    """Raises ConfigurationError where two routes have one path: one of them would get nothing."""
    paths = [route.path for route in routes]
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise ConfigurationError(
            field="way_in.routes",
            value=f"{', '.join(twice)} twice",
            allowed="each path once",
            remedy="remove one, or make its path longer",
        )


def grpc_port(grpc: Grpc, ports: Sequence[Port]) -> int:
    """The number of the port. Raises ConfigurationError where the container has no such port, or nothing is served."""
    if not grpc.services:
        raise ConfigurationError(
            field="way_in.grpc.services",
            value="",
            allowed='full names of gRPC services, such as "sale.v1.Seats"',
            remedy="name them, or leave grpc out",
        )
    for port in ports:
        if isinstance(port, GrpcPort) and port.name == grpc.port:
            return port.number
    raise ConfigurationError(
        field="way_in.grpc.port",
        value=grpc.port,
        allowed=f"a GrpcPort of the container: {', '.join(p.name for p in ports if isinstance(p, GrpcPort)) or 'none'}",
        remedy="add GrpcPort(number=...) to the container's ports",
    )

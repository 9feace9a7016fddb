"""gRPC services that the entry serves beside HTTP, and the port that they are on."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..policy.errors import ConfigurationError
from ..ports import GrpcPort, Port


@dataclass(frozen=True, kw_only=True)
class Grpc:
    """gRPC services of the entry, by their full names (``sale.v1.Seats``), on a GrpcPort of its container."""

    services: Sequence[str]
    port: str = "grpc"


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

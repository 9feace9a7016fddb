"""The ports of a pod beside the one that its service answers HTTP on: what each is for, by its type.

Who may reach which is in network_policy, and who asks for metrics in scraping.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .api import ApiObject


@dataclass(frozen=True, kw_only=True)
class GrpcPort:
    """gRPC beside HTTP: the Service says so, or a proxy that reads it speaks HTTP/1.1 to it."""

    number: int
    name: str = "grpc"


@dataclass(frozen=True, kw_only=True)
class TcpPort:
    """Any other protocol on TCP, passed on as it is."""

    number: int
    name: str


Port = GrpcPort | TcpPort
# What a service answers on its own port.
Speaks = Literal["http", "grpc"]


def container_ports(named: Sequence[tuple[str, int]]) -> list[ApiObject]:
    """Ports as a container lists them."""
    return [{"name": name, "containerPort": number, "protocol": "TCP"} for name, number in named]


def service_port(port: Port) -> ApiObject:
    """The port as a Service lists it."""
    # Gateway API, "Backend Protocol Selection" (GEP-1911): HTTP/2 in the clear, which is what gRPC speaks to a pod.
    protocol = {"appProtocol": "kubernetes.io/h2c"} if isinstance(port, GrpcPort) else {}
    return {
        "name": port.name,
        "port": port.number,
        "targetPort": port.name,
        "protocol": "TCP",
        **protocol,
    }

"""How a service is reached: the Service in front of its pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .api import ApiObject
from .policy.bounds import AFFINITY
from .policy.errors import ConfigurationError
from .policy.quantities import Milliseconds
from .ports import Port, service_port


@dataclass(frozen=True, kw_only=True)
class ClusterIp:
    """Reached inside the cluster, or by a load balancer that targets pod addresses.

    ``port`` is the Service's, where callers ask another than the container's. ``headless`` gives callers the addresses
    of all pods: a client that keeps its connections and balances by itself, as gRPC's does, then reaches each of them;
    it calls the container's own port.
    """

    port: int | None = None
    headless: bool = False

    def __post_init__(self) -> None:
        if self.headless and self.port is not None:
            raise ConfigurationError(
                field="exposure.port",
                value=str(self.port),
                allowed="none with headless: callers reach the pods themselves, on the container's port",
                remedy="leave out one of the two",
            )


@dataclass(frozen=True, kw_only=True)
class NodePort:
    """The guide's way in (section 6). Behind a load balancer with instance targets the affinity pins that balancer's
    nodes, not its clients, to pods; so it is never the default."""

    node_port: int | None = None
    client_ip_timeout: Milliseconds = Milliseconds.parse("300s")

    def __post_init__(self) -> None:
        AFFINITY.check("client_ip_timeout", self.client_ip_timeout)


Exposure = ClusterIp | NodePort


def port_of(exposure: Exposure, container: int) -> int:
    """The port by which callers find the service whose container listens on ``container``."""
    stated = exposure.port if isinstance(exposure, ClusterIp) else None
    return container if stated is None else stated


def service_spec(
    exposure: Exposure, selector: Mapping[str, str], main: Port, others: Sequence[Port] = ()
) -> ApiObject:
    """The spec of the Service in front of the pods that ``selector`` finds; ``main`` is what they answer on."""
    listed = {**service_port(main), "port": port_of(exposure, main.number)}
    beside = [service_port(other) for other in others]
    spec: ApiObject = {"selector": dict(selector)}
    match exposure:
        case ClusterIp(headless=headless):
            own = {"clusterIP": "None"} if headless else {}
            return {**spec, "type": "ClusterIP", **own, "ports": [listed, *beside]}
        case NodePort(node_port=node_port, client_ip_timeout=timeout):
            return {
                **spec,
                "type": "NodePort",
                "ports": [{**listed, **({"nodePort": node_port} if node_port else {})}, *beside],
                "sessionAffinity": "ClientIP",
                "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": timeout.seconds}},
            }

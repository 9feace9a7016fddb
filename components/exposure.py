"""How a service is reached: the Service in front of its pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .api import ApiObject
from .policy.port_names import HTTP
from .policy.quantities import Milliseconds
from .ports import Port, service_port


@dataclass(frozen=True, kw_only=True)
class ClusterIp:
    """Reached inside the cluster, or by a load balancer that targets pod addresses."""


@dataclass(frozen=True, kw_only=True)
class NodePort:
    """The guide's way in (section 6). Behind a load balancer with instance targets the affinity pins that balancer's
    nodes, not its clients, to pods; so it is never the default."""

    node_port: int | None = None
    client_ip_timeout: Milliseconds = Milliseconds.parse("300s")


Exposure = ClusterIp | NodePort


def service_spec(
    exposure: Exposure, selector: Mapping[str, str], port: int, others: Sequence[Port] = ()
) -> ApiObject:
    """The spec of the Service in front of the pods that ``selector`` finds."""
    listed: ApiObject = {"name": HTTP, "port": port, "targetPort": HTTP, "protocol": "TCP"}
    beside = [service_port(other) for other in others]
    spec: ApiObject = {"selector": dict(selector)}
    match exposure:
        case ClusterIp():
            return {**spec, "type": "ClusterIP", "ports": [listed, *beside]}
        case NodePort(node_port=node_port, client_ip_timeout=timeout):
            return {
                **spec,
                "type": "NodePort",
                "ports": [{**listed, **({"nodePort": node_port} if node_port else {})}, *beside],
                "sessionAffinity": "ClientIP",
                "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": timeout.seconds}},
            }

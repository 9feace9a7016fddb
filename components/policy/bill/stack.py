"""What a stack makes that AWS bills beside the nodes of its pools: counts and sizes, and nothing of prices.

Who fills it is who knows the stack (config.billed); that the counts are right is tested against what the program
registers.
"""

from typing import Literal

from pydantic import Field

from ..derived import Frozen
from ..quantities import Bytes


class BilledLoadBalancer(Frozen):
    """One application load balancer. ``rules`` are the listener's, ``addresses`` its public IPv4 ones."""

    service: str
    rules: int = Field(ge=0)
    addresses: int = Field(ge=0)
    web_acl: Literal["none", "new", "existing"] = "none"


class BilledNodes(Frozen):
    """A managed group of nodes that is always as large."""

    instance_type: str
    nodes: int = Field(ge=0)
    volume: Bytes


class BilledVolumes(Frozen):
    """Volumes beside the nodes' own."""

    count: int = Field(ge=0)
    size: Bytes


class BilledStack(Frozen):
    """Everything of a stack that has a price and is no node of a pool."""

    clusters: int = Field(default=0, ge=0)
    # Whether the services are here, and with them the traffic between them.
    services: bool = False
    system_nodes: BilledNodes | None = None
    # The root volume of each pool's nodes, by the pool's name.
    pool_volumes: dict[str, Bytes] = {}
    volumes: BilledVolumes | None = None
    nat_gateways: int = Field(default=0, ge=0)
    # Interface endpoints, one for each service; each has an interface in every zone.
    interface_endpoints: int = Field(default=0, ge=0)
    load_balancers: list[BilledLoadBalancer] = []
    keys: int = Field(default=0, ge=0)
    # Queues by the worker that takes from them, and those that Karpenter listens to.
    worker_queues: list[str] = []
    interruption_queues: int = Field(default=0, ge=0)
    # Amazon Managed Service for Prometheus.
    workspaces: int = Field(default=0, ge=0)
    # Days for which the logs are kept; None where there are none.
    control_plane_log_days: int | None = Field(default=None, ge=1)
    flow_log_days: int | None = Field(default=None, ge=1)

"""What of a stack AWS bills beside its pools' nodes, counted from what the stack states.

It counts what the program makes of the settings (apps.aws, apps.front); tests/ops/test_bill_counts.py holds the counts
against what the program registers. No price is here.
"""

from components.policy.bill.stack import BilledLoadBalancer, BilledNodes, BilledStack, BilledVolumes
from components.policy.controllers import REPLICAS
from components.policy.place import INTERFACE_SERVICES

from .aws import EksCluster, EksStack
from .inside import NewWorkspace, VolumeDisk
from .load_balancer import LoadBalancer
from .network import NewVpc
from .redis import ElastiCache
from .stated import Stated
from .worker import NewQueue


def billed(settings: Stated) -> BilledStack | None:
    """The counts of the layer that the stack makes; None where it is not in AWS, or in somebody else's cluster."""
    cluster = settings.cluster
    if isinstance(cluster, EksStack):
        return BilledStack(services=True, load_balancers=_load_balancers(settings))
    if not isinstance(cluster, EksCluster):
        return None
    network = _network(settings, cluster)
    if settings.layer == "network":
        return network
    made = network.model_copy(update=_cluster(settings, cluster))
    if settings.layer == "cluster":
        return made
    return made.model_copy(
        update={"services": True, "load_balancers": _load_balancers(settings), **_redis(settings)}
    )


def _network(settings: Stated, cluster: EksCluster) -> BilledStack:
    """A network that is there, or another stack's, is somebody else's bill."""
    if not isinstance(cluster.network, NewVpc):
        return BilledStack()
    return BilledStack(
        nat_gateways=1 if cluster.network.nat == "one" else len(settings.zones),
        interface_endpoints=len(INTERFACE_SERVICES),
        flow_log_days=cluster.network.flow_log_days,
    )


def _cluster(settings: Stated, cluster: EksCluster) -> dict[str, object]:
    """The cluster, and what stands in it before the first service."""
    own, prometheus = cluster.system_nodes, settings.inside.prometheus
    storage = None if prometheus is None else prometheus.storage
    kept = None if prometheus is None else prometheus.long_term
    return {
        "clusters": 1,
        # Of the cluster's secrets.
        "keys": 1,
        "system_nodes": BilledNodes(instance_type=own.instance_type, nodes=own.nodes, volume=own.volume_size),
        "pool_volumes": {
            name: pool.node_class.volume_size
            for name, pool in settings.pools.items()
            if pool.node_class.kind == "ec2"
        },
        "volumes": BilledVolumes(count=REPLICAS, size=storage.size)
        if isinstance(storage, VolumeDisk)
        else None,
        "interruption_queues": 1,
        "worker_queues": [
            name for name, worker in settings.workers.items() if isinstance(worker.queue, NewQueue)
        ],
        "workspaces": int(isinstance(kept, NewWorkspace)),
        "control_plane_log_days": cluster.log_retention_days,
    }


def _redis(settings: Stated) -> dict[str, object]:
    # A key of its own for what ElastiCache stores.
    return {"keys": 2} if isinstance(settings.redis, ElastiCache) else {}


def _load_balancers(settings: Stated) -> list[BilledLoadBalancer]:
    found = []
    for name, service in settings.services.items():
        way = service.exposure
        if not isinstance(way, LoadBalancer):
            continue
        paths = 1 + len(way.routes) + len(way.rules) + (0 if way.grpc is None else len(way.grpc.services))
        found.append(
            BilledLoadBalancer(
                service=name,
                rules=paths * max(1, len(way.hostnames)),
                # One in each zone (Elastic Load Balancing, "Application Load Balancers").
                addresses=len(settings.zones) if way.scheme == "internet-facing" else 0,
                web_acl="none" if way.firewall is None else way.firewall.kind,
            )
        )
    return found

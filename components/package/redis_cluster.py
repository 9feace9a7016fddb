"""RedisCluster for other languages."""

from typing import TypedDict

import pulumi

from .. import redis_cluster
from ..policy import redis
from ..redis import render
from . import network_policy, workload
from .ignores import Ignore, ignores
from .placement import NodePlacement, node_placement
from .reading import model, stated, whole


class Redis(TypedDict):
    """One master, its replicas and their sentinels. Memory such as "1Gi", durations such as "5s"."""

    replicas: int | None
    """Replicas besides the master, 2 to 15. Default: 3."""
    sentinels: int | None
    """An odd number from 3 to 7. Default: 3."""
    use: redis.RedisUse | None
    """What is stored, which decides what may be evicted. Default: locks."""
    cpu_request: str | None
    """Of one node. Default: 500m."""
    memory_request: str | None
    """Of one node. Default: 1Gi."""
    memory_limit: str | None
    """Of one node. Default: 1Gi."""
    maxmemory: str | None
    """What data may fill. Left out: as much as the limit carries beside buffers and copies."""
    maxclients: int | None
    """Connections that one node accepts. Default: 10000."""
    down_after: str | None
    """A master that has not answered for so long is taken for dead, 5s to 60s. Default: 5s."""
    failover_timeout: str | None
    """A failover that got stuck is tried again after twice this. Default: 10s."""
    sentinel_cpu_request: str | None
    """Of one sentinel. Default: 50m."""
    sentinel_memory: str | None
    """Of one sentinel. Default: 64Mi."""


class Names(TypedDict):
    """What clients call the cluster by."""

    master_name: str | None
    """The name that sentinels answer to. Default: headroom."""
    port: int | None
    """Port of the nodes. Default: 6379."""
    sentinel_port: int | None
    """Port of the sentinels. Default: 26379."""


class RedisClusterArgs(TypedDict):
    """A Redis cluster inside the Kubernetes cluster."""

    namespace: pulumi.Input[str]
    """Namespace of every object."""
    redis: Redis | None
    """Its size and what it stores."""
    image: pulumi.Input[str] | None
    """The official image, 7 or later, by a digest or a tag with a version in it. Default: 7.2, the last under BSD."""
    password: pulumi.Input[str] | None
    """Kept in a Secret; a secret input stays one. Left out, the network policy alone keeps others out."""
    clients: list[network_policy.Pods] | None
    """Pods that may connect. Default: none."""
    part_of: str | None
    """Label app.kubernetes.io/part-of. Default: headroom."""
    spread: workload.Spread | None
    """How nodes and sentinels are kept apart. Default: separate-hosts."""
    names: Names | None
    """Name and ports."""
    placement: NodePlacement | None
    """The NodePools that the pods may run on. Left out: any node."""
    cluster_domain: str | None
    """The cluster's DNS domain. Default: cluster.local."""
    ignores: list[Ignore] | None
    """Rules that this Redis may break."""


class RedisCluster(redis_cluster.RedisCluster):
    """One master, replicas and sentinels that keep what was written when any of them restarts, with nothing on disk:
    StatefulSets, Services, ConfigMap, Secret, PodDisruptionBudgets and NetworkPolicies."""

    sentinel_addresses: pulumi.Output[list[str]]
    """Host and port of each sentinel; clients ask them for the master."""
    master_name: str
    """The name to ask them for."""
    read_host: pulumi.Output[str]
    """DNS name that balances reads over all nodes that are ready."""
    port: int
    """Port of the nodes."""
    sentinel_port: int
    """Port of the sentinels."""
    client_connections: int
    """Connections that are left for clients."""
    password_secret: pulumi.Output[str] | None
    """Name of the Secret with the password, under the key password; absent without one."""

    def __init__(self, name: str, args: RedisClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        fields = stated(args, "namespace", "image", "password", "part_of", "cluster_domain", "spread")
        if "spread" in fields:
            fields["spread"] = workload.SPREADS[fields["spread"]]
        super().__init__(
            name,
            redis_cluster.RedisClusterArgs(
                redis=model(redis.RedisSpec, args.get("redis"), "redis"),
                clients=[network_policy.pods(client) for client in args.get("clients") or ()],
                names=_names(args.get("names")),
                placement=node_placement(args.get("placement"), "placement"),
                ignores=ignores(args.get("ignores"), ""),
                **fields,
            ),
            opts,
        )


def _names(given: Names | None) -> render.Names:
    fields = stated(given)
    for port in ("port", "sentinel_port"):
        if port in fields:
            fields[port] = whole(fields[port], f"names.{port}")
    return render.Names(**fields)

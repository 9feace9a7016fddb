"""Whether the parts of a stack fit each other: the cluster, the network, the zones and what nodes are made of.

Each check names the failure that it prevents; all of them are seen before anything is asked of AWS.
"""

from collections.abc import Sequence

from components.policy.addons import check_kube_proxy
from components.policy.cidr import distinct_zones, vpc_block
from components.policy.errors import ConfigurationError
from components.policy.place import check_zones, place
from components.policy.platform import check_names_apart
from components.policy.versions import check_versions
from components.policy.windows import check_windows_apart
from components.policy.zones import open_zones

from .aws import ANY_ACCOUNT, EksCluster, EksStack
from .exposure_fit import check_exposures
from .inside_fit import check_inside
from .network import ExistingVpc, NewVpc
from .pools import NodePool
from .redis import ElastiCache
from .stated import Stated


def check_fit(settings: Stated) -> None:
    """Raises ConfigurationError, with the field's whole name, for the first two parts that do not fit."""
    check_names_apart(settings.services, settings.workers)
    cluster = settings.cluster
    ours = isinstance(cluster, EksCluster | EksStack)
    _check_layer(settings)
    if settings.redis.kind == "elasticache" and not isinstance(cluster, EksCluster):
        raise ConfigurationError(
            field="redis.kind",
            value="elasticache",
            allowed="in-cluster, with cluster kind "
            + cluster.kind
            + ": only a stack that makes its cluster knows the"
            " network and the nodes that may reach ElastiCache",
            remedy="state redis.kind: in-cluster, or a cluster of kind eks",
        )
    redis = settings.redis
    if isinstance(redis, ElastiCache) and redis.snapshots is not None:
        check_windows_apart("redis.snapshots.window", redis.snapshots.window, redis.maintenance_window)
    for field, pool in settings.pools_by_field.items():
        _check_pool(field, pool, ours=ours)
    if ours and not settings.pools_by_field:
        raise ConfigurationError(
            field="node_pool",
            value="none",
            allowed=f"a pool, with cluster kind {cluster.kind}: the network and the nodes are sized by it",
            remedy="state headroom:node_pool",
        )
    _check_closed_zones(settings)
    if isinstance(cluster, EksCluster):
        _check_zones(cluster, settings.zones)
        _check_cluster(cluster)
        _check_cost(settings, cluster)
    check_inside(settings)
    check_exposures(settings)


def _check_layer(settings: Stated) -> None:
    cluster, layer = settings.cluster, settings.layer
    if layer != "everything" and not isinstance(cluster, EksCluster):
        raise ConfigurationError(
            field="layer",
            value=layer,
            allowed=f"everything, with cluster kind {cluster.kind}: there is no other layer to make",
            remedy="leave layer out, or state a cluster of kind eks",
        )
    if layer == "network" and isinstance(cluster, EksCluster) and not isinstance(cluster.network, NewVpc):
        raise ConfigurationError(
            field="cluster.network.kind",
            value=cluster.network.kind,
            allowed="new-vpc, in a stack that makes the network",
            remedy="state the VPC to make, or another layer",
        )


def _check_pool(field: str, pool: NodePool, *, ours: bool) -> None:
    """A pool with the wrong nodes is accepted by the API server and buys none."""
    nodes = pool.node_class
    if nodes.kind != "ec2":
        if ours:
            raise ConfigurationError(
                field=f"{field}.node_class.kind",
                value=nodes.kind,
                allowed="ec2, in a cluster in AWS",
                remedy="state {kind: ec2, ami_alias: ..., volume_size: ...}",
            )
        return
    for name in ("role", "discovery", "tags"):
        stated = getattr(nodes, name)
        if ours and stated is not None:
            raise ConfigurationError(
                field=f"{field}.node_class.{name}",
                value=stated,
                allowed="nothing: the nodes take role, subnets and tags of the cluster that the program makes",
                remedy="leave it out",
            )
        if not ours and stated is None and name != "tags":
            raise ConfigurationError(
                field=f"{field}.node_class.{name}",
                value="nothing",
                allowed="the nodes' IAM role and the value of the tag karpenter.sh/discovery of a cluster that exists",
                remedy="state it as the cluster's owner named it",
            )
    if ours and not pool.prefix_delegation:
        raise ConfigurationError(
            field=f"{field}.prefix_delegation",
            value="false",
            allowed="true: the network of the program's cluster gives nodes /28 prefixes",
            remedy="state prefix_delegation: true, so that pods per node and addresses are counted as they will be",
        )


def _check_cluster(cluster: EksCluster) -> None:
    try:
        check_versions(cluster.kubernetes_version, cluster.karpenter_version)
        check_kube_proxy("addons.kube_proxy", cluster.addons.kube_proxy, cluster.kubernetes_version)
        if isinstance(cluster.network, NewVpc):
            vpc_block("network.cidr", cluster.network.cidr)
    except ConfigurationError as error:
        raise error.within("cluster") from None


def _check_cost(settings: Stated, cluster: EksCluster) -> None:
    """Prices of another region make a bill that nobody gets."""
    if settings.cost is not None and settings.cost.region != cluster.region:
        raise ConfigurationError(
            field="cost.region",
            value=settings.cost.region,
            allowed=f"{cluster.region}, where the cluster is",
            remedy="state the cluster's region, and prices that you know in cost.prices and cost.unit_prices",
        )


def _check_closed_zones(settings: Stated) -> None:
    """Where no pool is made it would be taken and close nothing."""
    closed = settings.closed_zones
    if closed and (settings.layer != "everything" or not settings.pools_by_field):
        raise ConfigurationError(
            field="closed_zones",
            value=", ".join(closed),
            allowed="nothing, in a stack that makes no node pool",
            remedy="state it in the stack that does, or take the zone out of the pools by hand (docs/zones.md)",
        )
    open_zones("closed_zones", settings.zones, closed)


def _check_zones(cluster: EksCluster, zones: Sequence[str]) -> None:
    distinct_zones("zones", zones)
    check_zones("zones", list(zones), place(cluster.account or ANY_ACCOUNT, cluster.region))
    network = cluster.network
    if isinstance(network, ExistingVpc) and set(network.private_subnets) != set(zones):
        raise ConfigurationError(
            field="cluster.network.private_subnets",
            value=f"zones {', '.join(sorted(network.private_subnets)) or 'none'}",
            allowed=f"the stack's zones: {', '.join(zones)}",
            remedy="name a private subnet in each, or change headroom:zones: pods are spread over exactly these",
        )

"""Whether the network that a stack makes holds what its plan needs: known from both alone, before anything is asked."""

from components.policy.cidr import PUBLIC_PREFIX, layout
from components.policy.errors import ConfigurationError
from components.policy.instances import instance_type
from components.policy.plan import Plan
from components.policy.subnets import Subnets
from components.policy.vpc_subnets import vpc_subnets

from .aws import EksCluster
from .network import NewVpc
from .settings import Settings


def subnets_of(settings: Settings, cluster: EksCluster, plan: Plan) -> Subnets:
    """The size of each zone's private subnet. Raises ConfigurationError for a stated one that is too small."""
    network = cluster.network
    return vpc_subnets(
        [nodes.subnets for nodes in plan.pools.values()],
        instance_type(cluster.system_nodes.instance_type, prefix_delegation=True),
        cluster.system_nodes.nodes,
        len(settings.zones),
        stated=network.private_prefix if isinstance(network, NewVpc) else None,
    )


def check_network(settings: Settings, plan: Plan) -> None:
    """Raises ConfigurationError, with the field's whole name, when the stack's VPC does not hold its plan's subnets."""
    cluster = settings.cluster
    if not isinstance(cluster, EksCluster) or not isinstance(cluster.network, NewVpc):
        return
    needed = subnets_of(settings, cluster, plan)
    try:
        layout(
            cluster.network.cidr,
            settings.zones,
            private_prefix=needed.prefix.value,
            private_per_zone=needed.count.value,
            public_prefix=PUBLIC_PREFIX,
        )
    except ConfigurationError as error:
        raise error.within("cluster") from None

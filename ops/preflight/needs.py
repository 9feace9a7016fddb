"""What the layer that a stack makes needs of an account: vCPUs, addresses, gateways, types in zones, certificates. From
settings and plan alone; it asks nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from components.policy.derived import Derived, derived
from components.policy.instances import instance_type
from components.policy.plan import Plan
from components.policy.vpc_subnets import vpc_subnets
from config.aws import EksCluster
from config.load_balancer import LoadBalancer
from config.network import ExistingVpc, NewVpc
from config.problems import StackError, problem_line
from config.settings import Settings

MILLICORES: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Vcpus:
    """vCPUs at the peak during a rollout, the most that the pools' limits let Karpenter buy, and the field to lower."""

    field: str
    at_peak: Derived[int]
    at_most: Derived[int]


@dataclass(frozen=True, kw_only=True)
class Needs:
    """``types`` are the instance types by the field that states them, the planned one first; a network needs none, and
    neither vCPUs nor a version. What another stack makes is asked about there.
    """

    layer: str
    cluster: EksCluster
    zones: list[str]
    # None where no nodes are bought.
    on_demand: Vcpus | None
    spot: Vcpus | None
    # Of the cluster; None where none is made.
    version: str | None
    # The zones that get a NAT gateway, and so an Elastic IP, each; None where no VPC is made.
    nat_zones: list[str] | None
    types: Mapping[str, list[str]]
    # The ARNs by the field that states them.
    certificates: Mapping[str, list[str]]
    # Subnets that are there, by kind and zone, and the addresses that each zone's private ones need.
    subnets: Mapping[tuple[str, str], list[str]]
    addresses: Derived[int]


def needs(name: str, settings: Settings, plan: Plan) -> Needs:
    """Raises StackError for a stack that makes no cluster in AWS."""
    cluster = settings.cluster
    if not isinstance(cluster, EksCluster):
        raise StackError(
            name,
            [
                problem_line(
                    "cluster.kind",
                    "makes nothing in an account that AWS could be asked about; allowed: eks;"
                    " name the stack that makes the cluster",
                    cluster.kind,
                )
            ],
        )
    network, system = cluster.network, cluster.system_nodes
    # Pools are the cluster's stack's, load balancers and their certificates the services'.
    with_cluster, with_services = settings.layer != "network", settings.layer == "everything"
    types = {field: pool.instance_types for field, pool in settings.pools_by_field.items()}
    subnets: dict[tuple[str, str], list[str]] = {}
    if isinstance(network, ExistingVpc):
        kinds = (("private", network.private_subnets), ("public", network.public_subnets))
        subnets = {(kind, zone): ids for kind, by_zone in kinds for zone, ids in by_zone.items()}
    nat_zones = None
    if isinstance(network, NewVpc):
        nat_zones = settings.zones[:1] if network.nat == "one" else settings.zones
    return Needs(
        layer=settings.layer,
        cluster=cluster,
        zones=settings.zones,
        on_demand=_vcpus(settings, plan, "on-demand", cluster) if with_cluster else None,
        spot=_vcpus(settings, plan, "spot", None) if with_cluster else None,
        version=cluster.kubernetes_version if with_cluster else None,
        nat_zones=nat_zones,
        types={**types, "cluster.system_nodes.instance_type": [system.instance_type]} if with_cluster else {},
        certificates={
            f"services.{service}.exposure.certificates": list(spec.exposure.certificates)
            for service, spec in settings.services.items()
            if with_services and isinstance(spec.exposure, LoadBalancer)
        },
        subnets=subnets,
        addresses=vpc_subnets(
            [nodes.subnets for nodes in plan.pools.values()],
            instance_type(system.instance_type, prefix_delegation=True),
            system.nodes,
            len(settings.zones),
        ).per_zone,
    )


def _vcpus(settings: Settings, plan: Plan, capacity: str, cluster: EksCluster | None) -> Vcpus | None:
    """Of the pools of one capacity type, and of the system nodes, one more of them while an update replaces them."""
    fields, parts, peak, most = [], [], 0, 0
    for field, (name, pool) in zip(settings.pools_by_field, settings.pools.items(), strict=True):
        if pool.capacity_type != capacity:
            continue
        nodes = plan.pools[name]
        each = nodes.instance.cpu // MILLICORES
        fields.append(field)
        parts.append(f"{nodes.at_peak.value} {nodes.instance.name} of {field} x {each}")
        peak += nodes.at_peak.value * each
        most += nodes.cpu_limit.value // MILLICORES
    if cluster is not None:
        each = instance_type(cluster.system_nodes.instance_type).cpu // MILLICORES
        count = cluster.system_nodes.nodes + 1
        parts.append(f"{count} system nodes, one of them while they are replaced, x {each}")
        peak, most = peak + count * each, most + count * each
    if not peak:
        return None
    return Vcpus(
        field=" and ".join(fields) or "cluster.system_nodes",
        at_peak=derived(peak, " + ".join(parts)),
        at_most=derived(most, f"what the limits of {', '.join(fields) or 'no pool'} let be bought, in all"),
    )

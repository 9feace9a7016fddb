"""The network of the stack's cluster: made here, one that is there, or one that another stack made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.network import (
    AlreadyTagged,
    ExistingVpc,
    FlowLogs,
    NatPerZone,
    Network,
    NetworkArgs,
    NewVpc,
    OneNat,
    TagSubnets,
)
from components.policy.plan import Plan
from config import network as stated
from config.aws import EksCluster
from config.network_fit import subnets_of
from config.settings import Settings

from .account import Account
from .existing import check_subnets
from .stacks import NetworkOutputs, read_network


@dataclass(frozen=True)
class Placed:
    """A network as a cluster needs it; ``outputs`` are what another stack reads."""

    vpc_id: pulumi.Input[str]
    private_subnet_ids: pulumi.Input[Any]
    public_subnet_ids: pulumi.Input[Any]
    outputs: Mapping[str, pulumi.Input[Any]]


def network(settings: Settings, cluster: EksCluster, plan: Plan, account: Account) -> Placed:
    """Register the network, or check and name the one that is there."""
    match cluster.network:
        case stated.NetworkStack(stack=stack):
            read = read_network(stack, settings.zones, account.place)
            return Placed(read.vpc_id, read.private_subnet_ids, read.public_subnet_ids, {})
        case stated.ExistingVpc() as existing:
            source = _existing(existing, settings)
            check_subnets(existing, subnets_of(settings, cluster, plan), account)
            return _made(settings, cluster, account, source)
        case stated.NewVpc() as new:
            vpc = NewVpc(
                cidr=new.cidr,
                zones=settings.zones,
                subnets=subnets_of(settings, cluster, plan),
                nat=OneNat() if new.nat == "one" else NatPerZone(),
                flow_logs=FlowLogs(retention_days=new.flow_log_days),
            )
            return _made(settings, cluster, account, vpc)


def _made(settings: Settings, cluster: EksCluster, account: Account, source: NewVpc | ExistingVpc) -> Placed:
    made = Network(
        "network",
        NetworkArgs(place=account.place, discovery=cluster.name, source=source, tags=cluster.tags),
        account.opts(),
    )
    outputs = NetworkOutputs(
        vpc_id=made.vpc_id,
        private_subnet_ids=made.private_subnet_ids,
        public_subnet_ids=made.public_subnet_ids,
        zones=settings.zones,
        region=account.place.region,
    )
    return Placed(made.vpc_id, made.private_subnet_ids, made.public_subnet_ids, outputs.exported())


def _existing(network: stated.ExistingVpc, settings: Settings) -> ExistingVpc:
    """In the order of the stack's zones, whatever the order in its file."""
    return ExistingVpc(
        vpc_id=network.vpc_id,
        private_subnets={zone: network.private_subnets[zone] for zone in settings.zones},
        public_subnets={zone: network.public_subnets.get(zone, []) for zone in settings.zones},
        tagging=AlreadyTagged() if network.tags == "already-there" else TagSubnets(),
    )

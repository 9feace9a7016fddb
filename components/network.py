"""Network: a VPC over the stated zones, or one that is there already, with the same outputs.

Private subnets have the size that the plan's pods need (components.policy.subnets); everything runs in them. Public
ones hold load balancers and NAT gateways only, and give no instance a public address. What the nodes fetch most (images
and their layers) and what they cannot start without (STS) does not go through NAT. Decides no size and no zone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from .aws.children import Children
from .aws.endpoints import make_endpoints
from .aws.existing import AlreadyTagged, ExistingVpc, Tagging, TagSubnets, tag_subnets
from .aws.flow_logs import FlowLogs, make_flow_logs
from .aws.routes import Nat, NatPerZone, OneNat, make_routes
from .aws.vpc import make_vpc
from .policy.cidr import PUBLIC_PREFIX, Layout, layout
from .policy.place import Place, check_zones
from .policy.subnets import Subnets
from .policy.tags import check_tags
from .renames import with_aliases

__all__ = [
    "AlreadyTagged",
    "ExistingVpc",
    "FlowLogs",
    "NatPerZone",
    "Network",
    "NetworkArgs",
    "NewVpc",
    "OneNat",
    "TagSubnets",
    "Tagging",
]


@dataclass(frozen=True, kw_only=True)
class NewVpc:
    """A VPC of our own. ``subnets`` is the plan's: how long each zone's private subnet is, and how many there are."""

    cidr: str
    zones: Sequence[str]
    subnets: Subnets
    nat: Nat
    public_prefix: int = PUBLIC_PREFIX
    flow_logs: FlowLogs = FlowLogs()

    @property
    def layout(self) -> Layout:
        """Where the subnets lie. Raises ConfigurationError when they do not fit."""
        return layout(
            self.cidr,
            self.zones,
            private_prefix=self.subnets.prefix.value,
            private_per_zone=self.subnets.count.value,
            public_prefix=self.public_prefix,
        )


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Arguments of :class:`Network`. ``discovery`` is the value of the tag karpenter.sh/discovery that node classes
    select subnets by: the cluster's name.
    """

    place: Place
    discovery: str
    source: NewVpc | ExistingVpc
    tags: Mapping[str, str] = field(default_factory=dict)


class Network(pulumi.ComponentResource):
    """VPC, subnets, routes, NAT, endpoints and flow logs, or the tags on what exists.

    Outputs: ``vpc_id``, ``private_subnet_ids`` and ``public_subnet_ids`` (in the order of the zones), ``zones``.

    Raises ConfigurationError before anything is registered for a block that does not hold the subnets, fewer than two
    zones, zones of another region, malformed ids, or missing tags.
    """

    vpc_id: pulumi.Output[str]
    private_subnet_ids: pulumi.Output[list[str]]
    public_subnet_ids: pulumi.Output[list[str]]
    zones: list[str]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        tags = check_tags(f"{name}.tags", args.tags)
        source = args.source
        self.zones = list(source.zones)
        check_zones(f"{name}.zones", self.zones, args.place)
        placed = source.layout if isinstance(source, NewVpc) else None
        super().__init__("headroom:index:Network", name, None, with_aliases(name, opts))
        children = Children(parent=self, name=name, tags=tags)
        if isinstance(source, NewVpc) and placed is not None:
            self._make(children, args, source, placed)
        elif isinstance(source, ExistingVpc):
            tag_subnets(children, source, args.discovery)
            self.vpc_id = pulumi.Output.from_input(source.vpc_id)
            self.private_subnet_ids = pulumi.Output.all(*source.in_order(source.private_subnets))
            self.public_subnet_ids = pulumi.Output.all(*source.in_order(source.public_subnets))
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "private_subnet_ids": self.private_subnet_ids,
                "public_subnet_ids": self.public_subnet_ids,
                "zones": self.zones,
            }
        )

    def _make(self, children: Children, args: NetworkArgs, source: NewVpc, placed: Layout) -> None:
        made = make_vpc(children, placed, args.discovery)
        routes = make_routes(children, made, source.nat)
        make_endpoints(children, made, routes.private_tables, args.place)
        make_flow_logs(children, made.vpc, source.flow_logs, args.place)
        self.vpc_id = made.vpc.id
        # A node that starts before its route has no way out, and gives up.
        ready = routes.ready
        self.private_subnet_ids = pulumi.Output.all([s.id for _, s in made.private], *ready).apply(
            lambda both: list(both[0])
        )
        self.public_subnet_ids = pulumi.Output.all([s.id for _, s in made.public], *ready).apply(
            lambda both: list(both[0])
        )

"""prod as it would be deployed, what it needs, and a region that has all of it; no account and no network."""

from dataclasses import replace
from typing import Any

from config.loader import load_stack
from ops.plan.planned import planned_platform
from ops.preflight.facts import Facts, InRegion, Quota, Used
from ops.preflight.needs import Needs, needs

ACCOUNT = "111122223333"
CERTIFICATE = f"arn:aws:acm:ap-northeast-2:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000"
NONE_USED = Used()


# The network that another stack makes, in the place of prod's own.
ANOTHERS = {
    "kind": "stack",
    "stack": "shop/headroom/network",
    "cidr": None,
    "nat": None,
    "private_prefix": None,
}


def need_of(layer: str = "everything", **cluster: Any) -> Needs:
    """prod's needs, or those of one layer of it; ``cluster`` states other fields of headroom:cluster."""
    settings = load_stack("prod", over={"layer": layer, "cluster": {"account": ACCOUNT, **cluster}})
    return needs("prod", settings, planned_platform("prod", settings, settings.platform).plan)


def region_of(need: Needs, **other: Any) -> InRegion:
    """A region in which everything just fits."""
    just = InRegion(
        quotas={
            Quota.ON_DEMAND_VCPUS: need.on_demand.at_most.value if need.on_demand else 0,
            Quota.SPOT_VCPUS: need.spot.at_most.value if need.spot else 0,
            Quota.ELASTIC_IPS: len(need.nat_zones or []),
            Quota.NAT_PER_ZONE: 1,
            Quota.VPCS: 1,
        },
        used=NONE_USED,
        zones=None if need.nat_zones is None else frozenset(need.zones),
        offered={name: frozenset(need.zones) for types in need.types.values() for name in types},
        versions={"1.35": "STANDARD_SUPPORT", "1.36": "STANDARD_SUPPORT"},
        certificates={CERTIFICATE: "ISSUED"},
        subnets={},
    )
    return replace(just, **other)


def facts_of(need: Needs, **other: Any) -> Facts:
    """An account whose region has all that is needed, but for what is stated."""
    return Facts(account=ACCOUNT, opt_in="opt-in-not-required", inside=region_of(need, **other))

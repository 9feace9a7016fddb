"""Which quotas of an account bear on a stack, and which it would run into with what others use. It asks nobody."""

from collections.abc import Callable, Iterator, Mapping

from .facts import InRegion, Problem, Quota, Unknown, error, unasked, warning
from .needs import Needs, Vcpus


def quotas_of(need: Needs) -> list[Quota]:
    """vCPUs where nodes are bought; addresses, gateways and VPCs where a VPC is made."""
    network = [Quota.ELASTIC_IPS, Quota.NAT_PER_ZONE, Quota.VPCS]
    return [
        *([Quota.ON_DEMAND_VCPUS] if need.on_demand else []),
        *([Quota.SPOT_VCPUS] if need.spot else []),
        *([] if need.nat_zones is None else network),
    ]


def quota_problems(need: Needs, region: InRegion) -> Iterator[Problem]:
    """What does not fit into the quotas that bear on the stack."""
    where = need.cluster.region
    if need.on_demand:
        yield from _vcpus(need.on_demand, Quota.ON_DEMAND_VCPUS, region, region.used.on_demand_vcpus, where)
    if need.spot:
        yield from _vcpus(need.spot, Quota.SPOT_VCPUS, region, region.used.spot_vcpus, where)
    if need.nat_zones is None:
        return
    nat, used = "cluster.network.nat", region.used
    gateways = len(need.nat_zones)
    yield from _within(nat, gateways, "Elastic IPs", Quota.ELASTIC_IPS, region, used.elastic_ips, where)
    for zone in need.nat_zones:
        there = (
            used.nat_gateways.get(zone, 0) if isinstance(used.nat_gateways, Mapping) else used.nat_gateways
        )
        yield from _within(nat, 1, f"NAT gateways in {zone}", Quota.NAT_PER_ZONE, region, there, where)
    yield from _within("cluster.network.kind", 1, "VPCs", Quota.VPCS, region, used.vpcs, where)


def _vcpus(need: Vcpus, quota: Quota, region: InRegion, used: int | Unknown, where: str) -> Iterator[Problem]:
    found = list(
        _within(need.field, need.at_peak.value, f"vCPUs ({need.at_peak.because})", quota, region, used, where)
    )
    yield from found
    if not found:
        yield from _within(
            need.field,
            need.at_most.value,
            f"vCPUs ({need.at_most.because}, when a zone is lost or a pool buys nothing)",
            quota,
            region,
            used,
            where,
            say=warning,
        )


def _within(
    field: str,
    needed: int,
    what: str,
    quota: Quota,
    region: InRegion,
    used: int | Unknown,
    where: str,
    *,
    say: Callable[[str, object, str, str], Problem] = error,
) -> Iterator[Problem]:
    allowed = region.quotas[quota]
    if isinstance(allowed, Unknown):
        yield unasked(field, allowed)
        return
    taken = 0
    if isinstance(used, Unknown):
        yield unasked(field, used)
    else:
        taken = used
    if needed + taken <= allowed:
        return
    yield say(
        field,
        f"{needed} {what.partition(' (')[0]}",
        f"{max(0, allowed - taken)}, since quota {quota.value} is {allowed} and others use {taken};"
        f" needed are {needed} {what}",
        f"aws service-quotas request-service-quota-increase --region {where} --service-code {quota.service}"
        f" --quota-code {quota.value} --desired-value {needed + taken}, or state less",
    )

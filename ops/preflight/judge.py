"""What of a stack AWS would refuse, or warns of: facts and needs in, problems out. It asks nobody."""

from collections.abc import Iterator

from components.policy.findings import Severity
from components.policy.front import certificate_place

from .facts import Facts, InRegion, Problem, Unknown, error, unasked, warning
from .needs import Needs
from .quotas import quota_problems

_ENABLED = ("opt-in-not-required", "opted-in")


def judge(need: Needs, facts: Facts) -> list[Problem]:
    """Every problem, errors first, in the order of the questions."""
    found = [*_place(need, facts), *(_inside(need, facts, facts.inside) if facts.inside else ())]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.severity is not Severity.ERROR)


def _place(need: Needs, facts: Facts) -> Iterator[Problem]:
    stated, region = need.cluster.account, need.cluster.region
    if stated is None:
        yield warning(
            "cluster.account",
            None,
            f"the account of whoever runs it, now {facts.account}",
            f'state account: "{facts.account}", so that every other is refused',
        )
    elif stated != facts.account:
        yield error(
            "cluster.account",
            stated,
            f"the account of the credentials, {facts.account}",
            "use credentials of the stated account, or state the other",
        )
    if isinstance(facts.opt_in, Unknown):
        yield unasked("cluster.region", facts.opt_in)
    elif facts.opt_in is None:
        yield error("cluster.region", region, "a region of AWS", "aws ec2 describe-regions lists them")
    elif facts.opt_in not in _ENABLED:
        yield error(
            "cluster.region",
            region,
            f"a region that account {facts.account} has enabled; this one is {facts.opt_in}",
            f"aws account enable-region --region-name {region}, and wait until it says ENABLED",
        )


def _inside(need: Needs, facts: Facts, region: InRegion) -> Iterator[Problem]:
    yield from quota_problems(need, region)
    yield from _zones(need, region)
    yield from _types(need, region)
    yield from _version(need, region)
    yield from _certificates(need, facts.account, region)
    yield from _subnets(need, region)


def _zones(need: Needs, region: InRegion) -> Iterator[Problem]:
    if isinstance(region.zones, Unknown):
        yield unasked("zones", region.zones)
        return
    for position, zone in enumerate(need.zones):
        if not _is_there(zone, region):
            yield error(
                f"zones[{position}]",
                zone,
                f"a zone that the account has in {need.cluster.region}: {', '.join(sorted(region.zones or ()))}",
                "state another",
            )


def _is_there(zone: str, region: InRegion) -> bool:
    return not isinstance(region.zones, frozenset) or zone in region.zones


def _types(need: Needs, region: InRegion) -> Iterator[Problem]:
    if isinstance(region.offered, Unknown):
        yield unasked("node_pool", region.offered)
        return
    for field, types in need.types.items():
        for zone in filter(lambda zone: _is_there(zone, region), need.zones):
            here = [name for name in types if zone in region.offered.get(name, ())]
            for name in types:
                if name in here:
                    continue
                elsewhere = ", ".join(sorted(region.offered.get(name, ()))) or "no zone of the region"
                say = warning if here else error
                yield say(
                    field,
                    name,
                    f"a type that {zone} offers; this one is offered in {elsewhere}",
                    "choose another type or other zones"
                    if not here
                    else f"only {', '.join(here)} will be bought there",
                )


def _version(need: Needs, region: InRegion) -> Iterator[Problem]:
    field, version = "cluster.kubernetes_version", need.version
    if version is None:
        return
    if isinstance(region.versions, Unknown):
        yield unasked(field, region.versions)
        return
    offered = ", ".join(sorted(region.versions, key=lambda v: [int(part) for part in v.split(".")]))
    support = region.versions.get(version)
    if support is None:
        yield error(field, version, f"a version that EKS offers here: {offered}", "state one of them")
    elif support == "EXTENDED_SUPPORT":
        yield warning(
            field, version, "a version in standard support; an extended one is paid for", "state a newer one"
        )


def _certificates(need: Needs, account: str, region: InRegion) -> Iterator[Problem]:
    for field, arns in need.certificates.items():
        for arn in arns:
            where = certificate_place(arn)
            # Its end tells it apart, which a shortened line would leave out.
            which = arn.rpartition(":")[2]
            status = region.certificates.get(arn)
            if where is not None and where.account != account:
                yield error(
                    field,
                    which,
                    f"a certificate of account {account}; this one is of {where.account}",
                    f"aws acm list-certificates --region {need.cluster.region} lists yours",
                )
            elif isinstance(status, Unknown):
                yield unasked(field, status)
            elif status is None:
                yield error(
                    field,
                    which,
                    f"a certificate that is there, in {need.cluster.region}; this one is not",
                    f"aws acm list-certificates --region {need.cluster.region} lists yours",
                )
            elif status != "ISSUED":
                yield error(
                    field,
                    which,
                    f"a certificate that is ISSUED; this one is {status}",
                    "complete its validation, or state another",
                )


def _subnets(need: Needs, region: InRegion) -> Iterator[Problem]:
    vpc = getattr(need.cluster.network, "vpc_id", "")
    for (kind, zone), ids in need.subnets.items():
        field = f"cluster.network.{kind}_subnets.{zone}"
        free, whole = 0, True
        for name in ids:
            subnet = region.subnets.get(name)
            if subnet is None:
                whole = False
                yield error(
                    field, name, f"a subnet that is there, in {need.cluster.region}", "correct the id"
                )
            elif isinstance(subnet, Unknown):
                whole = False
                yield unasked(field, subnet)
            else:
                free += subnet.free
                if (subnet.vpc_id, subnet.zone) != (vpc, zone):
                    whole = False
                    yield error(
                        field,
                        name,
                        f"a subnet of {vpc} in {zone}; this one is of {subnet.vpc_id} in {subnet.zone}",
                        "correct the id",
                    )
        if kind == "private" and whole and free < need.addresses.value:
            # The stack's own nodes hold some of what they need: then it cannot be known to be too few.
            say = warning if region.used.own_nodes else error
            yield say(
                field,
                f"{free} free addresses",
                f"at least {need.addresses}",
                "name more or larger subnets of the zone, or add a CIDR to the VPC",
            )

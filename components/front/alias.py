"""Names in Route 53 for a load balancer that a controller makes of an Ingress: its own is known only afterwards."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws import lb, route53

from ..policy.place import Place
from .alb import Alias


def load_balancer_name(status: pulumi.Output[Any]) -> pulumi.Output[str]:
    """The load balancer's DNS name by the status of its Ingress."""
    return status.apply(host_of)


def host_of(status: Any) -> Any:
    """The host that a status names; unknown in a preview before it is there.

    Raises RunError when the Ingress was made and its status names none: no controller answered.
    """
    # Typed outputs are objects that read like dictionaries; a refreshed one may lack any part.
    entries = _at(_at(status, "load_balancer", "loadBalancer"), "ingress") or []
    found = _at(entries[0], "hostname") if entries else None
    if found:
        return found
    if pulumi.runtime.is_dry_run():
        return unknown()
    raise pulumi.RunError(
        "the Ingress has no load balancer: its status names no host; allowed: a controller of class alb that runs;"
        " look at kubectl describe ingress, and at the logs of the aws-load-balancer-controller"
    )


def _at(value: Any, *names: str) -> Any:
    for name in names:
        found = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        if found is not None:
            return found
    return None


def unknown() -> pulumi.Output[Any]:
    """What only the cluster will know."""

    async def nothing() -> Any:
        return None

    async def never() -> bool:
        return False

    async def nobody() -> set[pulumi.Resource]:
        return set()

    return pulumi.Output(nobody(), nothing(), never())


def make_alias(
    name: str, alias: Alias, where: Place, hostname: pulumi.Output[str], opts: pulumi.ResourceOptions
) -> None:
    """An alias record for each name. It costs nothing and follows the load balancer's addresses (Route 53, "Choosing
    between alias and non-alias records").
    """
    zone = lb.get_hosted_zone_id_output(
        load_balancer_type="application",
        region=where.region,
        opts=pulumi.InvokeOutputOptions(parent=opts.parent),
    ).id
    for record in alias.names:
        route53.Record(
            f"{name}-{record.rstrip('.').replace('*', 'any')}",
            zone_id=alias.zone_id,
            name=record,
            type="A",
            aliases=[{"name": hostname, "zone_id": zone, "evaluate_target_health": True}],
            opts=opts,
        )

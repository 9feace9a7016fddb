"""Asks AWS about the subnets of a VPC that is there: are they what the stack says, and large enough for the plan?

It changes nothing. Whether their routes lead anywhere is not asked.
"""

from ipaddress import ip_network

import pulumi_aws as aws

from components.policy.subnets import Subnets
from config.network import ExistingVpc
from config.problems import StackError, problem_line

from .account import Account


def check_subnets(network: ExistingVpc, needed: Subnets, account: Account) -> None:
    """Raises StackError with every subnet that is not there, in another VPC or zone than stated, and every zone whose
    private subnets have too few addresses.
    """
    problems: list[str] = []
    for kind, by_zone in (("private", network.private_subnets), ("public", network.public_subnets)):
        for zone, subnets in by_zone.items():
            field = f"cluster.network.{kind}_subnets.{zone}"
            addresses = 0
            for subnet in subnets:
                held, wrong = _look(field, subnet, zone, network.vpc_id, account)
                addresses += held
                problems += wrong
            if kind == "private" and not problems and addresses < needed.per_zone.value:
                problems.append(
                    problem_line(
                        field,
                        f"{addresses} addresses; allowed: at least {needed.per_zone}; name more or larger subnets of"
                        " the zone, or add a CIDR to the VPC",
                        ", ".join(subnets),
                    )
                )
    if problems:
        raise StackError("the stack's network", problems)


def _look(field: str, subnet: str, zone: str, vpc: str, account: Account) -> tuple[int, list[str]]:
    """How many addresses a subnet has, and what is wrong with it."""
    try:
        found = aws.ec2.get_subnet(id=subnet, opts=account.asking())
    except Exception as error:
        # The SDK raises what the provider said as a plain Exception.
        where = f"account {account.place.account}, {account.place.region}"
        reason = str(error).strip().splitlines()[-1:] or ["no answer"]
        problem = f"not found in {where} ({reason[0]}); allowed: subnets that are there; correct the id or the region"
        return 0, [problem_line(field, problem, subnet)]
    wrong = [
        problem_line(field, f"is in {name} {is_}; allowed: {name} {should}; correct the id", subnet)
        for name, is_, should in (("VPC", found.vpc_id, vpc), ("zone", found.availability_zone, zone))
        if is_ != should
    ]
    return ip_network(found.cidr_block).num_addresses, wrong

"""The account and the region: a provider that works in no other, and what is asked of AWS before anything is made."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

import pulumi
import pulumi_aws as aws

from components.policy.place import Place, place
from config.aws import AllowListedEndpoint, EksCluster
from config.problems import StackError, problem_line
from config.program import warn

# RFC 5737: blocks for documentation, which nobody has.
_DOCUMENTATION: Final = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))


@dataclass(frozen=True)
class Account:
    """Where everything goes, and the provider that goes nowhere else."""

    place: Place
    provider: aws.Provider

    def opts(self) -> pulumi.ResourceOptions:
        """For a component in this account."""
        return pulumi.ResourceOptions(providers=[self.provider])

    def asking(self) -> pulumi.InvokeOptions:
        """For a question to this account."""
        return pulumi.InvokeOptions(provider=self.provider)


def account(cluster: EksCluster) -> Account:
    """The account of ``cluster``. The provider refuses another one than the stated, also when a stack is destroyed;
    where none is stated it is that of the credentials.
    """
    provider = aws.Provider(
        "aws",
        region=cluster.region,
        allowed_account_ids=None if cluster.account is None else [cluster.account],
    )
    number = cluster.account
    if number is None:
        number = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id
        pulumi.log.info(
            f"account {number}, that of the credentials; headroom:cluster.account would refuse others"
        )
    return Account(place(number, cluster.region), provider)


def check_endpoint(cluster: EksCluster) -> None:
    """Raises StackError, in an update, for addresses that nobody has: the update would make a cluster and then not
    reach it. A preview says so and goes on.
    """
    if not isinstance(cluster.endpoint, AllowListedEndpoint):
        return
    nobody = [
        block
        for block in cluster.endpoint.cidrs
        if any(ip_network(block).overlaps(known) for known in _DOCUMENTATION)
    ]
    if not nobody:
        return
    problem = problem_line(
        "cluster.endpoint.cidrs",
        "a block for documentation (RFC 5737), which nobody has: the update could not reach its own cluster; allowed:"
        " the addresses that you deploy from; state them",
        ", ".join(nobody),
    )
    if not pulumi.runtime.is_dry_run():
        raise StackError(f"stack {pulumi.get_stack()}", [problem])
    warn([problem])

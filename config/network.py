"""What a stack states of its network in AWS: a VPC to make, one that is there, or another stack's.

Sizes of subnets come from the plan, and whether a subnet is there is asked by the program.
"""

from typing import Annotated, Literal

from pydantic import Field

from components.policy.derived import Frozen

from .checked import Days, StackName


class NewVpc(Frozen):
    """A VPC of the program's own over the stack's zones."""

    kind: Literal["new-vpc"]
    cidr: str = Field(examples=["10.0.0.0/16"])
    # One gateway fails with its zone and costs once; one in each zone fails with nobody else's.
    nat: Literal["one", "per-zone"]
    flow_log_days: Days = 30
    # The length of each zone's private subnet. Left out, the smallest that the plan needs; stated with room to grow, a
    # larger target does not move the subnets, which would replace everything in them.
    private_prefix: int | None = Field(default=None, ge=16, le=28, strict=True)


class ExistingVpc(Frozen):
    """A VPC that is there, by its ids; subnets by zone."""

    kind: Literal["existing"]
    vpc_id: str
    private_subnets: dict[str, list[str]] = Field(examples=["{us-east-1a: [subnet-0123456789abcdef0]}"])
    public_subnets: dict[str, list[str]]
    # Whether the owner has set the tags by which controllers find subnets, or the program is to.
    tags: Literal["already-there", "set-by-us"]


class NetworkStack(Frozen):
    """The network that another stack of this program made (``headroom:layer: network``)."""

    kind: Literal["stack"]
    stack: StackName


Network = Annotated[NewVpc | ExistingVpc | NetworkStack, Field(discriminator="kind")]

"""What a stack states of its network in AWS: a VPC to make, one that is there, or another stack's.

Sizes of subnets come from the plan, and whether a subnet is there is asked by the program.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError

from .checked import Days, StackName

# Amazon EC2, "Resource IDs": 8 hexadecimal digits, 17 since 2018.
VpcId = Annotated[
    str,
    Field(
        pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$",
        description="vpc- and 8 or 17 hexadecimal digits, as aws ec2 describe-vpcs says",
        examples=["vpc-0123456789abcdef0"],
    ),
]
SubnetId = Annotated[
    str,
    Field(
        pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$",
        description="subnet- and 8 or 17 hexadecimal digits, as aws ec2 describe-subnets says",
        examples=["subnet-0123456789abcdef0"],
    ),
]


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
    vpc_id: VpcId
    private_subnets: dict[str, list[SubnetId]] = Field(examples=["{us-east-1a: [subnet-0123456789abcdef0]}"])
    public_subnets: dict[str, list[SubnetId]] = Field(examples=["{us-east-1a: [subnet-0123456789abcdef1]}"])
    # Whether the owner has set the tags by which controllers find subnets, or the program is to.
    tags: Literal["already-there", "set-by-us"]

    @model_validator(mode="after")
    def _each_zone_has_both_and_each_subnet_is_one(self) -> Self:
        private, public = (
            {zone for zone, ids in by.items() if ids} for by in (self.private_subnets, self.public_subnets)
        )
        if public != private:
            raise ConfigurationError(
                field="public_subnets",
                value=f"zones {', '.join(sorted(public)) or 'none'}",
                allowed=f"the zones of the private subnets: {', '.join(sorted(private)) or 'none'}",
                remedy="name a public subnet in each: a load balancer sends only to zones that it is in",
            )
        stated = [
            one for by in (self.private_subnets, self.public_subnets) for ids in by.values() for one in ids
        ]
        if twice := sorted({one for one in stated if stated.count(one) > 1}):
            raise ConfigurationError(
                field="private_subnets",
                value=f"{', '.join(twice)}, twice",
                allowed="each subnet once, private or public",
                remedy="take the second one out",
            )
        return self


class NetworkStack(Frozen):
    """The network that another stack of this program made (``headroom:layer: network``)."""

    kind: Literal["stack"]
    stack: StackName


Network = Annotated[NewVpc | ExistingVpc | NetworkStack, Field(discriminator="kind")]

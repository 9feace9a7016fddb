"""What a stack states of a pool of nodes: what the plan counts with, and what the nodes are made of."""

from typing import Annotated, Literal

from pydantic import Field

from components.policy.derived import Frozen
from components.policy.node_pool import NodePoolSpec

from .checked import RootVolume, Tags


class KwokNodeClass(Frozen):
    """Nodes without machines, of Karpenter's KWOK provider."""

    kind: Literal["kwok"]


class Ec2NodeClass(Frozen):
    """EC2 nodes by Karpenter's AWS provider."""

    kind: Literal["ec2"]
    # The IAM role of the nodes, by name; that of the program's own cluster is left out.
    role: str | None = Field(
        default=None,
        pattern=r"^[\w+=,.@-]{1,64}$",
        description="the name of a role, not its ARN",
        examples=["shop-nodes"],
    )
    # Subnets and security groups are found by the tag karpenter.sh/discovery with this value; left out as the role is.
    discovery: str | None = Field(default=None, min_length=1)
    # One release: with a moving one a drift replaces the fleet on the day that AWS publishes.
    ami_alias: str = Field(
        pattern=r"^al2023@v[0-9]{8}$",
        description="one release of Amazon Linux 2023, al2023@vYYYYMMDD",
        examples=["al2023@v20260101"],
    )
    volume_size: RootVolume
    # Of the instances and their volumes; those of the program's own cluster are left out.
    tags: Tags | None = Field(default=None, examples=["{owner: shop, stack: prod, cost-allocation: tickets}"])


NodeClass = Annotated[KwokNodeClass | Ec2NodeClass, Field(discriminator="kind")]


class NodePool(NodePoolSpec):
    """A pool as a stack states it: its NodePoolSpec, and what its nodes are made of."""

    node_class: NodeClass = Field(examples=["{kind: kwok}"])

    @property
    def spec(self) -> NodePoolSpec:
        """The part that the plan is derived from."""
        return NodePoolSpec(**{name: getattr(self, name) for name in NodePoolSpec.model_fields})

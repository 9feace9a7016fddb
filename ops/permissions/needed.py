"""What a resource type needs of IAM: a row of the table, and the types that more than one module names.

It names no action.
"""

from dataclasses import dataclass
from typing import Final

ROLE: Final = "aws:iam/role:Role"
ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
CLUSTER: Final = "aws:eks/cluster:Cluster"
OIDC: Final = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
ENTRY: Final = "aws:eks/accessEntry:AccessEntry"
POD_IDENTITY: Final = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ASSOCIATION: Final = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"


@dataclass(frozen=True, kw_only=True)
class Needed:
    """The actions of one type.

    ``looks`` take no resource; ``makes`` are for create, read and update, ``ends`` for delete, both on ``at``: ARN
    parts after the service (``{name}`` is the resource's, ``{cluster}`` the cluster's), or everything. Only ``ends``
    are narrowed by the stack's tag: they meet nothing that is not tagged yet. ``passes`` are the services that a role
    is handed to, ``linked`` those whose service-linked role is made with the first resource.
    """

    looks: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    tagged: bool = False
    passes: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    # The input that is the physical name; otherwise the engine makes one of the logical name.
    name: str = "name"


def actions(service: str, names: str) -> tuple[str, ...]:
    return tuple(f"{service}:{name}" for name in names.split())


def ec2(looks: str, makes: str = "", ends: str = "", passes: tuple[str, ...] = ()) -> Needed:
    """EC2 gives ids that nobody knows before; what is deleted carries the stack's tag."""
    return Needed(
        looks=actions("ec2", looks),
        makes=actions("ec2", f"{makes} CreateTags DeleteTags" if makes else ""),
        ends=actions("ec2", ends),
        tagged=True,
        passes=passes,
    )

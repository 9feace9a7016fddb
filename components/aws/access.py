"""Who reaches a cluster: from which addresses its endpoint answers, and which principals may do what inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_eks
from pulumi_aws.eks import AccessPolicyAssociationAccessScopeArgs

from ..policy.allow_list import EVERYBODY, allow_list
from ..policy.errors import ConfigurationError
from ..policy.place import Place


@dataclass(frozen=True, kw_only=True)
class PrivateEndpoint:
    """The endpoint answers inside the VPC only: whoever deploys must be there too."""


@dataclass(frozen=True, kw_only=True)
class AllowListedEndpoint:
    """Inside the VPC, and to the stated public blocks. Raises ConfigurationError for blocks that mean everybody."""

    cidrs: Sequence[str]

    def __post_init__(self) -> None:
        allow_list("endpoint.cidrs", self.cidrs)


@dataclass(frozen=True, kw_only=True)
class OpenEndpoint:
    """Inside the VPC, and to every address of the internet; only credentials keep others out. Says why."""

    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ConfigurationError(
                field="endpoint.reason",
                value="empty",
                allowed="why every address of the internet may try",
                remedy="write the reason, or name the addresses",
            )


Endpoint = PrivateEndpoint | AllowListedEndpoint | OpenEndpoint


def endpoint_inputs(endpoint: Endpoint) -> dict[str, Any]:
    """The cluster's inputs for its endpoint; inside the VPC it always answers."""
    match endpoint:
        case PrivateEndpoint():
            return {"endpoint_private_access": True, "endpoint_public_access": False}
        case AllowListedEndpoint(cidrs=cidrs):
            blocks = allow_list("endpoint.cidrs", cidrs)
        case OpenEndpoint():
            blocks = [EVERYBODY]
    return {
        "endpoint_private_access": True,
        "endpoint_public_access": True,
        "public_access_cidrs": blocks,
    }


@dataclass(frozen=True, kw_only=True)
class AccessEntry:
    """A principal and one of EKS's access policies, in the whole cluster or in some namespaces."""

    principal_arn: pulumi.Input[str]
    policy: Literal[
        "AmazonEKSClusterAdminPolicy",
        "AmazonEKSAdminPolicy",
        "AmazonEKSEditPolicy",
        "AmazonEKSViewPolicy",
    ]
    namespaces: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.policy == "AmazonEKSClusterAdminPolicy" and self.namespaces:
            raise ConfigurationError(
                field="access.namespaces",
                value=", ".join(self.namespaces),
                allowed="none with AmazonEKSClusterAdminPolicy, which is for the whole cluster",
                remedy="take AmazonEKSAdminPolicy for an administrator of some namespaces",
            )


def access_entries(
    entries: Mapping[str, AccessEntry], place: Place, tags: Mapping[str, str]
) -> dict[str, pulumi_eks.AccessEntryArgs]:
    """The entries as pulumi-eks takes them."""
    return {
        name: pulumi_eks.AccessEntryArgs(
            principal_arn=entry.principal_arn,
            access_policies={
                "policy": pulumi_eks.AccessPolicyAssociationArgs(
                    # These policies are EKS's own, not IAM's (EKS, "Review access policy permissions").
                    policy_arn=place.arn(
                        "eks", f"cluster-access-policy/{entry.policy}", account="aws", region=""
                    ),
                    access_scope=AccessPolicyAssociationAccessScopeArgs(
                        type="namespace" if entry.namespaces else "cluster",
                        namespaces=list(entry.namespaces) or None,
                    ),
                )
            },
            tags=dict(tags),
        )
        for name, entry in entries.items()
    }

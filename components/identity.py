"""The pod's identity: its ServiceAccount, and in AWS a role that pods of this account alone may take, or one that
somebody else keeps.

Decides no right: the program states each one. By EKS Pod Identity, so that no key lies in the cluster. What is made
for it in AWS is in aws.pod_identity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi

from .aws_policies.statement import Statement
from .network_policy import Outside
from .policy.errors import ConfigurationError
from .policy.place import Place
from .policy.tags import check_tags

# EKS, "Set up the Amazon EKS Pod Identity Agent": where a pod asks for its credentials.
AGENT: Final = Outside(cidr="169.254.170.23/32", ports=[80])


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The pod's ServiceAccount. The API token stays unmounted unless the service talks to the API."""

    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    mount_token: bool = False


@dataclass(frozen=True, kw_only=True)
class AwsIdentity(Identity):
    """The same with a role of its own in AWS, which may do what ``statements`` say and nothing else.

    ``place`` is the account and the region of ``cluster_name``. The role trusts EKS Pod Identity for pods of that
    cluster only, and the cluster gives it to this ServiceAccount only.
    """

    cluster_name: pulumi.Input[str]
    place: Place
    statements: pulumi.Input[Sequence[Statement]]
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AwsRole(Identity):
    """The same with a role in AWS that somebody else keeps, in the account of ``cluster_name``. It has to trust EKS Pod
    Identity (pods.eks.amazonaws.com); what it may do is its owner's.
    """

    cluster_name: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    tags: Mapping[str, str] = field(default_factory=dict)


def check_identity(field: str, identity: Identity) -> None:
    """Raises ConfigurationError for tags that AWS would refuse, or an identity that may do nothing."""
    if not isinstance(identity, AwsIdentity | AwsRole):
        return
    check_tags(f"{field}.tags", identity.tags)
    if isinstance(identity, AwsRole):
        return
    if isinstance(identity.statements, Sequence) and not identity.statements:
        raise ConfigurationError(
            field=f"{field}.statements",
            value="none",
            allowed="at least one statement",
            remedy="state what the pods may do, or give them a plain Identity",
        )


def egress_of(identity: Identity) -> list[Outside]:
    """What the pods must reach to get at their identity."""
    return [AGENT] if isinstance(identity, AwsIdentity | AwsRole) else []

"""The role of one workload's pods: its rights as stated, or one that is there, and its tie to their ServiceAccount.

Decides no right.
"""

import pulumi
from pulumi_aws import eks, iam

from ..aws_policies.statement import document
from ..identity import AwsIdentity, AwsRole
from .children import Children
from .roles import pod_role


def make_role(
    parent: pulumi.Resource,
    name: str,
    identity: AwsIdentity | AwsRole,
    *,
    namespace: pulumi.Input[str],
    service_account: pulumi.Input[str],
) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
    """Register role, policy and association, or the association alone; the role's ARN, and what pods must not start
    before.

    A pod is given its credentials when it is admitted: one that is admitted before the association has none for life.
    """
    children = Children(parent=parent, name=name, tags=identity.tags)
    arn, rights = _role(children, identity)
    association = eks.PodIdentityAssociation(
        children.named("pods-identity"),
        cluster_name=identity.cluster_name,
        namespace=namespace,
        service_account=service_account,
        role_arn=arn,
        tags=children.tagged("pods-identity"),
        opts=children.opts(rights),
    )
    return arn, [*rights, association]


def _role(
    children: Children, identity: AwsIdentity | AwsRole
) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
    """The role's ARN, and what gives it its rights where these are ours."""
    if isinstance(identity, AwsRole):
        return pulumi.Output.from_input(identity.role_arn), []
    role = pod_role(children, "pods", identity.place, identity.cluster_name, [])
    policy = iam.RolePolicy(
        children.named("pods-policy"),
        role=role.id,
        policy=pulumi.Output.from_input(identity.statements).apply(document),
        opts=children.opts(),
    )
    return role.arn, [policy]

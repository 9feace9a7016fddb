"""The role of one workload's pods: its rights as stated, and its tie to their ServiceAccount. Decides no right."""

import pulumi
from pulumi_aws import eks, iam

from ..aws_policies.statement import document
from ..identity import AwsIdentity
from .children import Children
from .roles import pod_role


def make_role(
    parent: pulumi.Resource,
    name: str,
    identity: AwsIdentity,
    *,
    namespace: pulumi.Input[str],
    service_account: pulumi.Input[str],
) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
    """Register role, policy and association; the role's ARN, and what pods must not start before.

    A pod is given its credentials when it is admitted: one that is admitted before the association has none for life.
    """
    children = Children(parent=parent, name=name, tags=identity.tags)
    role = pod_role(children, "pods", identity.place, identity.cluster_name, [])
    policy = iam.RolePolicy(
        children.named("pods-policy"),
        role=role.id,
        policy=pulumi.Output.from_input(identity.statements).apply(document),
        opts=children.opts(),
    )
    association = eks.PodIdentityAssociation(
        children.named("pods-identity"),
        cluster_name=identity.cluster_name,
        namespace=namespace,
        service_account=service_account,
        role_arn=role.arn,
        tags=children.tagged("pods-identity"),
        opts=children.opts([policy]),
    )
    return role.arn, [policy, association]

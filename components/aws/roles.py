"""Roles that pods and nodes take, each with its policies attached before anybody uses it."""

from collections.abc import Sequence
from typing import Final

import pulumi
from pulumi_aws import eks, iam

from ..aws_policies import trust
from ..aws_policies.statement import document
from ..policy.place import Place
from .children import Children, known_after

# A node joins and pulls images. The CNI's permissions are its own (pod identity), so that no other pod of the node can
# move network interfaces (EKS, "Amazon EKS node IAM role"; best practices, "restrict access to the instance profile").
NODE_POLICIES: Final = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")


def pod_role(
    children: Children, part: str, place: Place, cluster: pulumi.Input[str], managed: Sequence[str]
) -> iam.Role:
    """A role for pods of one cluster, with policies that AWS maintains."""
    role = iam.Role(
        children.named(f"{part}-role"),
        description=f"{part}, by EKS Pod Identity",
        assume_role_policy=pulumi.Output.from_input(cluster).apply(
            lambda name: document(trust.pods(place, name))
        ),
        tags=children.tagged(f"{part}-role"),
        opts=children.opts(),
    )
    _attach(children, part, role, place, managed)
    return role


def controller_rights(
    children: Children,
    place: Place,
    *,
    cluster: pulumi.Input[str],
    namespace: pulumi.Input[str],
    service_account: str,
    policy: pulumi.Input[str],
) -> list[pulumi.Resource]:
    """A controller's role with its own policy, tied to its service account: what must be there before it starts."""
    role = pod_role(children, "controller", place, cluster, [])
    own = iam.RolePolicy(
        children.named("controller-policy"), role=role.id, policy=policy, opts=children.opts()
    )
    tie = eks.PodIdentityAssociation(
        children.named("controller-identity"),
        cluster_name=cluster,
        namespace=namespace,
        service_account=service_account,
        role_arn=role.arn,
        tags=children.tagged("controller-identity"),
        opts=children.opts(),
    )
    return [own, tie]


def node_role(children: Children, part: str, place: Place) -> tuple[iam.Role, pulumi.Output[str]]:
    """A role for nodes, and its ARN once every policy is attached: a node that joins before is sent away."""
    role = iam.Role(
        children.named(f"{part}-role"),
        description=f"{part}: joins the cluster and pulls images",
        assume_role_policy=document(trust.ec2()),
        tags=children.tagged(f"{part}-role"),
        opts=children.opts(),
    )
    arn: pulumi.Output[str] = role.arn
    for attachment in _attach(children, part, role, place, NODE_POLICIES):
        arn = known_after(arn, attachment)
    return role, arn


def _attach(
    children: Children, part: str, role: iam.Role, place: Place, managed: Sequence[str]
) -> list[iam.RolePolicyAttachment]:
    return [
        iam.RolePolicyAttachment(
            children.named(f"{part}-{policy.rpartition('/')[2]}"),
            role=role.name,
            policy_arn=place.managed_policy(policy),
            opts=children.opts(),
        )
        for policy in managed
    ]

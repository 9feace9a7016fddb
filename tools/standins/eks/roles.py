"""The roles of a cluster and of its nodes, as pulumi-eks makes them where none is given.

It decides their policies: AWS's own for the control plane and for nodes.
"""

import json
from typing import Final

import pulumi

from tools.standins.eks.children import Child

CLUSTER_POLICIES: Final = ("AmazonEKSClusterPolicy",)
NODE_POLICIES: Final = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
)


class ServiceRole(pulumi.ComponentResource):
    """A role that a service may assume, with policies of AWS attached."""

    def __init__(self, name: str, service: str, policies: tuple[str, ...], parent: pulumi.Resource) -> None:
        super().__init__("eks:index:ServiceRole", name, None, pulumi.ResourceOptions(parent=parent))
        principal = {"Service": service}
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.role = Child("aws:iam/role:Role", f"{name}-role", {"assumeRolePolicy": trust}, self)
        self.attachments = [
            Child(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                f"{name}-{policy}",
                {"role": self.role.out("name"), "policyArn": f"arn:aws:iam::aws:policy/{policy}"},
                self,
            )
            for policy in policies
        ]
        self.register_outputs({})

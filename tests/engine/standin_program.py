"""The small programs that tests/engine/test_standins.py runs: one with eks.Cluster, one with aws resources only.

It decides the programs, their engine state and their account; what must come of them is in the tests.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.engine import Engine
from tools.standins import environment
from tools.standins.store import Contents, Store

NETWORK: Final = """
import pulumi
import pulumi_aws as aws

provider = aws.Provider("aws", region="ap-northeast-2", default_tags={"tags": {"owner": "shop"}})
opts = pulumi.ResourceOptions(provider=provider)
within = pulumi.ResourceOptions(providers={"aws": provider})
vpc = aws.ec2.Vpc("vpc", cidr_block=CIDR, tags=TAGS, opts=opts)
zones = aws.get_availability_zones_output(opts=pulumi.InvokeOptions(provider=provider)).names
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id, opts=opts)
subnets = [
    aws.ec2.Subnet(f"subnet-{n}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24", availability_zone=zones[n], opts=opts)
    for n in range(2)
]
ids = [subnet.id for subnet in subnets]
address = aws.ec2.Eip("nat", domain="vpc", opts=opts)
after = pulumi.ResourceOptions(provider=provider, depends_on=AFTER)
aws.ec2.NatGateway("nat", subnet_id=ids[0], allocation_id=address.id, opts=after)
trust = aws.iam.get_policy_document_output(
    statements=[
        {"actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com"]}]}
    ],
    opts=pulumi.InvokeOptions(provider=provider),
)
role = aws.iam.Role("node", assume_role_policy=trust.json, opts=opts)
"""

RAW: Final = """
permits = aws.iam.RolePolicyAttachment(
    "node", role=role.name, policy_arn="arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy", opts=opts
)
cluster = aws.eks.Cluster(
    "shop", role_arn=role.arn, vpc_config={"subnet_ids": ids}, version="1.33",
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[permits]),
)
aws.eks.NodeGroup(
    "system",
    cluster_name=cluster.name,
    node_role_arn=role.arn,
    subnet_ids=ids,
    instance_types=[TYPE],
    scaling_config={"min_size": 2, "max_size": 3, "desired_size": 2},
    opts=opts,
)
pulumi.export("endpoint", cluster.endpoint)
"""

WHOLE: Final = """
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes

people = aws.iam.Role("people", assume_role_policy=trust.json, opts=opts)
cluster = eks.Cluster(
    "shop",
    vpc_id=vpc.id,
    private_subnet_ids=ids,
    authentication_mode=eks.AuthenticationMode.API,
    skip_default_node_group=True,
    create_oidc_provider=True,
    version="1.33",
    access_entries={
        "node": eks.AccessEntryArgs(principal_arn=role.arn, type=eks.AccessEntryType.EC2_LINUX),
        "admin": eks.AccessEntryArgs(
            principal_arn=people.arn,
            access_policies={
                "all": eks.AccessPolicyAssociationArgs(
                    policy_arn="arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                    access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
                )
            },
        ),
    },
    opts=within,
)
eks.ManagedNodeGroup(
    "system",
    cluster=cluster,
    node_role=role,
    subnet_ids=ids,
    instance_types=[TYPE],
    scaling_config={"min_size": 2, "max_size": 3, "desired_size": 2},
    opts=within,
)
eks.Addon(
    "agent", cluster=cluster, addon_name="eks-pod-identity-agent", configuration_values={"agent": {"v": 2}}, opts=within
)
aws.eks.PodIdentityAssociation(
    "pod",
    cluster_name=cluster.eks_cluster.name,
    namespace="kube-system",
    service_account="karpenter",
    role_arn=role.arn,
    opts=opts,
)
inside = kubernetes.Provider("inside", kubeconfig=cluster.kubeconfig_json)
if INSIDE:
    kubernetes.core.v1.Namespace("shop", opts=pulumi.ResourceOptions(provider=inside))
pulumi.export("endpoint", cluster.core.endpoint)
pulumi.export("issuer", cluster.oidc_provider_url)
pulumi.export("server", cluster.kubeconfig.apply(lambda config: config["clusters"][0]["cluster"]["server"]))
"""
RIGHT: Final = {
    "CIDR": '"10.0.0.0/16"', "TAGS": "{}", "AFTER": "[gateway]", "TYPE": '"m7g.large"', "INSIDE": "False",
}  # fmt: skip


@dataclass(frozen=True)
class Program:
    """The program, with an engine state and an account of its own."""

    engine: Engine
    account: Path

    def write(self, rest: str = RAW, **changes: str) -> None:
        text = NETWORK + rest
        for word, value in {**RIGHT, **changes}.items():
            text = text.replace(word, value)
        (self.engine.project / "__main__.py").write_text(text)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and all output."""
        base = self.engine.environment()
        done = subprocess.run(
            self.engine.command([*arguments, "--non-interactive", "--suppress-progress", "--color", "never"]),
            cwd=self.engine.project,
            env={**base, **environment(self.account, base)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        return done.returncode, done.stdout

    def up(self) -> tuple[int, str]:
        return self.run("up", "--yes", "--skip-preview")

    def contents(self) -> Contents:
        return Store(self.account).read()

    def order(self, *faults: dict[str, Any]) -> None:
        self.account.mkdir(exist_ok=True)
        (self.account / "faults.json").write_text(json.dumps(faults))

    def calls(self) -> list[str]:
        """What happened in the account since the last time."""
        log = self.account / "calls.log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        return lines

    def destroy(self) -> None:
        self.order()
        code, output = self.run("destroy", "--yes", "--skip-preview")
        assert code == 0, output
        assert self.contents().objects == {}

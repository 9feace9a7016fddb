"""What a stack states of its cluster in AWS: the control plane, who may reach it, the first nodes and the add-ons.

Nothing here follows from a number, and what AWS itself knows (whose account it is) is asked by the program. What can be
known to be wrong without asking is refused here.
"""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from components.policy.addons import check_addon_version
from components.policy.allow_list import allow_list
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.instances import instance_type
from components.policy.quantities import Bytes

from .charts import Charts
from .checked import Account, Days, Region, RootVolume, StackName, Tags, of_the_value
from .network import Network

# Amazon EKS, API reference, CreateCluster, name; shorter, since the names of roles and groups begin with it.
ClusterName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,39}$",
        description="at most 40 lower-case letters, digits and dashes, a letter first",
        examples=["headroom-prod"],
    ),
]
Version = Annotated[
    str,
    Field(
        pattern=r"^\d+\.\d+\.\d+$",
        description="three numbers with dots between them, without a v",
        examples=['"1.14.1"'],
    ),
]
Arn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+$",
        description="the ARN of a role or a user of IAM",
        examples=["arn:aws:iam::111122223333:role/deployer"],
    ),
]
# Any account: where none is stated the rules about places are asked for a region alone.
ANY_ACCOUNT: Final = "0" * 12


def _blocks(blocks: list[str]) -> list[str]:
    return list(of_the_value(allow_list, blocks))


def _type(name: str) -> str:
    try:
        instance_type(name)
    except ConfigurationError as error:
        raise error.of_the_value(error.field) from None
    return name


class PrivateEndpoint(Frozen):
    """The API answers inside the VPC only: whoever deploys is there too."""

    kind: Literal["private"]


class AllowListedEndpoint(Frozen):
    """Inside the VPC, and to these addresses of the internet."""

    kind: Literal["allow-list"]
    cidrs: Annotated[list[str], AfterValidator(_blocks)] = Field(examples=["[198.51.100.7/32]"])


class OpenEndpoint(Frozen):
    """To everybody; only credentials keep others out."""

    kind: Literal["open"]
    reason: str = Field(min_length=10)


Endpoint = Annotated[PrivateEndpoint | AllowListedEndpoint | OpenEndpoint, Field(discriminator="kind")]


class AccessEntry(Frozen):
    """Who may do what in the cluster; whoever made it is its administrator anyway."""

    principal_arn: Arn
    policy: Literal[
        "AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy"
    ]
    namespaces: list[str] = []


class SystemNodes(Frozen):
    """The few nodes that run before Karpenter buys any."""

    instance_type: Annotated[str, AfterValidator(_type)] = "m5.large"
    nodes: int = Field(default=2, ge=2, strict=True)
    volume_size: RootVolume = Bytes.parse("30Gi")
    # One image release, "1.36.1-20260915"; left out, the group takes the newest when it is made and keeps it.
    release: str | None = None


class Addons(Frozen):
    """The managed add-ons' versions, as ``aws eks describe-addon-versions`` names them."""

    vpc_cni: str = Field(examples=["v1.21.1-eksbuild.1"])
    coredns: str = Field(examples=["v1.13.1-eksbuild.1"])
    kube_proxy: str = Field(examples=["v1.36.0-eksbuild.2"])
    eks_pod_identity_agent: str = Field(examples=["v1.3.10-eksbuild.1"])
    metrics_server: str = Field(examples=["v0.8.0-eksbuild.6"])
    # Only where something needs volumes.
    aws_ebs_csi_driver: str | None = None

    @field_validator("*")
    @classmethod
    def _one_build(cls, version: str | None, info: ValidationInfo) -> str | None:
        if version is not None:
            name = str(info.field_name)
            try:
                check_addon_version(name, version)
            except ConfigurationError as error:
                raise error.of_the_value(name) from None
        return version


class GatewayApi(Frozen):
    """A release's standard-install.yaml, kept with the program."""

    file: str = Field(min_length=1, examples=["gateway-api/standard-install.yaml"])


class EksCluster(Frozen):
    """A cluster that the program makes, with Karpenter in it, in its own VPC or in one that is there."""

    kind: Literal["eks"]
    name: ClusterName
    region: Region
    # Stated, the program refuses every other; left out, it takes that of whoever runs it, and says which.
    account: Account | None = None
    kubernetes_version: str = Field(examples=['"1.36"'])
    karpenter_version: Version
    # The chart of the AWS Load Balancer Controller; left out, nobody makes a load balancer of an Ingress.
    load_balancer_controller_version: Version | None = None
    # The kinds of the Gateway API, for ways in by it; left out, nobody makes them.
    gateway_api: GatewayApi | None = None
    network: Network
    endpoint: Endpoint
    access: dict[str, AccessEntry] = {}
    system_nodes: SystemNodes = SystemNodes()
    addons: Addons
    charts: Charts
    log_retention_days: Days = 90
    # Refuses to delete the cluster and the key of its secrets, in AWS and in the engine. To take a cluster away: false,
    # one more up, then destroy.
    deletion_protection: bool = Field(default=True, strict=True)
    tags: Tags = Field(examples=["{owner: shop, stack: prod, cost-allocation: tickets}"])


class EksStack(Frozen):
    """The cluster that another stack of this program made (``headroom:layer: cluster``); the services are ours."""

    kind: Literal["eks-stack"]
    stack: StackName

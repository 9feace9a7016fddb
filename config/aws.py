"""What a stack states of AWS: the place, the network, the control plane, and where charts come from.

Nothing here follows from a number: sizes of subnets come from the plan, and what AWS itself knows (whether a subnet is
there, whose account it is) is asked by the program. What can be known to be wrong without asking is refused here.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from components.policy.addons import check_addon_version
from components.policy.allow_list import allow_list
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.instances import instance_type
from components.policy.place import check_account
from components.policy.quantities import Bytes
from components.policy.regions import check_region
from components.policy.retention import check_retention
from components.policy.root_volume import check_root_volume
from components.policy.tags import check_tags

# Amazon EKS, API reference, CreateCluster, name; shorter, since the names of roles and groups begin with it.
ClusterName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,39}$",
        description="at most 40 lower-case letters, digits and dashes, a letter first",
        examples=["headroom-prod"],
    ),
]
# Pulumi, "Stack references": organization, project and stack.
StackName = Annotated[
    str,
    Field(
        pattern=r"^[^/\s]+/[^/\s]+/[^/\s]+$",
        description="organization, project and stack with slashes between them",
        examples=["organization/headroom/network"],
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


def of_the_value(check: Callable[..., Any], *arguments: Any) -> Any:
    """What ``check`` gives of a field and its arguments; a refusal comes without the field, which the schema knows."""
    try:
        return check("value", *arguments)
    except ConfigurationError as error:
        raise error.of_the_value("value") from None


def _region(region: str) -> str:
    of_the_value(check_region, region)
    return region


def _account(account: str) -> str:
    of_the_value(check_account, account)
    return account


def _days(days: int) -> int:
    of_the_value(check_retention, days)
    return days


def _blocks(blocks: list[str]) -> list[str]:
    return list(of_the_value(allow_list, blocks))


def _volume(size: Bytes) -> Bytes:
    of_the_value(check_root_volume, size)
    return size


def _type(name: str) -> str:
    try:
        instance_type(name)
    except ConfigurationError as error:
        raise error.of_the_value(error.field) from None
    return name


def _tags(tags: dict[str, str]) -> dict[str, str]:
    return dict(of_the_value(check_tags, tags))


# Of a node, in whole GiB.
RootVolume = Annotated[Bytes, AfterValidator(_volume)]
Days = Annotated[int, Field(strict=True), AfterValidator(_days)]
Region = Annotated[str, AfterValidator(_region)]
Account = Annotated[str, AfterValidator(_account)]
Tags = Annotated[dict[str, str], AfterValidator(_tags)]


class NewVpc(Frozen):
    """A VPC of the program's own over the stack's zones."""

    kind: Literal["new-vpc"]
    cidr: str = Field(examples=["10.0.0.0/16"])
    # One gateway fails with its zone and costs once; one in each zone fails with nobody else's.
    nat: Literal["one", "per-zone"]
    flow_log_days: Days = 30
    # The length of each zone's private subnet. Left out, the smallest that the plan needs; stated with room to grow, a
    # larger target does not move the subnets, which would replace everything in them.
    private_prefix: int | None = Field(default=None, ge=16, le=28, strict=True)


class ExistingVpc(Frozen):
    """A VPC that is there, by its ids; subnets by zone."""

    kind: Literal["existing"]
    vpc_id: str
    private_subnets: dict[str, list[str]] = Field(examples=["{us-east-1a: [subnet-0123456789abcdef0]}"])
    public_subnets: dict[str, list[str]]
    # Whether the owner has set the tags by which controllers find subnets, or the program is to.
    tags: Literal["already-there", "set-by-us"]


class NetworkStack(Frozen):
    """The network that another stack of this program made (``headroom:layer: network``)."""

    kind: Literal["stack"]
    stack: StackName


Network = Annotated[NewVpc | ExistingVpc | NetworkStack, Field(discriminator="kind")]


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

    vpc_cni: str
    coredns: str
    kube_proxy: str
    eks_pod_identity_agent: str
    metrics_server: str
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


class OciCharts(Frozen):
    """An OCI registry, the vendor's or a mirror of it, without the chart's name."""

    kind: Literal["oci"]
    repository: str = Field(
        pattern=r"^oci://[a-z0-9.-]+(:\d{1,5})?(/[a-z0-9._-]+)*$",
        description="oci://, a host and a path, without the chart's name and without a slash at its end",
        examples=["oci://mirror.example.com/charts"],
    )


class ChartDirectory(Frozen):
    """A directory with each chart unpacked in a folder of its name."""

    kind: Literal["directory"]
    path: str = Field(min_length=1)


class HttpsCharts(Frozen):
    """A chart repository with an index, the vendor's or a mirror of it."""

    kind: Literal["https"]
    repository: str = Field(
        pattern=r"^https://[a-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._-]+)*$",
        description="https://, a host and a path, in which index.yaml lies, without a slash at its end",
        examples=["https://aws.github.io/eks-charts"],
    )


ChartSource = Annotated[OciCharts | HttpsCharts | ChartDirectory, Field(discriminator="kind")]


# The charts that a stack may install; the default is Karpenter's too.
ChartName = Literal[
    "aws-load-balancer-controller",
    "external-secrets",
    "k6-operator",
    "karpenter",
    "keda",
    "kube-prometheus-stack",
    "prometheus-operator-crds",
]


class Charts(Frozen):
    """Where charts come from: one place for all, and others by the chart's name."""

    default: ChartSource
    by_name: dict[ChartName, ChartSource] = {}

    def of(self, chart: str) -> OciCharts | HttpsCharts | ChartDirectory:
        """Where ``chart`` comes from."""
        return next((source for name, source in self.by_name.items() if name == chart), self.default)


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

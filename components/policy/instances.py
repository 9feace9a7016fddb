"""What a node of a type can hold: the instance facts and the part that Kubernetes and EKS keep for themselves.

Families are regular: memory and price are proportional to the vCPUs, network interfaces depend on the size
alone. So the table is one row per family and one per size; a test compares products of the two with single
published figures.
"""

from typing import Final, Literal

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import Bytes, Millicores

# A prefix is a /28: AWS, "Assign prefixes to Amazon EC2 network interfaces".
PREFIX_ADDRESSES: Final = 16
# EKS, "Choose an Amazon EC2 instance type", maximum pods: 110 up to 30 vCPUs, 250 above.
PREFIX_PODS_SMALL: Final = 110
PREFIX_PODS_LARGE: Final = 250
PREFIX_SMALL_VCPUS: Final = 30
# Pods on the host's network take no address: kube-proxy and the CNI itself (amazon-eks-ami,
# eni-max-pods.txt).
HOST_NETWORK_PODS: Final = 2


class InstanceType(Frozen):
    """An instance type's capacity. ``max_pods`` is the node's pod limit."""

    name: str
    cpu: Millicores
    memory: Bytes
    max_pods: int
    architecture: Literal["amd64", "arm64"] = "amd64"
    # Network interfaces and IPv4 addresses on each, one of which is the interface's own.
    interfaces: int = 4
    addresses_per_interface: int = 15
    prefix_delegation: bool = False

    @property
    def allocatable_cpu(self) -> Derived[Millicores]:
        """Millicores left for pods by the EKS formula: 6 % of the first core, 1 % of the second, 0.5 % of
        the next two, 0.25 % of the rest are reserved (awslabs/amazon-eks-ami, kube-reserved).
        """
        cores = self.cpu // 1000
        reserved = 60 * min(cores, 1) + 10 * min(max(cores - 1, 0), 1) + 5 * min(max(cores - 2, 0), 2)
        reserved += int(2.5 * max(cores - 4, 0))
        return derived(
            Millicores(self.cpu - reserved), f"{self.cpu} CPU - {reserved}m kube-reserved ({self.name})"
        )

    @property
    def allocatable_memory(self) -> Derived[Bytes]:
        """Bytes left for pods: 7.5 % go to the hypervisor and the kernel (Karpenter's
        VM_MEMORY_OVERHEAD_PERCENT 0.075), then by the EKS formula 255Mi + 11Mi per pod slot are
        kube-reserved and 100Mi kept by evictionHard (awslabs/amazon-eks-ami).
        """
        overhead = Bytes.parse(f"{-(-self.memory * 75 // (1000 * 1024**2))}Mi")
        reserved = Bytes.parse(f"{255 + 11 * self.max_pods + 100}Mi")
        return derived(
            Bytes(self.memory - overhead - reserved),
            f"{self.memory} - {overhead} VM overhead - {reserved} kube-reserved and eviction ({self.name})",
        )


# Per size: vCPUs, network interfaces, IPv4 addresses per interface
# (karpenter-provider-aws v1.14.1, pkg/providers/instancetype/zz_generated.vpclimits.go).
_SIZES: Final = {
    "large": (2, 3, 10),
    "xlarge": (4, 4, 15),
    "2xlarge": (8, 4, 15),
    "4xlarge": (16, 8, 30),
    "8xlarge": (32, 8, 30),
    "9xlarge": (36, 8, 30),
    "12xlarge": (48, 8, 30),
    "16xlarge": (64, 15, 50),
    "18xlarge": (72, 15, 50),
    "24xlarge": (96, 15, 50),
}
_REGULAR: Final = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")
_TO_16: Final = _REGULAR[:-1]
_C5: Final = ("large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "12xlarge", "18xlarge", "24xlarge")
# Per family: GiB of memory per vCPU, architecture, sizes (AWS, "Amazon EC2 instance types").
_FAMILIES: Final[dict[str, tuple[int, Literal["amd64", "arm64"], tuple[str, ...]]]] = {
    "c5": (2, "amd64", _C5),
    "c6i": (2, "amd64", _REGULAR),
    "c6a": (2, "amd64", _REGULAR),
    "c7i": (2, "amd64", _REGULAR),
    "c6g": (2, "arm64", _TO_16),
    "c7g": (2, "arm64", _TO_16),
    "c8g": (2, "arm64", _REGULAR),
    "m5": (4, "amd64", _REGULAR),
    "m6i": (4, "amd64", _REGULAR),
    "m6a": (4, "amd64", _REGULAR),
    "m7i": (4, "amd64", _REGULAR),
    "m7a": (4, "amd64", _REGULAR),
    "m6g": (4, "arm64", _TO_16),
    "m7g": (4, "arm64", _TO_16),
    "m8g": (4, "arm64", _REGULAR),
    "r5": (8, "amd64", _REGULAR),
    "r6i": (8, "amd64", _REGULAR),
    "r7i": (8, "amd64", _REGULAR),
    "r6g": (8, "arm64", _TO_16),
    "r7g": (8, "arm64", _TO_16),
    "r8g": (8, "arm64", _REGULAR),
}


def instance_type_names() -> list[str]:
    """Every type of the table, families in order, sizes ascending."""
    return [f"{family}.{size}" for family, (_, _, sizes) in _FAMILIES.items() for size in sizes]


def instance_type(name: str, *, prefix_delegation: bool = False) -> InstanceType:
    """The facts of a type. Raises ConfigurationError for a type that is not in the table."""
    family, _, size = name.partition(".")
    gib_per_vcpu, architecture, sizes = _FAMILIES.get(family, (0, "amd64", ()))
    if size not in sizes:
        known = f"{family}.{{{','.join(sizes)}}}" if sizes else f"families {', '.join(_FAMILIES)}"
        raise ConfigurationError(
            field="node_pool.instance_type",
            value=name,
            allowed=known,
            remedy="choose one of these, or add the type with its source to components/policy/instances.py",
        )
    vcpus, interfaces, addresses = _SIZES[size]
    pods = interfaces * (addresses - 1) + HOST_NETWORK_PODS
    if prefix_delegation:
        by_prefix = interfaces * (addresses - 1) * PREFIX_ADDRESSES + HOST_NETWORK_PODS
        pods = min(by_prefix, PREFIX_PODS_SMALL if vcpus <= PREFIX_SMALL_VCPUS else PREFIX_PODS_LARGE)
    return InstanceType(
        name=name,
        cpu=Millicores(vcpus * 1000),
        memory=Bytes.parse(f"{vcpus * gib_per_vcpu}Gi"),
        max_pods=pods,
        architecture=architecture,
        interfaces=interfaces,
        addresses_per_interface=addresses,
        prefix_delegation=prefix_delegation,
    )

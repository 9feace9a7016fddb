"""What the services ask between things: addresses, zones, gateways, versions, modes, protection against deletion.

Each rule is one that lets a wrong order or a wrong pair through until half the platform stands. It decides from what
exists and never asks whether a reference exists (references.py) or a value is well formed (judge.py).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tools.standins.errors import Refused
from tools.standins.store import Contents, Object

_SUBNET: Final = "aws:ec2/subnet:Subnet"
_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
_NAT: Final = "aws:ec2/natGateway:NatGateway"
_CLUSTER: Final = "aws:eks/cluster:Cluster"
_GROUP: Final = "aws:eks/nodeGroup:NodeGroup"

Rule = Callable[[Mapping[str, Any], Contents, str], Iterator[Refused]]


def before_create(token: str, inputs: Mapping[str, Any], contents: Contents, region: str) -> None:
    """Raises the first refusal."""
    rule: Rule = _RULES.get(token, _nothing)
    for refusal in rule(inputs, contents, region):
        raise refusal


def before_update(
    token: str, before: Mapping[str, Any], inputs: Mapping[str, Any], contents: Contents
) -> None:
    if token == _CLUSTER:
        for refusal in _upgrade(before, inputs):
            raise refusal
    if token in (_GROUP, "aws:elasticache/replicationGroup:ReplicationGroup"):
        before_create(token, inputs, contents, "")


def before_delete(one: Object, contents: Contents) -> None:
    if one.properties.get("deletionProtection") or one.properties.get("enableDeletionProtection"):
        raise Refused(
            "OperationNotPermitted",
            f"{one.token} {one.id} is protected against deletion: take that off first",
        )
    if one.token == _GATEWAY:
        mapped = [nat for nat in contents.of(_NAT) if _vpc_of(nat, contents) == one.properties.get("vpcId")]
        if mapped:
            raise Refused(
                "DependencyViolation",
                f"network {one.properties['vpcId']} has mapped public addresses: {mapped[0].id}",
            )


def _internet_gateway(inputs: Mapping[str, Any], contents: Contents, _: str) -> Iterator[Refused]:
    vpc = inputs.get("vpcId")
    if vpc and any(one.properties.get("vpcId") == vpc for one in contents.of(_GATEWAY)):
        yield Refused("Resource.AlreadyAssociated", f"{vpc} has an internet gateway already")


def _nat(inputs: Mapping[str, Any], contents: Contents, _: str) -> Iterator[Refused]:
    subnet = contents.get(_SUBNET, inputs["subnetId"])
    vpc = subnet.properties["vpcId"] if subnet else None
    attached = any(one.properties.get("vpcId") == vpc for one in contents.of(_GATEWAY))
    if inputs.get("connectivityType") != "private" and not attached:
        yield Refused(
            "Gateway.NotAttached", f"network {vpc} has no internet gateway attached: make that first"
        )
    address = inputs.get("allocationId")
    if address and any(one.properties.get("allocationId") == address for one in contents.of(_NAT)):
        yield Refused("Resource.AlreadyAssociated", f"{address} is associated with another NAT gateway")


def _cluster(inputs: Mapping[str, Any], contents: Contents, _: str) -> Iterator[Refused]:
    config = inputs.get("vpcConfig") or {}
    yield from _two_zones(config.get("subnetIds"), contents, "InvalidParameterException")
    if config.get("endpointPublicAccess") is False and not config.get("endpointPrivateAccess"):
        yield Refused("InvalidParameterException", "private and public endpoint cannot both be off")


def _two_zones(subnets: Any, contents: Contents, code: str) -> Iterator[Refused]:
    zones = {_zone(one, contents) for one in subnets or []}
    if len(zones) < 2:
        yield Refused(
            code, f"subnets in at least two different zones are needed, got {', '.join(sorted(zones))}"
        )


def _zone(subnet: str, contents: Contents) -> str:
    one = contents.get(_SUBNET, subnet)
    return str({**one.computed, **one.properties}.get("availabilityZone")) if one else subnet


def _upgrade(before: Mapping[str, Any], inputs: Mapping[str, Any]) -> Iterator[Refused]:
    """One minor at a time and never back (Amazon EKS User Guide, "Update existing cluster")."""
    old, new = _minor(before.get("version")), _minor(inputs.get("version"))
    if old is not None and new is not None and new - old not in (0, 1):
        yield Refused(
            "InvalidParameterException",
            f"unsupported Kubernetes minor version update from {before['version']} to {inputs['version']}: "
            "one minor at a time, upwards",
        )
    mode = _mode(before)
    if mode != "CONFIG_MAP" and _mode(inputs) == "CONFIG_MAP":
        yield Refused(
            "InvalidParameterException", f"the authentication mode {mode} cannot go back to CONFIG_MAP"
        )


def _minor(version: Any) -> int | None:
    found = re.fullmatch(r"1\.(\d+)", str(version))
    return int(found.group(1)) if found else None


def _mode(cluster: Mapping[str, Any]) -> str:
    return str((cluster.get("accessConfig") or {}).get("authenticationMode") or "CONFIG_MAP")


def _node_group(inputs: Mapping[str, Any], contents: Contents, _: str) -> Iterator[Refused]:
    size = inputs.get("scalingConfig") or {}
    least, most, wanted = (size.get(name, 0) for name in ("minSize", "maxSize", "desiredSize"))
    if not least <= wanted <= most:
        yield Refused(
            "InvalidParameterException",
            f"minSize {least} <= desiredSize {wanted} <= maxSize {most} must hold",
        )
    cluster = contents.get(_CLUSTER, inputs["clusterName"])
    mine, theirs = (
        _minor(inputs.get("version")),
        _minor(cluster.properties.get("version") if cluster else None),
    )
    if mine is not None and theirs is not None and mine > theirs:
        yield Refused(
            "InvalidParameterException",
            f"the node group's version {inputs['version']} is newer than the cluster's 1.{theirs}: upgrade that first",
        )


def _access(inputs: Mapping[str, Any], contents: Contents, _: str) -> Iterator[Refused]:
    cluster = contents.get(_CLUSTER, inputs["clusterName"])
    if cluster is not None and _mode(cluster.properties) == "CONFIG_MAP":
        yield Refused(
            "InvalidRequestException",
            "the cluster's authentication mode must be one of API, API_AND_CONFIG_MAP",
        )


def _association(inputs: Mapping[str, Any], contents: Contents, region: str) -> Iterator[Refused]:
    yield from _access(inputs, contents, region)
    entries = contents.of("aws:eks/accessEntry:AccessEntry")
    mine = (inputs["clusterName"], inputs["principalArn"])
    if not any((one.properties["clusterName"], one.properties["principalArn"]) == mine for one in entries):
        yield Refused(
            "ResourceNotFoundException", f"{mine[0]} has no access entry for {mine[1]}: make that first"
        )


def _replication_group(inputs: Mapping[str, Any], _: Contents, __: str) -> Iterator[Refused]:
    if inputs.get("multiAzEnabled") and not inputs.get("automaticFailoverEnabled"):
        yield Refused("InvalidParameterCombination", "multiAzEnabled needs automaticFailoverEnabled")
    alone = inputs.get("numCacheClusters") == 1 or inputs.get("replicasPerNodeGroup") == 0
    if inputs.get("automaticFailoverEnabled") and alone:
        yield Refused("InvalidParameterCombination", "automaticFailoverEnabled needs at least one replica")
    if inputs.get("authToken") and not inputs.get("transitEncryptionEnabled"):
        yield Refused("InvalidParameterCombination", "an authToken needs transitEncryptionEnabled")
    token = inputs.get("authToken")
    if token and not re.fullmatch(r"[!-~]{16,128}", token):
        yield Refused("InvalidParameterValue", "an authToken has 16 to 128 printable characters")


def _load_balancer(inputs: Mapping[str, Any], contents: Contents, _: str) -> Iterator[Refused]:
    if inputs.get("loadBalancerType", "application") == "application" and inputs.get("subnets"):
        yield from _two_zones(inputs["subnets"], contents, "ValidationError")


def _listener(inputs: Mapping[str, Any], _: Contents, __: str) -> Iterator[Refused]:
    certificate, balancer = inputs.get("certificateArn"), inputs["loadBalancerArn"]
    if certificate and certificate.split(":")[3] != balancer.split(":")[3]:
        yield Refused(
            "ValidationError", f"certificate {certificate} is in another region than its load balancer"
        )
    if inputs.get("protocol") in ("HTTPS", "TLS") and not certificate:
        yield Refused("ValidationError", f"a listener of protocol {inputs['protocol']} needs a certificate")


def _vpc_of(one: Object, contents: Contents) -> str | None:
    subnet = contents.get(_SUBNET, one.properties["subnetId"])
    return subnet.properties["vpcId"] if subnet else None


def _nothing(_: Mapping[str, Any], __: Contents, ___: str) -> Iterator[Refused]:
    yield from ()


_RULES: Final[Mapping[str, Rule]] = {
    _GATEWAY: _internet_gateway,
    _NAT: _nat,
    _CLUSTER: _cluster,
    _GROUP: _node_group,
    "aws:eks/accessEntry:AccessEntry": _access,
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": _association,
    "aws:elasticache/replicationGroup:ReplicationGroup": _replication_group,
    **{f"aws:{module}/loadBalancer:LoadBalancer": _load_balancer for module in ("lb", "alb")},
    **{f"aws:{module}/listener:Listener": _listener for module in ("lb", "alb")},
}

"""What runs in a region without being the stack's own, of what quotas count. It reads, and judges nothing."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from .facts import Unknown, Used
from .needs import Needs

# Amazon EC2, "Instance type quotas": the Standard families are A, C, D, H, I, M, R, T and Z.
_STANDARD: Final = re.compile(r"(?:[acdhimrtz]|im|is)\d.*")
# Pending and running instances count (Amazon EC2, "Monitor On-Demand Instance quotas").
_COUNTED: Final = ["pending", "running"]

Answer = Callable[[str, Callable[[], Any]], Any]


def used(ec2: Any, need: Needs, answer: Answer) -> Used:
    """What is the stack's own carries all of its tags, its nodes the cluster's."""
    nodes = _nodes(ec2, need.cluster.name, answer) if need.on_demand or need.spot else {}
    return Used(
        **nodes, **({} if need.nat_zones is None else _network(ec2, need.cluster.tags.items(), answer))
    )


def _nodes(ec2: Any, cluster: str, answer: Answer) -> dict[str, Any]:
    nodes = answer("ec2:DescribeInstances", lambda: _vcpus(ec2, cluster))
    if isinstance(nodes, Unknown):
        return {"on_demand_vcpus": nodes, "spot_vcpus": nodes}
    return {
        "on_demand_vcpus": nodes["on-demand"],
        "spot_vcpus": nodes["spot"],
        "own_nodes": nodes["own"] > 0,
    }


def _network(ec2: Any, mine: Any, answer: Answer) -> dict[str, Any]:
    return {
        "elastic_ips": answer(
            "ec2:DescribeAddresses", lambda: len(_others(ec2.describe_addresses()["Addresses"], mine))
        ),
        "nat_gateways": answer("ec2:DescribeNatGateways", lambda: _gateways(ec2, mine)),
        "vpcs": answer("ec2:DescribeVpcs", lambda: len(_others(_all(ec2, "describe_vpcs", "Vpcs"), mine))),
    }


def _vcpus(ec2: Any, cluster: str) -> Counter[str]:
    states = [{"Name": "instance-state-name", "Values": _COUNTED}]
    found: Counter[str] = Counter()
    for reservation in _all(ec2, "describe_instances", "Reservations", Filters=states):
        for one in reservation["Instances"]:
            if not _STANDARD.fullmatch(one["InstanceType"]):
                continue
            options = one.get("CpuOptions", {})
            cpus = options.get("CoreCount", 0) * options.get("ThreadsPerCore", 1)
            whose = "spot" if one.get("InstanceLifecycle") == "spot" else "on-demand"
            # EKS and Karpenter both tag the nodes of a cluster so.
            own = f"kubernetes.io/cluster/{cluster}" in _tags(one)
            found["own" if own else whose] += cpus
    return found


def _gateways(ec2: Any, mine: Any) -> Mapping[str, int]:
    """Public and private ones by zone; those that are going count until they are gone."""
    states = [{"Name": "state", "Values": ["pending", "available", "deleting"]}]
    gateways = _others(_all(ec2, "describe_nat_gateways", "NatGateways", Filter=states), mine)
    # A regional gateway has no subnet, and is not of one zone.
    ids = [one["SubnetId"] for one in gateways if one.get("SubnetId")]
    if not ids:
        return {}
    by_id = [{"Name": "subnet-id", "Values": sorted(set(ids))}]
    subnets = _all(ec2, "describe_subnets", "Subnets", Filters=by_id)
    zones = {one["SubnetId"]: one["AvailabilityZone"] for one in subnets}
    return Counter(zones[name] for name in ids if name in zones)


def _all(ec2: Any, question: str, key: str, **options: Any) -> list[Any]:
    return [one for page in ec2.get_paginator(question).paginate(**options) for one in page[key]]


def _others(found: Sequence[Any], mine: Any) -> list[Any]:
    return [one for one in found if not mine <= _tags(one).items()]


def _tags(one: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])}

"""Numbers and words that the services check and botocore's models leave open.

Each row names the page that states it. It decides single values; what is between things is in rules.py.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.standins import limits
from tools.standins.typed import Failure
from tools.standins.values import strings

_RANGES: Final[Mapping[tuple[str, str], tuple[int, int]]] = {
    # Amazon SQS API Reference, CreateQueue, Attributes.
    ("aws:sqs/queue:Queue", "messageRetentionSeconds"): (60, 1_209_600),
    ("aws:sqs/queue:Queue", "visibilityTimeoutSeconds"): (0, 43_200),
    ("aws:sqs/queue:Queue", "delaySeconds"): (0, 900),
    ("aws:sqs/queue:Queue", "receiveWaitTimeSeconds"): (0, 20),
    # Elastic Load Balancing API Reference, TargetGroupAttribute and LoadBalancerAttribute.
    ("aws:lb/targetGroup:TargetGroup", "deregistrationDelay"): (0, 3600),
    ("aws:alb/targetGroup:TargetGroup", "deregistrationDelay"): (0, 3600),
    ("aws:lb/loadBalancer:LoadBalancer", "idleTimeout"): (1, 4000),
    ("aws:alb/loadBalancer:LoadBalancer", "idleTimeout"): (1, 4000),
    # AWS KMS API Reference, ScheduleKeyDeletion.
    ("aws:kms/key:Key", "deletionWindowInDays"): (7, 30),
    # AWS Secrets Manager API Reference, DeleteSecret; 0 deletes at once.
    ("aws:secretsmanager/secret:Secret", "recoveryWindowInDays"): (0, 30),
}
_RETENTION: Final = frozenset(
    {
        0,
        1,
        3,
        5,
        7,
        14,
        30,
        60,
        90,
        120,
        150,
        180,
        365,
        400,
        545,
        731,
        1096,
        1827,
        2192,
        2557,
        2922,
        3288,
        3653,
    }
)
"""Amazon CloudWatch Logs API Reference, PutRetentionPolicy; 0 keeps for ever."""
_BLOCK: Final = re.compile(r"cidr(Block|Ipv4|Blocks(\[\d+\])?)?|.*[cC]idrBlocks\[\d+\]|.*Cidrs\[\d+\]")
_NETWORKS: Final = frozenset({"aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"})
_LARGEST_NETWORK, _SMALLEST_NETWORK = 16, 28
"""Prefix lengths of VPCs and subnets (Amazon VPC User Guide, "VPC CIDR blocks")."""


def check(token: str, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    for name, value in inputs.items():
        span = _RANGES.get((token, name))
        if span and isinstance(value, int) and not span[0] <= value <= span[1]:
            yield Failure(name, f"{value} is outside {span[0]} to {span[1]}")
    retention = inputs.get("retentionInDays")
    if isinstance(retention, int) and retention not in _RETENTION:
        yield Failure(
            "retentionInDays", f"{retention} is not one of {', '.join(map(str, sorted(_RETENTION)))}"
        )
    yield from _blocks(token, inputs)
    yield from _instance_types(inputs.get("instanceTypes"))


def _blocks(token: str, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    for path, value in strings(inputs):
        if not _BLOCK.fullmatch(path.rpartition(".")[2]):
            continue
        try:
            network = ipaddress.ip_network(value)
        except ValueError as error:
            yield Failure(path, f"{value!r} is not a CIDR block: {error}")
            continue
        if token in _NETWORKS and not _LARGEST_NETWORK <= network.prefixlen <= _SMALLEST_NETWORK:
            yield Failure(path, f"{value!r}: the block is /{_LARGEST_NETWORK} to /{_SMALLEST_NETWORK}")


def _instance_types(given: Any) -> Iterator[Failure]:
    """EKS takes any text and fails half an hour later; EC2's model has the list."""
    known = limits.service("ec2").shape_for("InstanceType").enum
    for number, one in enumerate(given if isinstance(given, list) else []):
        if isinstance(one, str) and one not in known:
            yield Failure(f"instanceTypes[{number}]", f"EC2 has no instance type {one!r}")

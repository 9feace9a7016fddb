"""Which IAM actions exist, as far as it can be known without an account.

Most actions are operations of the service's API, and botocore has those. The rest is listed here from the Service
Authorization Reference, for the services that a platform's policies name. A prefix that is not listed here is
compared with botocore's signing names, and its actions are then taken as they are.
"""

import re
from functools import cache
from importlib import import_module
from typing import Final

from tools.standins import limits

MODELS: Final[dict[str, tuple[str, ...]]] = {
    "acm": ("acm",),
    "autoscaling": ("autoscaling",),
    "cloudwatch": ("cloudwatch",),
    "ec2": ("ec2",),
    "ecr": ("ecr",),
    "eks": ("eks",),
    "eks-auth": ("eks-auth",),
    "elasticache": ("elasticache",),
    "elasticloadbalancing": ("elb", "elbv2"),
    "events": ("events",),
    "iam": ("iam",),
    "kms": ("kms",),
    "pricing": ("pricing",),
    "secretsmanager": ("secretsmanager",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
    "sts": ("sts",),
    "wafv2": ("wafv2",),
}
"""Prefixes whose actions are judged by name, and botocore's models of their operations."""

BESIDES: Final[dict[str, frozenset[str]]] = {
    "acm": frozenset(),
    "eks": frozenset({"AccessKubernetesApi", "MutateViaKubernetesApi"}),
    "elasticloadbalancing": frozenset({"SetWebAcl", "DescribeWebAclAssociations", "CreateWebAclAssociation"}),
    "iam": frozenset({"PassRole"}),
    "kms": frozenset({"ReEncryptFrom", "ReEncryptTo", "SynchronizeMultiRegionKey"}),
    "sts": frozenset({"TagSession", "SetSourceIdentity", "SetContext", "GetServiceBearerToken"}),
    "ec2": frozenset({"CreateTags", "DeleteTags"}),
    "ecr": frozenset({"ReplicateImage", "BatchImportUpstreamImage"}),
    "wafv2": frozenset({"DisassociateFirewallManager", "GetWebACLForResource", "PutPermissionPolicy"}),
    "secretsmanager": frozenset({"BatchGetSecretValue"}),
}
"""Actions that are not operations."""

_NOT_SIGNING_NAMES: Final = frozenset(
    {"waf-regional", "tag", "aps", "s3", "logs", "dynamodb", "cognito-idp", "shield", "ecr-public", "kafka"}
)


@cache
def of(prefix: str) -> frozenset[str] | None:
    """All actions of a prefix in lower case, or None where they are not known here."""
    if prefix not in MODELS:
        return None
    operations = {name for model in MODELS[prefix] for name in limits.service(model).operation_names}
    return frozenset(name.lower() for name in operations | BESIDES.get(prefix, frozenset()))


@cache
def prefixes() -> frozenset[str]:
    """Service prefixes: the folder names of botocore's models and those that are called otherwise."""
    known = import_module("botocore.loaders").Loader().list_available_services("service-2")
    return frozenset(known) | _NOT_SIGNING_NAMES | frozenset(MODELS)


def problem(action: str) -> str | None:
    """What is wrong with one action of a statement ("ec2:RunInstances", "ec2:Describe*", "*")."""
    if action == "*":
        return None
    prefix, colon, name = action.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z0-9*?]+", name):
        return f"{action!r} is not of the form service:Action"
    if prefix not in prefixes():
        return f"{action!r}: there is no service {prefix!r}"
    known = of(prefix)
    pattern = re.compile(name.lower().replace("*", ".*").replace("?", "."))
    if known is not None and not any(pattern.fullmatch(one) for one in known):
        return f"{action!r}: {prefix} has no such action"
    return None

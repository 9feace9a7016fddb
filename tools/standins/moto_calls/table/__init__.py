"""Which types moto makes, one file per area, merged here, and how tags change in each service.

Which of moto's services have which calls was tried out, not read: a type is here if it can be made, read and deleted.
"""

from collections.abc import Mapping
from typing import Final

from tools.standins.moto_calls.row import Call, Row
from tools.standins.moto_calls.table import edge, identity, network, platform

ROWS: Final[Mapping[str, Row]] = {**network.ROWS, **identity.ROWS, **platform.ROWS, **edge.ROWS}


def made_in_moto() -> list[str]:
    """The types by service, for people: "ec2 Vpc"."""
    return sorted(f"{token.split(':')[1].partition('/')[0]} {token.rpartition(':')[2]}" for token in ROWS)


def _by(operation: str, taken: str, whose: Mapping[str, object], tags: str, keys: str) -> tuple[Call, Call]:
    """Tags as a list or as a map (`tags`), taken away by their keys."""
    where = "$tag_map" if tags.islower() or operation == "sqs.TagQueue" else "$tags"
    return Call(operation, {**whose, tags: where}), Call(taken, {**whose, keys: "$removed_keys"})


_ARN: Final = {"resourceArn": "$arn"}

TAGGING: Final[Mapping[str, tuple[Call, Call]]] = {
    "ec2": (
        Call("ec2.CreateTags", {"Resources": ["{id}"], "Tags": "$tags"}),
        Call("ec2.DeleteTags", {"Resources": ["{id}"], "Tags": "$removed"}),
    ),
    "iam-role": _by("iam.TagRole", "iam.UntagRole", {"RoleName": "{id}"}, "Tags", "TagKeys"),
    "iam-policy": _by("iam.TagPolicy", "iam.UntagPolicy", {"PolicyArn": "{id}"}, "Tags", "TagKeys"),
    "iam-provider": _by(
        "iam.TagOpenIDConnectProvider",
        "iam.UntagOpenIDConnectProvider",
        {"OpenIDConnectProviderArn": "{id}"},
        "Tags",
        "TagKeys",
    ),
    "kms": (
        Call("kms.TagResource", {"KeyId": "{id}", "Tags": "$kms_tags"}),
        Call("kms.UntagResource", {"KeyId": "{id}", "TagKeys": "$removed_keys"}),
    ),
    "acm": (
        Call("acm.AddTagsToCertificate", {"CertificateArn": "{id}", "Tags": "$tags"}),
        Call("acm.RemoveTagsFromCertificate", {"CertificateArn": "{id}", "Tags": "$removed"}),
    ),
    "amp": _by("amp.TagResource", "amp.UntagResource", _ARN, "tags", "tagKeys"),
    "wafv2": _by("wafv2.TagResource", "wafv2.UntagResource", {"ResourceARN": "$arn"}, "Tags", "TagKeys"),
    "eks": _by("eks.TagResource", "eks.UntagResource", _ARN, "tags", "tagKeys"),
    "logs": _by("logs.TagResource", "logs.UntagResource", _ARN, "tags", "tagKeys"),
    "events": _by("events.TagResource", "events.UntagResource", {"ResourceARN": "$arn"}, "Tags", "TagKeys"),
    "sqs": _by("sqs.TagQueue", "sqs.UntagQueue", {"QueueUrl": "{id}"}, "Tags", "TagKeys"),
    "elasticache": _by(
        "elasticache.AddTagsToResource",
        "elasticache.RemoveTagsFromResource",
        {"ResourceName": "$arn"},
        "Tags",
        "TagKeys",
    ),
}

"""Who may administer and use a key of our own: the account, through its IAM policies. Nobody else, and no service."""

from typing import Final

from ..policy.place import Place
from .statement import Statement

# AWS KMS, "Default key policy", allows kms:* here. These are the ones that a symmetric key of one region needs: to be
# administered, and to be used by whom IAM lets. EKS gets its part by a grant when the cluster is made.
_ADMINISTER: Final = (
    *(
        "CancelKeyDeletion",
        "DescribeKey",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
    ),
    *("GetKeyPolicy", "GetKeyRotationStatus", "ListKeyPolicies", "ListKeyRotations", "ListResourceTags"),
    *("PutKeyPolicy", "RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource"),
    *("CreateAlias", "DeleteAlias", "UpdateAlias", "UpdateKeyDescription"),
)
_USE: Final = ("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "ListGrants", "RevokeGrant")


def key_of_the_account(where: Place) -> list[Statement]:
    """The policy of a key that only this account administers and uses."""
    return [
        Statement(
            sid="AccountThroughIam",
            actions=[f"kms:{action}" for action in (*_ADMINISTER, *_USE)],
            resources=["*"],
            accounts=[where.arn("iam", "root", region="")],
            unscoped_because='in a key policy "*" is the key that the policy belongs to',
        )
    ]

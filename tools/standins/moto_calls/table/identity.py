"""IAM and KMS, by their calls. Which call there is: each service's API reference. It decides nothing."""

from collections.abc import Mapping
from typing import Final

from tools.standins.moto_calls.row import Call, Row

_ROLE: Final = {"RoleName": "{id}"}
_INLINE: Final = {"RoleName": "$role", "PolicyName": "$name"}
_ATTACHED: Final = {"RoleName": "$role", "PolicyArn": "$policyArn"}
_POLICY: Final = {"PolicyArn": "{id}"}
_PROFILE: Final = {"InstanceProfileName": "{id}"}
_IN_PROFILE: Final = {"InstanceProfileName": "{id}", "RoleName": "$role"}
_PROVIDER: Final = {"OpenIDConnectProviderArn": "{id}"}
_KEY: Final = {"KeyId": "{id}"}
_KEY_POLICY: Final = {"PolicyName": "default"}
_ALIAS: Final = {"AliasName": "$name", "TargetKeyId": "$targetKeyId"}

ROWS: Final[Mapping[str, Row]] = {
    "aws:iam/role:Role": Row(
        Call("iam.CreateRole", inputs=True),
        Call("iam.GetRole", _ROLE),
        "Role",
        (Call("iam.DeleteRole", _ROLE),),
        identity="Role.RoleName",
        changes={
            "assumeRolePolicy": Call(
                "iam.UpdateAssumeRolePolicy", {**_ROLE, "PolicyDocument": "$assumeRolePolicy"}
            )
        },
        update=Call("iam.UpdateRole", _ROLE, inputs=True),
        outputs={"uniqueId": "RoleId"},
        tagged="iam-role",
    ),
    "aws:iam/rolePolicy:RolePolicy": Row(
        Call("iam.PutRolePolicy", inputs=True),
        Call("iam.GetRolePolicy", _INLINE),
        "@",
        (Call("iam.DeleteRolePolicy", _INLINE),),
        update=Call("iam.PutRolePolicy", inputs=True),
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Row(
        Call("iam.AttachRolePolicy", inputs=True),
        Call("iam.ListAttachedRolePolicies", {"RoleName": "$role"}),
        "AttachedPolicies[?PolicyArn=='{policyArn}'] | [0]",
        (Call("iam.DetachRolePolicy", _ATTACHED),),
    ),
    "aws:iam/policy:Policy": Row(
        Call("iam.CreatePolicy", inputs=True),
        Call("iam.GetPolicy", _POLICY),
        "Policy",
        (Call("iam.DeletePolicy", _POLICY),),
        identity="Policy.Arn",
        changes={
            "policy": Call(
                "iam.CreatePolicyVersion", {**_POLICY, "PolicyDocument": "$policy", "SetAsDefault": True}
            )
        },
        tagged="iam-policy",
    ),
    "aws:iam/instanceProfile:InstanceProfile": Row(
        Call("iam.CreateInstanceProfile", inputs=True),
        Call("iam.GetInstanceProfile", _PROFILE),
        "InstanceProfile",
        (
            Call("iam.RemoveRoleFromInstanceProfile", _IN_PROFILE, given="role"),
            Call("iam.DeleteInstanceProfile", _PROFILE),
        ),
        identity="InstanceProfile.InstanceProfileName",
        sets={"role": Call("iam.AddRoleToInstanceProfile", _IN_PROFILE)},
        outputs={"uniqueId": "InstanceProfileId", "role": "Roles[0].RoleName"},
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Row(
        Call("iam.CreateOpenIDConnectProvider", {"ThumbprintList": "$thumbprintLists"}, inputs=True),
        Call("iam.GetOpenIDConnectProvider", _PROVIDER),
        "@",
        (Call("iam.DeleteOpenIDConnectProvider", _PROVIDER),),
        identity="OpenIDConnectProviderArn",
        tagged="iam-provider",
        # The service answers the url without its scheme.
        kept=frozenset({"url"}),
    ),
    "aws:kms/key:Key": Row(
        Call("kms.CreateKey", inputs=True),
        Call("kms.DescribeKey", _KEY),
        "KeyMetadata",
        (Call("kms.ScheduleKeyDeletion", {**_KEY, "PendingWindowInDays": "$deletionWindowInDays"}),),
        identity="KeyMetadata.KeyId",
        sets={"enableKeyRotation": Call("kms.EnableKeyRotation", _KEY, given="enableKeyRotation")},
        changes={
            "description": Call("kms.UpdateKeyDescription", {**_KEY, "Description": "{description}"}),
            "policy": Call("kms.PutKeyPolicy", {**_KEY, **_KEY_POLICY, "Policy": "$policy"}),
        },
        more={"policy": (Call("kms.GetKeyPolicy", {**_KEY, **_KEY_POLICY}), "Policy")},
        tagged="kms",
    ),
    "aws:kms/keyPolicy:KeyPolicy": Row(
        Call("kms.PutKeyPolicy", {"KeyId": "$keyId", **_KEY_POLICY, "Policy": "$policy"}),
        Call("kms.GetKeyPolicy", {"KeyId": "$keyId", **_KEY_POLICY}),
        "@",
        # A key is never without a policy: the last one stays.
        (),
        update=Call("kms.PutKeyPolicy", {"KeyId": "$keyId", **_KEY_POLICY, "Policy": "$policy"}),
    ),
    "aws:kms/alias:Alias": Row(
        Call("kms.CreateAlias", _ALIAS),
        Call("kms.ListAliases"),
        "Aliases[?AliasName=='{name}'] | [0]",
        (Call("kms.DeleteAlias", {"AliasName": "$name"}),),
        update=Call("kms.UpdateAlias", _ALIAS),
        # Given as an id or as an ARN.
        kept=frozenset({"targetKeyId"}),
    ),
}

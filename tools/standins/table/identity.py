"""IAM and KMS: roles, policies, attachments, instance profiles, identity providers, keys.

Which properties replace: the vendor's provider, by each resource's reference page. It decides nothing.
"""

from collections.abc import Mapping
from typing import Final

from tools.standins.table.entry import Entry

_IAM: Final = "arn:aws:iam::{account}:"
_ROLE: Final = "aws:iam/role:Role.name"

ENTRIES: Final[Mapping[str, Entry]] = {
    "aws:iam/role:Role": Entry(
        "{name}",
        _IAM + "role{path}{name}",
        "iam.CreateRole",
        members={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument", "inlinePolicies": ""},
        replaces=("name", "namePrefix", "path"),
        autoname="name",
        policies={"assumeRolePolicy": "trust", "inlinePolicies[].policy": "inline"},
        computed={
            "uniqueId": "AROA{upper}",
            "createDate": "2026-01-01T00:00:00Z",
            "maxSessionDuration": 3600,
            "path": "/",
        },
    ),
    "aws:iam/rolePolicy:RolePolicy": Entry(
        "{role}:{name}",
        operation="iam.PutRolePolicy",
        members={"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"},
        replaces=("name", "namePrefix", "role"),
        autoname="name",
        longest_name=128,
        policies={"policy": "inline"},
        parents={"role": _ROLE},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Entry(
        "{role}/{policyArn}",
        operation="iam.AttachRolePolicy",
        members={"role": "RoleName"},
        replaces=("role", "policyArn"),
        parents={"role": _ROLE},
    ),
    "aws:iam/policy:Policy": Entry(
        "{arn}",
        _IAM + "policy{path}{name}",
        "iam.CreatePolicy",
        members={"name": "PolicyName", "policy": "PolicyDocument"},
        replaces=("name", "namePrefix", "path", "description"),
        autoname="name",
        longest_name=128,
        policies={"policy": "identity"},
        computed={"policyId": "ANPA{upper}", "path": "/", "attachmentCount": 0},
    ),
    "aws:iam/instanceProfile:InstanceProfile": Entry(
        "{name}",
        _IAM + "instance-profile{path}{name}",
        "iam.CreateInstanceProfile",
        members={"name": "InstanceProfileName", "role": ""},
        replaces=("name", "namePrefix", "path"),
        autoname="name",
        longest_name=128,
        parents={"role": _ROLE},
        computed={"uniqueId": "AIPA{upper}", "createDate": "2026-01-01T00:00:00Z", "path": "/"},
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Entry(
        "{arn}",
        _IAM + "oidc-provider/{host}",
        "iam.CreateOpenIDConnectProvider",
        members={"clientIdLists": "ClientIDList", "thumbprintLists": "ThumbprintList"},
        replaces=("url",),
        computed={"thumbprintLists": ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]},
    ),
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": Entry(
        "{arn}",
        _IAM + "role/aws-service-role/{awsServiceName}/AWSServiceRole{hex16}",
        "iam.CreateServiceLinkedRole",
        members={"awsServiceName": "AWSServiceName"},
        replaces=("awsServiceName", "customSuffix"),
        unique=("awsServiceName", "customSuffix"),
    ),
    "aws:kms/key:Key": Entry(
        "{uuid}",
        "arn:aws:kms:{region}:{account}:key/{id}",
        "kms.CreateKey",
        members={"customerMasterKeySpec": "KeySpec", "policy": "Policy", "deletionWindowInDays": ""},
        replaces=("customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId"),
        policies={"policy": "resource"},
        computed={"keyId": "{uuid}", "rotationPeriodInDays": 365, "policy": ""},
    ),
    "aws:kms/keyPolicy:KeyPolicy": Entry(
        "{keyId}",
        replaces=("keyId",),
        policies={"policy": "resource"},
        parents={"keyId": "aws:kms/key:Key.keyId"},
    ),
    "aws:kms/alias:Alias": Entry(
        "{name}",
        "arn:aws:kms:{region}:{account}:{name}",
        "kms.CreateAlias",
        members={"name": "AliasName"},
        replaces=("name", "namePrefix"),
        parents={"targetKeyId": "aws:kms/key:Key.keyId"},
        computed={
            "targetKeyArn": "arn:aws:kms:{region}:{account}:key/{targetKeyId}",
            "name": "alias/{hex16}",
        },
    ),
}

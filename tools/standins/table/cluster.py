"""EKS: clusters, node groups, add-ons, access entries, pod identity, Fargate profiles.

Which properties replace: the vendor's provider, by each resource's reference page. It decides nothing.
"""

from collections.abc import Mapping
from typing import Final

from tools.standins.table.entry import Entry

_EKS: Final = "arn:aws:eks:{region}:{account}:"
_PARENT: Final = {"clusterName": "aws:eks/cluster:Cluster.name"}
_ISSUER: Final = "https://oidc.eks.{region}.amazonaws.com/id/{hex32}"

ENTRIES: Final[Mapping[str, Entry]] = {
    "aws:eks/cluster:Cluster": Entry(
        "{name}",
        _EKS + "cluster/{name}",
        "eks.CreateCluster",
        members={
            "vpcConfig": "resourcesVpcConfig",
            "enabledClusterLogTypes": "logging.clusterLogging.types",
            "defaultAddonsToRemoves": "",
        },
        replaces=(
            "name",
            "roleArn",
            "bootstrapSelfManagedAddons",
            "accessConfig.bootstrapClusterCreatorAdminPermissions",
            "kubernetesNetworkConfig.ipFamily",
            "kubernetesNetworkConfig.serviceIpv4Cidr",
            "outpostConfig",
            "encryptionConfig.provider",
        ),
        autoname="name",
        longest_name=100,
        computed={
            "endpoint": "https://{hex32}.gr7.{region}.eks.amazonaws.com",
            "certificateAuthority": {"data": "{certificate}"},
            "identities": [{"oidcs": [{"issuer": _ISSUER}]}],
            "platformVersion": "eks.1",
            "status": "ACTIVE",
            "createdAt": "2026-01-01T00:00:00Z",
            "clusterId": "",
            "version": "1.34",
            "vpcConfig.clusterSecurityGroupId": "sg-{hex}",
            "vpcConfig.vpcId": "{vpc}",
            "accessConfig.authenticationMode": "CONFIG_MAP",
            "kubernetesNetworkConfig.serviceIpv4Cidr": "172.20.0.0/16",
            "kubernetesNetworkConfig.ipFamily": "ipv4",
        },
    ),
    "aws:eks/nodeGroup:NodeGroup": Entry(
        "{clusterName}:{nodeGroupName}",
        _EKS + "nodegroup/{clusterName}/{nodeGroupName}/{uuid}",
        "eks.CreateNodegroup",
        members={
            "nodeGroupName": "nodegroupName",
            "nodeRoleArn": "nodeRole",
            "subnetIds": "subnets",
            "taints": "taints",
        },
        replaces=(
            "amiType",
            "capacityType",
            "clusterName",
            "diskSize",
            "instanceTypes",
            "launchTemplate.id",
            "launchTemplate.name",
            "nodeGroupName",
            "nodeGroupNamePrefix",
            "nodeRoleArn",
            "remoteAccess",
            "subnetIds",
        ),
        autoname="nodeGroupName",
        longest_name=63,
        parents=_PARENT,
        computed={
            "status": "ACTIVE",
            "resources": [{"autoscalingGroups": [{"name": "eks-{nodeGroupName}-{uuid}"}]}],
            "capacityType": "ON_DEMAND",
            "version": "1.34",
            "releaseVersion": "1.34.0-20260101",
        },
    ),
    "aws:eks/addon:Addon": Entry(
        "{clusterName}:{addonName}",
        _EKS + "addon/{clusterName}/{addonName}/{uuid}",
        "eks.CreateAddon",
        members={
            "resolveConflictsOnCreate": "resolveConflicts",
            "podIdentityAssociations": "podIdentityAssociations",
        },
        replaces=("clusterName", "addonName"),
        parents=_PARENT,
        computed={
            "addonVersion": "v1.0.0-eksbuild.1",
            "createdAt": "2026-01-01T00:00:00Z",
            "modifiedAt": "2026-01-01T00:00:00Z",
        },
    ),
    "aws:eks/accessEntry:AccessEntry": Entry(
        "{clusterName}:{principalArn}",
        _EKS + "access-entry/{clusterName}/role/{account}/{hex16}/{uuid}",
        "eks.CreateAccessEntry",
        replaces=("clusterName", "principalArn", "type"),
        parents=_PARENT,
        computed={
            "createdAt": "2026-01-01T00:00:00Z",
            "modifiedAt": "2026-01-01T00:00:00Z",
            "type": "STANDARD",
            "userName": "{principalArn}",
            "accessEntryArn": "{arn}",
        },
    ),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": Entry(
        "{clusterName}#{principalArn}#{policyArn}",
        operation="eks.AssociateAccessPolicy",
        replaces=("clusterName", "principalArn", "policyArn", "accessScope"),
        parents=_PARENT,
        computed={"associatedAt": "2026-01-01T00:00:00Z", "modifiedAt": "2026-01-01T00:00:00Z"},
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": Entry(
        "a-{hex}",
        _EKS + "podidentityassociation/{clusterName}/{id}",
        "eks.CreatePodIdentityAssociation",
        replaces=("clusterName", "namespace", "serviceAccount"),
        unique=("clusterName", "namespace", "serviceAccount"),
        parents=_PARENT,
        computed={"associationId": "a-{hex}", "associationArn": "{arn}"},
    ),
    "aws:eks/fargateProfile:FargateProfile": Entry(
        "{clusterName}:{fargateProfileName}",
        _EKS + "fargateprofile/{clusterName}/{fargateProfileName}/{uuid}",
        "eks.CreateFargateProfile",
        members={"subnetIds": "subnets"},
        replaces=("clusterName", "fargateProfileName", "podExecutionRoleArn", "selectors", "subnetIds"),
        autoname="fargateProfileName",
        parents=_PARENT,
        computed={"status": "ACTIVE"},
    ),
}

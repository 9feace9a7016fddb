"""eks.Cluster: role, control plane, security groups, add-ons, access entries, OIDC provider, Kubernetes provider.

It decides which children there are, from the same inputs as the vendor's component; what it does not build it refuses
by name (`NOT_BUILT`), so that no program passes here by something that was left out.
"""

import json
from typing import Any, Final

import pulumi

from tools.standins.eks import addons, kubeconfig, roles, security_groups
from tools.standins.eks.children import Child, Known
from tools.standins.eks.inputs import Inputs
from tools.standins.errors import Refused

NOT_BUILT: Final = (
    "autoMode", "creationRoleProvider", "enableConfigMapMutable", "fargate", "gpu", "instanceProfileName",
    "nodeAmiId", "nodePublicKey", "nodeUserData", "proxy", "roleMappings", "storageClasses", "userMappings",
)  # fmt: skip
_ROLE: Final = "aws:iam/role:Role"
_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"


class Cluster(pulumi.ComponentResource):
    """The component; `outputs` are what the engine is told."""

    def __init__(self, name: str, inputs: Inputs, options: pulumi.ResourceOptions) -> None:
        for one in NOT_BUILT:
            if inputs.plain(one):
                raise Refused("NotBuilt", f"eks.Cluster {name}: the stand-in does not build {one}")
        if not inputs.plain("skipDefaultNodeGroup"):
            raise Refused(
                "NotBuilt",
                f"eks.Cluster {name}: the stand-in builds no default node group: skipDefaultNodeGroup",
            )
        super().__init__("eks:index:Cluster", name, None, options)
        self._name, self._inputs = name, inputs
        self.role, waits = self._service_role()
        self.group = self._cluster_group()
        self.cluster = self._control_plane(waits)
        self.kubeconfig = kubeconfig.of(self.cluster)
        self.provider = kubeconfig.provider(f"{name}-provider", self.kubeconfig, self)
        self.node_roles = self._node_roles()
        self.node_group, self.ingress = self._nodes_group()
        self.entries = self._access()
        self.vpc_cni = addons.defaults(name, inputs, self.cluster, self)
        self.oidc = self._oidc_provider()
        self.outputs = self._outputs()
        self.register_outputs(self.outputs)

    def _service_role(self) -> tuple[Child | Known, list[pulumi.Resource]]:
        given = self._inputs.reference("serviceRole")
        if given:
            return Known(_ROLE, given, ["arn", "name"]), []
        made = roles.ServiceRole(f"{self._name}-eksRole", "eks.amazonaws.com", roles.CLUSTER_POLICIES, self)
        return made.role, [*made.attachments]

    def _cluster_group(self) -> Child | Known | None:
        given = self._inputs.reference("clusterSecurityGroup")
        if given:
            return Known(_GROUP, given, ["vpcId"])
        if self._inputs.plain("skipDefaultSecurityGroups"):
            return None
        tags = self._inputs.output("clusterSecurityGroupTags") or self._inputs.output("tags")
        return security_groups.cluster_group(self._name, self._inputs.output("vpcId"), tags, self)

    def _control_plane(self, waits: list[pulumi.Resource]) -> Child:
        read = self._inputs
        vpc = {
            "subnetIds": _subnets(read),
            "securityGroupIds": [self.group.id] if self.group else None,
            **read.chosen("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"),
        }
        inputs: dict[str, Any] = {
            "roleArn": self.role.out("arn"),
            "vpcConfig": {name: value for name, value in vpc.items() if value is not None},
            "accessConfig": {
                "authenticationMode": read.plain("authenticationMode", "CONFIG_MAP"),
                "bootstrapClusterCreatorAdminPermissions": True,
            },
            "tags": _merged(read.output("tags"), read.output("clusterTags"), self._name),
            **read.chosen(
                "name", "version", "enabledClusterLogTypes", "deletionProtection", "upgradePolicy",
                "bootstrapSelfManagedAddons",
            ),
        }  # fmt: skip
        network = {
            "serviceIpv4Cidr": read.output("kubernetesServiceIpAddressRange"),
            "ipFamily": read.output("ipFamily"),
        }
        if any(value is not None for value in network.values()):
            inputs["kubernetesNetworkConfig"] = {key: one for key, one in network.items() if one is not None}
        key = read.output("encryptionConfigKeyArn")
        if key is not None:
            inputs["encryptionConfig"] = {"provider": {"keyArn": key}, "resources": ["secrets"]}
        return Child("aws:eks/cluster:Cluster", f"{self._name}-eksCluster", inputs, self, waits)

    def _node_roles(self) -> list[Child | Known]:
        given = self._inputs.reference("instanceRole")
        if given:
            return [Known(_ROLE, given, ["arn", "name"])]
        many = self._inputs.plain("instanceRoles") or []
        if many:
            return [Known(_ROLE, one.urn, ["arn", "name"]) for one in many]
        if not self._inputs.plain("createInstanceRole"):
            return []
        return [
            roles.ServiceRole(
                f"{self._name}-instanceRole", "ec2.amazonaws.com", roles.NODE_POLICIES, self
            ).role
        ]

    def _nodes_group(self) -> tuple[Child | None, Child | None]:
        if self._inputs.plain("skipDefaultSecurityGroups") or self.group is None:
            return None, None
        tags = self._inputs.output("nodeSecurityGroupTags") or self._inputs.output("tags")
        vpc = self._inputs.output("vpcId")
        return security_groups.node_group(self._name, vpc, tags, self.group.id, self)

    def _access(self) -> list[Child]:
        mode = self._inputs.plain("authenticationMode", "CONFIG_MAP")
        given = self._inputs.plain("accessEntries") or {}
        if mode == "CONFIG_MAP" and given:
            raise Refused(
                "InvalidProperty", "accessEntries need authenticationMode API or API_AND_CONFIG_MAP"
            )
        found: list[Child] = []
        mine = {"clusterName": self.cluster.out("name")}
        for name, role in enumerate(self.node_roles if mode != "CONFIG_MAP" else []):
            inputs = {**mine, "principalArn": role.out("arn"), "type": "EC2_LINUX"}
            found.append(Child("aws:eks/accessEntry:AccessEntry", f"{self._name}-node-{name}", inputs, self))
        for key in given:
            found += addons.access(
                f"{self._name}-{key}", mine, self._inputs.part("accessEntries", key), given[key], self
            )
        return found

    def _oidc_provider(self) -> Child | None:
        if self._inputs.plain("createOidcProvider") is not True:
            return None
        issuer = self.cluster.out("identities").apply(lambda known: known[0]["oidcs"][0]["issuer"])
        inputs = {"clientIdLists": ["sts.amazonaws.com"], "url": issuer}
        return Child(
            "aws:iam/openIdConnectProvider:OpenIdConnectProvider", f"{self._name}-oidcProvider", inputs, self
        )

    def _outputs(self) -> dict[str, Any]:
        own_group = self.cluster.out("vpcConfig").apply(lambda one: one["clusterSecurityGroupId"])
        issuer = self.cluster.out("identities").apply(lambda known: known[0]["oidcs"][0]["issuer"])
        found = {
            "eksCluster": self.cluster,
            "kubeconfig": self.kubeconfig.apply(json.loads),
            "kubeconfigJson": self.kubeconfig,
            "clusterSecurityGroup": self.group,
            "clusterSecurityGroupId": self.group.id if self.group else own_group,
            "nodeSecurityGroup": self.node_group,
            "nodeSecurityGroupId": self.node_group.id if self.node_group else own_group,
            "eksClusterIngressRule": self.ingress,
            "clusterIngressRuleId": self.ingress.id if self.ingress else "",
            "instanceRoles": self.node_roles,
            "oidcIssuer": issuer.apply(lambda url: str(url).removeprefix("https://")),
            "oidcProviderArn": self.oidc.out("arn") if self.oidc else "",
            "oidcProviderUrl": issuer if self.oidc else "",
            "fargateProfileId": "",
            "fargateProfileStatus": "",
            "defaultNodeGroupAsgName": "",
            "autoModeNodeRoleName": "",
            "core": self._core(),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _core(self) -> dict[str, Any]:
        read = self._inputs
        core: dict[str, Any] = {
            "cluster": self.cluster,
            "clusterIamRole": self.role,
            "endpoint": self.cluster.out("endpoint"),
            "instanceRoles": self.node_roles,
            "nodeGroupOptions": {},
            "provider": self.provider,
            "subnetIds": _subnets(read),
            "vpcId": read.output("vpcId") or self.cluster.out("vpcConfig").apply(lambda one: one["vpcId"]),
            "clusterSecurityGroup": self.group,
            "kubeconfig": self.kubeconfig.apply(json.loads),
            "oidcProvider": self.oidc,
            "vpcCni": self.vpc_cni,
            **read.chosen("privateSubnetIds", "publicSubnetIds", "tags", "nodeSecurityGroupTags"),
        }
        return {name: value for name, value in core.items() if value is not None}


def _subnets(read: Inputs) -> pulumi.Output[Any] | None:
    if read.output("subnetIds") is not None:
        return read.output("subnetIds")
    given = [
        one for one in (read.output("publicSubnetIds"), read.output("privateSubnetIds")) if one is not None
    ]
    return (
        pulumi.Output.all(*given).apply(lambda lists: [one for many in lists for one in many])
        if given
        else None
    )


def _merged(tags: Any, more: Any, name: str) -> pulumi.Output[Any]:
    own = {"Name": f"{name}-eksCluster"}
    return pulumi.Output.all(tags, more).apply(lambda known: {**own, **(known[0] or {}), **(known[1] or {})})

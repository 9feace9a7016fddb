"""eks.ManagedNodeGroup: a node group of a cluster, with a launch template where one is needed.

It decides the few defaults of the vendor's component. Which cluster is meant is read from the component or the core
that is given.
"""

from typing import Any, Final

import pulumi

from tools.standins.eks.children import Child, Known, KnownComponent
from tools.standins.eks.inputs import Inputs
from tools.standins.errors import Refused

_PASSED_ON: Final = (
    "amiType", "capacityType", "diskSize", "forceUpdateVersion", "instanceTypes", "labels", "launchTemplate",
    "nodeGroupName", "nodeGroupNamePrefix", "releaseVersion", "remoteAccess", "scalingConfig", "tags", "taints",
    "version",
)  # fmt: skip
_NOT_BUILT: Final = (
    "bootstrapExtraArgs", "kubeletExtraArgs", "nodeadmExtraOptions", "operatingSystem", "userData", "amiId", "gpu",
    "enableEfaSupport", "ignoreScalingChanges", "placementGroupAvailabilityZone",
)  # fmt: skip
_SCALING: Final = {"desiredSize": 2, "minSize": 1, "maxSize": 2}
"""What pulumi-eks takes where nothing is said."""


class ManagedNodeGroup(pulumi.ComponentResource):
    def __init__(self, name: str, inputs: Inputs, options: pulumi.ResourceOptions) -> None:
        for one in _NOT_BUILT:
            if inputs.plain(one):
                raise Refused("NotBuilt", f"eks.ManagedNodeGroup {name}: the stand-in does not build {one}")
        super().__init__("eks:index:ManagedNodeGroup", name, None, options)
        cluster, subnets = cluster_of(inputs)
        given: dict[str, Any] = {
            "clusterName": inputs.output("clusterName") or cluster,
            "nodeRoleArn": self._role(inputs),
            "subnetIds": inputs.output("subnetIds") or subnets,
            "scalingConfig": _SCALING,
            **inputs.chosen(*_PASSED_ON),
        }
        if inputs.plain("enableIMDSv2") and "launchTemplate" not in given:
            metadata = {"httpTokens": "required", "httpPutResponseHopLimit": 2, "httpEndpoint": "enabled"}
            template = Child(
                "aws:ec2/launchTemplate:LaunchTemplate",
                f"{name}-launchTemplate",
                {"metadataOptions": metadata},
                self,
            )
            given["launchTemplate"] = {"id": template.id, "version": template.out("latestVersion").apply(str)}
        self.node_group = Child("aws:eks/nodeGroup:NodeGroup", name, given, self)
        self.outputs: dict[str, Any] = {"nodeGroup": self.node_group, "placementGroupName": ""}
        self.register_outputs(self.outputs)

    def _role(self, inputs: Inputs) -> Any:
        role = inputs.reference("nodeRole")
        if role:
            return Known("aws:iam/role:Role", role, ["arn"]).out("arn")
        if inputs.output("nodeRoleArn") is None:
            raise Refused(
                "InvalidProperty", "eks.ManagedNodeGroup: one of nodeRole and nodeRoleArn is needed"
            )
        return inputs.output("nodeRoleArn")


def cluster_of(inputs: Inputs) -> tuple[pulumi.Output[Any], pulumi.Output[Any] | None]:
    """The cluster's name and its subnets, from the component or from its core."""
    component = inputs.reference("cluster")
    if component:
        core = KnownComponent("eks:index:Cluster", component, ["core", "eksCluster"]).out("core")
        return core.apply(lambda known: known["cluster"].out("name")), core.apply(
            lambda known: known["subnetIds"]
        )
    cluster = inputs.reference("cluster", "cluster")
    if cluster is None:
        raise Refused(
            "InvalidProperty", "eks.ManagedNodeGroup: cluster is neither an eks.Cluster nor its core"
        )
    return Known("aws:eks/cluster:Cluster", cluster, ["name"]).out("name"), inputs.part(
        "cluster", "subnetIds"
    )

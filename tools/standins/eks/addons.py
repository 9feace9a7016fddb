"""Add-ons and access entries: those that eks.Cluster makes by itself, and the components eks.Addon and VpcCniAddon.

It decides which add-ons a cluster has by default: vpc-cni, kube-proxy and coredns, each unless it is switched off.
"""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from tools.standins.eks.children import Child
from tools.standins.eks.inputs import Inputs, known_or

_ADDON: Final = "aws:eks/addon:Addon"
_OVERWRITE: Final = "OVERWRITE"
_DEFAULTS: Final = (
    ("vpc-cni", "vpcCniOptions", "addonVersion"),
    ("kube-proxy", "kubeProxyAddonOptions", "version"),
    ("coredns", "corednsAddonOptions", "version"),
)


class Addon(pulumi.ComponentResource):
    """eks.Addon and eks.VpcCniAddon: one managed add-on."""

    def __init__(
        self, token: str, name: str, inputs: Mapping[str, Any], options: pulumi.ResourceOptions
    ) -> None:
        super().__init__(token, name, None, options)
        self.addon = Child(_ADDON, name, inputs, self)
        self.outputs: dict[str, Any] = {}
        self.register_outputs(self.outputs)


def defaults(name: str, read: Inputs, cluster: Child, parent: pulumi.Resource) -> pulumi.Resource | None:
    """The add-ons that every cluster of pulumi-eks has; returns the one of the network."""
    network: pulumi.Resource | None = None
    for addon, option, version in _DEFAULTS:
        options = read.plain(option) or {}
        if options.get("enabled") is False or (addon == "vpc-cni" and read.plain("useDefaultVpcCni")):
            continue
        inputs = {
            "clusterName": cluster.out("name"),
            "addonName": addon,
            "addonVersion": read.part(option, version),
            "configurationValues": read.part(option, "configurationValues"),
            "resolveConflictsOnCreate": known_or(options.get("resolveConflictsOnCreate"), _OVERWRITE),
            "resolveConflictsOnUpdate": known_or(options.get("resolveConflictsOnUpdate"), _OVERWRITE),
            "tags": read.output("tags"),
        }
        given = {key: one for key, one in inputs.items() if one is not None}
        if addon == "vpc-cni":
            under = pulumi.ResourceOptions(parent=parent)
            network = Addon("eks:index:VpcCniAddon", f"{name}-vpc-cni", given, under)
        else:
            Child(_ADDON, f"{name}-{addon}", given, parent)
    return network


def access(
    name: str,
    mine: Mapping[str, Any],
    entry: pulumi.Output[Any],
    given: Mapping[str, Any],
    parent: pulumi.Resource,
) -> list[Child]:
    """An access entry and its policies."""
    principal = entry.apply(lambda known: known["principalArn"])
    inputs: dict[str, Any] = {**mine, "principalArn": principal}
    for key, to in (("kubernetesGroups", "kubernetesGroups"), ("type", "type"), ("username", "userName")):
        if given.get(key) is not None:
            inputs[to] = given[key]
    found = [Child("aws:eks/accessEntry:AccessEntry", name, inputs, parent)]
    for key, policy in (given.get("accessPolicies") or {}).items():
        scope = policy["accessScope"]
        association = {
            **mine,
            "principalArn": principal,
            "policyArn": policy["policyArn"],
            "accessScope": {"type": scope["type"], "namespaces": scope.get("namespaces")},
        }
        token = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
        found.append(Child(token, f"{name}-{key}", association, parent, depends_on=found[:1]))
    return found

"""EksCluster: a control plane that only the stated people reach, with what has to run before Karpenter buys a node.

Everything else runs on Karpenter's nodes. Decides no version: each is stated, and checked against the others.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from .aws.access import AccessEntry, AllowListedEndpoint, Endpoint, OpenEndpoint, PrivateEndpoint
from .aws.addons import AddonMaker, Addons
from .aws.children import Children, known_after
from .aws.control_plane import ControlPlane, make_control_plane
from .aws.system_nodes import SystemNodes, make_system_nodes
from .policy.errors import ConfigurationError
from .policy.place import Place
from .policy.retention import check_retention
from .policy.tags import check_tags
from .policy.versions import check_versions
from .renames import with_aliases

__all__ = [
    "AccessEntry",
    "Addons",
    "AllowListedEndpoint",
    "EksCluster",
    "EksClusterArgs",
    "OpenEndpoint",
    "PrivateEndpoint",
    "SystemNodes",
]

# Amazon EKS, API reference, CreateCluster, name.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, kw_only=True)
class EksClusterArgs:
    """Arguments of :class:`EksCluster`.

    ``cluster`` is the cluster's name in the account. ``deletion_protection`` refuses to delete the cluster and its key
    in AWS and in the engine; it is on until somebody says otherwise, whatever the stack is called.
    """

    cluster: str
    place: Place
    # A minor of Kubernetes ("1.36"), and the Karpenter that is to run on it ("1.14.1").
    version: str
    karpenter_version: str
    vpc_id: pulumi.Input[str]
    private_subnet_ids: pulumi.Input[Sequence[str]]
    endpoint: Endpoint
    addons: Addons
    access: Mapping[str, AccessEntry] = field(default_factory=dict)
    system_nodes: SystemNodes = SystemNodes()
    log_retention_days: int = 90
    deletion_protection: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)


class EksCluster(pulumi.ComponentResource):
    """Control plane, key, logs, system node group and managed add-ons.

    Outputs: ``kubeconfig`` (secret; known once nodes and DNS are there, so whoever deploys with it finds both, and on
    the way down leaves before them), ``cluster_name``, ``endpoint``, ``oidc_provider_arn``, ``oidc_provider_url``,
    ``node_security_group_id``, ``vpc_id``, ``private_subnet_ids``.

    Raises ConfigurationError before anything is registered for a name, a pair of versions, a retention or tags that
    cannot be used.
    """

    kubeconfig: pulumi.Output[str]
    cluster_name: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    oidc_provider_arn: pulumi.Output[str]
    oidc_provider_url: pulumi.Output[str]
    node_security_group_id: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    private_subnet_ids: pulumi.Output[Sequence[str]]

    def __init__(self, name: str, args: EksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        tags = _check(name, args)
        super().__init__("headroom:index:EksCluster", name, None, with_aliases(name, opts))
        children = Children(parent=self, name=name, tags=tags)
        made = make_control_plane(
            children,
            ControlPlane(
                cluster=args.cluster,
                version=args.version,
                place=args.place,
                vpc_id=args.vpc_id,
                subnet_ids=args.private_subnet_ids,
                endpoint=args.endpoint,
                access=args.access,
                log_retention_days=args.log_retention_days,
                protect=True if args.deletion_protection else None,
            ),
        )
        self.cluster_name = known_after(args.cluster, made)
        addons = AddonMaker(children, args.addons, args.place, self.cluster_name)
        nodes = make_system_nodes(
            children,
            args.system_nodes,
            place=args.place,
            version=args.version,
            cluster=self.cluster_name,
            subnet_ids=args.private_subnet_ids,
            after=addons.before_nodes(),
        )
        running = addons.on_nodes([nodes])
        self.kubeconfig = pulumi.Output.secret(
            pulumi.Output.all(made.kubeconfig_json, nodes.id, *[addon.id for addon in running]).apply(
                lambda all_: str(all_[0])
            )
        )
        self.endpoint = made.kubeconfig_json.apply(_server)
        self.oidc_provider_arn = made.oidc_provider_arn
        self.oidc_provider_url = made.oidc_provider_url
        self.node_security_group_id = made.node_security_group_id
        self.vpc_id = pulumi.Output.from_input(args.vpc_id)
        self.private_subnet_ids = pulumi.Output.from_input(args.private_subnet_ids)
        self.register_outputs({output: getattr(self, output) for output in _OUTPUTS})


_OUTPUTS: Final = (
    *("kubeconfig", "cluster_name", "endpoint", "oidc_provider_arn", "oidc_provider_url"),
    *("node_security_group_id", "vpc_id", "private_subnet_ids"),
)


def _check(name: str, args: EksClusterArgs) -> dict[str, str]:
    if not _NAME.fullmatch(args.cluster):
        raise ConfigurationError(
            field=f"{name}.cluster",
            value=args.cluster,
            allowed="a letter or digit, then up to 99 letters, digits, - or _",
            remedy="choose such a name; it cannot be changed later",
        )
    try:
        check_versions(args.version, args.karpenter_version)
        args.addons.check_for(args.version)
        check_retention("log_retention_days", args.log_retention_days)
    except ConfigurationError as error:
        raise error.within(name) from None
    return check_tags(f"{name}.tags", args.tags)


def _server(kubeconfig: str) -> str:
    """The endpoint of the cluster that the kubeconfig names."""
    config: Any = json.loads(kubeconfig)
    return str(config["clusters"][0]["cluster"]["server"])

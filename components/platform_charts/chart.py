"""What the charts share: the namespace, the release in it, how two replicas stand, and the role of one service account.

Decides no chart's values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
from pulumi_kubernetes.core.v1 import Namespace
from pulumi_kubernetes.helm.v3 import Release

from ..api import ApiObject
from ..aws.pod_identity import make_role
from ..aws_policies.statement import Statement
from ..charts import Chart, release
from ..identity import AwsIdentity
from ..metadata import MANAGED_BY
from ..pod import TopologySpread, spread_fields
from ..policy.place import Place
from ..policy.tags import check_tags

# A controller that scales or fills in must be there before what it serves, so nothing may push it off its node.
CRITICAL: Final = "system-cluster-critical"
ONE_AT_A_TIME: Final[ApiObject] = {"maxUnavailable": 1}

PodSecurity = Literal["restricted", "baseline", "privileged"]


@dataclass(frozen=True, kw_only=True)
class AwsPlace:
    """The cluster whose pods take a role, the account and the region that it is in, and the role's tags."""

    cluster_name: pulumi.Input[str]
    place: Place
    tags: Mapping[str, str] = field(default_factory=dict)


def check_aws(field: str, aws: AwsPlace | None) -> None:
    """Raises ConfigurationError for tags that AWS would refuse."""
    if aws is not None:
        check_tags(f"{field}.tags", aws.tags)


def make_namespace(
    parent: pulumi.Resource, name: str, namespace: pulumi.Input[str], level: PodSecurity
) -> pulumi.Output[str]:
    """Register the namespace; its name, known once it is there."""
    made = Namespace(
        f"{name}-namespace",
        metadata={
            "name": namespace,
            "labels": {MANAGED_BY: "pulumi", "pod-security.kubernetes.io/enforce": level},
        },
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return made.metadata["name"]


def make_release(
    parent: pulumi.Resource,
    name: str,
    chart: Chart,
    *,
    namespace: pulumi.Input[str],
    values: Mapping[str, Any],
    after: Sequence[pulumi.Resource] = (),
) -> Release:
    """Register the release, named as its chart."""
    return release(
        f"{name}-{chart.name}",
        chart,
        release_name=chart.name,
        namespace=namespace,
        values=values,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after) or None),
    )


def service_account_role(
    parent: pulumi.Resource,
    name: str,
    aws: AwsPlace,
    statements: pulumi.Input[Sequence[Statement]],
    *,
    namespace: pulumi.Input[str],
    service_account: str,
) -> list[pulumi.Resource]:
    """Register a role for one service account; what its pods must not start before."""
    identity = AwsIdentity(
        cluster_name=aws.cluster_name, place=aws.place, statements=statements, tags=aws.tags
    )
    _, first = make_role(parent, name, identity, namespace=namespace, service_account=service_account)
    return first


def spread(labels: Mapping[str, str], revision_label: str = "pod-template-hash") -> list[ApiObject]:
    """Over zones strictly, over hosts as far as possible, as the services' pods."""
    fields: list[ApiObject] = spread_fields(TopologySpread(), labels, revision_label)[
        "topologySpreadConstraints"
    ]
    return fields

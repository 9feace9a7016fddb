"""What a stack states of the controllers inside the cluster that it makes: which, at which chart version.

What is left out is somebody else's, or not there. Where charts come from is the cluster's (headroom:cluster.charts).
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.policy.bounds import SAMPLES, SCRAPE
from components.policy.controllers import (
    external_secrets_pods,
    k6_operator_pods,
    keda_pods,
    prometheus_pods,
)
from components.policy.derived import Frozen
from components.policy.pod_group import PodGroup
from components.policy.quantities import Bytes, Milliseconds

from .containers import ObjectName
from .identity import AnyArn
from .reaching import Labels

# One version: another chart is another Prometheus on the day that somebody deploys something else.
ChartVersion = Annotated[
    str,
    Field(
        pattern=r"^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$",
        description="one version of the chart, three numbers with dots between them",
        examples=['"2.20.2"'],
    ),
]


class Keda(Frozen):
    """Scales by Prometheus and by queues. The queues of the stack's own workers are watched anyway."""

    version: ChartVersion
    # Queues of workers that another stack deploys, by ARN.
    queues: list[AnyArn] = []


class NodeDisk(Frozen):
    """Samples on the node's disk, gone with the pod; of two replicas one is there."""

    kind: Literal["node-disk"]
    size: Bytes = Field(gt=0)


class VolumeDisk(Frozen):
    """Samples on a volume of each replica; needs the add-on aws_ebs_csi_driver."""

    kind: Literal["volume"]
    size: Bytes = Field(gt=0)
    storage_class: ObjectName


class NewWorkspace(Frozen):
    """To a workspace of Amazon Managed Service for Prometheus too; made, and kept when the stack goes."""

    kind: Literal["new-workspace"]


class ExistingWorkspace(Frozen):
    """They go to a workspace that is there."""

    kind: Literal["existing-workspace"]
    arn: AnyArn
    endpoint: str = Field(
        pattern=r"^https://[^\s]+/$",
        description="the workspace's endpoint, https:// and a slash at the end",
        examples=["https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1234/"],
    )


class ClusterOnly(Frozen):
    """They go nowhere else."""

    kind: Literal["cluster-only"] = "cluster-only"


class Prometheus(Frozen):
    """kube-prometheus-stack; every service gets a PodMonitor."""

    version: ChartVersion
    crds_version: ChartVersion
    retention: Annotated[Milliseconds, AfterValidator(SAMPLES.of_the_value)] = Milliseconds.parse("48h")
    storage: Annotated[NodeDisk | VolumeDisk, Field(discriminator="kind")] = NodeDisk(
        kind="node-disk", size="20Gi"
    )
    long_term: Annotated[ClusterOnly | NewWorkspace | ExistingWorkspace, Field(discriminator="kind")] = (
        ClusterOnly()
    )
    # A Secret in its namespace with admin-user and admin-password; left out, there is no Grafana.
    grafana_admin_secret: ObjectName | None = None


class ExternalSecrets(Frozen):
    """Fills Secrets from AWS Secrets Manager; it may read these, by ARN."""

    version: ChartVersion
    secrets: list[AnyArn] = Field(min_length=1)


class K6Operator(Frozen):
    """Runs load tests inside the cluster: stated while somebody tests, and removed after."""

    version: ChartVersion


class Inside(Frozen):
    """The controllers that the stack makes."""

    keda: Keda | None = None
    prometheus: Prometheus | None = None
    external_secrets: ExternalSecrets | None = None
    k6_operator: K6Operator | None = None

    @property
    def stated(self) -> list[str]:
        """Those that are stated."""
        return [name for name in type(self).model_fields if getattr(self, name) is not None]

    @property
    def pods(self) -> list[PodGroup]:
        """What they take of the nodes."""
        groups = {
            "keda": keda_pods,
            "prometheus": prometheus_pods,
            "external_secrets": external_secrets_pods,
            "k6_operator": k6_operator_pods,
        }
        return [group for name in self.stated for group in groups[name]()]


class PodMonitors(Frozen):
    """A PodMonitor for every service, for a Prometheus operator that is there; labels are what it selects by."""

    labels: Labels = {}
    interval: Annotated[Milliseconds, AfterValidator(SCRAPE.of_the_value)] = Milliseconds.parse("15s")

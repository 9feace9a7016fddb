"""ExternalSecrets: fills Kubernetes Secrets from AWS Secrets Manager, so that no secret is in a stack's file.

Decides no secret: an ExternalSecret names one. It may read the stated ones and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from ..aws_policies.statement import Statement
from ..charts import ChartSource, pinned_chart, ready
from ..pod import resource_fields
from ..policy import controllers
from ..policy.workload import Resources
from ..renames import with_aliases
from .chart import (
    CRITICAL,
    AwsPlace,
    check_aws,
    make_namespace,
    make_release,
    service_account_role,
    spread,
)

SERVICE_ACCOUNT: Final = "external-secrets"
# What the chart labels the pods of its three Deployments with.
_NAME: Final = "app.kubernetes.io/name"
RESOURCES: Final = controllers.EXTERNAL_SECRETS


@dataclass(frozen=True, kw_only=True)
class ReadableSecrets(AwsPlace):
    """The secrets that may be read, by ARN; by name ``...:secret:<name>-??????``, since AWS adds six characters."""

    arns: pulumi.Input[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class ExternalSecretsArgs:
    """Arguments of :class:`ExternalSecrets`. ``version`` is the chart's, ``store`` the ClusterSecretStore's name."""

    charts: ChartSource
    version: str
    secrets: ReadableSecrets
    namespace: pulumi.Input[str] = "external-secrets"
    store: str = "aws"
    resources: Resources = RESOURCES


class ExternalSecrets(pulumi.ComponentResource):
    """Namespace, release with its CRDs, the controller's role, and the store that ExternalSecrets name.

    Outputs: ``store`` (known once it can be named) and ``ready``, the release's name once the controller runs.
    """

    store: pulumi.Output[str]
    ready: pulumi.Output[str]

    def __init__(
        self, name: str, args: ExternalSecretsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        chart = pinned_chart(name, "external-secrets", args.version, args.charts)
        check_aws(f"{name}.secrets", args.secrets)
        super().__init__("headroom:index:ExternalSecrets", name, None, with_aliases(name, opts))
        namespace = make_namespace(self, name, args.namespace, "restricted")
        first = service_account_role(
            self,
            name,
            args.secrets,
            pulumi.Output.from_input(args.secrets.arns).apply(lambda arns: [_read(arns)]),
            namespace=namespace,
            service_account=SERVICE_ACCOUNT,
        )
        made = make_release(
            self, name, chart, namespace=namespace, values=_values(args.resources), after=first
        )
        store = CustomResource(
            f"{name}-store",
            api_version="external-secrets.io/v1",
            kind="ClusterSecretStore",
            metadata={"name": args.store},
            # Without an `auth` the controller's own identity is used.
            spec={"provider": {"aws": {"service": "SecretsManager", "region": args.secrets.place.region}}},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[made]),
        )
        self.store = pulumi.Output.all(args.store, store.id).apply(lambda both: str(both[0]))
        self.ready = ready(made)
        self.register_outputs({"store": self.store, "ready": self.ready})


def _read(arns: Sequence[str]) -> Statement:
    return Statement(
        sid="ReadSecrets",
        actions=["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        resources=list(arns),
    )


def _values(resources: Resources) -> dict[str, Any]:
    each = resource_fields(resources)
    budget = {"enabled": True, "minAvailable": 1}
    return {
        "installCRDs": True,
        "replicaCount": controllers.REPLICAS,
        "leaderElect": True,
        "priorityClassName": CRITICAL,
        "serviceAccount": {"create": True, "name": SERVICE_ACCOUNT},
        "podDisruptionBudget": budget,
        "topologySpreadConstraints": spread({_NAME: "external-secrets"}),
        "resources": each,
        "webhook": {
            "replicaCount": controllers.REPLICAS,
            "podDisruptionBudget": budget,
            "topologySpreadConstraints": spread({_NAME: "external-secrets-webhook"}),
            "resources": each,
        },
        # It renews a certificate: a minute without it costs nothing.
        "certController": {"replicaCount": 1, "resources": each},
    }

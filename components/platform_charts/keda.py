"""Keda: what scales by a Prometheus query or by a queue: the operator, its metrics adapter and its admission webhook.

Decides no scaling: ScalableService and QueueWorker state what they scale on. It may count the messages of the stated
queues and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from ..aws_policies.queues import watch
from ..charts import ChartSource, pinned_chart, ready
from ..pod import resource_fields
from ..policy import controllers
from ..policy.workload import Resources
from ..renames import with_aliases
from .chart import (
    CRITICAL,
    ONE_AT_A_TIME,
    AwsPlace,
    check_aws,
    make_namespace,
    make_release,
    service_account_role,
    spread,
)

SERVICE_ACCOUNT: Final = "keda-operator"
# What the chart labels its pods with (kedacore/charts, keda), by what its values call them.
_PODS: Final[Mapping[str, str]] = {
    "operator": "keda-operator",
    "metricsServer": "keda-operator-metrics-apiserver",
    "webhooks": "keda-admission-webhooks",
}
RESOURCES: Final = controllers.KEDA


@dataclass(frozen=True, kw_only=True)
class WatchedQueues(AwsPlace):
    """The queues whose messages are counted, by ARN."""

    arns: pulumi.Input[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class KedaArgs:
    """Arguments of :class:`Keda`. ``version`` is the chart's. ``resources`` are those of one pod of each kind;
    without a ``cpu_limit`` the chart's stands, of one CPU."""

    charts: ChartSource
    version: str
    namespace: pulumi.Input[str] = "keda"
    queues: WatchedQueues | None = None
    resources: Resources = RESOURCES


class Keda(pulumi.ComponentResource):
    """Namespace, release with its CRDs, and the operator's role where queues are watched.

    Outputs: ``namespace``, and ``ready``, the release's name once KEDA runs: a ScaledObject takes the component in its
    ``depends_on``, or its CRD is not there. Raises ConfigurationError before anything is registered for what is no
    version.
    """

    namespace: pulumi.Output[str]
    ready: pulumi.Output[str]

    def __init__(self, name: str, args: KedaArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        chart = pinned_chart(name, "keda", args.version, args.charts)
        check_aws(f"{name}.queues", args.queues)
        super().__init__("headroom:index:Keda", name, None, with_aliases(name, opts))
        self.namespace = make_namespace(self, name, args.namespace, "restricted")
        first: list[pulumi.Resource] = []
        if args.queues is not None:
            first = service_account_role(
                self,
                name,
                args.queues,
                pulumi.Output.from_input(args.queues.arns).apply(lambda arns: [watch(arns)]),
                namespace=self.namespace,
                service_account=SERVICE_ACCOUNT,
            )
        made = make_release(
            self, name, chart, namespace=self.namespace, values=_values(args.resources), after=first
        )
        self.ready = ready(made)
        self.register_outputs({"namespace": self.namespace, "ready": self.ready})


def _values(resources: Resources) -> dict[str, Any]:
    each = resource_fields(resources)
    return {
        # In the chart's templates, so that an upgrade brings them up to date.
        "crds": {"install": True},
        "priorityClassName": CRITICAL,
        "serviceAccount": {"operator": {"create": True, "name": SERVICE_ACCOUNT}},
        **{kind: {"replicaCount": controllers.REPLICAS} for kind in _PODS},
        "topologySpreadConstraints": {kind: spread({"app": app}) for kind, app in _PODS.items()},
        # The chart spells two of the three otherwise than elsewhere.
        "podDisruptionBudget": dict.fromkeys(("operator", "metricServer", "webhooks"), ONE_AT_A_TIME),
        "resources": dict.fromkeys(("operator", "metricServer", "webhooks"), each),
    }

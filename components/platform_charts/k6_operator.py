"""K6Operator: runs the plan's load test inside the cluster. On demand: there while somebody tests, and gone after.

Decides no load; a TestRun does. One replica: nothing waits for it but the test itself.
"""

from dataclasses import dataclass
from typing import Final

import pulumi

from ..charts import ChartSource, pinned_chart, ready
from ..pod import resource_fields
from ..policy import controllers
from ..policy.workload import Resources
from ..renames import with_aliases
from .chart import make_namespace, make_release

RESOURCES: Final = controllers.K6_OPERATOR


@dataclass(frozen=True, kw_only=True)
class K6OperatorArgs:
    """Arguments of :class:`K6Operator`. ``version`` is the chart's, and so is the limit of CPU of ``resources`` without
    one: a tenth of a CPU."""

    charts: ChartSource
    version: str
    namespace: pulumi.Input[str] = "k6-operator"
    resources: Resources = RESOURCES


class K6Operator(pulumi.ComponentResource):
    """Namespace and release with its CRDs. Outputs: ``ready``, the release's name once TestRuns can be made."""

    ready: pulumi.Output[str]

    def __init__(self, name: str, args: K6OperatorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        chart = pinned_chart(name, "k6-operator", args.version, args.charts)
        super().__init__("headroom:index:K6Operator", name, None, with_aliases(name, opts))
        made = make_release(
            self,
            name,
            chart,
            namespace=make_namespace(self, name, args.namespace, "baseline"),
            values={
                "installCRDs": True,
                # The namespace is made here, with its labels.
                "namespace": {"create": False},
                "metrics": {"serviceMonitor": {"enabled": False}},
                "manager": {"replicas": 1, "resources": resource_fields(args.resources)},
            },
        )
        self.ready = ready(made)
        self.register_outputs({"ready": self.ready})

"""Where a stack takes the charts of its controllers from: the vendors, a mirror, or a directory."""

from typing import Annotated, Literal

from pydantic import Field

from components.policy.derived import Frozen


class OciCharts(Frozen):
    """An OCI registry, the vendor's or a mirror of it, without the chart's name."""

    kind: Literal["oci"]
    repository: str = Field(
        pattern=r"^oci://[a-z0-9.-]+(:\d{1,5})?(/[a-z0-9._-]+)*$",
        description="oci://, a host and a path, without the chart's name and without a slash at its end",
        examples=["oci://mirror.example.com/charts"],
    )


class ChartDirectory(Frozen):
    """A directory with each chart unpacked in a folder of its name."""

    kind: Literal["directory"]
    path: str = Field(min_length=1)


class HttpsCharts(Frozen):
    """A chart repository with an index, the vendor's or a mirror of it."""

    kind: Literal["https"]
    repository: str = Field(
        pattern=r"^https://[a-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._-]+)*$",
        description="https://, a host and a path, in which index.yaml lies, without a slash at its end",
        examples=["https://aws.github.io/eks-charts"],
    )


ChartSource = Annotated[OciCharts | HttpsCharts | ChartDirectory, Field(discriminator="kind")]


# The charts that a stack may install; the default is Karpenter's too.
ChartName = Literal[
    "aws-load-balancer-controller",
    "external-secrets",
    "k6-operator",
    "karpenter",
    "keda",
    "kube-prometheus-stack",
    "prometheus-operator-crds",
]


class Charts(Frozen):
    """Where charts come from: one place for all, and others by the chart's name."""

    default: ChartSource
    by_name: dict[ChartName, ChartSource] = {}

    def of(self, chart: str) -> OciCharts | HttpsCharts | ChartDirectory:
        """Where ``chart`` comes from."""
        return next((source for name, source in self.by_name.items() if name == chart), self.default)

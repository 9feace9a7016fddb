"""Where Helm charts come from: a registry, a repository or a directory. Pinned, never the vendor's address by default.

Decides no chart and no version. v3 Releases, since a v4 Chart fails in a preview in which the kubeconfig is unknown
(pulumi-kubernetes #3027).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs

from .policy.errors import ConfigurationError

_OCI: Final = re.compile(r"oci://[a-z0-9.-]+(:\d{1,5})?(/[a-z0-9._-]+)*")
_HTTPS: Final = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._-]+)*")
_VERSION: Final = re.compile(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
# Long enough for images that a new cluster has never pulled.
TIMEOUT_SECONDS: Final = 600
# What Helm keeps to go back to; each revision is a Secret of the chart's size.
HISTORY: Final = 5


@dataclass(frozen=True, kw_only=True)
class OciCharts:
    """Charts of an OCI registry or a mirror: ``oci://<host>/<path>``, without the chart's own name."""

    repository: str

    def __post_init__(self) -> None:
        if not _OCI.fullmatch(self.repository):
            raise ConfigurationError(
                field="charts.repository",
                value=self.repository,
                allowed='"oci://", a host and a path, without a slash at its end',
                remedy="write the address without the chart's name and without a tag",
            )


@dataclass(frozen=True, kw_only=True)
class ChartDirectory:
    """Charts that lie unpacked in a directory, each in a folder of its name. What lies there is the version."""

    path: str


@dataclass(frozen=True, kw_only=True)
class HttpsCharts:
    """Charts of a repository with an index, ``https://<host>/<path>``: some vendors have no registry."""

    repository: str

    def __post_init__(self) -> None:
        if not _HTTPS.fullmatch(self.repository):
            raise ConfigurationError(
                field="charts.repository",
                value=self.repository,
                allowed='"https://", a host and a path, without a slash at its end',
                remedy="write the address of the repository, in which index.yaml lies",
            )


ChartSource = OciCharts | HttpsCharts | ChartDirectory


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart at one version."""

    name: str
    version: str
    source: ChartSource

    def __post_init__(self) -> None:
        if not _VERSION.fullmatch(self.version):
            raise ConfigurationError(
                field=f"charts.{self.name}.version",
                value=self.version,
                allowed='one version, such as "1.14.1"',
                remedy="pin the version that was tested",
            )

    @property
    def reference(self) -> str:
        """What Helm finds the chart by."""
        match self.source:
            case OciCharts(repository=repository):
                return f"{repository}/{self.name}"
            case ChartDirectory(path=path):
                return f"{path.rstrip('/')}/{self.name}"
            case HttpsCharts():
                return self.name

    @property
    def pulled_version(self) -> str | None:
        """The version to pull; None for a directory, where Helm would ignore it and the engine see a change."""
        return None if isinstance(self.source, ChartDirectory) else self.version

    @property
    def repository(self) -> RepositoryOptsArgs | None:
        """Where Helm looks the name up; None where the reference says it."""
        return (
            RepositoryOptsArgs(repo=self.source.repository) if isinstance(self.source, HttpsCharts) else None
        )


def pinned_chart(name: str, chart: str, version: str, source: ChartSource) -> Chart:
    """The chart. Raises ConfigurationError, its field under the component's ``name``, for what is no version."""
    try:
        return Chart(name=chart, version=version, source=source)
    except ConfigurationError as error:
        raise error.within(name) from None


def release(
    resource_name: str,
    chart: Chart,
    *,
    release_name: str,
    namespace: pulumi.Input[str],
    values: Mapping[str, Any],
    opts: pulumi.ResourceOptions,
    skip_crds: bool = True,
) -> Release:
    """Register a release that waits until its objects are ready.

    CRDs come by a release of their own, or an upgrade would leave them as they were; ``skip_crds`` is False for a chart
    whose vendor publishes none.
    """
    return Release(
        resource_name,
        name=release_name,
        namespace=namespace,
        values=dict(values),
        skip_crds=skip_crds,
        max_history=HISTORY,
        timeout=TIMEOUT_SECONDS,
        chart=chart.reference,
        version=chart.pulled_version,
        repository_opts=chart.repository,
        opts=opts,
    )


def ready(made: Release) -> pulumi.Output[str]:
    """The release's name, known once everything in it is ready."""
    return pulumi.Output.all(made.name, made.id).apply(lambda both: str(both[0]))

"""Where charts come from: a registry, a repository with an index, a directory."""

import pytest

from components.charts import Chart, ChartDirectory, ChartSource, HttpsCharts, OciCharts
from components.policy.errors import ConfigurationError

HTTPS = HttpsCharts(repository="https://aws.github.io/eks-charts")


@pytest.mark.parametrize(
    ("source", "reference", "version", "repository"),
    [
        (OciCharts(repository="oci://m.example.com/c"), "oci://m.example.com/c/keda", "1.2.3", None),
        (HTTPS, "keda", "1.2.3", "https://aws.github.io/eks-charts"),
        (ChartDirectory(path="charts/"), "charts/keda", None, None),
    ],
)
def test_each_source_is_said_to_helm_in_its_own_way(
    source: ChartSource, reference: str, version: str | None, repository: str | None
) -> None:
    chart = Chart(name="keda", version="1.2.3", source=source)
    assert (chart.reference, chart.pulled_version) == (reference, version)
    assert (chart.repository.repo if chart.repository else None) == repository


@pytest.mark.parametrize("address", ["http://x.example.com", "https://x.example.com/", "x.example.com"])
def test_a_repository_that_is_no_https_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"charts\.repository"):
        HttpsCharts(repository=address)

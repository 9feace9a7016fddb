"""Node pools, Karpenter's version and chart releases among objects."""

from typing import Any

import pytest

from components.policy.facts import ABSENT
from components.policy.review import review

from .manifests import deployment, facts, other


def test_a_node_pools_fields_are_read_where_v1_has_them() -> None:
    spec = {
        "limits": {"cpu": 200, "memory": "400Gi"},
        "disruption": {"budgets": [{"nodes": "20%", "reasons": ["Drifted"]}, {"nodes": 5}], "expireAfter": "720h"},
        "template": {"spec": {
            "terminationGracePeriod": "10m",
            "requirements": [
                {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]},
                {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["m5.2xlarge"]},
            ],
        }},
    }  # fmt: skip
    (pool,) = facts(other("NodePool", "karpenter.sh/v1", spec)).pools
    assert (pool.cpu_limit, pool.memory_limit) == (200_000, 400 * 1024**3)
    assert (pool.zones, pool.termination_grace) == (("a", "b"), 600_000)
    assert pool.instance is not None and pool.instance.name == "m5.2xlarge"
    assert [budget.nodes for budget in pool.budgets or ()] == ["20%", "5"]
    assert pool.expiry_under_disruption and pool.consolidate_after is ABSENT
    assert {"HR802", "HR804"} <= {f.number for f in review(facts(other("NodePool", "karpenter.sh/v1", spec)))}


def test_karpenters_version_is_the_tag_of_its_controller() -> None:
    controller = deployment(image="registry.test/karpenter/controller:1.13.2@sha256:" + "0" * 64)
    assert [versions.karpenter for versions in facts(controller).versions] == [(1, 13)]


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (other("HelmRelease", "helm.toolkit.fluxcd.io/v2", {"chart": {"spec": {"chart": "redis"}}}), ABSENT),
        (
            other(
                "Application", "argoproj.io/v1alpha1", {"source": {"chart": "redis", "targetRevision": "1.*"}}
            ),
            "1.*",
        ),
        (other("HelmChart", "helm.cattle.io/v1", {"chart": "redis", "version": "1.2.3"}), "1.2.3"),
    ],
)
def test_chart_releases_of_three_makers(body: dict[str, Any], version: object) -> None:
    assert [chart.version for chart in facts(body).charts] == [version]

"""What runs inside the cluster by chart: pinned, two of each, budgeted, and with no right beyond what was stated."""

import json
from typing import Any

import pytest

from components.charts import ChartDirectory
from components.platform_charts.external_secrets import ExternalSecrets
from components.platform_charts.k6_operator import K6Operator, K6OperatorArgs
from components.platform_charts.keda import Keda, WatchedQueues
from components.platform_charts.prometheus import (
    ClusterOnly,
    ExistingWorkspace,
    Grafana,
    KubePrometheusStack,
    NodeDisk,
    Volume,
)
from components.policy.errors import ConfigurationError
from components.policy.quantities import Bytes
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.aws_examples import ARN, AWS, CHARTS, external_secrets_args, keda_args, prometheus_args
from tests.components.harness import Registered, Run, run


def keda(**changes: Any) -> Run:
    return run(lambda: Keda("keda", keda_args(**changes)))


def prometheus(**changes: Any) -> Run:
    return run(lambda: KubePrometheusStack("prometheus", prometheus_args(**changes)).prometheus_address)


def released(result: Run, chart: str) -> Registered:
    return next(r for r in result.all("Release") if r.inputs["chart"].endswith(f"/{chart}"))


def statements(result: Run) -> list[Any]:
    return list(json.loads(result.one("RolePolicy").inputs["policy"])["Statement"])


def waits_for(resource: Registered) -> set[str]:
    return {urn.rpartition("::")[2] for urn in resource.depends_on}


def test_keda_stands_twice_in_every_part_and_one_of_each_may_go() -> None:
    values = released(keda(), "keda").inputs["values"]
    for part in ("operator", "metricsServer", "webhooks"):
        assert values[part]["replicaCount"] == 2
        zone, host = values["topologySpreadConstraints"][part]
        assert (zone["topologyKey"], zone["whenUnsatisfiable"]) == (
            "topology.kubernetes.io/zone",
            "DoNotSchedule",
        )
        assert host["topologyKey"] == "kubernetes.io/hostname"
    # The chart calls the adapter metricServer here.
    for part in ("operator", "metricServer", "webhooks"):
        assert values["podDisruptionBudget"][part] == {"maxUnavailable": 1}
        # Left out, the chart's own limit of CPU would stand, which nobody has read here.
        assert values["resources"][part]["limits"] == {"cpu": "1", "memory": "1Gi"}


def test_keda_may_count_messages_and_take_none() -> None:
    result = keda()
    [statement] = statements(result)
    assert (statement["Action"], statement["Resource"]) == (["sqs:GetQueueAttributes"], [ARN])
    association = result.one("PodIdentityAssociation")
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == (
        "keda",
        "keda-operator",
    )
    assert released(result, "keda").inputs["values"]["serviceAccount"]["operator"]["name"] == "keda-operator"
    assert {"keda-pods-identity", "keda-pods-policy"} <= waits_for(released(result, "keda"))


def test_without_queues_keda_has_no_role() -> None:
    assert keda(queues=None).all("iam/role:Role") == []


def test_a_chart_is_pinned_and_comes_from_where_it_is_said_to() -> None:
    mirrored, unpacked = released(keda(), "keda"), released(keda(charts=ChartDirectory(path="c")), "keda")
    assert mirrored.inputs["version"] == "2.20.2"
    assert (unpacked.inputs["chart"], "version" in unpacked.inputs) == ("c/keda", False)
    with pytest.raises(ConfigurationError, match=r"keda\.charts\.keda\.version"):
        keda(version="latest")


def test_a_role_without_an_owner_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"keda\.queues\.tags"):
        keda(queues=WatchedQueues(**{**AWS, "tags": {}}, arns=[ARN]))


def test_prometheus_finds_every_monitor_and_answers_where_it_says() -> None:
    result = prometheus()
    values = released(result, "kube-prometheus-stack").inputs["values"]
    spec = values["prometheus"]["prometheusSpec"]
    for kind in ("podMonitor", "serviceMonitor", "rule"):
        assert spec[f"{kind}SelectorNilUsesHelmValues"] is False
    assert spec["replicas"] == 2
    assert values["prometheus"]["podDisruptionBudget"] == {"enabled": True, "minAvailable": 1}
    # The chart names the Service after fullnameOverride.
    assert values["fullnameOverride"] == "monitoring"
    assert result.result == "http://monitoring-prometheus.monitoring.svc:9090"


def test_the_crds_are_a_release_of_their_own_before_the_operator() -> None:
    result = prometheus()
    crds, stack = (
        released(result, "prometheus-operator-crds"),
        released(result, "kube-prometheus-stack"),
    )
    assert crds.name in waits_for(stack)
    assert stack.inputs["values"]["crds"] == {"enabled": False}


def test_samples_go_to_a_workspace_that_is_kept_and_nothing_else_may_be_done_there() -> None:
    result = prometheus()
    workspace = result.one("amp/workspace:Workspace")
    assert workspace.protect
    spec = released(result, "kube-prometheus-stack").inputs["values"]["prometheus"]["prometheusSpec"]
    [write] = spec["remoteWrite"]
    assert write["url"] == f"https://aps/workspaces/{workspace.name}/api/v1/remote_write"
    assert write["sigv4"] == {"region": REGION}
    # By these two the service takes the samples of one replica only.
    assert (spec["replicaExternalLabelName"], list(spec["externalLabels"])) == ("__replica__", ["cluster"])
    [statement] = statements(result)
    assert statement["Action"] == ["aps:RemoteWrite"]
    assert statement["Resource"] == [f"arn:aws:aps:{REGION}:{ACCOUNT}:workspace/{workspace.name}"]
    assert result.one("PodIdentityAssociation").inputs["serviceAccount"] == "prometheus"


def test_a_workspace_that_is_there_is_used_and_without_one_nothing_is_made_in_aws() -> None:
    arn = f"arn:aws:aps:{REGION}:{ACCOUNT}:workspace/ws-1"
    used = prometheus(long_term=ExistingWorkspace(arn=arn, endpoint="https://aps/ws-1/", **AWS))
    assert used.all("Workspace") == []
    assert statements(used)[0]["Resource"] == [arn]
    assert [r for r in prometheus(long_term=ClusterOnly()).resources if r.type.startswith("aws:")] == []


@pytest.mark.parametrize(
    ("local", "storage", "kept"),
    [
        (NodeDisk(size=Bytes.parse("10Gi")), "emptyDir", "9216MB"),
        (Volume(size=Bytes.parse("50Gi"), storage_class="gp3"), "volumeClaimTemplate", "46080MB"),
    ],
)
def test_the_oldest_samples_go_before_the_disk_is_full(local: Any, storage: str, kept: str) -> None:
    values = released(prometheus(local=local), "kube-prometheus-stack").inputs["values"]
    spec = values["prometheus"]["prometheusSpec"]
    assert list(spec["storageSpec"]) == [storage]
    assert spec["retentionSize"] == kept


def test_grafana_never_has_the_password_that_everybody_knows() -> None:
    def grafana(**changes: Any) -> Any:
        return released(prometheus(**changes), "kube-prometheus-stack").inputs["values"]["grafana"]

    assert grafana() == {"enabled": False}
    assert grafana(grafana=Grafana(admin_secret="grafana"))["admin"] == {"existingSecret": "grafana"}


def test_external_secrets_reads_the_stated_ones_by_a_store_without_keys() -> None:
    result = run(lambda: ExternalSecrets("secrets", external_secrets_args()))
    [statement] = statements(result)
    assert "secretsmanager:GetSecretValue" in statement["Action"]
    assert statement["Resource"] == [f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:redis-??????"]
    store = result.one("ClusterSecretStore")
    assert store.inputs["spec"]["provider"]["aws"] == {"service": "SecretsManager", "region": REGION}
    assert released(result, "external-secrets").name in waits_for(store)


def test_the_k6_operator_takes_the_namespace_that_is_made_for_it() -> None:
    result = run(lambda: K6Operator("k6", K6OperatorArgs(charts=CHARTS, version="4.1.1")))
    values = released(result, "k6-operator").inputs["values"]
    assert values["namespace"] == {"create": False}
    assert values["manager"]["resources"]["limits"] == {"cpu": "100m", "memory": "200Mi"}
    assert result.one("Namespace").inputs["metadata"]["name"] == "k6-operator"

"""LoadBalancerController: two replicas that outlive every load balancer, with rights over one cluster's alone."""

import json
from typing import Any

import pulumi
import pytest
from pulumi.runtime.rpc import UNKNOWN

from components.load_balancer_controller import LoadBalancerController
from components.policy.errors import ConfigurationError
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.aws_examples import CLUSTER, TAGS, balancing_args
from tests.components.harness import Registered, Run, run, unknown


def deploy(**changes: Any) -> Run:
    return run(lambda: LoadBalancerController("balancing", balancing_args(**changes)))


def named(result: Run, name: str) -> Registered:
    return next(r for r in result.resources if r.name == f"balancing-{name}")


def values(result: Run) -> Any:
    return named(result, "controller").inputs["values"]


def waits_for(resource: Registered) -> set[str]:
    return {urn.rpartition("::")[2] for urn in resource.depends_on}


def statements(result: Run) -> dict[str, Any]:
    document = json.loads(named(result, "controller-policy").inputs["policy"])
    return {s["Sid"]: s for s in document["Statement"]}


def test_the_chart_is_pinned_and_brings_its_crds() -> None:
    chart = named(deploy(), "controller").inputs
    assert chart["chart"] == "oci://mirror.example.com/charts/aws-load-balancer-controller"
    assert chart["version"] == "1.14.0"
    assert chart["skipCrds"] is False


def test_two_replicas_are_budgeted_apart_and_on_the_system_nodes() -> None:
    found = values(deploy())
    assert (found["replicaCount"], found["podDisruptionBudget"]) == (2, {"maxUnavailable": 1})
    assert found["tolerations"] == [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
    [apart] = found["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    [term] = found["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    assert term["matchExpressions"] == [{"key": "karpenter.sh/nodepool", "operator": "DoesNotExist"}]
    # Two hosts, two replicas that may not share one: a third would never find a place.
    assert found["updateStrategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_gateways_are_answered_where_their_class_is_stated() -> None:
    assert "controllerConfig" not in values(deploy())
    result = deploy(gateway_classes=["alb"])
    assert values(result)["controllerConfig"]["featureGates"]["ALBGatewayAPI"] is True
    made = named(result, "class-alb")
    assert (made.inputs["metadata"]["name"], made.inputs["spec"]) == (
        "alb",
        {"controllerName": "gateway.k8s.aws/alb"},
    )
    assert "balancing-controller" in waits_for(made), "it takes its finalizer off the class"


def test_the_controller_asks_no_instance_where_it_is() -> None:
    found = values(deploy())
    assert (found["clusterName"], found["region"], found["vpcId"]) == (
        CLUSTER,
        REGION,
        "vpc-0123456789abcdef0",
    )


def test_it_takes_over_no_service_and_holds_up_no_pod() -> None:
    found = values(deploy())
    assert found["enableServiceMutatorWebhook"] is False
    assert found["podMutatorWebhookConfig"] == {"failurePolicy": "Ignore"}


def test_what_its_role_may_not_do_is_switched_off() -> None:
    result = deploy()
    allowed = {action for s in statements(result).values() for action in s["Action"]}
    assert not [
        action for action in allowed if action.startswith(("shield:", "waf-regional:", "cognito-idp:"))
    ]
    assert (values(result)["enableShield"], values(result)["enableWaf"]) == (False, False)
    assert values(result)["enableWafv2"] is ("wafv2:AssociateWebACL" in allowed)


def test_it_deletes_only_what_carries_its_clusters_tag() -> None:
    change = statements(deploy())["ChangeOwn"]
    assert "elasticloadbalancing:DeleteLoadBalancer" in change["Action"]
    assert change["Condition"] == {"StringEquals": {"aws:ResourceTag/elbv2.k8s.aws/cluster": CLUSTER}}
    where = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:"
    assert all(resource.startswith(where) for resource in change["Resource"])


def test_what_it_makes_carries_the_stated_tags() -> None:
    assert values(deploy())["defaultTags"] == TAGS


def test_the_controllers_pods_alone_take_its_role() -> None:
    result = deploy()
    tie = named(result, "controller-identity").inputs
    assert (tie["clusterName"], tie["namespace"]) == (CLUSTER, "kube-system")
    assert values(result)["serviceAccount"]["name"] == tie["serviceAccount"]
    assert tie["roleArn"].endswith("role/balancing-controller-role")


def test_the_controller_keeps_its_rights_until_it_is_gone() -> None:
    waits = waits_for(named(deploy(), "controller"))
    assert {"balancing-controller-policy", "balancing-controller-identity"} <= waits


def test_what_has_an_ingress_can_wait_for_it() -> None:
    def program() -> None:
        controller = LoadBalancerController("balancing", balancing_args())
        pulumi.CustomResource("a:b:C", "other", {"ready": controller.ready})

    assert "balancing-controller" in waits_for(run(program).one("a:b:C"))


def test_a_cluster_that_is_not_there_yet_can_be_previewed() -> None:
    def program() -> None:
        args = balancing_args(cluster_name=unknown(), vpc_id=unknown())
        LoadBalancerController("balancing", args)

    assert named(run(program, preview=True), "controller-policy").inputs["policy"] == UNKNOWN


@pytest.mark.parametrize(
    ("changes", "says"), [({"version": "latest"}, "version"), ({"tags": {"owner": "me"}}, "stack")]
)
def test_nothing_is_registered_when_the_arguments_cannot_be_used(changes: dict[str, Any], says: str) -> None:
    def program() -> None:
        with pytest.raises(ConfigurationError, match=says):
            LoadBalancerController("balancing", balancing_args(**changes))

    assert run(program).resources == []

"""What stands beside the services, and the queue workers, in the stacks that have them."""

import json
from typing import Any

import pytest

from config.loader import load_stack, plan_of
from config.problems import StackError
from config.settings import Settings
from tests.apps.deployed import deployed
from tests.components.aws_answers import ACCOUNT
from tests.components.harness import Registered, Run

WORKER = "ticket-mailer"
URL = f"https://sqs.ap-northeast-2.amazonaws.com/{ACCOUNT}/mails"
ARN = f"arn:aws:sqs:ap-northeast-2:{ACCOUNT}:mails"
NEW = {"kind": "new-sqs"}
OWN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/payment"


def worker(**changes: Any) -> dict[str, Any]:
    return {
        "image": "docker.io/stefanprodan/podinfo:6.9.2",
        "messages": {"payment-api": "1/10"},
        "messages_per_pod": 20,
        "measured": "an assumption of this test",
        "work_off": "60s",
        "longest_message": "20s",
        "health": {"kind": "http", "port": 8000},
        "resources": {"cpu_request": "250m", "memory_request": "256Mi", "memory_limit": "512Mi"},
        "queue": {"kind": "sqs", "url": URL},
        **changes,
    }


def stack(name: str = "prod", **over: Any) -> Settings:
    return load_stack(name, over=over)


def with_worker(name: str = "prod", **changes: Any) -> Settings:
    return stack(name, workers={WORKER: worker(**changes)})


def pays_as(**identity: Any) -> dict[str, Any]:
    return {"services": {"payment-api": {"identity": identity}}}


def may(**right: Any) -> dict[str, Any]:
    own = {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::tickets/*"], **right}
    return pays_as(kind="aws", rights={"Own": own})


def waits_for(resource: Registered) -> set[str]:
    return {urn.rpartition("::")[2] for urn in resource.depends_on}


def role(result: Run, name: str) -> list[Any]:
    """The statements of the role of one workload's pods."""
    policy = next(r for r in result.all("RolePolicy") if r.name == f"{name}-pods-policy")
    return list(json.loads(policy.inputs["policy"])["Statement"])


def environment(result: Run, name: str) -> dict[str, Any]:
    deployment = next(r for r in result.all("Deployment") if r.inputs["metadata"]["name"] == name)
    [container] = deployment.inputs["spec"]["template"]["spec"]["containers"]
    return {variable["name"]: variable.get("value") for variable in container["env"]}


def test_keda_asks_the_prometheus_that_the_stack_makes_by_the_stand_ins_own_counter() -> None:
    result = deployed(stack())
    for scaled in result.all("ScaledObject"):
        name, metadata = scaled.inputs["metadata"]["name"], scaled.inputs["spec"]["triggers"][0]["metadata"]
        assert metadata["serverAddress"] == "http://monitoring-prometheus.monitoring.svc:9090"
        # podinfo, pkg/api/http/metrics.go.
        said = f'sum(rate(http_requests_total{{namespace="tacos-app",service="{name}"}}[1m]))'
        assert metadata["query"] == said


def test_a_service_of_ones_own_counts_as_the_platforms_do() -> None:
    over = {"payment-api": {"image": "registry.example.com/payment:1.0.0", "metrics": {"path": "/stats"}}}
    result = deployed(stack(services=over))
    scaled = next(r for r in result.all("ScaledObject") if r.inputs["metadata"]["name"] == "payment-api")
    assert "http_server_requests_total" in scaled.inputs["spec"]["triggers"][0]["metadata"]["query"]
    monitor = next(r for r in result.all("PodMonitor") if r.inputs["metadata"]["name"] == "payment-api")
    assert monitor.inputs["spec"]["podMetricsEndpoints"][0]["path"] == "/stats"


def test_controllers_come_after_the_pools_and_before_the_services() -> None:
    result = deployed(stack())
    kinds = {resource.type.split(":")[-1]: resource for resource in result.resources}
    # The engine expands a component into what it made.
    assert waits_for(kinds["Keda"]) & {pool.name for pool in result.all("NodePool")}
    assert {"keda-keda", "prometheus-kube-prometheus-stack"} <= waits_for(kinds["GatewayTier"])


def test_a_grpc_port_is_open_to_callers_and_a_metrics_port_to_prometheus() -> None:
    over = {"payment-api": {"ports": [{"kind": "grpc", "number": 9090}], "metrics": {"port": 9100}}}
    policies = {
        r.inputs["metadata"]["name"]: r.inputs["spec"]
        for r in deployed(stack(services=over)).all("NetworkPolicy")
    }
    gateway, prometheus = policies["payment-api"]["ingress"]
    assert [port["port"] for port in gateway["ports"]] == [8000, 9090]
    assert [port["port"] for port in prometheus["ports"]] == [9100]
    reached = [
        port["port"]
        for rule in policies["gateway-api"]["egress"]
        for peer in rule["to"]
        if peer.get("podSelector", {}).get("matchLabels") == {"app.kubernetes.io/name": "payment-api"}
        for port in rule["ports"]
    ]
    assert reached == [8000, 9090]


@pytest.mark.parametrize("queue", [{"kind": "sqs", "url": URL}, NEW], ids=["existing", "new"])
def test_a_worker_may_take_its_sender_may_send_and_keda_may_count(queue: Any) -> None:
    result = deployed(with_worker(queue=queue))
    actions = {name: role(result, name)[0]["Action"] for name in (WORKER, "payment-api", "keda")}
    assert "sqs:ReceiveMessage" in actions[WORKER] and "sqs:SendMessage" not in actions[WORKER]
    assert actions["payment-api"] == ["sqs:GetQueueUrl", "sqs:SendMessage"]
    assert actions["keda"] == ["sqs:GetQueueAttributes"]
    [arn] = {role(result, name)[0]["Resource"][0] for name in actions}
    assert arn == (ARN if queue["kind"] == "sqs" else arn)
    url = environment(result, WORKER)["SQS_QUEUE_URL"]
    assert environment(result, "payment-api")["TICKET_MAILER_QUEUE_URL"] == url
    trigger = next(
        t
        for scaled in result.all("ScaledObject")
        for t in scaled.inputs["spec"]["triggers"]
        if t["type"] == "aws-sqs-queue"
    )
    assert trigger["metadata"]["queueURL"] == url
    assert len(result.all("WorkQueue")) == (queue["kind"] == "new-sqs")


def test_rights_of_ones_own_stand_beside_those_to_a_queue() -> None:
    rights = {"ReadTickets": {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::tickets/*"]}}
    result = deployed(with_worker(identity={"kind": "aws", "rights": rights}))
    assert [statement["Sid"] for statement in role(result, WORKER)] == ["ReadTickets", "WorkOffMessages"]


METRICS = {
    "actions": ["cloudwatch:PutMetricData"],
    "resources": ["*"],
    "conditions": {"StringEquals": {"cloudwatch:namespace": ["shop"]}},
}
TRACES = {
    "actions": ["xray:PutTraceSegments"],
    "resources": ["*"],
    "unscoped_because": "X-Ray knows no resource to narrow it to",
}


def test_what_aws_narrows_by_conditions_or_not_at_all_can_be_said() -> None:
    rights = {"WriteMetrics": METRICS, "WriteTraces": TRACES}
    made = deployed(stack(services={"payment-api": {"identity": {"kind": "aws", "rights": rights}}}))
    first, second = role(made, "payment-api")
    assert first["Condition"] == {"StringEquals": {"cloudwatch:namespace": ["shop"]}}
    assert second["Resource"] == ["*"] and "Condition" not in second


def test_a_role_of_somebody_else_is_tied_to_the_pods_and_gets_no_right_of_ours() -> None:
    identity = {"kind": "aws-role", "role_arn": OWN_ROLE}
    result = deployed(
        stack(services={"payment-api": {"identity": identity}}, workers={WORKER: worker(queue=NEW)})
    )
    [tied] = [
        one for one in result.all("PodIdentityAssociation") if one.inputs["serviceAccount"] == "payment-api"
    ]
    assert tied.inputs["roleArn"] == OWN_ROLE
    assert not [one for one in result.all("RolePolicy") if one.name.startswith("payment-api")]
    [pods] = [one for one in result.all("v1:Deployment") if one.inputs["metadata"]["name"] == "payment-api"]
    assert tied.name in waits_for(pods)


def test_a_service_that_speaks_grpc_alone_is_probed_and_counted_by_grpc() -> None:
    pays = {"image": "registry.example.com/pay:1.0.0", "speaks": "grpc", "metrics": {"port": 9100}}
    result = deployed(
        stack(services={"payment-api": {**pays, "exposure": {"kind": "cluster-ip", "headless": True}}})
    )
    [pods, service, scaled] = [
        one.inputs["spec"]
        for kind in ("v1:Deployment", "v1:Service", "ScaledObject")
        for one in result.all(kind)
        if one.inputs["metadata"]["name"] == "payment-api"
    ]
    (app,) = pods["template"]["spec"]["containers"]
    assert app["readinessProbe"]["grpc"]["port"] == 8000
    assert (service["clusterIP"], service["ports"][0]["appProtocol"]) == ("None", "kubernetes.io/h2c")
    assert "grpc_server_handled_total" in scaled["triggers"][0]["metadata"]["query"]


def test_the_plan_counts_the_worker_and_the_controllers() -> None:
    plan = plan_of(with_worker(), "prod")
    names = [group.name for group in plan.pod_groups]
    assert WORKER in names
    assert {"prometheus", "keda-operator"} <= set(names)
    assert plan.pods_per_host(WORKER) is not None


@pytest.mark.parametrize(
    ("name", "over", "says"),
    [
        ("local", {"inside": {"keda": {"version": "2.20.2"}}}, "headroom:inside.keda"),
        ("local", {"workers": {WORKER: worker()}}, f"headroom:workers.{WORKER}"),
        ("local", {"workers": {WORKER: worker(queue=NEW)}}, "queue.kind"),
        ("prod", {"inside": {"prometheus": None}}, "headroom:autoscaling.prometheus_address"),
        ("prod", {"inside": {"keda": {"version": "latest"}}}, "headroom:inside.keda.version"),
        (
            "prod",
            {
                "inside": {
                    "prometheus": {"storage": {"kind": "volume", "size": "50Gi", "storage_class": "gp3"}}
                }
            },
            "aws_ebs_csi_driver",
        ),
        ("local", {"services": {"payment-api": {"identity": {"kind": "aws"}}}}, "identity.kind"),
        ("local", pays_as(kind="aws-role", role_arn=OWN_ROLE), 'identity.kind: "aws-role"'),
        (
            "prod",
            pays_as(kind="aws-role", role_arn="payment"),
            'identity.role_arn: "payment": allowed: the ARN of a role',
        ),
        (
            "prod",
            {
                **pays_as(kind="aws-role", role_arn="arn:aws:iam::999988887777:role/payment"),
                "cluster": {"account": "111122223333"},
            },
            "identity.role_arn: ",
        ),
        (
            "prod",
            may(actions=["s3:getObject"]),
            'actions[0]: "s3:getObject": allowed: one action by its full name',
        ),
        ("prod", may(resources=["*"]), 'rights.Own.resources: "*": allowed: ARNs; or *, with conditions'),
        (
            "prod",
            may(conditions={"Equals": {"aws:a": ["b"]}}),
            "conditions.Equals: allowed: as a key an operator of IAM",
        ),
        (
            "prod",
            pays_as(kind="aws", rights={"SendMessages": METRICS}),
            "rights.SendMessages: allowed: another name",
        ),
        ("prod", {"workers": {WORKER: worker(messages={"printer": 1})}}, "messages.printer"),
        ("prod", {"workers": {WORKER: worker(queue={"kind": "sqs", "url": "mails"})}}, "queue.url"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(name: str, over: Any, says: str) -> None:
    with pytest.raises(StackError) as refused:
        plan_of(stack(name, **over), name)
    assert says in str(refused.value)

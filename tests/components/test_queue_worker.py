"""QueueWorker and WorkQueue: nobody comes in, KEDA counts with its own rights, messages that fail have a place."""

import json
from typing import Any

import pytest

from components.network_policy import Pods
from components.policy.errors import ConfigurationError
from components.policy.events import EventFloor
from components.policy.events_time import Instant
from components.policy.findings import ReviewError
from components.policy.quantities import Milliseconds
from components.policy.worker import WorkerPolicy, plan_worker
from components.policy.workload import CommandHealth
from components.queue_scaling import SqsQueue
from components.queue_worker import QueueWorker
from components.scraping import PodMonitor, Scraped
from components.work_queue import WorkQueue
from tests.components.aws_examples import queue_args
from tests.components.examples import IMAGE, MESSAGES, QUEUE, worker_args
from tests.components.harness import Run, run

NAME = "ticket-mailer"


def deploy(**changes: Any) -> Run:
    return run(lambda: QueueWorker(NAME, worker_args("tacos-app", IMAGE, **changes)))


def pod(result: Run) -> Any:
    return result.one("Deployment").inputs["spec"]["template"]["spec"]


def test_it_has_no_service_no_port_and_nobody_comes_in() -> None:
    result = deploy()
    assert result.all("v1:Service") == []
    [app] = pod(result)["containers"]
    assert "ports" not in app and "lifecycle" not in app
    network = result.one("NetworkPolicy").inputs["spec"]
    assert network["ingress"] == [] and "Ingress" in network["policyTypes"]


def test_its_removal_may_last_as_long_as_its_longest_message() -> None:
    # Ten minutes and the grace period: a message of 20 s, and 5 s to close.
    assert deploy().one("Deployment").delete_timeout == "625s"
    slow = worker_args("tacos-app", IMAGE).policy.model_copy(
        update={"longest_message": Milliseconds.parse("1h"), "visibility_timeout": Milliseconds.parse("2h")}
    )
    assert deploy(policy=slow).one("Deployment").delete_timeout == "4205s"


def test_it_scales_on_what_waits_and_what_is_being_worked_on() -> None:
    result = deploy()
    spec = result.one("ScaledObject").inputs["spec"]
    plan = plan_worker(NAME, MESSAGES, worker_args("tacos-app", IMAGE).policy)
    # 1,000 / 20 = 50 + 25; 200 / 20 = 10 + 5; 20 x 60 / 1.1 = 1090.9.
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (15, 75)
    assert (plan.replicas.floor.value, plan.replicas.peak.value) == (15, 75)
    [trigger] = spec["triggers"]
    assert trigger["type"] == "aws-sqs-queue"
    assert trigger["metadata"] == {
        "queueURL": QUEUE.url,
        "awsRegion": QUEUE.region,
        "queueLength": "1090",
        "scaleOnInFlight": "true",
    }
    assert spec["fallback"]["replicas"] == 75
    assert (
        spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleUp"]["policies"][0]["value"] == 60
    )
    assert trigger["authenticationRef"] == {"name": NAME}
    authentication = result.one("TriggerAuthentication").inputs
    assert authentication["metadata"]["name"] == NAME
    assert authentication["spec"]["podIdentity"] == {"provider": "aws", "identityOwner": "keda"}


def test_the_floor_of_an_event_is_one_trigger_more_and_an_annotation() -> None:
    begins, ends = Instant.parse("2026-11-27T09:56:00Z"), Instant.parse("2026-11-27T12:00:00Z")
    result = deploy(events=[EventFloor(event="sale", pods=42, begins=begins, ends=ends)])
    waits, sale = result.one("ScaledObject").inputs["spec"]["triggers"]
    assert waits["type"] == "aws-sqs-queue"
    assert (sale["type"], sale["name"]) == ("cron", "event-sale")
    assert sale["metadata"] == {
        "timezone": "Etc/UTC",
        "start": "56 9 27 11 *",
        "end": "0 12 27 11 *",
        "desiredReplicas": "42",
    }
    assert "42" in result.one("Deployment").inputs["metadata"]["annotations"]["headroom.dev/event-floors"]
    with pytest.raises(ReviewError, match="HR958"):
        deploy(events=[EventFloor(event="sale", pods=76, begins=begins, ends=ends)])


def test_a_pod_leaves_after_its_last_message() -> None:
    assert pod(deploy())["terminationGracePeriodSeconds"] == 20 + 5


def test_the_process_is_told_of_its_queue_and_what_it_says_itself_wins() -> None:
    [app] = pod(deploy())["containers"]
    env = {variable["name"]: variable["value"] for variable in app["env"]}
    assert env["SQS_QUEUE_URL"] == QUEUE.url
    assert env["AWS_REGION"] == QUEUE.region


def test_health_may_be_a_command_or_a_port_of_the_kubelets() -> None:
    policy = worker_args("tacos-app", IMAGE).policy
    command = policy.model_copy(update={"health": CommandHealth(kind="command", command=["/bin/alive"])})
    [http], [other] = pod(deploy())["containers"], pod(deploy(policy=command))["containers"]
    assert http["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": 8080}
    assert other["livenessProbe"]["exec"]["command"] == ["/bin/alive"]
    assert other["livenessProbe"]["periodSeconds"] == http["livenessProbe"]["periodSeconds"] == 10


def test_prometheus_comes_in_by_the_metrics_port_alone() -> None:
    metrics = Scraped(by=Pods(namespace="monitoring"), port=9100, monitor=PodMonitor())
    result = deploy(metrics=metrics)
    [rule] = result.one("NetworkPolicy").inputs["spec"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == [9100]
    assert result.one("PodMonitor").inputs["spec"]["podMetricsEndpoints"][0]["port"] == "metrics"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"metrics": Scraped(by=Pods(namespace="monitoring"))}, "metrics.port"),
        (
            {"queue": SqsQueue(url="https://sqs.eu-west-1.amazonaws.com/111122223333/m", region="x")},
            "queue.url",
        ),
        ({"queue": SqsQueue(url="messages", region="eu-west-1")}, "queue.url"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_made(change: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        deploy(**change)


def test_a_message_that_outlives_its_visibility_is_refused_by_its_rule() -> None:
    policy = WorkerPolicy(
        health=CommandHealth(kind="command", command=["/bin/alive"]),
        longest_message=Milliseconds.parse("30s"),
        work_off=Milliseconds.parse("60s"),
    )
    with pytest.raises(ReviewError, match="HR421"):
        deploy(policy=policy)


def test_a_queue_keeps_what_fails_and_answers_over_tls_alone() -> None:
    result = run(lambda: WorkQueue("mails", queue_args()))
    queues = {queue.name: queue.inputs for queue in result.all("sqs/queue:Queue")}
    messages, dead = queues["mails-messages"], queues["mails-dead-letters"]
    assert json.loads(messages["redrivePolicy"])["maxReceiveCount"] == 5
    assert json.loads(messages["redrivePolicy"])["deadLetterTargetArn"].endswith("mails-dead-letters")
    assert dead["messageRetentionSeconds"] == 14 * 24 * 3600
    assert messages["sqsManagedSseEnabled"] is True
    for policy in result.all("sqs/queuePolicy:QueuePolicy"):
        [statement] = json.loads(policy.inputs["policy"])["Statement"]
        assert (statement["Effect"], statement["Condition"]) == (
            "Deny",
            {"Bool": {"aws:SecureTransport": "false"}},
        )


def test_senders_may_not_take_and_workers_may_not_send() -> None:
    def program() -> Any:
        queue = WorkQueue("mails", queue_args())
        return {"send": queue.send_rights, "work": queue.work_off_rights}

    [send], [work] = run(program).result["send"], run(program).result["work"]
    assert "sqs:SendMessage" in send.actions and "sqs:ReceiveMessage" not in send.actions
    assert "sqs:ReceiveMessage" in work.actions and "sqs:SendMessage" not in work.actions


@pytest.mark.parametrize(
    "change",
    [
        {"tries": 1},
        {"retention": Milliseconds.parse("337h")},
        {"visibility_timeout": Milliseconds(500)},
        {"tags": {}},
    ],
)
def test_a_queue_that_sqs_would_refuse_is_refused_here(change: Any) -> None:
    with pytest.raises(ConfigurationError):
        run(lambda: WorkQueue("mails", queue_args(**change)))

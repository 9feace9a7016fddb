"""What a service and a worker can say is put before the real API server with the CRDs of KEDA and Prometheus."""

import json
from pathlib import Path
from typing import Any

import pytest

from components import (
    Container,
    GrpcPort,
    GrpcProbe,
    PodMonitor,
    Pods,
    Probes,
    ScalableService,
    Scraped,
    TcpPort,
)
from components.queue_worker import QueueWorker
from tests.cluster.conftest import Bench
from tests.cluster.test_admission import objects
from tests.components.examples import BACKEND_DEMAND, IMAGE, service_args, worker_args
from tests.components.harness import run

NAMESPACE = "inside-admission"
METRICS = Scraped(by=Pods(namespace="monitoring"), port=9100, monitor=PodMonitor())


@pytest.fixture(scope="module")
def namespace(bench: Bench) -> str:
    bench.kubectl("create", "namespace", NAMESPACE)
    bench.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    return NAMESPACE


def admitted(bench: Bench, listed: list[Any], folder: Path) -> int:
    """How many objects the API server would take; raises with its words when it refuses one."""
    file = folder / "objects.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": listed}))
    apply = ("apply", "--server-side", "--dry-run=server", "--warnings-as-errors", "-f", str(file))
    return bench.kubectl(*apply).count("serverside-applied")


def service(namespace: str) -> list[Any]:
    times = {"period": "3s", "timeout": "2s", "failure_threshold": 2}
    args = service_args(
        namespace,
        IMAGE,
        capacity=BACKEND_DEMAND,
        metrics=METRICS,
        probes=Probes(readiness=GrpcProbe(port=9090, **times)),
    )
    container = Container(image=IMAGE, ports=[GrpcPort(number=9090), TcpPort(name="raft", number=7000)])
    changed = type(args)(**{**vars(args), "container": container})
    return objects(run(lambda: ScalableService("payment-api", changed)))


def worker(namespace: str) -> list[Any]:
    return objects(run(lambda: QueueWorker("mailer", worker_args(namespace, IMAGE, metrics=METRICS))))


def test_a_service_with_grpc_and_a_metrics_port_is_admitted(
    bench: Bench, namespace: str, tmp_path: Path
) -> None:
    listed = service(namespace)
    assert "PodMonitor" in {item["kind"] for item in listed}
    assert admitted(bench, listed, tmp_path) == len(listed)


def test_a_queue_worker_is_admitted(bench: Bench, namespace: str, tmp_path: Path) -> None:
    listed = worker(namespace)
    assert {"ScaledObject", "TriggerAuthentication", "PodMonitor"} <= {item["kind"] for item in listed}
    assert admitted(bench, listed, tmp_path) == len(listed)


@pytest.mark.parametrize(
    ("kind", "spoil", "says"),
    [
        ("TriggerAuthentication", lambda spec: spec["podIdentity"].update(provider="amazon"), "provider"),
        ("ScaledObject", lambda spec: spec.update(triggers=None), "triggers"),
        ("PodMonitor", lambda spec: spec["podMetricsEndpoints"][0].update(interval="soon"), "interval"),
    ],
)
def test_the_server_does_look(
    kind: str, spoil: Any, says: str, bench: Bench, namespace: str, tmp_path: Path
) -> None:
    listed = worker(namespace)
    spoil(next(item for item in listed if item["kind"] == kind)["spec"])
    with pytest.raises(AssertionError, match=says):
        admitted(bench, listed, tmp_path)

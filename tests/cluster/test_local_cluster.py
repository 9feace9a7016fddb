"""The local cluster by itself: real controllers scale and buy nodes from its metrics, and `up` mends what
breaks."""

import socket
import ssl
import time
from pathlib import Path

import pytest

from tests.cluster.conftest import Bench
from tests.live import is_ready
from tools.local import ports
from tools.problem import Problem

WORKLOAD = Path(__file__).parent / "local_workload.yaml"
SCALED = Path(__file__).parent / "scaled_object.yaml"


@pytest.fixture(scope="module")
def workload(bench: Bench) -> Bench:
    bench.kubectl("apply", "-f", str(WORKLOAD))
    bench.until("two pods at the baseline", lambda: ready_pods(bench) == 2, within=90)
    return bench


def ready_pods(bench: Bench) -> int:
    return sum(is_ready(pod) for pod in bench.get("pods", "-n", "shop"))


def ready_nodes(bench: Bench) -> int:
    return sum(is_ready(node) for node in bench.get("nodes"))


def measured(bench: Bench) -> dict[str, str]:
    """What the autoscaler last computed from, per kind of metric."""
    (hpa,) = bench.get("hpa", "-n", "shop")
    found = {}
    for metric in hpa["status"].get("currentMetrics") or []:
        if metric["type"] == "External":
            found["rps"] = metric["external"]["current"].get("averageValue", "")
        else:
            found["cpu"] = str(metric["resource"]["current"].get("averageUtilization", ""))
    return found


def test_up_again_changes_nothing_and_takes_no_time(bench: Bench) -> None:
    before, started = bench.pids(), time.monotonic()
    cluster = bench.up()
    assert time.monotonic() - started < 2
    assert bench.pids() == before
    assert bench.said == []
    assert cluster.kubeconfig.stat().st_mode & 0o077 == 0, "others can read the administrator's key"


def test_the_autoscaler_computes_from_both_metrics(workload: Bench) -> None:
    # 1200 rps on 2 pods of 1000: 600 each, and so 60 % of the cpu request.
    workload.until("both metrics", lambda: measured(workload) == {"rps": "600", "cpu": "60"}, within=60)


def test_load_up_and_down_moves_pods_and_nodes(workload: Bench) -> None:
    before = ready_nodes(workload)
    workload.load(12_000)
    up = workload.until("18 pods", lambda: ready_pods(workload) == 18, within=120)
    assert ready_nodes(workload) > before, "Karpenter bought what the pods did not fit on"
    assert {n["metadata"]["labels"]["karpenter.sh/nodepool"] for n in workload.get("nodes")} == {"by-hand"}
    workload.load(None)
    down = workload.until("two pods again", lambda: ready_pods(workload) == 2, within=120)
    print(f"\n2 -> 18 pods in {up:.0f} s, back in {down:.0f} s")


def test_kubectl_top_knows_pods_and_nodes(workload: Bench) -> None:
    workload.until("two pods", lambda: ready_pods(workload) == 2, within=60)
    pods = workload.kubectl("top", "pods", "-n", "shop", "--no-headers").splitlines()
    assert [line.split()[1:] for line in pods] == [["300m", "256Mi"]] * 2
    assert len(workload.kubectl("top", "nodes", "--no-headers").splitlines()) == len(workload.get("nodes"))


def test_a_wrong_annotation_is_said_to_whoever_asks(workload: Bench) -> None:
    path = "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/http_requests_per_second"
    share = "headroom.dev/demand-share"
    workload.kubectl("annotate", "deployment", "entry", "-n", "shop", "--overwrite", f"{share}=half")
    try:
        told = f'annotation {share} is "half"'
        ask = f"{path}?labelSelector=service%3Dentry"
        workload.until(
            "the fault named", lambda: told in workload.kubectl("get", "--raw", ask, check=False), within=10
        )
    finally:
        workload.kubectl("annotate", "deployment", "entry", "-n", "shop", "--overwrite", f"{share}=1")


def test_a_scaled_object_scales_on_what_prometheus_would_say_and_by_the_clock(bench: Bench) -> None:
    bench.kubectl("apply", "-f", str(SCALED))
    try:
        # 2,000 rps at the baseline, 500 a pod; the cron trigger wants 6 all day.
        bench.until("a cron floor of 6", lambda: len(bench.get("pods", "-n", "events")) == 6, within=120)
        bench.load(5_000)
        bench.until("10 pods for 5,000 rps", lambda: len(bench.get("pods", "-n", "events")) == 10, within=90)
    finally:
        bench.load(None)
        bench.kubectl("delete", "-f", str(SCALED))


@pytest.mark.parametrize("rps", [-1, float("nan"), float("inf")])
def test_a_load_that_is_none_is_refused(bench: Bench, rps: float) -> None:
    with pytest.raises(Problem, match="it takes 0 or more requests per second"):
        bench.load(rps)


def test_a_pod_that_is_not_restricted_is_refused(workload: Bench) -> None:
    answer = workload.kubectl("run", "root", "--image=registry.invalid/a:1", "-n", "shop", check=False)
    assert 'violates PodSecurity "restricted' in answer


def test_the_metrics_source_turns_strangers_away(bench: Bench) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    told = b""
    with socket.create_connection(("127.0.0.1", bench.port("metrics")), timeout=5) as plain:
        try:
            with context.wrap_socket(plain) as connection:
                connection.sendall(b"GET /apis/metrics.k8s.io/v1beta1/nodes HTTP/1.1\r\nHost: x\r\n\r\n")
                told = connection.recv(100)
        except OSError:  # TLS 1.3 tells a client without a certificate only after the handshake
            pass
    assert told == b""


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux: reads /proc/net/tcp")
def test_everything_listens_on_loopback_only(bench: Bench) -> None:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = {
        int(row[1].partition(":")[2], 16): row[1].partition(":")[0] for row in rows if row[3] == "0A"
    }
    for name in (
        "kube-apiserver",
        "etcd",
        "etcd-peer",
        "kube-controller-manager",
        "kube-scheduler",
        *ports.METRICS,
        *ports.KARPENTER,
        *ports.KEDA_OPERATOR,
        *ports.KEDA_ADAPTER,
    ):
        assert listening[bench.port(name)] == "0100007F", name

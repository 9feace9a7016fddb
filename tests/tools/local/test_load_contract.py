"""What a driver may say of the load, and what every source of a metric then shows."""

from fractions import Fraction

import pytest

from tests.tools.local.test_answers import EXTERNAL, NAMESPACE, PODS, cluster, cpu, pod
from tools.local.metrics import load, prometheus
from tools.local.metrics.answers import NotHere, answer
from tools.local.metrics.cluster import Cluster
from tools.local.metrics.keda import asks_keda
from tools.local.metrics.load import Load
from tools.local.metrics.notation import quantity

QUERY = (
    "http://prometheus.monitoring:9090/api/v1/query?time=2026-01-01T00:00:00Z&query="
    "sum(rate(http_server_requests_total%7Bnamespace%3D%22shop%22%2Cservice%3D%22gateway-api%22%7D%5B1m%5D))"
)


def offered(of: Cluster, at: float, **data: str) -> Cluster:
    of.offer(load.read({key.replace("__", "."): text for key, text in data.items()}), at)
    return of


def shown(of: Cluster, now: float) -> Fraction:
    (item,) = answer(of, EXTERNAL, now)["items"]
    return quantity(item["value"])


def test_what_is_said_of_one_service_wins_over_the_entrys_load() -> None:
    said = load.read({"rps": "30000", "rps.shop.gateway-api": "700"})
    assert said == Load(rps=Fraction(30_000), services={("shop", "gateway-api"): Fraction(700)})
    of = cluster(pod("a"), rps=30_000)
    of.offer(said, 1)
    assert shown(of, 2) == 700
    assert cpu(answer(of, PODS, 2)["items"][0]) == Fraction(700, 1000) / 2


def test_what_is_said_of_the_pods_cpu_wins_over_what_follows() -> None:
    of = cluster(pod("a"), pod("b"), rps=1_000)
    of.offer(load.read({"rps.shop.gateway-api": "700", "used.shop.gateway-api": "1.5"}), 1)
    assert shown(of, 2) == 700
    assert [cpu(item) for item in answer(of, PODS, 2)["items"]] == [Fraction(3, 4)] * 2


def test_another_namespaces_load_is_its_own() -> None:
    of = cluster(rps=30_000)
    of.offer(load.read({"rps": "30000", "rps.other.gateway-api": "700"}), 1)
    assert shown(of, 2) == 30_000


def test_a_late_metric_shows_what_was_offered_before() -> None:
    of = cluster(rps=3_000)
    of.offer(load.read({"rps": "30000", "delay.shop": "60"}), 100)
    assert [shown(of, now) for now in (101, 159.9, 160.1)] == [3_000, 3_000, 30_000]


def test_the_oldest_that_is_known_stands_for_what_was_before_it() -> None:
    of = Cluster(deployments=cluster().deployments)
    of.offer(load.read({"rps": "30000", "delay": "60"}), 100)
    assert shown(of, 101) == 30_000


def test_what_no_delay_reaches_is_forgotten() -> None:
    of = Cluster()
    for second in range(2000):
        of.offer(Load(rps=Fraction(second)), second)
    assert 600 <= len(of.history) <= 602


def test_while_metrics_are_missing_there_are_none_and_then_there_are() -> None:
    of = offered(cluster(pod("a"), rps=3_000), 100, **{"missing-until__shop": "200"})
    with pytest.raises(NotHere, match="metrics of shop are missing for a while"):
        answer(of, EXTERNAL, 199)
    assert answer(of, PODS, 199)["items"] == []
    assert prometheus.query(of, QUERY, 199)["data"]["result"] == []
    assert shown(of, 200) == 2_000
    assert len(answer(of, PODS, 200)["items"]) == 1


def test_metrics_missing_elsewhere_are_there_here() -> None:
    of = offered(cluster(rps=3_000), 100, **{"missing-until__other": "200"})
    assert shown(of, 150) == 2_000


def test_prometheus_is_answered_with_what_the_metrics_api_shows() -> None:
    (row,) = prometheus.query(cluster(rps=30_000), QUERY, 5.0)["data"]["result"]
    assert row == {"metric": {}, "value": [5.0, "30000.0"]}


def test_a_service_may_count_its_requests_by_any_name() -> None:
    asked = QUERY.replace("http_server_requests_total", "http_requests_total")
    (row,) = prometheus.query(cluster(rps=30_000), asked, 5.0)["data"]["result"]
    assert row["value"] == [5.0, "30000.0"]


@pytest.mark.parametrize(
    ("target", "status", "message"),
    [
        ("/api/v1/query?query=up", 400, "answers only sum"),
        ("/api/v1/query?query=sum(rate(http_server_requests_total%7B%7D%5B1m%5D))", 400, "answers only sum"),
        ("/api/v1/query", 400, "answers only sum"),
        ("/graph", 404, "answers /api/v1/query only"),
    ],
)
def test_another_query_is_refused(target: str, status: int, message: str) -> None:
    with pytest.raises(prometheus.RefusedError, match=message) as raised:
        prometheus.query(cluster(rps=1), target, 5.0)
    assert raised.value.status == status
    assert prometheus.refusal(raised.value)["status"] == "error"


def test_a_service_that_nobody_deployed_has_no_figure() -> None:
    assert prometheus.query(cluster(), QUERY.replace("gateway", "other"), 5.0)["data"]["result"] == []


@pytest.mark.parametrize(
    ("key", "text", "allowed"),
    [
        ("rps.shop.gateway-api", "-1", "requests per second, 0 or more"),
        ("rps", "many", "requests per second, 0 or more"),
        ("used.shop.gateway-api", "-1", "a part of a pod's capacity, 0 or more"),
        ("delay", "601", "seconds, 0 to 600"),
        ("delay.shop", "-1", "seconds"),
        ("missing-until.shop", "soon", "seconds"),
        ("missing-until", "nan", "seconds"),
    ],
)
def test_a_load_that_is_none_is_named(key: str, text: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=f'{key} is "{text}"; it takes .*{allowed}'):
        load.read({key: text})


def test_what_a_scaled_object_asks_for_is_kedas() -> None:
    path = f"/apis/external.metrics.k8s.io/v1beta1/namespaces/{NAMESPACE}/s0-prometheus"
    assert asks_keda(f"{path}?labelSelector=scaledobject.keda.sh%2Fname%3Dgateway-api")
    assert not asks_keda(f"{EXTERNAL}?labelSelector=service%3Dgateway-api")

"""The load balancer in front. A request of at most 8 s, preStop 25 s, grace 40 s throughout."""

from typing import Any

import pytest

from components.policy.facts import (
    ABSENT,
    Container,
    Fleet,
    LoadBalancer,
    Objective,
    Probe,
    Traffic,
    Workload,
)
from components.policy.facts.objects.front import GATE_LABEL, PREFIX
from components.policy.quantities import Milliseconds
from components.policy.review import find

from .cases import Case, case, check_both_sides, fleet, found, workload
from .manifests import LABELS, deployment, facts, other


def s(seconds: float) -> Milliseconds:
    return Milliseconds(int(seconds * 1000))


def pods(**changes: Any) -> Workload:
    container = Container(pre_stop=s(25), readiness=Probe(target="/readyz"))
    stated = {"containers": (container,), "grace": s(40), "traffic": Traffic(longest_request=s(8))}
    return workload(services=("shop",), **{**stated, **changes})


def balancer(**stated: Any) -> LoadBalancer:
    return LoadBalancer(object="Ingress shop", name="shop", services=("shop",), ip_targets=True, **stated)


def behind(**stated: Any) -> Fleet:
    """A load balancer and the pods behind it."""
    return fleet(balancer(**stated), pods())


def arn(region: str) -> str:
    return f"arn:aws:acm:{region}:111122223333:certificate/0a1b2c"


def certified(region: str) -> Fleet:
    return fleet(Objective(region="ap-northeast-2"), balancer(certificates=(arn(region),)))


CASES = [
    # 40 s - 25 s.
    case(
        "HR621",
        "waits 16s for shop, whose pods are there for 15s",
        broken=behind(deregistration_delay=s(16)),
        right=behind(deregistration_delay=s(15)),
    ),
    case(
        "HR622",
        "longest request is 8s",
        broken=behind(deregistration_delay=s(7)),
        right=behind(deregistration_delay=s(8)),
    ),
    case(
        "HR623",
        "ends 25s after it was deleted",
        broken=behind(withdrawn_within=s(26)),
        right=behind(withdrawn_within=s(25)),
    ),
    case(
        "HR624",
        "close theirs after 1m",
        broken=balancer(idle_timeout=s(60), keep_alive=s(60)),
        right=balancer(idle_timeout=s(59), keep_alive=s(60)),
    ),
    case(
        "HR625",
        "gives up after 8s",
        broken=behind(idle_timeout=s(8)),
        right=behind(idle_timeout=s(9)),
    ),
    case(
        "HR626",
        "no readiness gate",
        broken=balancer(readiness_gates=False),
        right=balancer(readiness_gates=True),
    ),
    case("HR627", "is in us-east-1", broken=certified("us-east-1"), right=certified("ap-northeast-2")),
    case(
        "HR628",
        "no HTTPS listener",
        broken=balancer(internet_facing=True, https_ports=()),
        right=balancer(internet_facing=False, https_ports=()),
    ),
    case(
        "HR629",
        "plain HTTP on 80",
        broken=balancer(http_ports=(80,), https_ports=(443,), redirects_to_https=False),
        right=balancer(http_ports=(80,), https_ports=(443,), redirects_to_https=True),
    ),
    case(
        "HR630",
        "honest clients may ask 60000",
        broken=balancer(blocks_above=59_999, client_share=60_000),
        right=balancer(blocks_above=60_000, client_share=60_000),
    ),
    case("HR631", "asks / of shop", broken=behind(health_path="/"), right=behind(health_path="/readyz")),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_certificates_of_two_regions_are_found_where_nobody_says_which_is_right() -> None:
    both = balancer(certificates=(arn("us-east-1"), arn("ap-northeast-2")))
    assert found("HR627", fleet(both)) == ["its certificates are in ap-northeast-2, us-east-1"]


def test_without_a_pre_stop_hook_a_pod_ends_at_once() -> None:
    at_once = pods(containers=(Container(pre_stop=ABSENT),))
    assert "ends 0" in found("HR623", fleet(balancer(), at_once))[0]


NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
RIGHT = {
    "scheme": "internet-facing",
    "target-type": "ip",
    "listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]',
    "ssl-redirect": "443",
    "certificate-arn": f"{arn('us-east-1')}, {arn('us-east-1')}",
    "target-group-attributes": "slow_start.duration_seconds=30,deregistration_delay.timeout_seconds=8",
    "load-balancer-attributes": "idle_timeout.timeout_seconds=59",
    "healthcheck-path": "/readyz",
}


def ingress(annotations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    backend = {"service": {"name": "front", "port": {"number": 80}}}
    rules = [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    body = other("Ingress", "networking.k8s.io/v1", {"ingressClassName": "alb", "rules": rules, **changes})
    said = {(key if "/" in key else PREFIX + key): value for key, value in annotations.items()}
    body["metadata"] = {"name": "shop", "namespace": "shop", "annotations": said}
    return body


def at(namespace: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "metadata": {**body["metadata"], "namespace": namespace}}


def read(annotations: dict[str, Any], **changes: Any) -> LoadBalancer:
    (one,) = facts(ingress(annotations, **changes)).load_balancers
    return one


def test_an_ingress_is_read_as_the_load_balancer_that_it_asks_for() -> None:
    one = read({**RIGHT, "headroom.dev/keep-alive": "60s", "headroom.dev/withdrawn-within": "20s"})
    assert (one.internet_facing, one.ip_targets, one.redirects_to_https) == (True, True, True)
    assert (one.http_ports, one.https_ports) == ((80,), (443,))
    assert one.certificates == (arn("us-east-1"),) * 2
    assert (one.deregistration_delay, one.idle_timeout, one.keep_alive) == (s(8), s(59), s(60))
    assert (one.services, one.health_path, one.withdrawn_within) == (("front",), "/readyz", s(20))


def test_what_is_not_stated_is_what_the_controller_and_aws_do() -> None:
    one = read({})
    assert (one.internet_facing, one.ip_targets, one.redirects_to_https) == (False, False, False)
    assert (one.http_ports, one.https_ports, one.certificates) == ((80,), (), ABSENT)
    assert (one.deregistration_delay, one.idle_timeout, one.health_path) == (s(300), s(60), "/")
    certified = read({"certificate-arn": arn("us-east-1")})
    assert (certified.http_ports, certified.https_ports) == ((), (443,))


def test_what_is_only_known_later_is_no_default() -> None:
    from components.policy.facts.objects import UNKNOWN

    one = read(dict.fromkeys(RIGHT, UNKNOWN))
    for field in (
        "internet_facing",
        "ip_targets",
        "http_ports",
        "https_ports",
        "certificates",
        "health_path",
    ):
        assert getattr(one, field) is None, field
    assert (one.deregistration_delay, one.idle_timeout) == (None, None)


@pytest.mark.parametrize(
    "ports", ["80", "[80]", '[{"TCP": 80}]', '[{"HTTP": "80"}]', '[{"HTTP": 0}]', "[" * 5000]
)
def test_ports_that_cannot_be_read_are_said_and_judged_by_no_rule(ports: str) -> None:
    seen = facts(ingress({**RIGHT, "listen-ports": ports}))
    assert (seen.load_balancers[0].http_ports, seen.load_balancers[0].https_ports) == (None, None)
    assert any("listen-ports" in problem.problem for problem in seen.unreadable)


def test_an_attribute_that_is_no_number_is_said() -> None:
    seen = facts(ingress({"load-balancer-attributes": "idle_timeout.timeout_seconds=1m"}))
    assert seen.load_balancers[0].idle_timeout is None
    assert any("idle_timeout.timeout_seconds" in problem.problem for problem in seen.unreadable)


def test_an_ingress_of_another_class_is_none_of_ours() -> None:
    assert facts(ingress({}, ingressClassName="nginx")).load_balancers == ()


def test_the_whole_way_from_the_balancer_to_the_pods() -> None:
    """Nothing is annotated but the request: the balancer's own default of 300 s is longer than a pod lives."""
    front = at("shop", other("Service", "v1", {"selector": LABELS}, name="front"))
    shop = at("shop", deployment(annotations={"headroom.dev/longest-request": "8s"}))
    stated = {**RIGHT, "target-group-attributes": ""}
    seen = {f.number: f.what for f in find(facts(NAMESPACE, front, shop, ingress(stated)))}
    assert "waits 5m for shop, whose pods are there for 20s after preStop" in seen["HR621"]
    assert "ends 10s after it was deleted" in seen["HR623"]
    assert "HR626" in seen
    labelled = {**NAMESPACE, "metadata": {"name": "shop", "labels": {GATE_LABEL: "enabled"}}}
    assert "HR626" not in {f.number for f in find(facts(labelled, front, shop, ingress(stated)))}

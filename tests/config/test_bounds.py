"""Times, users and numbers that Kubernetes, AWS or a controller would refuse are refused where a stack states them."""

from pathlib import Path

import pytest

from config.loader import plan_of
from config.problems import StackError
from tests.config.examples import problems, with_least

MAILER = (
    "image: registry.example.com/mailer:1.4.0, messages: {payment-api: 1/10}, messages_per_pod: 20, measured: a test,"
    " longest_message: 20s, health: {kind: http, port: 8000},"
    " resources: {cpu_request: 100m, memory_request: 64Mi, memory_limit: 64Mi}"
)
ROUTE = "kind: http-route, gateway: g, gateway_namespace: n, hostnames: [h]"


def service(stated: str) -> str:
    return f"services: {{gateway-api: {{{stated}}}}}"


def probe(which: str, stated: str) -> str:
    return service(f"probes: {{{which}: {{path: /readyz, timeout: 2s, {stated}}}}}")


def mailer(stated: str, queue: str = "") -> str:
    return f"workers: {{mailer: {{{MAILER}, {stated}, queue: {{kind: new-sqs, {queue}}}}}}}"


def pool(stated: str) -> str:
    return f"node_pool: {{node_class: {{kind: kwok}}, {stated}}}"


# What a stack states, the end of the field that refuses it, and what is allowed there.
REFUSED = [
    (service("shutdown: {pre_stop: 25h}"), "pre_stop", "0s to 1h: a load balancer of AWS has let go"),
    (service("shutdown: {deregistration: 61m}"), "deregistration", "0s to 1h: a load balancer"),
    (service("shutdown: {margin: 25h}"), "margin", "0s to 1h: a load balancer"),
    (service("shutdown: {longest_request: 13h}"), "longest_request", "0s to 12h: SQS hides a message"),
    (
        probe("readiness", "period: 25h, failure_threshold: 2"),
        "readiness.period",
        "whole seconds, 1s to 10m: a",
    ),
    (probe("liveness", "period: 0, failure_threshold: 2"), "liveness.period", "whole seconds, 1s to 10m: a"),
    (
        probe("startup", "period: 2s, failure_threshold: 2, initial_delay: 11m"),
        "startup.initial_delay",
        "whole seconds, 0s to 10m: a rollout whose pods are not ready after 10m has failed",
    ),
    (
        probe("readiness", "period: 5m, success_threshold: 4, failure_threshold: 2"),
        "readiness.success_threshold",
        "few enough for a pod to be ready 10m after its start, not 15m: a rollout",
    ),
    (probe("liveness", "period: 5s, failure_threshold: 3000000000"), "failure_threshold", "1 to 2147483647"),
    (service("client: {http_timeout: 0}"), "client.http_timeout", "more than 0"),
    (service("client: {redis_pool_timeout: 0}"), "client.redis_pool_timeout", "more than 0"),
    (service("client: {breaker_timeout: 0}"), "client.breaker_timeout", "more than 0"),
    (service("client: {breaker_threshold: 0}"), "client.breaker_threshold", "at least 1"),
    (service("user: 9999999999"), "gateway-api.user", "1 to 2147483647"),
    (
        service("exposure: {kind: node-port, client_ip_timeout: 25h}"),
        "exposure.client_ip_timeout",
        "whole seconds, 1s to 24h: the API server takes no other; write e.g. 24h",
    ),
    (
        service(f"exposure: {{{ROUTE}, request_timeout: 0}}"),
        "request_timeout",
        "1ms to 99999h: the Gateway API",
    ),
    (
        service(
            "exposure: {kind: alb, keep_alive: 75s, firewall: {kind: new, log_retention_days: 4,"
            " rate: {rps_per_client: 1, clients_per_address: 9}}}"
        ),
        "firewall.log_retention_days",
        "1, 3, 5, 7, 14",
    ),
    (
        service("exposure: {kind: alb, keep_alive: 75s, withdrawn_within: 2h}"),
        "withdrawn_within",
        "0s to 1h: a load balancer",
    ),
    (mailer("work_off: 1h", "retention: 400h"), "queue.retention", "whole seconds, 1m to 336h: SQS keeps a"),
    (
        mailer("work_off: 2h", "retention: 1h"),
        "mailer.work_off",
        "at most queue.retention, 1h: the queue throws",
    ),
    (mailer("work_off: 400h"), "mailer.work_off", "1ms to 336h: SQS throws a message away"),
    (
        mailer("work_off: 1h, visibility_timeout: 13h"),
        "visibility_timeout",
        "whole seconds, 1s to 12h: SQS hides",
    ),
    (
        pool("expire_after: 1m"),
        "node_pool.expire_after",
        "whole seconds, 15m to 2562047h: a node may take 15m",
    ),
    (
        pool("consolidate_after: 500ms"),
        "consolidate_after",
        "whole seconds, 0s to 2562047h: Karpenter can read",
    ),
    (
        pool("budgets: [{nodes: 0, schedule: 0 9 * * *, duration: 2562048h}]"),
        "budgets[0].duration",
        "whole seconds, 0s to 2562047h: Karpenter can read no other",
    ),
    ("reaction: {node_launch: 1h}", "node_launch", "0s to 15m: Karpenter gives up a node"),
    ("reaction: {start: 11m}", "reaction.start", "0s to 10m: a rollout"),
    ("pod_monitors: {interval: 1m}", "pod_monitors.interval", "whole seconds, 1s to 30s: the rates"),
    (
        "inside: {prometheus: {version: 1.2.3, crds_version: 1.2.3, retention: 1h}}",
        "inside.prometheus.retention",
        "whole seconds, 2h to 876000h: Prometheus keeps whole blocks of 2h",
    ),
    ("scale_down: {window: 1500ms}", "scale_down.window", "whole seconds, 0s to 1h: the API server takes no"),
    ("scale_down: {period: 31m}", "scale_down.period", "whole seconds, 1s to 30m: the API server takes no"),
    ("redis: {failover_timeout: 25h}", "redis.failover_timeout", "at most 112s: a node that starts waits"),
    ("redis: {cpu_request: 0}", "redis.cpu_request", "more than 0"),
    ("redis: {sentinel_memory: 0}", "redis.sentinel_memory", "more than 0"),
    ("load: {memory_per_vu: 0}", "load.memory_per_vu", "more than 0"),
]


@pytest.mark.parametrize(("text", "field", "allowed"), REFUSED, ids=[field for _, field, _ in REFUSED])
def test_one_line_names_the_field_and_its_bounds(tmp_path: Path, text: str, field: str, allowed: str) -> None:
    found = problems(tmp_path, f"headroom:{text}")
    (line,) = [problem for problem in found if f"{field}:" in problem]
    assert f": allowed: {allowed}" in line


def test_behind_a_load_balancer_a_request_lasts_no_longer_than_it_waits(tmp_path: Path) -> None:
    certificate = "arn:aws:acm:us-east-1:111122223333:certificate/12345678"
    front = f"exposure: {{kind: alb, keep_alive: 75s, certificates: [{certificate}]}}"
    with_least(tmp_path, f"headroom:{service(f'{front}, shutdown: {{longest_request: 1h}}')}")
    (line,) = problems(tmp_path, f"headroom:{service(f'{front}, shutdown: {{longest_request: 61m}}')}")
    assert line.startswith("headroom:services.gateway-api.shutdown.longest_request: ")
    assert "allowed: 0s to 1h: a load balancer of AWS has let go" in line
    # Who stands behind another load balancer, or none, may take longer.
    with_least(tmp_path, f"headroom:{service('shutdown: {longest_request: 61m}')}")


def test_behind_a_load_balancer_readiness_is_asked_on_a_port_that_answers(tmp_path: Path) -> None:
    certificate = "arn:aws:acm:us-east-1:111122223333:certificate/12345678"
    front = f"exposure: {{kind: alb, keep_alive: 75s, certificates: [{certificate}]}}"
    asked = "readiness: {kind: tcp, port: 8000, period: 5s, timeout: 2s, failure_threshold: 2}"
    (line,) = problems(tmp_path, f"headroom:{service(f'{front}, probes: {{{asked}}}')}")
    assert line.startswith(
        'headroom:services.gateway-api.probes.readiness: "tcp 8000": allowed: an HTTP or a gRPC probe'
    )


def test_an_objective_above_the_longest_request_is_refused(tmp_path: Path) -> None:
    settings = with_least(tmp_path, "headroom:target: {peak_rps: 300, baseline_rps: 60, p99: 9s}")
    with pytest.raises(StackError) as refused:
        plan_of(settings, "Pulumi.own.yaml")
    (line,) = refused.value.problems
    assert line.startswith("headroom:services.gateway-api.shutdown.longest_request: ")
    assert "allowed: at least the P99 objective, 9s" in line

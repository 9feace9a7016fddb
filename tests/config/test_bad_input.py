"""Each wrong value has one line: its field, itself, what is allowed, what to do. All lines come at once."""

from pathlib import Path

import pytest

from config.loader import plan_of, settings_of
from config.problems import StackError

from .examples import problems, stack, with_least

MEMORY = 'Ki, Mi, Gi, Ti (powers of 1024), k, M, G, T (powers of 1000) or plain bytes, such as "512Mi"'
CPU = 'cores ("2", "0.5") or millicores ("500m")'
TIME = 'a number with ms, s, m or h, such as "100ms" or "5m"'
GATEWAY = "headroom:services.gateway-api"
POOL = "headroom:node_pool: {node_class: {kind: kwok}}"


def gateway(field: str) -> str:
    return f"headroom:services: {{gateway-api: {{{field}}}}}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            gateway("resources: {memory_limit: 512mb}"),
            f'{GATEWAY}.resources.memory_limit: "512mb": unit "mb" is not known; allowed: {MEMORY};'
            ' write e.g. "512Mi"',
        ),
        (
            gateway("resources: {cpu_request: 2 cores}"),
            f'{GATEWAY}.resources.cpu_request: "2 cores": unit "cores" is not known; allowed: {CPU}; write e.g. "2"',
        ),
        (
            gateway("shutdown: {pre_stop: 5}"),
            f'{GATEWAY}.shutdown.pre_stop: 5: a unit is missing; allowed: {TIME}; write e.g. "5s" or "5ms"',
        ),
        (
            gateway("shutdown: {pre_stop: 5 minutes}"),
            f'{GATEWAY}.shutdown.pre_stop: "5 minutes": unit "minutes" is not known; allowed: {TIME};'
            ' write e.g. "5m"',
        ),
        (gateway("rps_per_pod: 0"), f"{GATEWAY}.rps_per_pod: 0: allowed: more than 0"),
        (
            gateway("rps_per_pod: many"),
            f'{GATEWAY}.rps_per_pod: "many": not a ratio; allowed: a number, a fraction such as "1/3", or a'
            ' percentage such as "99.9%"',
        ),
        (gateway("tier: front"), f'{GATEWAY}.tier: "front": allowed: gateway or backend'),
        (gateway("port: 80"), f"{GATEWAY}.port: 80: allowed: 1024 to 65535"),
        (gateway("port: true"), f"{GATEWAY}.port: true: allowed: a whole number, 1024 to 65535"),
        (
            gateway("ports: [{kind: grpc, number: 9000, name: rpc}, {kind: tcp, number: 9001, name: rpc}]"),
            f'{GATEWAY}.ports: "the name rpc twice": allowed: each name once; http and metrics are names of the'
            " service's own; choose another name",
        ),
        (
            gateway("ports: [{kind: grpc, number: 8000}]"),
            f'{GATEWAY}.ports: "the number 8000 twice": allowed: each number once; http and metrics are names of the'
            " service's own; choose another number",
        ),
        (
            "headroom:workers: {gateway-api: {image: registry.example.com/mailer:1.4.0, messages: {payment-api: 1/10},"
            " messages_per_pod: 20, measured: a test, work_off: 60s, longest_message: 20s, visibility_timeout: 30s,"
            " health: {kind: http, port: 8000}, queue: {kind: new-sqs},"
            " resources: {cpu_request: 100m, memory_request: 64Mi, memory_limit: 64Mi}}}",
            "headroom:workers.gateway-api: allowed: a name that no service has: the objects of both would have one"
            " name; rename the worker",
        ),
        (gateway("env: {A: 1}"), f"{GATEWAY}.env.A: 1: allowed: text; put it in quotes"),
        (
            gateway("env: {1A: x}"),
            f"{GATEWAY}.env.1A: allowed: as a key letters, digits and underscores, no digit first",
        ),
        (gateway("command: sh"), f'{GATEWAY}.command: "sh": allowed: a list ([a, b])'),
        (gateway("calls: [a]"), f'{GATEWAY}.calls: ["a"]: allowed: a mapping (key: value)'),
        (
            gateway("image: docker.io/a/b"),
            f'{GATEWAY}.image: "docker.io/a/b": has no tag, which means latest; allowed: a digest'
            ' ("name@sha256:...") or a tag with a version in it ("name:1.4.2")',
        ),
        (
            gateway("volumes: {v: {kind: host-path, mount_path: /v}}"),
            f'{GATEWAY}.volumes.v.kind: "host-path": allowed: secret, config-map, empty-dir',
        ),
        (
            gateway("volumes: {v: {kind: secrets, mount_path: /v}}"),
            f'{GATEWAY}.volumes.v.kind: "secrets": did you mean "secret"? allowed: secret, config-map, empty-dir',
        ),
        (
            gateway("volumes: {v: {kind: secret, name: s, mount_path: v}}"),
            f'{GATEWAY}.volumes.v.mount_path: "v": allowed: an absolute path, such as /etc/tls',
        ),
        (
            gateway("exposure: {kind: node-port, node_port: 80}"),
            "node_port: 80: allowed: 30000 to 32767",
        ),
        (
            gateway("exposure: {port: 80}"),
            f"{GATEWAY}.exposure.kind: missing; allowed: cluster-ip, node-port, http-route,"
            " gateway, ingress, alb, alb-gateway",
        ),
        (
            "headroom:services: {payment-api: {exposure: {kind: http-route, gateway: g, gateway_namespace: n,"
            " hostnames: [h]}}}",
            'payment-api.exposure.kind: "http-route": allowed: cluster-ip or node-port, with tier backend',
        ),
        (
            gateway("resources: {memory: 1Gi}"),
            f"{GATEWAY}.resources.memory: unknown key; did you mean "
            '"memory_limit"? allowed: cpu_limit, cpu_request, memory_limit, memory_request',
        ),
        (gateway("replicas: 5"), f"{GATEWAY}.replicas: unknown key; allowed: architectures, args, "),
        (
            "headroom:tragets: 1",
            'headroom:tragets: unknown key; did you mean "target"? allowed: autoscaling, ',
        ),
        (
            "headroom:zones: zone-a",
            'headroom:zones: "zone-a": allowed: a list, such as [zone-a, zone-b, zone-c]',
        ),
        ("headroom:zones: [a, a]", 'headroom:zones[1]: "a": allowed: each zone once'),
        (
            f"{POOL}\nheadroom:closed_zones: [zone-d]",
            'headroom:closed_zones[0]: "zone-d": allowed: each of zone-a, zone-b, zone-c once at most; remove it',
        ),
        (
            f"{POOL}\nheadroom:closed_zones: [zone-a, zone-a]",
            'headroom:closed_zones[1]: "zone-a": allowed: each of',
        ),
        (
            f"{POOL}\nheadroom:closed_zones: [zone-c, zone-a, zone-b]",
            'headroom:closed_zones: "zone-c, zone-a, zone-b": allowed: at least one zone less',
        ),
        (
            "headroom:node_pool: null\nheadroom:closed_zones: [zone-a]",
            'headroom:closed_zones: "zone-a": allowed: nothing, in a stack that makes no node pool; state it in',
        ),
        ("headroom:services: 5", 'headroom:services: "5": allowed: a mapping (key: value)'),
        (
            "headroom:services: {Pay_API: {}}",
            "at most 63 lower-case letters, digits and dashes, a letter first",
        ),
        (
            "headroom:services: {refund-api: {}}",
            "headroom:services.refund-api.rps_per_pod: missing; state it",
        ),
        ("headroom:namespace: Tacos", 'headroom:namespace: "Tacos": allowed: at most 63 lower-case letters'),
        (
            'headroom:ignores: [{rule: HR999, object: "*", reason: it was there once}]',
            'headroom:ignores[0].rule: "HR999": allowed: the number of a rule; near it are HR959 event-floor-unheld, ',
        ),
        ("headroom:redis: {sentinels: 4}", "headroom:redis.sentinels: 4: allowed: 3, 5 or 7"),
        (
            "headroom:redis: {use: cash}",
            'headroom:redis.use: "cash": allowed: locks, cache or cache-and-queues; did you mean "cache"?',
        ),
        (
            "headroom:target: {peak_rps: 100, baseline_rps: 200}",
            "headroom:target.baseline_rps: 200: allowed: at most peak_rps, 100",
        ),
        ("headroom:target: {peak_rps: 100}", "headroom:target.baseline_rps: missing; state it"),
        (
            "headroom:target: {peak_rps: 100, baseline_rps: 10, growth: {to_rp: 50}}",
            'headroom:target.growth: {"to_rp": 50}: allowed: {to_rps: REQUESTS} for demand that is there at once, {rps',
        ),
        (
            "headroom:target: {peak_rps: 100, baseline_rps: 10, growth: {to_rps: 0}}",
            "headroom:target.growth.to_rps: 0: allowed: more than 0",
        ),
        (
            "headroom:target: {peak_rps: 100, baseline_rps: 10, growth: {to_rps: 50, rps_per_second: 2}}",
            "headroom:target.growth.to_rps: unknown key; allowed: rps_per_second",
        ),
        (
            "headroom:target:",
            "headroom:target: missing; state it, e.g. target: {peak_rps: 600, baseline_rps: 120}",
        ),
        ("headroom:cluster: {kind: eks}", "headroom:cluster.network: missing; state it"),
        (
            "headroom:namespace: kube-system",
            'headroom:namespace: "kube-system": allowed: one of your own: this is the cluster',
        ),
        ("headroom:namespace: a.b", 'headroom:namespace: "a.b": allowed: at most 63 lower-case letters'),
        (
            "headroom:cluster: {kind: gke}",
            'headroom:cluster.kind: "gke": allowed: local, kubeconfig, eks',
        ),
        (
            gateway("egress: [{cidr: 10.0.0.1/8, ports: [5432]}]"),
            'headroom:services.gateway-api.egress[0].cidr: "10.0.0.1/8": allowed: a block of addresses without',
        ),
        ("headroom:cluster: {kind: kubeconfig, path: x}", "headroom:cluster.context: missing; state it"),
        ("headroom:cluster: {kind: kubeconfig, context: x}", "headroom:cluster.path: missing; state it"),
        (
            "headroom:autoscaling: {kind: keda, prometheus_address: prometheus}",
            'headroom:autoscaling.prometheus_address: "prometheus": allowed: an address that starts with http://',
        ),
        (
            "headroom:node_pool: {}",
            "headroom:node_pool.node_class: missing; state it, e.g. node_class: {kind: kwok}",
        ),
        (
            "headroom:node_pool: {node_class: {kind: ec2}}",
            "headroom:node_pool.node_class.ami_alias: missing; state it, e.g. ami_alias: al2023@v",
        ),
        (
            "headroom:node_pool: {node_class: {kind: ec2, ami_alias: al2023@v20260915, volume_size: 50Gi}}",
            'headroom:node_pool.node_class.role: "nothing": allowed: the nodes\' IAM role and',
        ),
        (
            "headroom:stand_in: {image: podinfo}",
            'headroom:stand_in.image: "podinfo": has no tag, which means latest',
        ),
        (
            "headroom:redis_password: hunter2",
            "headroom:redis_password: is plain text in the file (not shown here)",
        ),
        (
            gateway("env: {TOKEN: {secure: v1:abc}}"),
            "headroom:services: holds an encrypted value; allowed: plain settings; encrypted only redis_password",
        ),
    ],
)
def test_says_what_is_wrong(tmp_path: Path, text: str, line: str) -> None:
    found = problems(tmp_path, text)
    assert [p for p in found if line in p], "\n".join(found)
    assert not [p for p in found if "\n" in p]


def test_a_plain_password_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(StackError) as error:
        with_least(tmp_path, "headroom:redis_password: hunter2")
    assert "hunter2" not in str(error.value)


def test_a_wrong_stand_in_is_reported_once_and_not_for_each_service(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "headroom:stand_in: {image: podinfo}")) == 1


def test_all_problems_come_at_once_under_the_files_name(tmp_path: Path) -> None:
    with pytest.raises(StackError) as error:
        stack(tmp_path, "config: {headroom:zones: 1, headroom:what: 2}")
    head, *lines = str(error.value).splitlines()
    assert head == "Pulumi.own.yaml: 5 problems"
    fields = [line.split(":")[1] for line in lines]
    assert sorted(fields) == ["autoscaling", "cluster", "target", "what", "zones"]


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        (gateway("floor: 99"), "headroom:services.gateway-api.floor: ", "at most the peak, 45 ="),
        (
            gateway("budget: {min_available: 45}"),
            "headroom:services.gateway-api.budget: ",
            "a budget that lets at least 1 of",
        ),
        (
            gateway("calls: {nobody: 1}"),
            "headroom:services.gateway-api.calls.nobody: ",
            "define services.nobody or remove the call",
        ),
        (
            "headroom:services: {payment-api: null}",
            "headroom:services.gateway-api.calls.payment-api: ",
            "allowed: one",
        ),
        (
            "headroom:node_pool: {instance_type: m9.huge, node_class: {kind: kwok}}",
            "headroom:node_pool.instance_type: ",
            "choose one of these",
        ),
        (
            "headroom:node_pools: {b: {instance_type: m9.huge, node_class: {kind: kwok}}}",
            "headroom:node_pools.b.instance_type: ",
            "choose one of these",
        ),
        ("headroom:redis: {maxmemory: 900Mi}", "headroom:redis.maxmemory: ", "raise redis.memory_limit"),
    ],
)
def test_a_contradiction_that_the_plan_finds_looks_the_same(
    tmp_path: Path, text: str, field: str, words: str
) -> None:
    settings = with_least(tmp_path, text)
    with pytest.raises(StackError) as error:
        plan_of(settings, "Pulumi.own.yaml")
    (problem,) = error.value.problems
    assert problem.startswith(field)
    assert words in problem


EVENT = "name: sale, start: '2026-12-01T19:00', time_zone: Asia/Seoul, duration: 2h, expected_rps: 300"
POOL = "{name: x, node_class: {kind: kwok}}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            f"headroom:node_pool: {POOL}\nheadroom:node_pools: {{a: {POOL}}}",
            'headroom:node_pools: "a, beside node_pool": allowed: one of the two',
        ),
        (
            f"headroom:node_pools: {{a: {POOL}, b: {POOL}}}",
            'headroom:node_pools.b.name: "x": allowed: each name once; node_pools.a has it already',
        ),
        (
            f"headroom:events: [{{{EVENT}}}, {{{EVENT}}}]",
            'headroom:events[1].name: "sale": allowed: each name once; events[0] has it already; rename one',
        ),
        (
            f"headroom:events: [{{{EVENT.replace('Asia/Seoul', 'Asia/Soul')}}}]",
            'headroom:events[0].time_zone: "Asia/Soul": allowed: a name of the IANA time zone database, such as',
        ),
        (
            f"headroom:events: [{{{EVENT}, factor: 2}}]",
            'headroom:events[0].expected_rps: "both it and factor": allowed: one of the two',
        ),
        (
            f"headroom:events: [{{{EVENT.replace('-12-01T19:00', '1201').replace(chr(39), '')}}}]",
            'headroom:events[0].start: 20261201: allowed: a date and a time without a zone, such as "2026-11-27T19:00";'
            " put it in quotes",
        ),
        ("headroom:services: {Gateway: {}}", "headroom:services.Gateway: allowed: as a key at most 63"),
        (
            "headroom:target: {peak_rps: 100, baselin_rps: 10}",
            'headroom:target.baselin_rps: unknown key; did you mean "baseline_rps"?',
        ),
        (
            "headroom:target: {peak_rps: 100, baseline_rps: 10, availability: 99.9}",
            'headroom:target.availability: 99.9: allowed: more than 0%, less than 100%; write "99.9%"',
        ),
        ("headroom:zones: [null, b]", "headroom:zones[0]: null: allowed: text"),
        ("headroom:zones: []", "headroom:zones: []: allowed: at least one, such as [zone-a, zone-b, zone-c]"),
        (
            gateway("resources: {cpu_request: 240.004}"),
            f'{GATEWAY}.resources.cpu_request: "240.004": allowed: at most cpu_limit, 2',
        ),
        (
            gateway("ports: [{kind: tcp, number: 9000, nme: x}]"),
            f'{GATEWAY}.ports[0].nme: unknown key; did you mean "name"?',
        ),
        (
            "headroom:redis: {memory_limit: 1Mi}",
            'headroom:redis.memory_request: "1Gi": allowed: at most memory_limit, 1Mi',
        ),
    ],
)
def test_the_field_is_the_one_to_change(tmp_path: Path, text: str, line: str) -> None:
    (problem,) = [found for found in problems(tmp_path, text) if "ports[0].name" not in found]
    assert problem.startswith(line)


def test_quantities_are_told_as_people_write_them(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r'redis\.maxmemory: "400Gi": allowed: 16Mi to 533Mi'):
        plan_of(with_least(tmp_path, "headroom:redis: {maxmemory: 400Gi}"), "own")
    large = with_least(
        tmp_path,
        "headroom:services: {gateway-api: {resources: {cpu_request: 240.004, cpu_limit: 300}}}\n"
        "headroom:node_pool: {node_class: {kind: kwok}}",
    )
    with pytest.raises(
        StackError, match=r"one gateway-api pod \(240.004 CPU, 512Mi\); m5.2xlarge has 7.71 CPU and 28917Mi"
    ):
        plan_of(large, "own")


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"headroom:namespace: {'X' * 500}")
    assert len(problem) < 250


def test_wrong_types_everywhere_are_problems_of_their_field() -> None:
    raw = {
        "services": {"a": [1], "b": {"calls": 1, "env": [], "volumes": {"x": 5}}},
        "cluster": [],
        "redis": "x",
    }
    with pytest.raises(StackError) as error:
        settings_of(raw, "it")
    assert len(error.value.problems) >= 8

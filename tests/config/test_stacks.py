"""The shipped stacks, and what a team may do to them in YAML alone."""

from fractions import Fraction
from pathlib import Path

import pytest

from components.policy.service import ServiceSpec
from config.loader import PLATFORM, load_stack, plan_of, settings_of, stacks
from config.settings import Settings
from config.yaml_text import read_yaml

from .examples import problems, with_least

GUIDE = {"gateway-api", "reservation-api", "inventory-api", "payment-api"}


@pytest.mark.parametrize("stack", stacks())
def test_every_shipped_stack_loads_and_can_be_planned(stack: str) -> None:
    settings = load_stack(stack)
    plan = plan_of(settings, stack)
    assert set(plan.services) == GUIDE
    assert (plan.nodes is None) == (settings.node_pool is None)


@pytest.mark.parametrize("stack", stacks())
def test_settings_come_back_from_their_json_as_they_were(stack: str) -> None:
    settings = load_stack(stack)
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize("stack", stacks())
def test_no_shipped_stack_carries_a_replica_count_a_budget_or_a_limit_of_its_own(stack: str) -> None:
    for service in load_stack(stack).services.values():
        assert (service.headroom, service.floor, service.budget) == (None, None, None)


def test_the_platforms_facts_are_the_guides() -> None:
    settings = load_stack("local")
    assert {name: s.rps_per_pod for name, s in settings.services.items()} == {
        "gateway-api": 1000, "reservation-api": 500, "inventory-api": 500, "payment-api": 500,
    }  # fmt: skip
    assert set(settings.services["gateway-api"].calls.values()) == {Fraction(1, 3)}
    assert all("assumption" in s.measured for s in settings.services.values())
    # 30,000 / 1,000 = 30, and 30 + ceil(30 / 2) for the loss of one of three zones: the guide's 45.
    assert plan_of(settings, "local").services["gateway-api"].replicas.peak.value == 45


def test_the_platform_file_states_no_place_and_no_load() -> None:
    assert set(read_yaml(PLATFORM.read_bytes())) == {"stand_in", "services", "redis"}


def test_services_of_the_platform_run_the_stand_in() -> None:
    for service in load_stack("local").services.values():
        assert service.image == "docker.io/stefanprodan/podinfo:6.9.2"
        assert service.env == {"PODINFO_PORT": "8000"}


def test_a_fifth_service_is_added_in_yaml_alone(tmp_path: Path) -> None:
    settings = with_least(
        tmp_path,
        """
        headroom:services:
          gateway-api: {calls: {refund-api: 1/10}}
          refund-api:
            rps_per_pod: 200
            measured: k6 on a laptop
            resources: {cpu_request: 100m, memory_request: 64Mi, memory_limit: 128Mi}
        """,
    )
    plan = plan_of(settings, "own")
    refund = plan.services["refund-api"]
    # 30,000 x 1/10 = 3,000; 3,000 / 200 = 15; 15 + ceil(15 / 2) = 23.
    assert refund.demand.peak_rps == 3000
    assert refund.replicas.peak.value == 23
    assert len(settings.services["gateway-api"].calls) == 4
    assert plan.services["payment-api"].replicas.peak.value == 30


def test_a_service_with_its_own_image_is_not_told_what_podinfo_is_told(tmp_path: Path) -> None:
    settings = with_least(tmp_path, "headroom:services: {payment-api: {image: 'registry.example/pay:1.2.3'}}")
    assert settings.services["payment-api"].env == {}
    assert settings.services["gateway-api"].env == {"PODINFO_PORT": "8000"}


def test_a_service_is_removed_by_null_where_nobody_calls_it(tmp_path: Path) -> None:
    settings = with_least(
        tmp_path, "headroom:services: {payment-api: null, gateway-api: {calls: {payment-api: null}}}"
    )
    assert set(plan_of(settings, "own").services) == GUIDE - {"payment-api"}


def test_everything_about_a_deployment_can_be_said(tmp_path: Path) -> None:
    service = with_least(
        tmp_path,
        """
        headroom:services:
          gateway-api:
            image: registry.example/gateway:1.2.3
            port: 9000
            command: [/gateway]
            args: [--verbose]
            env: {MODE: sale}
            env_from_secrets: {TOKEN: {secret: gateway, key: token}}
            volumes:
              tls: {kind: secret, name: gateway-tls, mount_path: /etc/tls}
              rules: {kind: config-map, name: rules, mount_path: /etc/rules}
              spool: {kind: empty-dir, size_limit: 64Mi, mount_path: /var/spool}
            image_pull_secrets: [registry]
            exposure: {kind: node-port, node_port: 30080}
            spread: {kind: preferred-anti-affinity}
            identity: {annotations: {a: b}, mount_token: true}
        """,
    ).services["gateway-api"]
    assert service.exposure.kind == "node-port"
    # guide.md section 6: ClientIP affinity of 300 s, anti-affinity of weight 100.
    assert str(service.exposure.client_ip_timeout) == "5m"
    assert service.spread.model_dump() == {"kind": "preferred-anti-affinity", "weight": 100}
    assert service.env_from_secrets["TOKEN"].key == "token"
    assert {v.kind for v in service.volumes.values()} == {"secret", "config-map", "empty-dir"}


@pytest.mark.parametrize(
    ("deployment", "words"),
    [
        (
            "env: {A: x}, env_from_secrets: {A: {secret: s, key: k}}",
            r"env\.A: .*this one is in env_from_secrets too",
        ),
        ("volumes: {tmp: {kind: secret, name: s, mount_path: /x}}", "a volume tmp on /tmp"),
        ("volumes: {x: {kind: secret, name: s, mount_path: /tmp}}", "and tmp is on this one"),
        (
            "volumes: {x: {kind: secret, name: s, mount_path: /x}, y: {kind: secret, name: s, mount_path: /x}}",
            r"volumes\.y\.mount_path.*one volume on each path, and x is on this one",
        ),
    ],
)
def test_what_the_api_server_would_refuse_is_refused_here(
    tmp_path: Path, deployment: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        with_least(tmp_path, f"headroom:services: {{gateway-api: {{{deployment}}}}}")


def test_the_plan_sees_exactly_what_a_service_states_of_it() -> None:
    stated = load_stack("local").services["payment-api"]
    assert type(stated.spec) is ServiceSpec
    assert stated.spec.model_dump() == stated.model_dump(include=set(ServiceSpec.model_fields))


def test_settings_cannot_be_changed() -> None:
    settings = load_stack("local")
    with pytest.raises(ValueError, match="frozen"):
        settings.namespace = "other"  # type: ignore[misc]


def test_without_a_node_pool_no_node_is_planned(tmp_path: Path) -> None:
    assert plan_of(with_least(tmp_path, "headroom:node_pool: null"), "own").nodes is None


def test_the_same_raw_values_give_the_same_settings_whatever_they_are_called() -> None:
    raw = {
        "cluster": {"kind": "local"},
        "target": {"peak_rps": 10, "baseline_rps": 1},
        "zones": ["a", "b"],
        "autoscaling": {"kind": "external-metric"},
    }
    assert settings_of(raw, "x") == settings_of(raw, "y")


POOLS = "{critical: {node_class: {kind: kwok}}, spot: {capacity_type: spot, node_class: {kind: kwok}}}"


def test_pools_are_called_by_their_namespace_unless_they_have_a_name(tmp_path: Path) -> None:
    one = "headroom:node_pool: {node_class: {kind: kwok}}"
    assert list(with_least(tmp_path, one).pools) == ["tacos-app-on-demand-critical"]
    assert list(with_least(tmp_path, f"{one}\nheadroom:namespace: shop").pools) == ["shop-on-demand-critical"]
    named = "headroom:node_pool: {name: mine, node_class: {kind: kwok}}"
    assert list(with_least(tmp_path, named).pools) == ["mine"]
    settings = with_least(tmp_path, f"headroom:node_pools: {POOLS}")
    assert (
        list(settings.pools)
        == list(plan_of(settings, "own").pools)
        == ["tacos-app-critical", "tacos-app-spot"]
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            f"headroom:node_pools: {POOLS}\nheadroom:node_pool: {{node_class: {{kind: kwok}}}}",
            "one of the two",
        ),
        (
            "headroom:node_pools: {a: {name: x, node_class: {kind: kwok}}, b: {name: x, node_class: {kind: kwok}}}",
            'headroom:node_pools.b.name: "x": allowed: each name once',
        ),
        (
            f"headroom:namespace: {'n' * 60}\nheadroom:node_pool: {{node_class: {{kind: kwok}}}}",
            "state a shorter name",
        ),
        ("headroom:spare: {kind: some}", "headroom:spare"),
        ("headroom:spare: {kind: pods}", "headroom:spare.pods: missing"),
        (
            "headroom:node_pool: {budgets: [{nodes: 0, schedule: 0 25 * * *, duration: 1h}]}",
            "hour from 0 to 23",
        ),
    ],
)
def test_pools_and_room_that_do_not_fit_are_refused(tmp_path: Path, text: str, line: str) -> None:
    assert [problem for problem in problems(tmp_path, text) if line in problem]

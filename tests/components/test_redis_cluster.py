"""RedisCluster: two sets that meet before they are ready, restart one by one, keep their secret and stay closed."""

from typing import Any

import pulumi
import pytest

from components import Endpoint, Pods, RedisCluster, RedisClusterArgs, SeparateHosts
from components.policy.errors import ConfigurationError
from components.policy.redis import RedisSpec
from tests.components.harness import Registered, Run, run

SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"
CLIENTS = [Pods(labels={"app.kubernetes.io/name": "gateway-api"})]


def args(**changes: Any) -> RedisClusterArgs:
    stated: dict[str, Any] = {"redis": RedisSpec(), "password": "s3cret", "clients": CLIENTS, **changes}
    return RedisClusterArgs(namespace="tacos-app", **stated)


def deploy(**changes: Any) -> Run:
    def program() -> None:
        RedisCluster("redis", args(**changes))

    return run(program)


def workload(result: Run, name: str) -> Registered:
    return next(s for s in result.all(":StatefulSet") if s.inputs["metadata"]["name"] == name)


def pod(result: Run, name: str) -> dict[str, Any]:
    spec: dict[str, Any] = workload(result, name).inputs["spec"]["template"]["spec"]
    return spec


def environment(result: Run, name: str) -> dict[str, Any]:
    return {entry["name"]: entry for entry in pod(result, name)["containers"][0]["env"]}


def services(result: Run) -> dict[str, dict[str, Any]]:
    return {s.inputs["metadata"]["name"]: s.inputs["spec"] for s in result.all(":Service")}


@pytest.mark.parametrize(("name", "replicas"), [("redis", 4), ("redis-sentinel", 3)])
def test_one_master_and_three_replicas_and_three_sentinels_start_at_once_since_they_wait_for_each_other(
    name: str, replicas: int
) -> None:
    result = deploy()
    spec = workload(result, name).inputs["spec"]
    assert spec["replicas"] == replicas
    assert spec["podManagementPolicy"] == "Parallel"
    governing = services(result)[spec["serviceName"]]
    assert governing["clusterIP"] == "None"
    assert governing["publishNotReadyAddresses"] is True
    assert governing["selector"] == spec["selector"]["matchLabels"]


def test_selectors_of_nodes_and_sentinels_do_not_overlap() -> None:
    result = deploy()
    specs = [workload(result, name).inputs["spec"] for name in ("redis", "redis-sentinel")]
    selectors = [spec["selector"]["matchLabels"].items() for spec in specs]
    labels = [spec["template"]["metadata"]["labels"].items() for spec in specs]
    for own, other in ((0, 1), (1, 0)):
        assert selectors[own] <= labels[own]
        assert not selectors[own] <= labels[other]


def test_every_pod_knows_all_nodes_and_sentinels_by_the_names_that_their_services_give_them() -> None:
    for name in ("redis", "redis-sentinel"):
        known = environment(deploy(), name)
        assert known["REDIS_HOSTS"]["value"].split() == [
            f"redis-{i}.redis-nodes.tacos-app.svc.cluster.local" for i in range(4)
        ]
        assert known["SENTINEL_HOSTS"]["value"].split() == [
            f"redis-sentinel-{i}.redis-sentinels.tacos-app.svc.cluster.local" for i in range(3)
        ]
        hosts = known["REDIS_HOSTS" if name == "redis" else "SENTINEL_HOSTS"]["value"].split()
        assert known["SELF_HOST"]["value"].replace("$(POD_NAME)", f"{name}-0") == hosts[0]


@pytest.mark.parametrize("name", ["redis", "redis-sentinel"])
def test_pods_meet_the_restricted_standard_and_carry_no_token(name: str) -> None:
    spec = pod(deploy(), name)
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (container,) = spec["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    written = {mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")}
    assert written == ({"/data", "/run/redis"} if name == "redis" else {"/run/redis"})


@pytest.mark.parametrize("name", ["redis", "redis-sentinel"])
@pytest.mark.parametrize(("changes", "hosts"), [({}, 3), ({"spread": SeparateHosts(hosts=4)}, 4)])
def test_the_first_node_of_a_cold_start_takes_one_pod_and_in_a_rollout_those_that_stand_count(
    name: str, changes: dict[str, Any], hosts: int
) -> None:
    zone, host = pod(deploy(**changes), name)["topologySpreadConstraints"]
    assert host["topologyKey"] == "kubernetes.io/hostname"
    assert (host["maxSkew"], host["whenUnsatisfiable"], host["minDomains"]) == (1, "DoNotSchedule", hosts)
    assert "minDomains" not in zone, "after a zone is lost it would hold back every new pod"
    for constraint in (zone, host):
        assert "matchLabelKeys" not in constraint


def test_pods_that_keep_apart_from_no_host_are_refused() -> None:
    assert SeparateHosts(hosts=1).hosts == 1
    with pytest.raises(ConfigurationError, match=r"^spread\.hosts: 0 is not usable; allowed: 1 or more"):
        SeparateHosts(hosts=0)


def test_the_master_has_time_to_hand_over_before_it_is_killed() -> None:
    spec = pod(deploy(), "redis")
    assert spec["containers"][0]["lifecycle"]["preStop"]["exec"]["command"] == [
        "/bin/sh",
        "/config/pre-stop.sh",
    ]
    # 30 s for the hand-over, 10 s for the shutdown, 10 s because an attempt may begin late.
    assert spec["terminationGracePeriodSeconds"] == 50


@pytest.mark.parametrize("name", ["redis", "redis-sentinel"])
def test_liveness_is_slower_than_readiness_and_every_probe_outlasts_its_own_question(name: str) -> None:
    container = pod(deploy(), name)["containers"][0]
    live, ready, startup = (container[f"{kind}Probe"] for kind in ("liveness", "readiness", "startup"))
    assert live["periodSeconds"] * live["failureThreshold"] >= 60
    assert startup["periodSeconds"] * startup["failureThreshold"] == 300
    assert all(probe["timeoutSeconds"] > 2 for probe in (live, ready, startup))


def test_a_change_of_the_configuration_is_a_new_immutable_map_and_a_rollout() -> None:
    before, after = deploy(), deploy(redis=RedisSpec(maxclients=9_000))
    names = [r.one(":ConfigMap").inputs["metadata"]["name"] for r in (before, after)]
    assert names[0] != names[1]
    for result, name in zip((before, after), names, strict=True):
        assert result.one(":ConfigMap").inputs["immutable"] is True
        for workload_name in ("redis", "redis-sentinel"):
            assert {"config": name}.items() <= {
                v["name"]: v.get("configMap", {}).get("name") for v in pod(result, workload_name)["volumes"]
            }.items()


def test_the_password_is_a_secret_value_in_a_secret_and_nowhere_else() -> None:
    result = deploy()
    data = result.one(":Secret").inputs["stringData"]
    assert SECRET_SIGNATURE in data or data["password"][SECRET_SIGNATURE], "not marked as a secret"
    others = [r for r in result.resources if not r.type.endswith(":Secret")]
    assert not [r.name for r in others if "s3cret" in str(r.inputs)]
    for name in ("redis", "redis-sentinel"):
        reference = environment(result, name)["REDISCLI_AUTH"]["valueFrom"]["secretKeyRef"]
        assert reference == {"name": "redis-password", "key": "password"}


def test_without_a_password_there_is_no_secret_and_no_variable_for_it() -> None:
    result = deploy(password=None)
    assert result.all(":Secret") == []
    assert "REDISCLI_AUTH" not in environment(result, "redis")


def test_one_pod_of_each_set_may_be_evicted_at_a_time() -> None:
    budgets = [b.inputs["spec"] for b in deploy().all(":PodDisruptionBudget")]
    assert [b["maxUnavailable"] for b in budgets] == [1, 1]
    assert {b["unhealthyPodEvictionPolicy"] for b in budgets} == {"AlwaysAllow"}


def test_only_clients_and_the_cluster_itself_may_enter_and_only_the_cluster_and_dns_are_reached() -> None:
    policies = {p.inputs["metadata"]["name"]: p.inputs["spec"] for p in deploy().all(":NetworkPolicy")}
    for name, port in (("redis", 6379), ("redis-sentinel", 26379)):
        ingress = policies[name]["ingress"]
        peers = [peer["podSelector"]["matchLabels"] for rule in ingress for peer in rule["from"]]
        assert peers == [{"app.kubernetes.io/name": "redis"}, {"app.kubernetes.io/name": "gateway-api"}]
        assert {p["port"] for rule in ingress for p in rule["ports"]} == {port}
        assert {p["port"] for rule in policies[name]["egress"] for p in rule["ports"]} == {6379, 26379, 53}


def test_a_client_learns_where_the_sentinels_are_and_what_to_let_out() -> None:
    def program() -> Any:
        cluster = RedisCluster("redis", args())
        assert cluster.password_key is not None
        ways = [e for e in cluster.endpoints if isinstance(e, Endpoint)]
        ports = [(e.pods.labels["app.kubernetes.io/component"], list(e.ports)) for e in ways]
        return {"env": cluster.client_environment, "ports": ports, "secret": cluster.password_key.secret}

    learnt = run(program).result
    sentinels = ",".join(
        f"redis-sentinel-{i}.redis-sentinels.tacos-app.svc.cluster.local:26379" for i in range(3)
    )
    assert learnt["env"] == {
        "REDIS_SENTINELS": sentinels,
        "REDIS_MASTER_NAME": "headroom",
        "REDIS_READ_HOST": "redis-read.tacos-app.svc.cluster.local",
        "REDIS_READ_PORT": "6379",
    }
    assert learnt["ports"] == [("redis", [6379]), ("redis-sentinel", [26379])]
    assert learnt["secret"] == "redis-password"


def test_reads_are_balanced_over_nodes_that_are_ready() -> None:
    read = services(deploy())["redis-read"]
    assert read["selector"]["app.kubernetes.io/component"] == "redis"
    assert not read.get("publishNotReadyAddresses")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"image": "redis"}, "redis.image"),
        ({"image": "redis:latest"}, "redis.image"),
        ({"redis": RedisSpec.model_validate({"maxmemory": "1Gi"})}, "redis.maxmemory"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_registered(
    changes: dict[str, Any], field: str
) -> None:
    def program() -> None:
        with pytest.raises(ConfigurationError) as refused:
            RedisCluster("redis", args(**changes), pulumi.ResourceOptions())
        assert refused.value.field == field

    assert run(program).resources == []

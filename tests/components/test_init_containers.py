"""What real platforms have in a pod beside the service: steps, sidecars, whole ConfigMaps, what a mesh reads."""

from typing import Any

import pytest

from components import (
    AllOf,
    ConfigMapKey,
    ConfigurationError,
    Container,
    GrpcPort,
    GrpcProbe,
    HttpProbe,
    InitContainer,
    Process,
    Resources,
    ScalableService,
    ScalableServiceArgs,
    Sidecar,
    TcpProbe,
    Volume,
)
from components.policy.front import health_check
from tests.components.examples import IMAGE, service_args
from tests.components.harness import Run, run

NAME = "reservation-api"
SMALL = Resources(cpu_request="100m", cpu_limit="200m", memory_request="64Mi", memory_limit="64Mi")
SOCKETS = {"emptyDir": {"sizeLimit": "8Mi"}}
PROXY = Sidecar(
    name="envoy",
    process=Process(
        image="docker.io/envoyproxy/envoy:v1.31.2",
        args=["--config-path", "/etc/envoy/envoy.yaml"],
        user=101,
        volumes=[
            Volume(name="envoy", mount_path="/etc/envoy", source={"configMap": {"name": "envoy"}}),
            Volume(name="sockets", mount_path="/sockets", source=SOCKETS, read_only=False),
        ],
    ),
    resources=SMALL,
    startup=HttpProbe(path="/ready", port=9901, period="1s", timeout="1s", failure_threshold=30),
)
MIGRATION = InitContainer(
    name="migrate", process=Process(image=IMAGE, command=["/app/migrate"]), resources=SMALL
)


def deploy(container: Container | None = None, **changes: Any) -> Run:
    args = service_args("tacos-app", IMAGE, **changes)
    stated = {**vars(args), **({"container": container} if container else {})}
    return run(lambda: ScalableService(NAME, ScalableServiceArgs(**stated)))


def template(result: Run) -> Any:
    return result.one("Deployment").inputs["spec"]["template"]


def pod(result: Run) -> Any:
    return template(result)["spec"]


def test_a_proxy_and_a_migration_start_before_the_service_in_the_order_stated() -> None:
    proxy, migration = pod(deploy(init_containers=[PROXY, MIGRATION]))["initContainers"]
    assert (proxy["name"], proxy["restartPolicy"]) == ("envoy", "Always")
    assert proxy["startupProbe"]["httpGet"] == {"path": "/ready", "port": 9901}
    assert migration["command"] == ["/app/migrate"] and "restartPolicy" not in migration
    assert "env" not in migration, "what is not told anything has no empty list that a server would drop"
    assert [one["name"] for one in pod(deploy(init_containers=[MIGRATION, PROXY]))["initContainers"]] == [
        "migrate",
        "envoy",
    ]


def test_each_container_is_as_restricted_as_the_services_own() -> None:
    for one in pod(deploy(init_containers=[PROXY, MIGRATION]))["initContainers"]:
        assert one["securityContext"]["readOnlyRootFilesystem"]
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "ephemeral-storage" in one["resources"]["requests"]
    (proxy,) = pod(deploy(init_containers=[PROXY]))["initContainers"]
    assert (proxy["securityContext"]["runAsUser"], proxy["securityContext"]["runAsGroup"]) == (101, 101)


def test_containers_share_a_volume_by_its_name_and_no_temporary_files() -> None:
    sockets = Volume(name="sockets", mount_path="/run/envoy", source=SOCKETS, read_only=False)
    spec = pod(deploy(Container(image=IMAGE, volumes=[sockets]), init_containers=[PROXY]))
    assert [one["name"] for one in spec["volumes"]] == ["tmp", "sockets", "envoy-tmp", "envoy"]
    mounted = [
        {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
        for container in (*spec["containers"], *spec["initContainers"])
    ]
    assert [one["/tmp"] for one in mounted] == ["tmp", "envoy-tmp"]
    assert mounted[0]["/run/envoy"] == mounted[1]["/sockets"] == "sockets"


def test_the_rules_see_the_pod_as_the_scheduler_does() -> None:
    args = service_args("tacos-app", IMAGE, init_containers=[PROXY])
    alone = service_args("tacos-app", IMAGE).pod_resources
    assert args.pod_resources.cpu_request - alone.cpu_request == SMALL.cpu_request
    assert args.pod_resources.memory_limit - alone.memory_limit == SMALL.memory_limit


def test_whole_config_maps_and_what_the_pod_knows_of_itself_reach_the_process() -> None:
    container = Container(
        image=IMAGE,
        env={"LOG_LEVEL": "info"},
        env_from=[AllOf(kind="ConfigMap", name="app"), AllOf(kind="Secret", name="keys", prefix="KEY_")],
        env_from_pod={"POD_IP": "status.podIP", "GOMEMLIMIT": "limits.memory"},
        user=1000,
    )
    spec = pod(deploy(container))
    (app,) = spec["containers"]
    assert app["envFrom"] == [
        {"configMapRef": {"name": "app"}},
        {"secretRef": {"name": "keys"}, "prefix": "KEY_"},
    ]
    values = {one["name"]: one.get("valueFrom") for one in app["env"]}
    assert values["POD_IP"] == {"fieldRef": {"fieldPath": "status.podIP"}}
    assert values["GOMEMLIMIT"] == {"resourceFieldRef": {"resource": "limits.memory"}}
    assert (spec["securityContext"]["runAsUser"], spec["securityContext"]["fsGroup"]) == (1000, 1000)


def test_a_variable_may_be_one_key_of_a_config_map_and_a_file_one_of_its_files() -> None:
    file = Volume(
        name="config",
        mount_path="/app/config.yaml",
        source={"configMap": {"name": "app"}},
        sub_path="config.yaml",
    )
    level = ConfigMapKey(config_map="app", key="level")
    (app,) = pod(deploy(Container(image=IMAGE, env_from_config_maps={"LEVEL": level}, volumes=[file])))[
        "containers"
    ]
    assert {
        "name": "LEVEL",
        "valueFrom": {"configMapKeyRef": {"name": "app", "key": "level"}},
    } in app["env"]
    temporary, mounted = app["volumeMounts"]
    assert mounted == {
        "name": "config",
        "mountPath": "/app/config.yaml",
        "readOnly": True,
        "subPath": "config.yaml",
    }
    assert "subPath" not in temporary


def test_a_mesh_and_a_scheduler_find_on_the_pods_what_they_read_there() -> None:
    result = deploy(
        pod_labels={"sidecar.istio.io/inject": "true"},
        pod_annotations={"proxy.istio.io/config": "{}"},
        priority_class="shop-critical",
    )
    metadata = template(result)["metadata"]
    assert metadata["labels"]["sidecar.istio.io/inject"] == "true"
    assert metadata["annotations"] == {"proxy.istio.io/config": "{}"}
    assert pod(result)["priorityClassName"] == "shop-critical"
    deployment = result.one("Deployment").inputs["spec"]
    assert "sidecar.istio.io/inject" not in deployment["selector"]["matchLabels"]


def test_nothing_of_it_stands_in_a_pod_that_states_nothing() -> None:
    spec = pod(deploy())
    assert not {"initContainers", "priorityClassName"} & spec.keys()
    assert "envFrom" not in spec["containers"][0] and "annotations" not in template(deploy())["metadata"]


def test_a_grpc_service_behind_a_proxy_is_called_on_the_proxys_port() -> None:
    container = Container(image=IMAGE, port=10_000, ports=[GrpcPort(number=8080)])
    result = deploy(container, init_containers=[PROXY])
    ports = {one["name"]: one["port"] for one in result.one("v1:Service").inputs["spec"]["ports"]}
    assert ports == {"http": 10_000, "grpc": 8080}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"init_containers": [MIGRATION, MIGRATION]}, "the name migrate twice"),
        (
            {
                "init_containers": [
                    Sidecar(name="app", process=Process(image=IMAGE), resources=SMALL),
                ]
            },
            "the name app twice",
        ),
        (
            {
                "init_containers": [
                    InitContainer(name="migrate", process=Process(image="shop/migrate"), resources=SMALL)
                ]
            },
            "init_containers.migrate.image",
        ),
        (
            {
                "init_containers": [
                    Sidecar(
                        name="envoy",
                        process=Process(image=IMAGE),
                        resources=SMALL,
                        readiness=HttpProbe(path="/", period="1s", timeout="1s", failure_threshold=3),
                    )
                ]
            },
            "init_containers.envoy.readiness.port",
        ),
        (
            {
                "init_containers": [
                    PROXY,
                    InitContainer(
                        name="migrate",
                        process=Process(
                            image=IMAGE,
                            volumes=[Volume(name="sockets", mount_path="/s", source={"emptyDir": {}})],
                        ),
                        resources=SMALL,
                    ),
                ]
            },
            "volumes.sockets",
        ),
        ({"pod_labels": {"app.kubernetes.io/name": "other"}}, "pod_labels"),
    ],
)
def test_what_the_api_server_would_refuse_or_mix_up_is_refused(changes: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        deploy(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"user": 0}, "other than root"), ({"env_from_pod": {"POD_IP": "status.ip"}}, "status.podIP")],
)
def test_a_process_is_not_root_and_asks_of_its_pod_what_can_be_told(changes: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Process(image=IMAGE, **changes)


def test_what_speaks_neither_http_nor_grpc_is_asked_whether_it_listens() -> None:
    asked = TcpProbe(port=5432, period="1s", timeout="1s", failure_threshold=30)
    (one,) = pod(
        deploy(
            init_containers=[
                Sidecar(name="sql", process=Process(image=IMAGE), resources=SMALL, startup=asked)
            ]
        )
    )["initContainers"]
    assert one["startupProbe"]["tcpSocket"] == {"port": 5432}


def test_a_load_balancer_cannot_ask_by_tcp() -> None:
    asked = TcpProbe(port=5432, period="5s", timeout="2s", failure_threshold=2)
    with pytest.raises(ConfigurationError, match="tcp 5432"):
        health_check(asked)


def test_a_sidecar_may_be_asked_by_grpc() -> None:
    asked = GrpcProbe(port=9090, period="3s", timeout="2s", failure_threshold=2)
    sidecar = Sidecar(name="auth", process=Process(image=IMAGE), resources=SMALL, readiness=asked)
    (one,) = pod(deploy(init_containers=[sidecar]))["initContainers"]
    assert one["readinessProbe"]["grpc"]["port"] == 9090 and "startupProbe" not in one

"""RedisCluster: one master, N replicas and their sentinels inside the cluster, that survive the restart of any of them.

Two StatefulSets. The sentinels are not sidecars: a sidecar dies with the pod it should judge, four Redis pods would be
four votes, and every change of Redis would restart the electorate as well. How nothing is lost without a disk is argued
in ``components.redis``; the numbers come from ``components.policy.redis``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps.v1 import StatefulSet
from pulumi_kubernetes.core.v1 import ConfigMap, Secret, Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from .api import ApiObject
from .metadata import object_labels, selector_labels
from .network import Endpoint, Pods, policy_spec
from .pod import SecretKey, Spread, TopologySpread
from .policy.errors import ConfigurationError
from .policy.images import check_image
from .policy.redis import RedisPlan, RedisSpec, plan_redis
from .redis.pods import Wiring, redis_pod, sentinel_pod, stateful_set
from .redis.render import Names, digest, render

NODE = "redis"
SENTINEL = "redis-sentinel"
PASSWORD_KEY = "password"


@dataclass(frozen=True, kw_only=True)
class RedisClusterArgs:
    """Arguments of :class:`RedisCluster`. Only ``clients`` may connect, in the same namespace unless they say so.

    The password is handed over in a Secret; its change does not restart the pods (they would disagree half-way), so
    change it together with the cluster's name. Without one the network policy alone keeps others out.
    """

    namespace: pulumi.Input[str]
    redis: RedisSpec
    # The official image, 7 or later. 7.2 is the last under the BSD licence.
    image: pulumi.Input[str] = "redis:7.2.5-bookworm"
    password: pulumi.Input[str] | None = None
    clients: Sequence[Pods] = ()
    part_of: str = "headroom"
    spread: Spread = TopologySpread()
    names: Names = Names()
    # Full names resolve with one question; a short one asks for every search domain first.
    cluster_domain: str = "cluster.local"


class RedisCluster(pulumi.ComponentResource):
    """StatefulSets, Services, ConfigMap, Secret, PodDisruptionBudgets and NetworkPolicies of one Redis cluster.

    Clients find the master through the sentinels; ``read_host`` balances reads over all nodes that are ready.

    Outputs: ``sentinel_addresses`` (host:port each), ``master_name``, ``read_host``, ``port``, ``sentinel_port``,
    ``client_connections`` (what maxclients leaves for clients) and ``password_secret`` (name of the Secret, key
    ``password``; absent without a password). For callers in the same program: ``client_environment`` and
    ``password_key`` are what their containers need, ``endpoints`` what their network policies must let out, ``plan``
    every derived number.

    Raises ConfigurationError before anything is registered when the memory limit does not carry maxmemory or the
    image's tag moves.
    """

    sentinel_addresses: pulumi.Output[list[str]]
    master_name: str
    read_host: pulumi.Output[str]
    port: int
    sentinel_port: int
    client_connections: int
    password_secret: pulumi.Output[str] | None
    plan: RedisPlan

    def __init__(self, name: str, args: RedisClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check_image(name, args.image)
        self.plan = plan_redis(args.redis)
        files = render(self.plan, args.names)
        super().__init__("headroom:index:RedisCluster", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.master_name, self.port, self.sentinel_port = (
            args.names.master_name,
            args.names.port,
            args.names.sentinel_port,
        )
        self.client_connections = self.plan.client_connections.value

        account = ServiceAccount(
            f"{name}-account",
            metadata=self._metadata(name, NODE),
            automount_service_account_token=False,
            opts=self._child,
        )
        # The files' digest is in the name: a change is a new map, and a rollout that goes one node at a time.
        config = ConfigMap(
            f"{name}-config",
            metadata=self._metadata(f"{name}-config-{digest(files)}", NODE),
            immutable=True,
            data=files,
            opts=self._child,
        )
        self.password_key = self._password()
        self.password_secret = (
            None if self.password_key is None else pulumi.Output.from_input(self.password_key.secret)
        )
        self._make_nodes(account.metadata["name"], config.metadata["name"])

        read = self._service(f"{name}-read", NODE, {"type": "ClusterIP"})
        self.read_host = pulumi.Output.concat(
            read.metadata["name"], ".", args.namespace, ".svc.", args.cluster_domain
        )
        self.sentinel_addresses = pulumi.Output.all(*self._hosts(SENTINEL)).apply(
            lambda hosts: [f"{host}:{self.sentinel_port}" for host in hosts]
        )
        self.register_outputs(
            {
                "sentinel_addresses": self.sentinel_addresses,
                "master_name": self.master_name,
                "read_host": self.read_host,
                "port": self.port,
                "sentinel_port": self.sentinel_port,
                "client_connections": self.client_connections,
                **({} if self.password_secret is None else {"password_secret": self.password_secret}),
            }
        )

    @property
    def client_environment(self) -> Mapping[str, pulumi.Input[str]]:
        """Variables that a client finds the cluster by; the password is not among them (``password_key``)."""
        return {
            "REDIS_SENTINELS": self.sentinel_addresses.apply(",".join),
            "REDIS_MASTER_NAME": self.master_name,
            "REDIS_READ_HOST": self.read_host,
            "REDIS_READ_PORT": str(self.port),
        }

    @property
    def endpoints(self) -> list[Endpoint]:
        """What a client's network policy must let out."""
        return [
            Endpoint(pods=Pods(labels=self._selector(NODE)), ports=[self.port]),
            Endpoint(pods=Pods(labels=self._selector(SENTINEL)), ports=[self.sentinel_port]),
        ]

    def _password(self) -> SecretKey | None:
        if self._args.password is None:
            return None
        secret = Secret(
            f"{self._name}-password",
            metadata=self._metadata(f"{self._name}-password", NODE),
            type="Opaque",
            string_data={PASSWORD_KEY: pulumi.Output.secret(self._args.password)},
            opts=self._child,
        )
        return SecretKey(secret=secret.metadata["name"], key=PASSWORD_KEY)

    def _make_nodes(self, account: pulumi.Input[str], config: pulumi.Input[str]) -> None:
        """Both sets, each with the Service that names its pods, its budget and its network policy."""
        for role, count, port, pod in (
            (NODE, self.plan.spec.replicas + 1, self.port, redis_pod),
            (SENTINEL, self.plan.spec.sentinels, self.sentinel_port, sentinel_pod),
        ):
            set_name, labels, selector = self._set_name(role), self._labels(role), self._selector(role)
            # Found before they are ready: they have to meet in order to become ready.
            governing = self._service(
                self._domain_name(role), role, {"clusterIP": "None", "publishNotReadyAddresses": True}
            )
            NetworkPolicy(
                f"{set_name}-network",
                metadata=self._metadata(set_name, role),
                spec=policy_spec(
                    selector,
                    port=port,
                    ingress_from=[Pods(labels=selector_labels(self._name)), *self._args.clients],
                    egress_to=self.endpoints,
                ),
                opts=self._child,
            )
            wiring = Wiring(
                image=self._args.image,
                config_map=config,
                account=account,
                redis_hosts=_joined(self._hosts(NODE)),
                sentinel_hosts=_joined(self._hosts(SENTINEL)),
                domain=self._domain(role),
                password=self.password_key,
            )
            spec = stateful_set(
                count,
                governing.metadata["name"],
                labels,
                selector,
                pod(self.plan, self._args.names, wiring, self._args.spread, selector),
            )
            StatefulSet(
                f"{set_name}-set", metadata=self._metadata(set_name, role), spec=spec, opts=self._child
            )
            # One at a time, or a drain would take the second vote or the second copy with it.
            budget = {
                "maxUnavailable": 1,
                "selector": {"matchLabels": selector},
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
            }
            PodDisruptionBudget(
                f"{set_name}-budget", metadata=self._metadata(set_name, role), spec=budget, opts=self._child
            )

    def _service(self, object_name: str, role: str, spec: ApiObject) -> Service:
        port = self.sentinel_port if role == SENTINEL else self.port
        ports = [{"name": "tcp-redis", "port": port, "targetPort": port, "protocol": "TCP"}]
        return Service(
            f"{object_name}-service",
            metadata=self._metadata(object_name, role),
            spec={**spec, "selector": self._selector(role), "ports": ports},
            opts=self._child,
        )

    def _metadata(self, object_name: str, role: str) -> ApiObject:
        return {"name": object_name, "namespace": self._args.namespace, "labels": self._labels(role)}

    def _labels(self, role: str) -> dict[str, str]:
        return object_labels(self._name, role, self._args.part_of)

    def _selector(self, role: str) -> dict[str, str]:
        return {**selector_labels(self._name), "app.kubernetes.io/component": role}

    def _set_name(self, role: str) -> str:
        return f"{self._name}-sentinel" if role == SENTINEL else self._name

    def _domain_name(self, role: str) -> str:
        return f"{self._name}-sentinels" if role == SENTINEL else f"{self._name}-nodes"

    def _domain(self, role: str) -> pulumi.Output[str]:
        return pulumi.Output.concat(
            self._domain_name(role), ".", self._args.namespace, ".svc.", self._args.cluster_domain
        )

    def _hosts(self, role: str) -> list[pulumi.Output[str]]:
        count = self.plan.spec.sentinels if role == SENTINEL else self.plan.spec.replicas + 1
        return [
            pulumi.Output.concat(f"{self._set_name(role)}-{i}.", self._domain(role)) for i in range(count)
        ]


def _joined(hosts: Sequence[pulumi.Output[str]]) -> pulumi.Output[str]:
    return pulumi.Output.all(*hosts).apply(" ".join)


def _check_image(name: str, image: pulumi.Input[str]) -> None:
    if not isinstance(image, str):
        return
    try:
        check_image(image)
    except ValueError as error:
        problem, _, allowed = str(error).partition("; allowed: ")
        raise ConfigurationError(
            field=f"{name}.image", value=f"{image} ({problem})", allowed=allowed, remedy="pin the image"
        ) from None

"""RedisCluster: one master, N replicas and their sentinels inside the cluster, that survive the restart of any of them.

Two StatefulSets. The sentinels are not sidecars: a sidecar dies with the pod it should judge, four Redis pods would be
four votes, and every change of Redis would restart the electorate as well. How nothing is lost without a disk is argued
in ``components.redis``; the numbers come from ``components.policy.redis``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps.v1 import StatefulSet
from pulumi_kubernetes.core.v1 import ConfigMap, Secret, Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from .api import ApiObject
from .metadata import object_labels, selector_labels
from .network_policy import Endpoint, Pods, policy_spec
from .placement import NodePlacement, placed
from .pod import SecretKey, SeparateHosts, Spread
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import redis_facts
from .policy.findings import Ignore
from .policy.images import pinned
from .policy.redis import RedisPlan, RedisSpec, plan_redis
from .policy.review import refuse
from .redis.members import Members
from .redis.pods import Wiring, redis_pod, sentinel_pod, stateful_set
from .redis.render import Names, digest, render
from .renames import with_aliases

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
    spread: Spread = SeparateHosts()
    names: Names = Names()
    # The NodePools that the pods may run on; None: any node.
    placement: NodePlacement | None = None
    # Full names resolve with one question; a short one asks for every search domain first.
    cluster_domain: str = "cluster.local"
    # Rules that this Redis may break, each with a written reason.
    ignores: Sequence[Ignore] = ()


class RedisCluster(pulumi.ComponentResource):
    """StatefulSets, Services, ConfigMap, Secret, PodDisruptionBudgets and NetworkPolicies of one Redis cluster.

    Clients find the master through the sentinels; ``read_host`` balances reads over all nodes that are ready.

    Outputs: ``sentinel_addresses`` (host:port each), ``master_name``, ``read_host``, ``port``, ``sentinel_port``,
    ``client_connections`` (what maxclients leaves for clients) and ``password_secret`` (name of the Secret, key
    ``password``; absent without a password). For callers in the same program: ``client_environment`` and
    ``password_key`` are what their containers need, ``endpoints`` what their network policies must let out, ``plan``
    every derived number.

    Raises ConfigurationError before anything is registered when the memory limit does not carry maxmemory or the
    image's tag moves, and ReviewError (one of them) with every rule that the cluster breaks.
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
        if isinstance(args.image, str):
            pinned(f"{name}.image", args.image)
        self.plan = plan_redis(args.redis)
        facts = redis_facts(self.plan, name, args.namespace if isinstance(args.namespace, str) else "")
        refuse(Fleet(redis=(facts,)), args.ignores)
        files = render(self.plan, args.names)
        super().__init__("headroom:index:RedisCluster", name, None, with_aliases(name, opts))
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._nodes = self._members(NODE, name, f"{name}-nodes", args.redis.replicas + 1, args.names.port)
        self._sentinels = self._members(
            SENTINEL, f"{name}-sentinel", f"{name}-sentinels", args.redis.sentinels, args.names.sentinel_port
        )
        self.master_name = args.names.master_name
        self.port, self.sentinel_port = args.names.port, args.names.sentinel_port
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
            metadata={
                **self._metadata(f"{name}-config-{digest(files)}", NODE),
                "annotations": annotations(facts),
            },
            immutable=True,
            data=files,
            opts=self._child,
        )
        self.password_key = self._password()
        self.password_secret = (
            None if self.password_key is None else pulumi.Output.from_input(self.password_key.secret)
        )
        self._make(self._nodes, redis_pod, account.metadata["name"], config.metadata["name"])
        self._make(self._sentinels, sentinel_pod, account.metadata["name"], config.metadata["name"])
        read = self._service(f"{name}-read", self._nodes, {"type": "ClusterIP"})
        self.read_host = pulumi.Output.concat(
            read.metadata["name"], ".", args.namespace, ".svc.", args.cluster_domain
        )
        self.sentinel_addresses = self._sentinels.hosts.apply(
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
            Endpoint(pods=Pods(labels=self._selector(members.role)), ports=[members.port])
            for members in (self._nodes, self._sentinels)
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

    def _make(
        self,
        members: Members,
        pod: Callable[[RedisPlan, Names, Wiring, Spread, Mapping[str, str]], ApiObject],
        account: pulumi.Input[str],
        config: pulumi.Input[str],
    ) -> None:
        """One StatefulSet with the Service that names its pods, its budget and its network policy."""
        labels, selector = self._labels(members.role), self._selector(members.role)
        metadata = self._metadata(members.set_name, members.role)
        # Found before they are ready: they have to meet in order to become ready.
        headless = {"clusterIP": "None", "publishNotReadyAddresses": True}
        governing = self._service(members.service, members, headless)
        network = policy_spec(
            selector,
            ports=[members.port],
            ingress_from=[Pods(labels=selector_labels(self._name)), *self._args.clients],
            egress_to=self.endpoints,
        )
        NetworkPolicy(f"{members.set_name}-network", metadata=metadata, spec=network, opts=self._child)
        wiring = Wiring(
            image=self._args.image,
            config_map=config,
            account=account,
            redis_hosts=self._nodes.hosts.apply(" ".join),
            sentinel_hosts=self._sentinels.hosts.apply(" ".join),
            domain=members.domain,
            password=self.password_key,
        )
        spec = pod(self.plan, self._args.names, wiring, self._args.spread, selector)
        template = placed(self._args.placement, spec)
        workload = stateful_set(members.count, governing.metadata["name"], labels, selector, template)
        StatefulSet(f"{members.set_name}-set", metadata=metadata, spec=workload, opts=self._child)
        # One at a time, or a drain would take the second vote or the second copy with it.
        budget = {
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        }
        PodDisruptionBudget(f"{members.set_name}-budget", metadata=metadata, spec=budget, opts=self._child)

    def _members(self, role: str, set_name: str, service: str, count: int, port: int) -> Members:
        return Members(
            role=role,
            set_name=set_name,
            service=service,
            count=count,
            port=port,
            namespace=self._args.namespace,
            cluster_domain=self._args.cluster_domain,
        )

    def _service(self, object_name: str, members: Members, spec: ApiObject) -> Service:
        ports = [{"name": "tcp-redis", "port": members.port, "targetPort": members.port, "protocol": "TCP"}]
        return Service(
            f"{object_name}-service",
            metadata=self._metadata(object_name, members.role),
            spec={**spec, "selector": self._selector(members.role), "ports": ports},
            opts=self._child,
        )

    def _metadata(self, object_name: str, role: str) -> ApiObject:
        return {"name": object_name, "namespace": self._args.namespace, "labels": self._labels(role)}

    def _labels(self, role: str) -> dict[str, str]:
        return object_labels(self._name, role, self._args.part_of)

    def _selector(self, role: str) -> dict[str, str]:
        return {**selector_labels(self._name), "app.kubernetes.io/component": role}

"""RedisCluster: one master and its replicas that survive the restart of any of them: inside the cluster with sentinels,
or as ElastiCache. Which of the two is the type of its arguments; what a caller gets to know is the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from .network_policy import Pods, Target
from .placement import NodePlacement
from .pod import SeparateHosts, Spread
from .policy.elasticache import ElastiCachePlan, plan_elasticache
from .policy.facts import Fleet, Redis
from .policy.facts.from_plan import redis_facts
from .policy.ignores import Ignore
from .policy.images import pinned
from .policy.redis import RedisPlan, RedisSpec, plan_redis
from .policy.redis_place import AnyRedisPlan
from .policy.review import refuse
from .policy.tags import check_tags
from .process import SecretKey
from .redis.elasticache_args import ElastiCacheArgs, Snapshots, check
from .redis.in_cluster import InCluster
from .redis.made import Made
from .redis.render import Names
from .renames import with_aliases

__all__ = ["ElastiCacheArgs", "RedisCluster", "RedisClusterArgs", "Snapshots"]


@dataclass(frozen=True, kw_only=True)
class RedisClusterArgs:
    """Arguments of a :class:`RedisCluster` inside the cluster. Only ``clients`` may connect, in the same namespace
    unless they say so.

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
    """Inside the cluster (RedisClusterArgs): StatefulSets, Services, ConfigMap, Secret, PodDisruptionBudgets and
    NetworkPolicies. By AWS (ElastiCacheArgs): replication group, parameter, subnet and security group, key, slow log,
    and the Secret for the clients.

    Outputs, the same of both: ``sentinel_addresses`` (host:port each), ``master_name`` and ``sentinel_port``, by which
    clients find the master inside the cluster (empty and 0 with ElastiCache); ``primary_host``, which leads to it
    with ElastiCache (empty inside the cluster); ``read_host``, which balances reads over all nodes that are ready;
    ``port``, ``tls``, ``client_connections`` (what maxclients leaves for clients) and ``password_secret`` (name of the
    Secret, key ``password``; absent without a password). For callers in the same program: ``client_environment`` and
    ``password_key`` are what their containers need, ``endpoints`` what their network policies must let out, ``plan``
    every derived number.

    Raises ConfigurationError before anything is registered when the memory does not carry what is stated, the image's
    tag moves, or AWS would refuse a window, a retention or a tag; and ReviewError (one of them) with every rule that
    the cluster breaks.
    """

    sentinel_addresses: pulumi.Output[list[str]]
    master_name: str
    primary_host: pulumi.Output[str]
    read_host: pulumi.Output[str]
    port: int
    sentinel_port: int
    tls: bool
    client_connections: int
    password_secret: pulumi.Output[str] | None
    password_key: SecretKey | None
    plan: AnyRedisPlan

    def __init__(
        self,
        name: str,
        args: RedisClusterArgs | ElastiCacheArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if isinstance(args, ElastiCacheArgs):
            check(name, args)
            tags = check_tags(f"{name}.tags", args.tags)
            managed = plan_elasticache(args.redis)
            _reviewed(managed, name, args)
            super().__init__("headroom:index:RedisCluster", name, None, with_aliases(name, opts))
            self.plan = managed
            # Here, not above: the AWS package is not there where only the cluster's own Redis is used.
            from .redis.elasticache import make_elasticache

            self._publish(make_elasticache(name, self, args, managed, tags))
        else:
            if isinstance(args.image, str):
                pinned(f"{name}.image", args.image)
            plan = plan_redis(args.redis)
            facts = _reviewed(plan, name, args)
            super().__init__("headroom:index:RedisCluster", name, None, with_aliases(name, opts))
            self.plan = plan
            self._publish(_in_cluster(name, self, args, plan, facts))

    def _publish(self, made: Made) -> None:
        self._made = made
        self.sentinel_addresses, self.master_name = made.sentinel_addresses, made.master_name
        self.primary_host, self.read_host = made.primary_host, made.read_host
        self.port, self.sentinel_port, self.tls = made.port, made.sentinel_port, made.tls
        self.client_connections = self.plan.client_connections.value
        self.password_key = made.password_key
        key = made.password_key
        self.password_secret = None if key is None else pulumi.Output.from_input(key.secret)
        self.register_outputs(
            {
                "sentinel_addresses": self.sentinel_addresses,
                "master_name": self.master_name,
                "primary_host": self.primary_host,
                "read_host": self.read_host,
                "port": self.port,
                "sentinel_port": self.sentinel_port,
                "tls": self.tls,
                "client_connections": self.client_connections,
                **({} if self.password_secret is None else {"password_secret": self.password_secret}),
            }
        )

    @property
    def client_environment(self) -> Mapping[str, pulumi.Input[str]]:
        """Variables that a client finds it by; the password is not among them (``password_key``)."""
        reads: dict[str, pulumi.Input[str]] = {
            "REDIS_READ_HOST": self.read_host,
            "REDIS_READ_PORT": str(self.port),
        }
        if self.master_name:
            return {
                "REDIS_SENTINELS": self.sentinel_addresses.apply(",".join),
                "REDIS_MASTER_NAME": self.master_name,
                **reads,
            }
        return {
            "REDIS_HOST": self.primary_host,
            "REDIS_PORT": str(self.port),
            "REDIS_TLS": str(self.tls).lower(),
            **reads,
        }

    @property
    def endpoints(self) -> Sequence[Target]:
        """What a client's network policy must let out."""
        return self._made.endpoints


def _reviewed(
    plan: RedisPlan | ElastiCachePlan, name: str, args: RedisClusterArgs | ElastiCacheArgs
) -> Redis:
    facts = redis_facts(plan, name, args.namespace if isinstance(args.namespace, str) else "")
    refuse(Fleet(redis=(facts,)), args.ignores)
    return facts


def _in_cluster(
    name: str, parent: pulumi.Resource, args: RedisClusterArgs, plan: RedisPlan, facts: Redis
) -> Made:
    return InCluster(
        name=name,
        parent=parent,
        plan=plan,
        facts=facts,
        namespace=args.namespace,
        image=args.image,
        password=args.password,
        clients=args.clients,
        placement=args.placement,
        part_of=args.part_of,
        spread=args.spread,
        names=args.names,
        cluster_domain=args.cluster_domain,
    ).make()

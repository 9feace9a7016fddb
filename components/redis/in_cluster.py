"""The objects of a Redis inside the cluster: two StatefulSets with what governs, protects and reaches them.

The sentinels are not sidecars: a sidecar dies with the pod it should judge, four Redis pods would be four votes, and
every change of Redis would restart the electorate as well. How nothing is lost without a disk is argued in
``components.redis``; the numbers come from ``components.policy.redis``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pulumi
from pulumi_kubernetes.apps.v1 import StatefulSet
from pulumi_kubernetes.core.v1 import ConfigMap, Secret, Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from ..api import ApiObject
from ..metadata import object_labels, selector_labels
from ..network_policy import Endpoint, Pods, policy_spec
from ..placement import NodePlacement, placed
from ..pod import Spread
from ..policy.facts import Redis
from ..policy.facts.annotations import annotations
from ..policy.redis import RedisPlan
from ..process import SecretKey
from .made import Made
from .members import Members
from .pods import Wiring, redis_pod, sentinel_pod, stateful_set
from .render import Names, digest, render

NODE: Final = "redis"
SENTINEL: Final = "redis-sentinel"
PASSWORD_KEY: Final = "password"


def password_secret(
    name: str, metadata: ApiObject, password: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> SecretKey:
    """The Secret that clients read the password from."""
    secret = Secret(
        f"{name}-password",
        metadata=metadata,
        type="Opaque",
        string_data={PASSWORD_KEY: pulumi.Output.secret(password)},
        opts=opts,
    )
    return SecretKey(secret=secret.metadata["name"], key=PASSWORD_KEY)


@dataclass(frozen=True, kw_only=True)
class InCluster:
    """Everything that the objects are made of; ``make`` registers them once."""

    name: str
    parent: pulumi.Resource
    plan: RedisPlan
    facts: Redis
    namespace: pulumi.Input[str]
    image: pulumi.Input[str]
    password: pulumi.Input[str] | None
    clients: Sequence[Pods]
    placement: NodePlacement | None
    part_of: str
    spread: Spread
    names: Names
    cluster_domain: str

    @property
    def child(self) -> pulumi.ResourceOptions:
        """Options of every object."""
        return pulumi.ResourceOptions(parent=self.parent)

    def make(self) -> Made:
        """Register the objects."""
        spec = self.plan.spec
        nodes = self._members(NODE, self.name, f"{self.name}-nodes", spec.replicas + 1, self.names.port)
        sentinels = self._members(
            SENTINEL,
            f"{self.name}-sentinel",
            f"{self.name}-sentinels",
            spec.sentinels,
            self.names.sentinel_port,
        )
        account = ServiceAccount(
            f"{self.name}-account",
            metadata=self._metadata(self.name, NODE),
            automount_service_account_token=False,
            opts=self.child,
        )
        key = self._password_key()
        wiring = Wiring(
            image=self.image,
            config_map=self._config().metadata["name"],
            account=account.metadata["name"],
            redis_hosts=nodes.hosts.apply(" ".join),
            sentinel_hosts=sentinels.hosts.apply(" ".join),
            domain="",  # of each set its own
            password=key,
        )
        ways = [
            Endpoint(pods=Pods(labels=self._selector(members.role)), ports=[members.port])
            for members in (nodes, sentinels)
        ]
        self._set(nodes, redis_pod, wiring, ways)
        self._set(sentinels, sentinel_pod, wiring, ways)
        read = self._service(f"{self.name}-read", nodes, {"type": "ClusterIP"})
        return Made(
            sentinel_addresses=sentinels.hosts.apply(
                lambda hosts: [f"{host}:{sentinels.port}" for host in hosts]
            ),
            master_name=self.names.master_name,
            sentinel_port=sentinels.port,
            primary_host=pulumi.Output.from_input(""),
            read_host=pulumi.Output.concat(
                read.metadata["name"], ".", self.namespace, ".svc.", self.cluster_domain
            ),
            port=nodes.port,
            tls=False,
            password_key=key,
            endpoints=ways,
        )

    def _config(self) -> ConfigMap:
        """The files. Their digest is in the name: a change is a new map, and a rollout that goes one node at a time."""
        files = render(self.plan, self.names)
        named = self._metadata(f"{self.name}-config-{digest(files)}", NODE)
        return ConfigMap(
            f"{self.name}-config",
            metadata={**named, "annotations": annotations(self.facts)},
            immutable=True,
            data=files,
            opts=self.child,
        )

    def _password_key(self) -> SecretKey | None:
        if self.password is None:
            return None
        metadata = self._metadata(f"{self.name}-password", NODE)
        return password_secret(self.name, metadata, self.password, self.child)

    def _set(
        self,
        members: Members,
        pod: Callable[[RedisPlan, Names, Wiring, Spread, Mapping[str, str]], ApiObject],
        wiring: Wiring,
        ways: Sequence[Endpoint],
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
            ingress_from=[Pods(labels=selector_labels(self.name)), *self.clients],
            egress_to=ways,
        )
        NetworkPolicy(f"{members.set_name}-network", metadata=metadata, spec=network, opts=self.child)
        spec = pod(self.plan, self.names, replace(wiring, domain=members.domain), self.spread, selector)
        template = placed(self.placement, spec)
        workload = stateful_set(members.count, governing.metadata["name"], labels, selector, template)
        StatefulSet(f"{members.set_name}-set", metadata=metadata, spec=workload, opts=self.child)
        # One at a time, or a drain would take the second vote or the second copy with it.
        budget = {
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        }
        PodDisruptionBudget(f"{members.set_name}-budget", metadata=metadata, spec=budget, opts=self.child)

    def _members(self, role: str, set_name: str, service: str, count: int, port: int) -> Members:
        return Members(
            role=role,
            set_name=set_name,
            service=service,
            count=count,
            port=port,
            namespace=self.namespace,
            cluster_domain=self.cluster_domain,
        )

    def _service(self, object_name: str, members: Members, spec: ApiObject) -> Service:
        ports = [{"name": "tcp-redis", "port": members.port, "targetPort": members.port, "protocol": "TCP"}]
        return Service(
            f"{object_name}-service",
            metadata=self._metadata(object_name, members.role),
            spec={**spec, "selector": self._selector(members.role), "ports": ports},
            opts=self.child,
        )

    def _metadata(self, object_name: str, role: str) -> ApiObject:
        return {"name": object_name, "namespace": self.namespace, "labels": self._labels(role)}

    def _labels(self, role: str) -> dict[str, str]:
        return object_labels(self.name, role, self.part_of)

    def _selector(self, role: str) -> dict[str, str]:
        return {**selector_labels(self.name), "app.kubernetes.io/component": role}

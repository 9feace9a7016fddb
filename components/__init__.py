"""The component library: import what you need from here.

Nothing is loaded until it is named, so that the policy layer (``components.policy``) never waits for Pulumi.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .autoscaling import ExternalMetric, Keda
    from .aws_policies.statement import Statement
    from .event_window import EventWindow, EventWindowArgs, NoRules, PrometheusRules
    from .exposure import ClusterIp, NodePort
    from .front.alb import AccessLogs, Alb, Alias, Certificates, Firewall, PlainHttp
    from .front.any_ingress import AnyIngress
    from .front.gateway_api import AlbGateway, HttpRoute, OwnGateway, SecretCertificates
    from .front.grpc import Grpc
    from .front.routing import ENTRY, PathRoute, Weighted
    from .gateway_tier import ClusterOnly, GatewayTier, GatewayTierArgs
    from .identity import AwsIdentity, AwsRole, Identity
    from .init_containers import InitContainer, Sidecar
    from .karpenter_pool import KarpenterPool, KarpenterPoolArgs
    from .network_policy import Addresses, Anywhere, Endpoint, Outside, Pods, service_pods
    from .node_class import Ec2NodeClass, KwokNodeClass
    from .placement import NodePlacement
    from .pod import Container, PreferredAntiAffinity, SeparateHosts, TopologySpread
    from .policy.balancing import Balancing
    from .policy.connections import ClientPolicy
    from .policy.demand import Demand
    from .policy.disruption import Budget
    from .policy.elasticache import ElastiCacheSpec
    from .policy.errors import ConfigurationError
    from .policy.events import Event, EventFloor, EventSpec
    from .policy.events_watch import WatchedEvent, WatchedFloor, WatchedPool
    from .policy.front import RateRule
    from .policy.ignores import Ignore
    from .policy.node_budgets import NodeBudget
    from .policy.node_pool import Kubelet, NodePoolSpec, Taint
    from .policy.nodes import NodePlan, plan_nodes
    from .policy.place import place
    from .policy.pod_group import PodGroup
    from .policy.quantities import Bytes, Millicores, Milliseconds
    from .policy.redis import RedisSpec, RedisUse
    from .policy.routing import RequestChange, RequestMatch
    from .policy.service import ServicePlan, ServicePolicy, Surroundings, plan_service
    from .policy.worker import WorkerPlan, WorkerPolicy, plan_worker
    from .policy.workload import (
        CommandHealth,
        CommandProbe,
        GrpcProbe,
        HttpHealth,
        HttpProbe,
        Probes,
        Resources,
        Shutdown,
        TcpProbe,
        grpc_probes,
    )
    from .ports import GrpcPort, TcpPort
    from .process import AllOf, ConfigMapKey, Process, SecretKey, Volume
    from .queue_scaling import SqsQueue
    from .queue_worker import QueueWorker, QueueWorkerArgs
    from .redis.render import Names
    from .redis_cluster import ElastiCacheArgs, RedisCluster, RedisClusterArgs, Snapshots
    from .scalable_service import ScalableService, ScalableServiceArgs
    from .scraping import PodMonitor, Scraped, Unscraped
    from .spare import Spare
    from .time_zones import event

_HOME = {
    "event_window": ("EventWindow", "EventWindowArgs", "NoRules", "PrometheusRules"),
    "policy.events": ("Event", "EventFloor", "EventSpec"),
    "policy.events_watch": ("WatchedEvent", "WatchedFloor", "WatchedPool"),
    "time_zones": ("event",),
    "autoscaling": ("ExternalMetric", "Keda"),
    "front.alb": ("AccessLogs", "Alb", "Alias", "Certificates", "Firewall", "PlainHttp"),
    "front.any_ingress": ("AnyIngress",),
    "front.gateway_api": ("AlbGateway", "HttpRoute", "OwnGateway", "SecretCertificates"),
    "front.grpc": ("Grpc",),
    "front.routing": ("ENTRY", "PathRoute", "Weighted"),
    "gateway_tier": ("ClusterOnly", "GatewayTier", "GatewayTierArgs"),
    "karpenter_pool": ("KarpenterPool", "KarpenterPoolArgs"),
    "node_class": ("Ec2NodeClass", "KwokNodeClass"),
    "network_policy": ("Addresses", "Anywhere", "Endpoint", "Outside", "Pods", "service_pods"),
    "placement": ("NodePlacement",),
    "pod": ("Container", "PreferredAntiAffinity", "SeparateHosts", "TopologySpread"),
    "init_containers": ("InitContainer", "Sidecar"),
    "process": ("AllOf", "ConfigMapKey", "Process", "SecretKey", "Volume"),
    "policy.balancing": ("Balancing",),
    "policy.connections": ("ClientPolicy",),
    "policy.demand": ("Demand",),
    "policy.disruption": ("Budget",),
    "policy.elasticache": ("ElastiCacheSpec",),
    "policy.errors": ("ConfigurationError",),
    "policy.front": ("RateRule",),
    "policy.ignores": ("Ignore",),
    "policy.node_budgets": ("NodeBudget",),
    "policy.node_pool": ("Kubelet", "NodePoolSpec", "Taint"),
    "policy.place": ("place",),
    "policy.nodes": ("NodePlan", "plan_nodes"),
    "policy.pod_group": ("PodGroup",),
    "policy.quantities": ("Bytes", "Millicores", "Milliseconds"),
    "policy.redis": ("RedisSpec", "RedisUse"),
    "policy.routing": ("RequestChange", "RequestMatch"),
    "policy.service": ("ServicePlan", "ServicePolicy", "Surroundings", "plan_service"),
    "policy.worker": ("WorkerPlan", "WorkerPolicy", "plan_worker"),
    "policy.workload": (
        "CommandHealth",
        "CommandProbe",
        "GrpcProbe",
        "HttpHealth",
        "HttpProbe",
        "Probes",
        "Resources",
        "Shutdown",
        "TcpProbe",
        "grpc_probes",
    ),
    "aws_policies.statement": ("Statement",),
    "queue_scaling": ("SqsQueue",),
    "queue_worker": ("QueueWorker", "QueueWorkerArgs"),
    "redis.render": ("Names",),
    "redis_cluster": ("ElastiCacheArgs", "RedisCluster", "RedisClusterArgs", "Snapshots"),
    "identity": ("AwsIdentity", "AwsRole", "Identity"),
    "ports": ("GrpcPort", "TcpPort"),
    "scalable_service": ("ScalableService", "ScalableServiceArgs"),
    "scraping": ("PodMonitor", "Scraped", "Unscraped"),
    "spare": ("Spare",),
    "exposure": ("ClusterIp", "NodePort"),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "ENTRY",
    "AccessLogs",
    "Addresses",
    "Alb",
    "AlbGateway",
    "Alias",
    "AllOf",
    "AnyIngress",
    "Anywhere",
    "AwsIdentity",
    "AwsRole",
    "Balancing",
    "Budget",
    "Bytes",
    "Certificates",
    "ClientPolicy",
    "ClusterIp",
    "ClusterOnly",
    "CommandHealth",
    "CommandProbe",
    "ConfigMapKey",
    "ConfigurationError",
    "Container",
    "Demand",
    "Ec2NodeClass",
    "ElastiCacheArgs",
    "ElastiCacheSpec",
    "Endpoint",
    "Event",
    "EventFloor",
    "EventSpec",
    "EventWindow",
    "EventWindowArgs",
    "ExternalMetric",
    "Firewall",
    "GatewayTier",
    "GatewayTierArgs",
    "Grpc",
    "GrpcPort",
    "GrpcProbe",
    "HttpHealth",
    "HttpProbe",
    "HttpRoute",
    "Identity",
    "Ignore",
    "InitContainer",
    "KarpenterPool",
    "KarpenterPoolArgs",
    "Keda",
    "Kubelet",
    "KwokNodeClass",
    "Millicores",
    "Milliseconds",
    "Names",
    "NoRules",
    "NodeBudget",
    "NodePlacement",
    "NodePlan",
    "NodePoolSpec",
    "NodePort",
    "Outside",
    "OwnGateway",
    "PathRoute",
    "PlainHttp",
    "PodGroup",
    "PodMonitor",
    "Pods",
    "PreferredAntiAffinity",
    "Probes",
    "Process",
    "PrometheusRules",
    "QueueWorker",
    "QueueWorkerArgs",
    "RateRule",
    "RedisCluster",
    "RedisClusterArgs",
    "RedisSpec",
    "RedisUse",
    "RequestChange",
    "RequestMatch",
    "Resources",
    "ScalableService",
    "ScalableServiceArgs",
    "Scraped",
    "SecretCertificates",
    "SecretKey",
    "SeparateHosts",
    "ServicePlan",
    "ServicePolicy",
    "Shutdown",
    "Sidecar",
    "Snapshots",
    "Spare",
    "SqsQueue",
    "Statement",
    "Surroundings",
    "Taint",
    "TcpPort",
    "TcpProbe",
    "TopologySpread",
    "Unscraped",
    "Volume",
    "WatchedEvent",
    "WatchedFloor",
    "WatchedPool",
    "Weighted",
    "WorkerPlan",
    "WorkerPolicy",
    "event",
    "grpc_probes",
    "place",
    "plan_nodes",
    "plan_service",
    "plan_worker",
    "service_pods",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULE[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

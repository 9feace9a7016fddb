"""The component library: import what you need from here.

Nothing is loaded until it is named, so that the policy layer (``components.policy``) never waits for Pulumi.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .autoscaling import ExternalMetric, Keda
    from .exposure import ClusterIp, NodePort
    from .gateway_tier import ClusterOnly, GatewayTier, GatewayTierArgs, HttpRoute
    from .identity import AwsIdentity, Identity
    from .karpenter_pool import KarpenterPool, KarpenterPoolArgs
    from .network_policy import Anywhere, Endpoint, Outside, Pods, service_pods
    from .node_class import Ec2NodeClass, KwokNodeClass
    from .pod import Container, PreferredAntiAffinity, SecretKey, SeparateHosts, TopologySpread, Volume
    from .policy.connections import ClientPolicy
    from .policy.demand import Demand
    from .policy.disruption import Budget
    from .policy.errors import ConfigurationError
    from .policy.findings import Ignore
    from .policy.node_budgets import NodeBudget
    from .policy.node_pool import Kubelet, NodePoolSpec, Taint
    from .policy.nodes import NodePlan, PodGroup, plan_nodes
    from .policy.quantities import Bytes, Millicores, Milliseconds
    from .policy.redis import RedisSpec, RedisUse
    from .policy.service import ServicePlan, ServicePolicy, Surroundings, plan_service
    from .policy.workload import CommandProbe, GrpcProbe, HttpProbe, Probes, Resources, Shutdown
    from .ports import GrpcPort, TcpPort
    from .redis.render import Names
    from .redis_cluster import RedisCluster, RedisClusterArgs
    from .scalable_service import ScalableService, ScalableServiceArgs
    from .scraping import PodMonitor, Scraped, Unscraped
    from .spare import Spare

_HOME = {
    "autoscaling": ("ExternalMetric", "Keda"),
    "gateway_tier": ("ClusterOnly", "GatewayTier", "GatewayTierArgs", "HttpRoute"),
    "karpenter_pool": ("KarpenterPool", "KarpenterPoolArgs"),
    "node_class": ("Ec2NodeClass", "KwokNodeClass"),
    "network_policy": ("Anywhere", "Endpoint", "Outside", "Pods", "service_pods"),
    "pod": ("Container", "PreferredAntiAffinity", "SecretKey", "SeparateHosts", "TopologySpread", "Volume"),
    "policy.connections": ("ClientPolicy",),
    "policy.demand": ("Demand",),
    "policy.disruption": ("Budget",),
    "policy.errors": ("ConfigurationError",),
    "policy.findings": ("Ignore",),
    "policy.node_budgets": ("NodeBudget",),
    "policy.node_pool": ("Kubelet", "NodePoolSpec", "Taint"),
    "policy.nodes": ("NodePlan", "PodGroup", "plan_nodes"),
    "policy.quantities": ("Bytes", "Millicores", "Milliseconds"),
    "policy.redis": ("RedisSpec", "RedisUse"),
    "policy.service": ("ServicePlan", "ServicePolicy", "Surroundings", "plan_service"),
    "policy.workload": ("CommandProbe", "GrpcProbe", "HttpProbe", "Probes", "Resources", "Shutdown"),
    "redis.render": ("Names",),
    "redis_cluster": ("RedisCluster", "RedisClusterArgs"),
    "identity": ("AwsIdentity", "Identity"),
    "ports": ("GrpcPort", "TcpPort"),
    "scalable_service": ("ScalableService", "ScalableServiceArgs"),
    "scraping": ("PodMonitor", "Scraped", "Unscraped"),
    "spare": ("Spare",),
    "exposure": ("ClusterIp", "NodePort"),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Anywhere",
    "AwsIdentity",
    "Budget",
    "Bytes",
    "ClientPolicy",
    "ClusterIp",
    "ClusterOnly",
    "CommandProbe",
    "ConfigurationError",
    "Container",
    "Demand",
    "Ec2NodeClass",
    "Endpoint",
    "ExternalMetric",
    "GatewayTier",
    "GatewayTierArgs",
    "GrpcPort",
    "GrpcProbe",
    "HttpProbe",
    "HttpRoute",
    "Identity",
    "Ignore",
    "KarpenterPool",
    "KarpenterPoolArgs",
    "Keda",
    "Kubelet",
    "KwokNodeClass",
    "Millicores",
    "Milliseconds",
    "Names",
    "NodeBudget",
    "NodePlan",
    "NodePoolSpec",
    "NodePort",
    "Outside",
    "PodGroup",
    "PodMonitor",
    "Pods",
    "PreferredAntiAffinity",
    "Probes",
    "RedisCluster",
    "RedisClusterArgs",
    "RedisSpec",
    "RedisUse",
    "Resources",
    "ScalableService",
    "ScalableServiceArgs",
    "Scraped",
    "SecretKey",
    "SeparateHosts",
    "ServicePlan",
    "ServicePolicy",
    "Shutdown",
    "Spare",
    "Surroundings",
    "Taint",
    "TcpPort",
    "TopologySpread",
    "Unscraped",
    "Volume",
    "plan_nodes",
    "plan_service",
    "service_pods",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULE[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

"""The component library: import what you need from here.

Nothing is loaded until it is named, so that the policy layer (``components.policy``) never waits for Pulumi.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .autoscaling import ExternalMetric, Keda
    from .gateway_tier import ClusterOnly, GatewayTier, GatewayTierArgs, HttpRoute, client_environment
    from .karpenter_pool import Ec2NodeClass, KarpenterPool, KarpenterPoolArgs, KwokNodeClass
    from .network_policy import Anywhere, Endpoint, Pods, service_pods
    from .pod import Container, PreferredAntiAffinity, SecretKey, TopologySpread, Volume
    from .policy.demand import Demand
    from .policy.disruption import Budget
    from .policy.errors import ConfigurationError
    from .policy.findings import Ignore
    from .policy.redis import RedisSpec
    from .policy.service import plan_service
    from .policy.workload import Probes, Resources, Shutdown
    from .redis_cluster import RedisCluster, RedisClusterArgs
    from .scalable_service import ClusterIp, Identity, NodePort, ScalableService, ScalableServiceArgs

_HOME = {
    "autoscaling": ("ExternalMetric", "Keda"),
    "gateway_tier": ("ClusterOnly", "GatewayTier", "GatewayTierArgs", "HttpRoute", "client_environment"),
    "karpenter_pool": ("Ec2NodeClass", "KarpenterPool", "KarpenterPoolArgs", "KwokNodeClass"),
    "network_policy": ("Anywhere", "Endpoint", "Pods", "service_pods"),
    "pod": ("Container", "PreferredAntiAffinity", "SecretKey", "TopologySpread", "Volume"),
    "policy.demand": ("Demand",),
    "policy.disruption": ("Budget",),
    "policy.errors": ("ConfigurationError",),
    "policy.findings": ("Ignore",),
    "policy.redis": ("RedisSpec",),
    "policy.service": ("plan_service",),
    "policy.workload": ("Probes", "Resources", "Shutdown"),
    "redis_cluster": ("RedisCluster", "RedisClusterArgs"),
    "scalable_service": ("ClusterIp", "Identity", "NodePort", "ScalableService", "ScalableServiceArgs"),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Anywhere",
    "Budget",
    "ClusterIp",
    "ClusterOnly",
    "ConfigurationError",
    "Container",
    "Demand",
    "Ec2NodeClass",
    "Endpoint",
    "ExternalMetric",
    "GatewayTier",
    "GatewayTierArgs",
    "HttpRoute",
    "Identity",
    "Ignore",
    "KarpenterPool",
    "KarpenterPoolArgs",
    "Keda",
    "KwokNodeClass",
    "NodePort",
    "Pods",
    "PreferredAntiAffinity",
    "Probes",
    "RedisCluster",
    "RedisClusterArgs",
    "RedisSpec",
    "Resources",
    "ScalableService",
    "ScalableServiceArgs",
    "SecretKey",
    "Shutdown",
    "TopologySpread",
    "Volume",
    "client_environment",
    "plan_service",
    "service_pods",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULE[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

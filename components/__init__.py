"""The component library: import what you need from here.

Nothing is loaded until it is named, so that the policy layer (``components.policy``) never waits for Pulumi.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .autoscaling import ExternalMetric, Keda
    from .gateway_tier import ClusterOnly, GatewayTier, GatewayTierArgs, HttpRoute, client_environment
    from .karpenter_pool import Ec2NodeClass, KarpenterPool, KarpenterPoolArgs, KwokNodeClass
    from .network import Anywhere, Endpoint, Pods, service_pods
    from .pod import Container, PreferredAntiAffinity, SecretKey, TopologySpread, Volume
    from .redis_cluster import RedisCluster, RedisClusterArgs
    from .scalable_service import ClusterIp, Identity, NodePort, ScalableService, ScalableServiceArgs

_HOME = {
    "autoscaling": ("ExternalMetric", "Keda"),
    "gateway_tier": ("ClusterOnly", "GatewayTier", "GatewayTierArgs", "HttpRoute", "client_environment"),
    "karpenter_pool": ("Ec2NodeClass", "KarpenterPool", "KarpenterPoolArgs", "KwokNodeClass"),
    "network": ("Anywhere", "Endpoint", "Pods", "service_pods"),
    "pod": ("Container", "PreferredAntiAffinity", "SecretKey", "TopologySpread", "Volume"),
    "redis_cluster": ("RedisCluster", "RedisClusterArgs"),
    "scalable_service": ("ClusterIp", "Identity", "NodePort", "ScalableService", "ScalableServiceArgs"),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Anywhere",
    "ClusterIp",
    "ClusterOnly",
    "Container",
    "Ec2NodeClass",
    "Endpoint",
    "ExternalMetric",
    "GatewayTier",
    "GatewayTierArgs",
    "HttpRoute",
    "Identity",
    "KarpenterPool",
    "KarpenterPoolArgs",
    "Keda",
    "KwokNodeClass",
    "NodePort",
    "Pods",
    "PreferredAntiAffinity",
    "RedisCluster",
    "RedisClusterArgs",
    "ScalableService",
    "ScalableServiceArgs",
    "SecretKey",
    "TopologySpread",
    "Volume",
    "client_environment",
    "service_pods",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULE[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

"""What stands in the cluster before the services: controllers with their CRDs, each a component of the library.

Two places, by what it runs on. What buys nodes, or must be there before one is bought, runs on the system nodes; all
else runs on Karpenter's. A new component is registered in one of the two and nowhere else.
"""

from collections.abc import Sequence

import pulumi

from apps.inside import Inside
from components.gateway_api_crds import GatewayApiCrds, GatewayApiCrdsArgs
from components.load_balancer_controller import CHART, LoadBalancerController, LoadBalancerControllerArgs
from components.policy.plan import Plan
from config.load_balancer import AlbGateway
from config.settings import Settings

from .controllers import controllers
from .eks import Eks


def on_system_nodes(settings: Settings, plan: Plan, eks: Eks) -> Sequence[pulumi.Resource]:
    """Register what runs on the system nodes; pools, and all that follows, depend on what is given back."""
    kinds = _gateway_api(eks)
    return [eks.cluster, eks.karpenter, *kinds, *_load_balancing(settings, eks, kinds)]


def _gateway_api(eks: Eks) -> Sequence[pulumi.Resource]:
    """The kinds of the Gateway API: they go after the last Gateway, and with them all that is of them."""
    stated = eks.settings.gateway_api
    if stated is None:
        return []
    args = GatewayApiCrdsArgs(file=stated.file)
    return [GatewayApiCrds("gateway-api-crds", args, pulumi.ResourceOptions(provider=eks.provider))]


def _load_balancing(
    settings: Settings, eks: Eks, kinds: Sequence[pulumi.Resource]
) -> Sequence[pulumi.Resource]:
    """The controller that makes load balancers: it goes after the last Ingress, and so after the last pool."""
    version = eks.settings.load_balancer_controller_version
    if version is None:
        return []
    args = LoadBalancerControllerArgs(
        cluster_name=eks.cluster.cluster_name,
        vpc_id=eks.cluster.vpc_id,
        place=eks.account.place,
        version=version,
        charts=eks.charts(CHART),
        gateway_classes=_classes(settings) if kinds else [],
        tags=eks.settings.tags,
    )
    return [LoadBalancerController("load-balancer-controller", args, eks.opts(eks.cluster, *kinds))]


def _classes(settings: Settings) -> Sequence[str]:
    """The classes that the stack's ways in name; the usual one where they are another stack's."""
    ways = (service.exposure for service in settings.services.values())
    named = [way.class_name for way in ways if isinstance(way, AlbGateway)]
    return list(dict.fromkeys(named)) or ["alb"]


def on_pools(settings: Settings, plan: Plan, eks: Eks, pools: Sequence[pulumi.Resource]) -> Inside:
    """Register what runs on Karpenter's nodes; the namespace and the services depend on what is given back."""
    return controllers(settings, eks, pools)

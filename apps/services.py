"""The services of a stack as components: the settings, the plan's numbers, the call graph as open ports."""

from dataclasses import replace
from typing import Any

import pulumi

from components import (
    ClusterIp,
    ClusterOnly,
    Container,
    Endpoint,
    ExternalMetric,
    GatewayTier,
    GatewayTierArgs,
    HttpRoute,
    Identity,
    Keda,
    NodePort,
    Outside,
    Pods,
    PreferredAntiAffinity,
    RedisCluster,
    ScalableService,
    ScalableServiceArgs,
    SecretKey,
    TopologySpread,
    Volume,
    service_pods,
)
from components.autoscaling import Autoscaler
from components.exposure import Exposure
from components.gateway_tier import WayIn
from components.pod import Spread
from components.policy.plan import Plan
from config import workload
from config.settings import KedaAutoscaling, Settings

from .pools import placement

Deployed = ScalableService | GatewayTier


def services(
    settings: Settings,
    plan: Plan,
    *,
    namespace: pulumi.Input[str],
    redis: RedisCluster,
    opts: pulumi.ResourceOptions,
) -> dict[str, Deployed]:
    """Register every service of the stack; by name."""
    return {name: _service(name, settings, plan, namespace, redis, opts) for name in settings.services}


def _service(
    name: str,
    settings: Settings,
    plan: Plan,
    namespace: pulumi.Input[str],
    redis: RedisCluster,
    opts: pulumi.ResourceOptions,
) -> Deployed:
    stated, planned = settings.services[name], plan.services[name]
    uses_redis = stated.redis_ops_per_request > 0
    callers = [service_pods(caller) for caller, other in settings.services.items() if name in other.calls]
    # Prometheus asks every pod on its one port; a closed door would be an autoscaler without figures.
    scrapers = [Pods(namespace=settings.monitoring_namespace)] if settings.monitoring_namespace else []
    reached = [
        Endpoint(pods=service_pods(callee), ports=[settings.services[callee].port]) for callee in stated.calls
    ]
    args = ScalableServiceArgs(
        namespace=namespace,
        container=_container(stated, redis if uses_redis else None),
        capacity=planned,
        resources=stated.resources,
        part_of=settings.namespace,
        role=stated.tier,
        probes=stated.probes,
        shutdown=stated.shutdown,
        client=stated.client,
        autoscaler=_autoscaler(settings),
        exposure=_exposure(stated.exposure),
        spread=_spread(name, stated.spread, plan),
        identity=Identity(annotations=stated.identity.annotations, mount_token=stated.identity.mount_token),
        image_pull_secrets=stated.image_pull_secrets,
        placement=placement(plan, name),
        ignores=settings.ignores,
        events=[event.floor_of(name) for event in plan.events],
        ingress_from=[*callers, *scrapers],
        egress_to=[
            *reached,
            *(redis.endpoints if uses_redis else []),
            *(Outside(cidr=way_out.cidr, ports=way_out.ports) for way_out in stated.egress),
        ],
    )
    if stated.tier == "gateway":
        return GatewayTier(name, GatewayTierArgs(service=args, way_in=_way_in(stated.exposure)), opts)
    return ScalableService(name, args, opts)


def _container(stated: workload.Service, redis: RedisCluster | None) -> Container:
    """The container; what the stack says of its environment wins over what is wired."""
    secrets = {
        name: SecretKey(secret=source.secret, key=source.key)
        for name, source in stated.env_from_secrets.items()
    }
    if redis is not None and redis.password_key is not None:
        secrets = {"REDIS_PASSWORD": redis.password_key, **secrets}
    return Container(
        image=stated.image,
        port=stated.port,
        command=stated.command,
        args=stated.args,
        env={**(redis.client_environment if redis is not None else {}), **stated.env},
        env_from_secrets=secrets,
        volumes=[_volume(name, volume) for name, volume in stated.volumes.items()],
    )


def _volume(name: str, volume: workload.Volume) -> Volume:
    source: dict[str, Any]
    match volume:
        case workload.SecretVolume():
            source = {"secret": {"secretName": volume.name}}
        case workload.ConfigMapVolume():
            source = {"configMap": {"name": volume.name}}
        case workload.EmptyDirVolume():
            source = {"emptyDir": {"sizeLimit": str(volume.size_limit)}}
    return Volume(
        name=name,
        mount_path=volume.mount_path,
        source=source,
        read_only=not isinstance(volume, workload.EmptyDirVolume),
    )


def _autoscaler(settings: Settings) -> Autoscaler:
    if isinstance(settings.autoscaling, KedaAutoscaling):
        keda = Keda(prometheus_address=settings.autoscaling.prometheus_address)
        return replace(keda, query=settings.autoscaling.query) if settings.autoscaling.query else keda
    return ExternalMetric()


def _exposure(exposure: workload.Exposure) -> Exposure:
    if isinstance(exposure, workload.NodePort):
        return NodePort(node_port=exposure.node_port, client_ip_timeout=exposure.client_ip_timeout)
    return ClusterIp()


def _way_in(exposure: workload.Exposure) -> WayIn:
    match exposure:
        case workload.HttpRoute():
            return HttpRoute(
                gateway=exposure.gateway,
                gateway_namespace=exposure.gateway_namespace,
                hostnames=exposure.hostnames,
            )
        case workload.NodePort():
            return NodePort(node_port=exposure.node_port, client_ip_timeout=exposure.client_ip_timeout)
        case workload.ClusterIp():
            return ClusterOnly()


def _spread(name: str, spread: workload.Spread, plan: Plan) -> Spread:
    if isinstance(spread, workload.PreferredAntiAffinity):
        return PreferredAntiAffinity(weight=spread.weight)
    return TopologySpread(pods_per_host=plan.pods_per_host(name))

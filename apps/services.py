"""The services of a stack as components: the settings, the plan's numbers, the call graph as open ports."""

from collections.abc import Mapping

import pulumi

from components import (
    ClusterIp,
    ClusterOnly,
    Container,
    Endpoint,
    ExternalMetric,
    GatewayTier,
    GatewayTierArgs,
    GrpcPort,
    HttpRoute,
    Keda,
    NodePort,
    RedisCluster,
    ScalableService,
    ScalableServiceArgs,
    TcpPort,
    service_pods,
)
from components.autoscaling import Autoscaler
from components.exposure import Exposure
from components.gateway_tier import WayIn
from components.policy.plan import Plan
from components.ports import Port
from components.scraping import requests_query
from config import process, workload
from config.settings import KedaAutoscaling, Settings

from .inside import Inside
from .pods import AWS_API, egress, identity, metrics, process_fields, spread
from .pools import placement
from .workers import sending_environment, sending_rights, sends

Deployed = ScalableService | GatewayTier


def services(
    settings: Settings,
    plan: Plan,
    *,
    namespace: pulumi.Input[str],
    redis: RedisCluster,
    inside: Inside,
    opts: pulumi.ResourceOptions,
) -> dict[str, Deployed]:
    """Register every service of the stack; by name."""
    return {
        name: _service(name, settings, plan, namespace, redis, inside, opts) for name in settings.services
    }


def _service(
    name: str,
    settings: Settings,
    plan: Plan,
    namespace: pulumi.Input[str],
    redis: RedisCluster,
    inside: Inside,
    opts: pulumi.ResourceOptions,
) -> Deployed:
    stated, planned = settings.services[name], plan.services[name]
    uses_redis = stated.redis_ops_per_request > 0
    callers = [service_pods(caller) for caller, other in settings.services.items() if name in other.calls]
    reached = [
        Endpoint(pods=service_pods(callee), ports=_ports(settings.services[callee]))
        for callee in stated.calls
    ]
    sending = sends(name, settings)
    args = ScalableServiceArgs(
        namespace=namespace,
        container=_container(
            stated, redis if uses_redis else None, sending_environment(name, settings, inside)
        ),
        capacity=planned,
        resources=stated.resources,
        part_of=settings.namespace,
        role=stated.tier,
        probes=stated.probes,
        shutdown=stated.shutdown,
        client=stated.client,
        autoscaler=_autoscaler(settings, stated, inside),
        exposure=_exposure(stated.exposure),
        spread=spread(name, stated.spread, plan),
        identity=identity(stated.identity, inside, sending_rights(name, settings, inside)),
        metrics=metrics(settings, stated.metrics.path, stated.metrics.port),
        image_pull_secrets=stated.image_pull_secrets,
        placement=placement(plan, name),
        ignores=settings.ignores,
        events=[event.floor_of(name) for event in plan.events],
        ingress_from=callers,
        egress_to=[
            *reached,
            *(redis.endpoints if uses_redis else []),
            *egress(stated),
            *([AWS_API] if sending else []),
        ],
    )
    if stated.tier == "gateway":
        return GatewayTier(name, GatewayTierArgs(service=args, way_in=_way_in(stated.exposure)), opts)
    return ScalableService(name, args, opts)


def _ports(callee: workload.Service) -> list[int]:
    return [callee.port, *(port.number for port in callee.ports)]


def _container(
    stated: workload.Service, redis: RedisCluster | None, wired: Mapping[str, pulumi.Input[str]]
) -> Container:
    """The container; what the stack says of its environment wins over what is wired."""
    fields = process_fields(stated)
    if redis is not None and redis.password_key is not None:
        fields["env_from_secrets"] = {"REDIS_PASSWORD": redis.password_key, **fields["env_from_secrets"]}
    return Container(
        **fields,
        image=stated.image,
        port=stated.port,
        ports=[_port(port) for port in stated.ports],
        env={**(redis.client_environment if redis is not None else {}), **wired, **stated.env},
    )


def _port(port: process.Port) -> Port:
    if isinstance(port, process.GrpcPort):
        return GrpcPort(number=port.number, name=port.name)
    return TcpPort(number=port.number, name=port.name)


def _autoscaler(settings: Settings, stated: workload.Service, inside: Inside) -> Autoscaler:
    scaling = settings.autoscaling
    if not isinstance(scaling, KedaAutoscaling):
        return ExternalMetric()
    address = scaling.prometheus_address or inside.prometheus_address
    # config.inside_fit refuses a stack that has neither.
    assert address is not None
    query = scaling.query or requests_query(stated.metrics.requests_total)
    return Keda(prometheus_address=address, query=query)


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

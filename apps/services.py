"""The services of a stack as components: the settings, the plan's numbers, the call graph as open ports."""

from collections.abc import Mapping

import pulumi

from components import (
    Anywhere,
    Container,
    Endpoint,
    ExternalMetric,
    GatewayTier,
    GatewayTierArgs,
    GrpcPort,
    Keda,
    RedisCluster,
    ScalableService,
    ScalableServiceArgs,
    TcpPort,
    service_pods,
)
from components.autoscaling import Autoscaler
from components.policy.plan import Plan
from components.ports import Port
from components.scraping import requests_query
from config import process, workload
from config.autoscaling import KedaAutoscaling
from config.settings import Settings

from .containers import process_fields
from .front import Wired, has_way_in, is_routed_to, service_of, way_in
from .inside import Inside
from .pods import AWS_API, egress, identity, ingress, metrics, pod_fields, spread
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
    made: dict[str, Deployed] = {}
    # What has no way in comes first: a route of what has one may lead to it.
    for name in sorted(settings.services, key=lambda name: has_way_in(settings.services[name].exposure)):
        args = _args(name, settings, plan, namespace, redis, inside)
        # All of it, not its addresses alone: clients that move to another Redis find one that answers.
        needs = [redis] if settings.services[name].redis_ops_per_request > 0 else []
        after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=needs))
        if settings.services[name].tier == "gateway":
            others = {n: s.service if isinstance(s, GatewayTier) else s for n, s in made.items()}
            way = way_in(name, settings, Wired(made=others, inside=inside, opts=opts))
            made[name] = GatewayTier(name, GatewayTierArgs(service=args, way_in=way), after)
        else:
            made[name] = ScalableService(name, args, after)
    return {name: made[name] for name in settings.services}


def _args(
    name: str,
    settings: Settings,
    plan: Plan,
    namespace: pulumi.Input[str],
    redis: RedisCluster,
    inside: Inside,
) -> ScalableServiceArgs:
    stated, planned = settings.services[name], plan.services[name]
    uses_redis = stated.redis_ops_per_request > 0
    callers = [service_pods(caller) for caller, other in settings.services.items() if name in other.calls]
    reached = [
        Endpoint(pods=service_pods(callee), ports=_ports(settings.services[callee]))
        for callee in stated.calls
    ]
    sending = sends(name, settings)
    return ScalableServiceArgs(
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
        exposure=service_of(stated.exposure),
        spread=spread(name, stated.spread, plan),
        identity=identity(stated.identity, inside, sending_rights(name, settings, inside)),
        metrics=metrics(settings, stated.metrics.path, stated.metrics.port),
        **pod_fields(stated),
        placement=placement(plan, name),
        ignores=settings.ignores,
        events=plan.event_floors(name),
        ingress_from=[
            *callers,
            *ingress(stated.ingress),
            *([Anywhere()] if is_routed_to(name, settings) else []),
        ],
        egress_to=[
            *reached,
            *(redis.endpoints if uses_redis else []),
            *egress(stated),
            *([AWS_API] if sending else []),
        ],
    )


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
        speaks=stated.speaks,
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

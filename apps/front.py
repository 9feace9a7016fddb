"""How requests come in: the stack's word for a way in as the component's, and what the rules are shown of it.

Decides no number. A certificate of the account that AWS writes its documentation with is nobody's: a preview says so
and goes on, an update is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pulumi

from components import (
    ENTRY,
    AccessLogs,
    Alb,
    AlbGateway,
    Alias,
    AnyIngress,
    Certificates,
    ClusterIp,
    ClusterOnly,
    Firewall,
    Grpc,
    HttpRoute,
    NodePort,
    OwnGateway,
    PathRoute,
    PlainHttp,
    RequestChange,
    RequestMatch,
    ScalableService,
    SecretCertificates,
    Weighted,
)
from components.exposure import Exposure
from components.front.alias import unknown
from components.front.ingress import facts
from components.front.targets import targets
from components.gateway_tier import WayIn
from components.policy.facts import LoadBalancer
from components.policy.front import certificate_place
from components.policy.place import Place
from components.policy.plan import Plan
from components.ports import GrpcPort
from components.web_acl import WebAcl, WebAclArgs
from config import exposure as stated
from config import load_balancer, routed
from config.cluster import LocalCluster
from config.exposure_fit import place_of
from config.problems import StackError, problem_line
from config.program import warn
from config.settings import Settings

from .inside import Inside

# AWS, "AWS documentation conventions": example account numbers.
DOCUMENTATION_ACCOUNT: Final = "111122223333"
# The label by which the load balancer controller makes pods of a namespace wait until a balancer sends to them.
READINESS_GATES: Final = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}


def service_of(exposure: stated.Exposure) -> Exposure:
    """What the Service in front of the pods is."""
    if isinstance(exposure, stated.NodePort):
        return NodePort(node_port=exposure.node_port, client_ip_timeout=exposure.client_ip_timeout)
    if isinstance(exposure, stated.ClusterIp):
        return ClusterIp(port=exposure.port, headless=exposure.headless)
    return ClusterIp()


def has_way_in(exposure: stated.Exposure) -> bool:
    """Whether requests come to a service by host names or paths, and may be led past it."""
    return isinstance(exposure, routed.Routed)


def is_routed_to(name: str, settings: Settings) -> bool:
    """Whether a path leads to a service past the entry: then whoever comes from outside may enter."""
    found = (s.exposure for s in settings.services.values() if isinstance(s.exposure, routed.Routed))
    return any(name == other for exposure in found for _, other in exposure.led_to)


def namespace_labels(settings: Settings) -> Mapping[str, str]:
    """Labels of the namespace that a way in asks for."""
    behind = any(isinstance(s.exposure, load_balancer.LoadBalancer) for s in settings.services.values())
    return READINESS_GATES if behind else {}


@dataclass(frozen=True, kw_only=True)
class Wired:
    """What a way in is wired to: the services made already, what is in AWS, and the options of what it makes."""

    made: Mapping[str, ScalableService]
    inside: Inside
    opts: pulumi.ResourceOptions


def way_in(name: str, settings: Settings, wired: Wired) -> WayIn:
    """The component's word for it; registers the firewall where the stack has one of its own."""
    exposure = settings.services[name].exposure
    match exposure:
        case stated.ClusterIp():
            return ClusterOnly()
        case stated.NodePort():
            return NodePort(node_port=exposure.node_port, client_ip_timeout=exposure.client_ip_timeout)
        case stated.HttpRoute():
            return HttpRoute(
                gateway=exposure.gateway,
                gateway_namespace=exposure.gateway_namespace,
                hostnames=exposure.hostnames,
                section=exposure.section,
                grpc=_grpc(exposure),
                routes=_routes(name, exposure, wired.made),
                request_timeout=exposure.request_timeout,
            )
        case stated.AnyIngress():
            return AnyIngress(
                class_name=exposure.class_name,
                hostnames=exposure.hostnames,
                tls_secret=exposure.tls_secret,
                routes=_routes(name, exposure, wired.made),
                annotations=exposure.annotations,
            )
        case stated.Gateway(certificate_secrets=secrets):
            return OwnGateway(
                class_name=exposure.class_name,
                hostnames=exposure.hostnames,
                tls=SecretCertificates(names=secrets) if secrets else PlainHttp(),
                grpc=_grpc(exposure),
                routes=_routes(name, exposure, wired.made),
                request_timeout=exposure.request_timeout,
            )
        case load_balancer.Alb() | load_balancer.AlbGateway():
            where = wired.inside.aws.place if wired.inside.aws is not None else place_of(settings, exposure)
            made = replace(
                _alb(exposure, where, _tls(exposure, where)),
                routes=_routes(name, exposure, wired.made),
                firewall=_firewall(name, exposure, wired),
            )
            if isinstance(exposure, load_balancer.AlbGateway):
                return AlbGateway(alb=made, class_name=exposure.class_name)
            alias = exposure.alias
            return (
                made
                if alias is None
                else replace(made, alias=Alias(zone_id=alias.zone_id, names=alias.names))
            )


def load_balancers(settings: Settings, plan: Plan) -> tuple[LoadBalancer, ...]:
    """The load balancers of the stack as the rules see them, before anything is registered.

    Routes to other services are left out: their targets follow from these services, and so break no rule.
    """
    found: list[LoadBalancer] = []
    for name, service in settings.services.items():
        exposure = service.exposure
        if not isinstance(exposure, load_balancer.LoadBalancer):
            continue
        arns = exposure.certificates
        tls = Certificates(arns=arns) if arns else PlainHttp()
        alb = _alb(exposure, place_of(settings, exposure), tls)
        ports = [GrpcPort(number=p.number, name=p.name) for p in service.ports if p.kind == "grpc"]
        told = targets(
            name,
            alb,
            plan.services[name],
            port=service.port,
            ports=ports,
            readiness=service.probes.readiness,
        )
        # The label of somebody else's namespace is somebody else's.
        gates = True if settings.namespace_kind == "made" else None
        found += [
            replace(facts(alb, target), namespace=settings.namespace, readiness_gates=gates)
            for target in told
        ]
    return tuple(found)


def _alb(exposure: load_balancer.LoadBalancer, where: Place, tls: Certificates | PlainHttp) -> Alb:
    """What can be said without anything that is registered."""
    logs, firewall = exposure.access_logs, exposure.firewall
    rate = firewall.rate if firewall is not None else None
    return Alb(
        place=where,
        keep_alive=exposure.keep_alive,
        tls=tls,
        scheme=exposure.scheme,
        balancing=exposure.balancing,
        annotations=exposure.annotations if isinstance(exposure, load_balancer.Alb) else {},
        hostnames=exposure.hostnames,
        source_cidrs=exposure.source_cidrs,
        grpc=_grpc(exposure),
        firewall=Firewall(web_acl_arn="", rate=rate) if rate is not None else None,
        access_logs=AccessLogs(bucket=logs.bucket, prefix=logs.prefix) if logs is not None else None,
        withdrawn_within=exposure.withdrawn_within,
        deletion_protection=exposure.deletion_protection,
    )


def _is_nobodys(exposure: load_balancer.LoadBalancer, account: str | None) -> bool:
    """Whether a certificate is of the documentation's account, and that is not ours."""
    found = (certificate_place(arn) for arn in exposure.certificates)
    return any(p is not None and p.account == DOCUMENTATION_ACCOUNT != account for p in found)


def _tls(exposure: load_balancer.LoadBalancer, where: Place) -> Certificates | PlainHttp:
    """What a preview shows of a certificate that nobody has is not known (check_certificates)."""
    if not exposure.certificates:
        return PlainHttp()
    if _is_nobodys(exposure, where.account):
        return Certificates(arns=[unknown()], ssl_policy=exposure.ssl_policy)
    return Certificates(arns=exposure.certificates, ssl_policy=exposure.ssl_policy)


def check_certificates(settings: Settings) -> None:
    """Raises StackError, in an update, for a certificate that nobody has: before anything is registered. A preview says
    so and goes on, and on the local cluster no load balancer shows any.
    """
    if isinstance(settings.cluster, LocalCluster):
        return
    problems = [
        _nobodys(name, service.exposure, settings)
        for name, service in settings.services.items()
        if isinstance(service.exposure, load_balancer.LoadBalancer)
        # Where no account is stated it is that of the credentials, which is never the documentation's.
        and _is_nobodys(service.exposure, getattr(settings.cluster, "account", None))
    ]
    if problems and not pulumi.runtime.is_dry_run():
        raise StackError(f"stack {pulumi.get_stack()}", problems)
    warn(problems)


def _nobodys(name: str, exposure: load_balancer.LoadBalancer, settings: Settings) -> str:
    return problem_line(
        f"services.{name}.exposure.certificates",
        f"of the account {DOCUMENTATION_ACCOUNT}, which AWS writes its documentation with; allowed: a certificate of"
        f" yours in {place_of(settings, exposure).region} (aws acm request-certificate); state its ARN",
        ", ".join(exposure.certificates),
    )


def _firewall(name: str, exposure: load_balancer.LoadBalancer, wired: Wired) -> Firewall | None:
    match exposure.firewall:
        case None:
            return None
        case load_balancer.ExistingFirewall(web_acl_arn=arn, rate=rate):
            return Firewall(web_acl_arn=arn, rate=rate)
        case load_balancer.NewFirewall(rate=rate, log_retention_days=days):
            # config.exposure_fit refuses it where the program has no account.
            assert wired.inside.aws is not None
            args = WebAclArgs(
                place=wired.inside.aws.place,
                rate=rate,
                log_retention_days=days,
                tags=wired.inside.aws.tags,
            )
            opts = pulumi.ResourceOptions(providers=[wired.inside.aws.provider])
            return WebAcl(f"{name}-firewall", args, opts).firewall


def _grpc(exposure: routed.Routed) -> Grpc | None:
    return None if exposure.grpc is None else Grpc(services=exposure.grpc.services, port=exposure.grpc.port)


def _routes(entry: str, exposure: routed.Routed, made: Mapping[str, ScalableService]) -> list[PathRoute]:
    return [
        *(PathRoute(path=path, service=made[name]) for path, name in exposure.routes.items()),
        *(_rule(entry, rule, made) for rule in exposure.rules),
    ]


def _rule(entry: str, rule: routed.Rule, made: Mapping[str, ScalableService]) -> PathRoute:
    parts = [
        Weighted(service=ENTRY if name == entry else made[name], weight=weight)
        for name, weight in rule.to.items()
    ]
    only = parts[0].service
    return PathRoute(
        path=rule.path,
        # One service alone has no weight, which an Ingress does not know.
        service=only if len(parts) == 1 and isinstance(only, ScalableService) else parts,
        match=RequestMatch(**{name: getattr(rule, name) for name in RequestMatch.model_fields}),
        change=RequestChange(**{name: getattr(rule, name) for name in RequestChange.model_fields}),
        request_timeout=rule.request_timeout,
    )

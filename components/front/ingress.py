"""The Ingress objects of an Alb, in the words of the AWS Load Balancer Controller: one for each kind of target.

What is a target group's differs by target, and annotations are an Ingress' own; so there is one Ingress for the entry,
one for its gRPC services and one for each path, in one group, which is one load balancer.
"""

import json
from collections.abc import Mapping, Sequence

import pulumi

from ..api import ApiObject
from ..policy.derived import Derived
from ..policy.facts import ABSENT, LoadBalancer
from ..policy.facts.annotations import annotations as written
from ..policy.facts.objects.front import CLASS, PREFIX
from ..policy.front import GRPC_HEALTH, HealthCheck
from ..policy.quantities import Milliseconds
from .alb import Alb, Certificates
from .targets import Target


def facts(alb: Alb, target: Target) -> LoadBalancer:
    """What the rules look at. The namespace's label is the namespace's, so nothing is known of it here."""
    rate = alb.firewall.rate if alb.firewall is not None else None
    tls = isinstance(alb.tls, Certificates)
    return LoadBalancer(
        object=f"Ingress {target.name}",
        name=target.name,
        services=(target.service,),
        internet_facing=alb.scheme == "internet-facing",
        ip_targets=True,
        http_ports=(80,),
        https_ports=(443,) if tls else (),
        redirects_to_https=tls,
        certificates=_known_certificates(alb) or None if tls else ABSENT,
        deregistration_delay=target.front.deregistration_delay.value,
        idle_timeout=target.front.idle_timeout.value,
        health_path=None if target.grpc else target.front.health_check.path,
        keep_alive=alb.keep_alive,
        withdrawn_within=alb.withdrawn_within,
        blocks_above=rate.blocks_above.value if rate is not None else None,
        client_share=rate.client_share.value if rate is not None else None,
    )


def _known_certificates(alb: Alb) -> tuple[str, ...]:
    arns = alb.tls.arns if isinstance(alb.tls, Certificates) else ()
    return tuple(arn for arn in arns if isinstance(arn, str)) if all(isinstance(a, str) for a in arns) else ()


def ingress_annotations(alb: Alb, target: Target, group: pulumi.Input[str]) -> dict[str, pulumi.Input[str]]:
    """Everything that the controller is told. Nothing is left to its defaults but the subnets, found by tags."""
    said = {
        **_load_balancer(alb, target),
        **_target_group(alb, target),
        **_conditions(target),
        "group.name": group,
    }
    return {
        **alb.annotations,
        **{PREFIX + key: value for key, value in said.items()},
        **written(facts(alb, target)),
    }


def ingress_spec(alb: Alb, target: Target) -> ApiObject:
    """One rule for each host name, or one for all."""
    backend = {"service": {"name": target.service, "port": {"number": target.port}}}
    kind = "Exact" if target.match.exact else "Prefix"
    paths = [{"path": path, "pathType": kind, "backend": backend} for path in target.paths]
    hosts: Sequence[Mapping[str, pulumi.Input[str]]] = [{"host": host} for host in alb.hostnames] or [{}]
    return {"ingressClassName": CLASS, "rules": [{**host, "http": {"paths": paths}} for host in hosts]}


def _load_balancer(alb: Alb, target: Target) -> dict[str, pulumi.Input[str]]:
    said: dict[str, pulumi.Input[str]] = {
        "scheme": alb.scheme,
        "group.order": str(target.order),
        "load-balancer-attributes": _joined(
            [
                f"{key}={value}" if isinstance(value, str) else pulumi.Output.concat(f"{key}=", value)
                for key, value in load_balancer_attributes(alb, target.front.idle_timeout)
            ]
        ),
    }
    if alb.source_cidrs:
        said["inbound-cidrs"] = ",".join(alb.source_cidrs)
    if alb.firewall is not None:
        said["wafv2-acl-arn"] = alb.firewall.web_acl_arn
    if not isinstance(alb.tls, Certificates):
        return {**said, "listen-ports": json.dumps([{"HTTP": 80}])}
    return {
        **said,
        "listen-ports": json.dumps([{"HTTP": 80}, {"HTTPS": 443}]),
        "ssl-redirect": "443",
        "ssl-policy": alb.tls.ssl_policy,
        "certificate-arn": _joined(alb.tls.arns),
    }


def load_balancer_attributes(alb: Alb, idle: Derived[Milliseconds]) -> list[tuple[str, pulumi.Input[str]]]:
    """Attributes of the load balancer by their names in its API."""
    logs = alb.access_logs
    return [
        ("idle_timeout.timeout_seconds", str(idle.value.seconds)),
        ("routing.http2.enabled", "true"),
        # A header that is none is how requests are smuggled past a proxy.
        ("routing.http.drop_invalid_header_fields.enabled", "true"),
        ("deletion_protection.enabled", str(alb.deletion_protection).lower()),
        ("access_logs.s3.enabled", str(logs is not None).lower()),
        *(
            [("access_logs.s3.bucket", logs.bucket), ("access_logs.s3.prefix", logs.prefix)]
            if logs is not None
            else []
        ),
    ]


def target_group_attributes(alb: Alb, target: Target) -> dict[str, str]:
    """Attributes of a target group by their names in its API."""
    delay = target.front.deregistration_delay.value.seconds
    return {"deregistration_delay.timeout_seconds": str(delay), **alb.balancing.attributes}


def _target_group(alb: Alb, target: Target) -> dict[str, pulumi.Input[str]]:
    attributes = target_group_attributes(alb, target)
    return {
        "target-type": "ip",
        "backend-protocol": "HTTP",
        "backend-protocol-version": "GRPC" if target.grpc else "HTTP1",
        "target-group-attributes": ",".join(f"{key}={value}" for key, value in attributes.items()),
        **_health(target.front.health_check, grpc=target.grpc),
    }


def _conditions(target: Target) -> dict[str, pulumi.Input[str]]:
    """What a request has to say beside its path; the controller finds it by the name of the service."""
    match = target.match
    asked: list[ApiObject] = [
        {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": name, "values": [value]}}
        for name, value in match.headers.items()
    ]
    asked += [
        {"field": "query-string", "queryStringConfig": {"values": [{"key": key, "value": value}]}}
        for key, value in match.query.items()
    ]
    if match.methods:
        methods = {"values": list(match.methods)}
        asked.append({"field": "http-request-method", "httpRequestMethodConfig": methods})
    return {f"conditions.{target.service}": json.dumps(asked)} if asked else {}


def _health(check: HealthCheck, *, grpc: bool) -> dict[str, pulumi.Input[str]]:
    # A gRPC target group asks gRPC on the gRPC port, whatever the kubelet asks elsewhere.
    port = "traffic-port" if grpc or check.port is None else str(check.port)
    return {
        "healthcheck-protocol": "HTTP",
        "healthcheck-port": port,
        "healthcheck-path": GRPC_HEALTH if grpc else check.path,
        # gRPC status OK; the kubelet takes anything from 200 to 399.
        "success-codes": "0" if grpc else "200-399",
        "healthcheck-interval-seconds": str(check.interval.value),
        "healthcheck-timeout-seconds": str(check.timeout.value),
        "healthy-threshold-count": str(check.healthy.value),
        "unhealthy-threshold-count": str(check.unhealthy.value),
    }


def _joined(parts: Sequence[pulumi.Input[str]]) -> pulumi.Input[str]:
    """Plain where every part is plain, so that a preview and the rules see it."""
    if all(isinstance(part, str) for part in parts):
        return ",".join(str(part) for part in parts)
    return pulumi.Output.all(*parts).apply(lambda known: ",".join(known))

"""What the AWS Load Balancer Controller is told of a Gateway: its own objects beside those of the Gateway API."""

from typing import Final

import pulumi

from ..api import ApiObject
from ..policy.front import GRPC_HEALTH
from .alb import Alb, Certificates
from .ingress import load_balancer_attributes, target_group_attributes
from .targets import Target

GROUP: Final = "gateway.k8s.aws"
VERSION: Final = f"{GROUP}/v1beta1"
BALANCER: Final = "LoadBalancerConfiguration"
TARGETS: Final = "TargetGroupConfiguration"


def balancer_spec(alb: Alb, entry: Target) -> ApiObject:
    """The load balancer itself."""
    attributes = [
        {"key": key, "value": value} for key, value in load_balancer_attributes(alb, entry.front.idle_timeout)
    ]
    spec: ApiObject = {"scheme": alb.scheme, "loadBalancerAttributes": attributes}
    if alb.source_cidrs:
        spec["sourceRanges"] = list(alb.source_cidrs)
    if alb.firewall is not None:
        spec["wafV2"] = {"webACL": alb.firewall.web_acl_arn}
    if isinstance(alb.tls, Certificates):
        first, *others = alb.tls.arns
        listener: ApiObject = {
            "protocolPort": "HTTPS:443",
            "defaultCertificate": first,
            "sslPolicy": alb.tls.ssl_policy,
        }
        spec["listenerConfigurations"] = [{**listener, **({"certificates": others} if others else {})}]
    return spec


def targets_spec(alb: Alb, target: Target, grpc: Target | None = None) -> ApiObject:
    """The target group of one Service; its gRPC routes have one of their own."""
    spec: ApiObject = {
        "targetReference": {"kind": "Service", "name": target.service},
        "defaultConfiguration": _props(alb, target),
    }
    if grpc is not None:
        spec["routeConfigurations"] = [
            {"routeIdentifier": {"kind": "GRPCRoute"}, "targetGroupProps": _props(alb, grpc)}
        ]
    return spec


def _props(alb: Alb, target: Target) -> ApiObject:
    check = target.front.health_check
    asked: ApiObject = {
        "healthCheckPath": GRPC_HEALTH if target.grpc else check.path,
        "healthCheckProtocol": "HTTP",
        "healthCheckInterval": check.interval.value,
        "healthCheckTimeout": check.timeout.value,
        "healthyThresholdCount": check.healthy.value,
        "unhealthyThresholdCount": check.unhealthy.value,
        "matcher": {"grpcCode": "0"} if target.grpc else {"httpCode": "200-399"},
    }
    if check.port is not None and not target.grpc:
        asked["healthCheckPort"] = str(check.port)
    return {
        "targetType": "ip",
        "protocol": "HTTP",
        "protocolVersion": "GRPC" if target.grpc else "HTTP1",
        "healthCheckConfig": asked,
        "targetGroupAttributes": [
            {"key": key, "value": value} for key, value in target_group_attributes(alb, target).items()
        ],
    }


def parameters(name: pulumi.Input[str]) -> ApiObject:
    """What a Gateway's ``infrastructure`` names."""
    return {"parametersRef": {"group": GROUP, "kind": BALANCER, "name": name}}

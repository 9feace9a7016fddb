"""The autoscaler of one service: the HPA itself, or KEDA, which makes one. Both scale on requests per second first.

CPU is only the backstop: a proxy was seen at 15 % CPU with 10,000 requests/s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler

from .api import ApiObject
from .policy.quantities import Milliseconds
from .policy.service import ServicePlan

METRIC: Final = "http_requests_per_second"


@dataclass(frozen=True, kw_only=True)
class ExternalMetric:
    """An HPA on an external metric that a metrics adapter serves; the metric is the service's total, not per pod."""

    metric: str = METRIC


@dataclass(frozen=True, kw_only=True)
class Keda:
    """A KEDA ScaledObject with a Prometheus trigger. The query gives the service's total, never divided by pods."""

    prometheus_address: pulumi.Input[str]
    # Real gateways of this kind expose http_server_requests_total{method,route,status_code}.
    query: str = 'sum(rate(http_server_requests_total{{namespace="{namespace}",service="{service}"}}[1m]))'
    polling: Milliseconds = Milliseconds.parse("15s")


Autoscaler = ExternalMetric | Keda


def behavior(plan: ServicePlan) -> ApiObject:
    """Up without waiting, to the peak in one step; down slowly. Field names as the API spells them."""
    scaling = plan.scaling
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {
                    "type": "Pods",
                    "value": scaling.scale_up_pods.value,
                    "periodSeconds": scaling.scale_up_period.seconds,
                },
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": scaling.scale_down_window.seconds,
            "selectPolicy": "Min",
            "policies": [
                {
                    "type": "Percent",
                    "value": scaling.scale_down_percent,
                    "periodSeconds": scaling.scale_down_period.seconds,
                },
            ],
        },
    }


def make_autoscaler(
    name: str,
    autoscaler: Autoscaler,
    plan: ServicePlan,
    *,
    namespace: pulumi.Input[str],
    labels: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """Register the autoscaler of the Deployment ``name``."""
    metadata: ApiObject = {"name": name, "namespace": namespace, "labels": dict(labels)}
    match autoscaler:
        case ExternalMetric(metric=metric):
            return HorizontalPodAutoscaler(
                f"{name}-autoscaler", metadata=metadata, spec=_hpa_spec(name, metric, plan), opts=opts
            )
        case Keda():
            return CustomResource(
                f"{name}-autoscaler",
                api_version="keda.sh/v1alpha1",
                kind="ScaledObject",
                metadata=metadata,
                spec=_scaled_object_spec(name, autoscaler, plan, namespace),
                opts=opts,
            )


def _hpa_spec(name: str, metric: str, plan: ServicePlan) -> ApiObject:
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "minReplicas": plan.replicas.floor.value,
        "maxReplicas": plan.replicas.peak.value,
        "metrics": [
            {
                "type": "External",
                "external": {
                    "metric": {"name": metric, "selector": {"matchLabels": {"service": name}}},
                    "target": {"type": "AverageValue", "averageValue": str(plan.scaling.target_rps.value)},
                },
            },
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": plan.scaling.cpu_percent.value},
                },
            },
        ],
        "behavior": behavior(plan),
    }


def _scaled_object_spec(name: str, keda: Keda, plan: ServicePlan, namespace: pulumi.Input[str]) -> ApiObject:
    query = pulumi.Output.from_input(namespace).apply(
        lambda ns: keda.query.format(namespace=ns, service=name)
    )
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "minReplicaCount": plan.replicas.floor.value,
        "maxReplicaCount": plan.replicas.peak.value,
        "pollingInterval": keda.polling.seconds,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behavior(plan)}},
        # Without metrics the fleet stands at its peak instead of being scaled down blind.
        "fallback": {"failureThreshold": 3, "replicas": plan.replicas.peak.value},
        "triggers": [
            {
                "type": "prometheus",
                "metricType": "AverageValue",
                "metadata": {
                    "serverAddress": keda.prometheus_address,
                    "query": query,
                    "threshold": str(plan.scaling.target_rps.value),
                    # No answer is no zero: with the default the fleet would fall to its floor when Prometheus is blind.
                    "ignoreNullValues": "false",
                },
            },
            {
                "type": "cpu",
                "metricType": "Utilization",
                "metadata": {"value": str(plan.scaling.cpu_percent.value)},
            },
        ],
    }

"""The autoscaler of one service: the HPA itself, or KEDA, which makes one. Both scale on requests per second first.

CPU is only the backstop: a proxy was seen at 15 % CPU with 10,000 requests/s.

The floor of an announced event is one more metric among the others, never a change of ``minReplicas``. The HPA takes
the largest answer of all its metrics, so a floor that a person raised stays raised, a demand above the floor is
followed, and when the window is over the metric says nothing and the fleet goes back by the usual way down, whoever
deploys or does not. A CronJob that patches ``minReplicas`` would need rights to write, would overwrite what a person
did in an emergency, fights the next deployment over the field, and leaves the floor up for good when its second run
fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler

from .api import ApiObject
from .policy.bounds import POLLING
from .policy.events import EventFloor
from .policy.events_time import cron_bounds
from .policy.events_watch import FLOOR_PODS
from .policy.quantities import Milliseconds
from .policy.service import ServicePlan
from .policy.worker import WorkerPlan

METRIC: Final = "http_requests_per_second"
# Of one service in one event: the pods in its window, 0 outside of it (the rules of an EventWindow record it).
EVENT_METRIC: Final = FLOOR_PODS
# Events come to an autoscaler as instants, so no zone's table is asked again in the cluster.
UTC: Final = "Etc/UTC"


@dataclass(frozen=True, kw_only=True)
class ExternalMetric:
    """An HPA on external metrics that a metrics adapter serves; ``metric`` is the service's total, not per pod.

    ``event_metric`` is asked for by the labels ``service`` and ``event``, once for each event.
    """

    metric: str = METRIC
    event_metric: str = EVENT_METRIC


@dataclass(frozen=True, kw_only=True)
class Keda:
    """A KEDA ScaledObject with a Prometheus trigger. The query gives the service's total, never divided by pods."""

    prometheus_address: pulumi.Input[str]
    # Real gateways of this kind expose http_server_requests_total{method,route,status_code}.
    query: str = 'sum(rate(http_server_requests_total{{namespace="{namespace}",service="{service}"}}[1m]))'
    polling: Milliseconds = Milliseconds.parse("15s")

    def __post_init__(self) -> None:
        POLLING.check("polling", self.polling)


Autoscaler = ExternalMetric | Keda
# Answers that fail before KEDA falls back; three are no accident.
FAILURES: Final = 3


def behavior(plan: ServicePlan | WorkerPlan) -> ApiObject:
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
    metadata: ApiObject,
    events: Sequence[EventFloor],
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """Register the autoscaler of the Deployment ``name``."""
    match autoscaler:
        case ExternalMetric():
            return HorizontalPodAutoscaler(
                f"{name}-autoscaler",
                metadata=metadata,
                spec=_hpa_spec(name, autoscaler, plan, events),
                opts=opts,
            )
        case Keda():
            return CustomResource(
                f"{name}-autoscaler",
                api_version="keda.sh/v1alpha1",
                kind="ScaledObject",
                metadata=metadata,
                spec={
                    **scaled_object_spec(
                        name, plan, _triggers(name, autoscaler, plan, metadata["namespace"]), events
                    ),
                    "pollingInterval": autoscaler.polling.seconds,
                },
                opts=opts,
            )


def _hpa_spec(
    name: str, stated: ExternalMetric, plan: ServicePlan, events: Sequence[EventFloor]
) -> ApiObject:
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "minReplicas": plan.replicas.floor.value,
        "maxReplicas": plan.replicas.peak.value,
        "metrics": [
            _external(stated.metric, {"service": name}, plan.scaling.target_rps.value),
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": plan.scaling.cpu_percent.value},
                },
            },
            # A value of so many pods, one a pod: the HPA adds up what a selector finds, so each event has its own.
            *(_external(stated.event_metric, {"service": name, "event": floor.event}, 1) for floor in events),
        ],
        "behavior": behavior(plan),
    }


def _external(metric: str, labels: Mapping[str, str], per_pod: int) -> ApiObject:
    return {
        "type": "External",
        "external": {
            "metric": {"name": metric, "selector": {"matchLabels": dict(labels)}},
            "target": {"type": "AverageValue", "averageValue": str(per_pod)},
        },
    }


def event_trigger(floor: EventFloor) -> ApiObject:
    """KEDA's own clock, so that the floor stands on no metrics: Prometheus may be what fails on the day.

    Cron has no year. A rule says when an event is over (HR943), before its floor comes again a year later.
    """
    start, end = cron_bounds(floor.begins, floor.ends)
    return {
        "type": "cron",
        "name": f"event-{floor.event}",
        "metadata": {
            "timezone": UTC,
            "start": start,
            "end": end,
            "desiredReplicas": str(floor.pods),
        },
    }


def scaled_object_spec(
    name: str,
    plan: ServicePlan | WorkerPlan,
    triggers: Sequence[ApiObject],
    events: Sequence[EventFloor],
) -> ApiObject:
    """KEDA's object for the Deployment ``name``: it follows what asks for most, the triggers or an event that is on."""
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "minReplicaCount": plan.replicas.floor.value,
        "maxReplicaCount": plan.replicas.peak.value,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behavior(plan)}},
        # Without an answer the fleet stands at its peak instead of being scaled down blind.
        "fallback": {"failureThreshold": FAILURES, "replicas": plan.replicas.peak.value},
        "triggers": [*triggers, *map(event_trigger, events)],
    }


def _triggers(name: str, keda: Keda, plan: ServicePlan, namespace: pulumi.Input[str]) -> Sequence[ApiObject]:
    query = pulumi.Output.from_input(namespace).apply(
        lambda ns: keda.query.format(namespace=ns, service=name)
    )
    requests = {
        "type": "prometheus",
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": keda.prometheus_address,
            "query": query,
            "threshold": str(plan.scaling.target_rps.value),
            # No answer is no zero: with the default the fleet would fall to its floor when Prometheus is blind.
            "ignoreNullValues": "false",
        },
    }
    cpu = {
        "type": "cpu",
        "metricType": "Utilization",
        "metadata": {"value": str(plan.scaling.cpu_percent.value)},
    }
    return [requests, cpu]

"""ScalableService for other languages."""

from typing import Any, TypedDict

import pulumi

from .. import autoscaling, exposure, scalable_service
from ..policy.bounds import AFFINITY, POLLING
from ..policy.errors import ConfigurationError
from . import capacity, containers, network_policy, workload
from .events import EventFloor
from .ignores import Ignore
from .metrics import Scraped
from .node_pool import Architecture
from .placement import NodePlacement
from .pods import Identity, pod_fields
from .reading import read, stated, whole


class Keda(TypedDict):
    """A KEDA ScaledObject with a Prometheus trigger, in the place of an HPA."""

    prometheus_address: pulumi.Input[str]
    """Where Prometheus answers, such as "http://prometheus.monitoring:9090"."""
    query: str | None
    """Gives the service's total in requests/s, never divided by pods; {namespace} and {service} are filled in."""
    polling: str | None
    """How often it is asked. Default: 15s."""


class NodePort(TypedDict):
    """A port on every node, with requests of one client going to one pod."""

    node_port: int | None
    """The port. Left out: the cluster chooses one."""
    client_ip_timeout: str | None
    """How long a client stays with its pod. Default: 5m."""


class Service(TypedDict):
    """One stateless service: what it is, what it must carry, whom it talks to."""

    namespace: pulumi.Input[str]
    """Namespace of every object."""
    container: containers.Container
    """What runs."""
    demand: capacity.Demand
    """What it must carry; replicas, floor, budget, spread and limits follow."""
    resources: workload.Resources
    """Requests and limits of one pod."""
    zones: int | None
    """Zones that the pods are spread over, one of which may be lost at the peak. Default: 3."""
    p99: str | None
    """The latency objective, such as "100ms" (the default); pools and limits follow."""
    calls: dict[str, str] | None
    """Requests to other services for one request to this one, such as {inventory-api: "1/3"}."""
    calls_in_turn: int | None
    """How many of them one request makes one after the other at most. Left out: the least that it must."""
    redis_ops_per_request: str | None
    """Redis operations for one request, such as "2". Default: 0, and no pool."""
    headroom: str | None
    """Replaces the room for the loss of a zone by a factor, such as "1.2"."""
    floor: int | None
    """Replaces the derived floor."""
    scales_at_rps: int | None
    """Requests/s per pod at which pods are added, where the derived target is higher."""
    budget: capacity.Budget | None
    """Replaces the derived disruption budget."""
    part_of: str | None
    """Label app.kubernetes.io/part-of. Default: headroom."""
    role: str | None
    """Label app.kubernetes.io/component. Default: backend."""
    probes: workload.Probes | None
    """How its health is asked for."""
    shutdown: workload.Shutdown | None
    """How a pod leaves."""
    client: capacity.ClientPolicy | None
    """How it treats what it calls; reaches the process as environment variables."""
    metric: str | None
    """Name of the external metric that the HPA scales on. Default: http_requests_per_second."""
    keda: Keda | None
    """Scales by KEDA instead of an HPA; then metric is left out."""
    node_port: NodePort | None
    """Opens a port on every node. Left out: reached inside the cluster, or by a load balancer that targets pods."""
    spread: workload.Spread | None
    """How pods are kept apart. Default: topology-spread."""
    identity: Identity | None
    """The pod's ServiceAccount."""
    metrics: Scraped | None
    """How Prometheus gets the metrics. Left out: nobody asks the pods."""
    image_pull_secrets: list[str] | None
    """Names of Secrets that open the image's registry."""
    pod_labels: dict[str, pulumi.Input[str]] | None
    """Labels of the pods besides their own."""
    pod_annotations: dict[str, pulumi.Input[str]] | None
    """Annotations of the pods, for what reads them there."""
    priority_class: pulumi.Input[str] | None
    """A PriorityClass that is there. Left out: the cluster's default."""
    ndots: int | None
    """Dots that a name needs to be asked of DNS as it is. Left out: 5, as Kubernetes says."""
    architectures: list[Architecture] | None
    """What its image is built for. Left out: not known."""
    placement: NodePlacement | None
    """The NodePools that the pods may run on. Left out: any node."""
    ingress_from: list[network_policy.Pods] | None
    """Pods that may call. Default: none."""
    ingress_from_anywhere: bool | None
    """Whether every address may call: what a load balancer that targets pods needs, since it is no pod."""
    egress_to: list[network_policy.Endpoint] | None
    """Pods that may be called. DNS always may."""
    egress_outside: list[network_policy.Outside] | None
    """Addresses outside of the cluster that may be called."""
    scale_down: capacity.ScaleDown | None
    """How the autoscaler takes pods away."""
    events: list[EventFloor] | None
    """Pods that it holds during announced events. With keda by its cron trigger; else the HPA asks for the metric
    headroom_event_floor_pods by service and event, which an EventWindow records."""
    ignores: list[Ignore] | None
    """Rules that this service may break."""


class ScalableService(scalable_service.ScalableService):
    """A stateless service that scales on requests per second, survives the loss of a zone at its peak, and leaves
    without losing a request: Deployment, Service, autoscaler, PodDisruptionBudget, ServiceAccount, NetworkPolicy."""

    host: pulumi.Output[str]
    """DNS name inside the cluster."""
    url: pulumi.Output[str]
    """Address inside the cluster, with its port."""
    port: int
    """Port of the Service."""
    floor: int
    """The fewest pods."""
    peak: int
    """The most pods."""

    def __init__(self, name: str, args: Service, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, service_args(name, args, ""), opts)


def service_args(name: str, given: Service, prefix: str) -> scalable_service.ScalableServiceArgs:
    """The component's own arguments; ``prefix`` is where ``given`` stands in the inputs, for messages."""
    probes = workload.probes(given.get("probes"), f"{prefix}probes")
    shutdown = workload.shutdown(given.get("shutdown"), f"{prefix}shutdown")
    client = capacity.client_policy(given.get("client"), f"{prefix}client")
    return scalable_service.ScalableServiceArgs(
        container=containers.container(given["container"], f"{prefix}container"),
        capacity=capacity.plan(name, given, probes=probes, shutdown=shutdown, client=client, prefix=prefix),
        probes=probes,
        shutdown=shutdown,
        client=client,
        autoscaler=_autoscaler(given, prefix),
        exposure=_exposure(given.get("node_port"), f"{prefix}nodePort"),
        ingress_from=network_policy.sources(given.get("ingress_from"), given.get("ingress_from_anywhere")),
        **pod_fields(given, prefix),
    )


def _autoscaler(given: Service, prefix: str) -> autoscaling.Autoscaler:
    metric, keda = given.get("metric"), given.get("keda")
    if keda is None:
        return autoscaling.ExternalMetric(**stated(given, "metric"))
    if metric is not None:
        raise ConfigurationError(
            field=f"{prefix}metric",
            value=metric,
            allowed="no metric beside keda, whose query says what it scales on",
            remedy="leave out one of the two",
        )
    fields = stated(keda, "prometheus_address", "query")
    polling = keda.get("polling")
    if polling is not None:
        fields["polling"] = read(POLLING.parse, polling, f"{prefix}keda.polling")
    return autoscaling.Keda(**fields)


def _exposure(given: NodePort | None, field: str) -> exposure.Exposure:
    if given is None:
        return exposure.ClusterIp()
    fields: dict[str, Any] = {}
    port, timeout = given.get("node_port"), given.get("client_ip_timeout")
    if port is not None:
        fields["node_port"] = whole(port, f"{field}.nodePort")
    if timeout is not None:
        fields["client_ip_timeout"] = read(AFFINITY.parse, timeout, f"{field}.clientIpTimeout")
    return exposure.NodePort(**fields)

"""ScalableService: one stateless service that scales, survives a zone, and leaves without losing a request.

It derives its numbers from its own demand with the same function as the platform's plan. It never reads
configuration, and it never sets ``replicas``: that field belongs to the autoscaler.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from .api import ApiObject
from .autoscaling import Autoscaler, ExternalMetric, make_autoscaler
from .client_environment import client_environment
from .exposure import ClusterIp, Exposure, service_spec
from .metadata import object_labels, selector_labels
from .network_policy import Source, Target, policy_spec
from .pod import Container, Spread, TopologySpread, pod_spec
from .policy.connections import ClientPolicy
from .policy.demand import Demand
from .policy.facts import Fleet
from .policy.facts.annotations import annotations
from .policy.facts.from_plan import service_facts, traffic_facts
from .policy.findings import Ignore
from .policy.images import pinned
from .policy.quantities import format_int_or_percent, format_percent
from .policy.review import refuse
from .policy.service import ServicePlan, ServicePolicy, plan_service
from .policy.workload import Probes, Resources, Shutdown


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The pod's ServiceAccount. The API token stays unmounted unless the service talks to the API."""

    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    mount_token: bool = False


@dataclass(frozen=True, kw_only=True)
class ScalableServiceArgs:
    """Arguments of :class:`ScalableService`.

    ``capacity`` is the demand, from which everything is derived, or the service's plan where more than its own demand
    was known (the platform's plan, or ``plan_service`` with a floor, a headroom or a budget of its own).
    """

    namespace: pulumi.Input[str]
    container: Container
    capacity: Demand | ServicePlan
    resources: Resources
    part_of: str = "headroom"
    role: str = "backend"
    probes: Probes = Probes()
    shutdown: Shutdown = Shutdown()
    client: ClientPolicy = ClientPolicy()
    autoscaler: Autoscaler = ExternalMetric()
    exposure: Exposure = ClusterIp()
    spread: Spread = TopologySpread()
    identity: Identity = Identity()
    image_pull_secrets: Sequence[str] = ()
    # Closed by default: nobody may call, and only DNS may be reached.
    ingress_from: Sequence[Source] = ()
    egress_to: Sequence[Target] = ()
    # Rules that this service may break, each with a written reason.
    ignores: Sequence[Ignore] = ()

    def with_environment(self, derived: Mapping[str, pulumi.Input[str]]) -> "ScalableServiceArgs":
        """The same with derived variables; what the container says itself wins."""
        return replace(self, container=replace(self.container, env={**derived, **self.container.env}))


class ScalableService(pulumi.ComponentResource):
    """Deployment, Service, autoscaler, PodDisruptionBudget, ServiceAccount and NetworkPolicy of one service.

    Outputs: ``host`` (DNS name inside the cluster), ``port``, ``url``, and, as plain integers, ``floor`` and ``peak``.
    ``plan`` holds every derived number with its derivation.

    Raises ConfigurationError at construction, before anything is registered, when the demand cannot be planned, and
    ReviewError (one of them) with every rule that the service breaks: a budget that blocks every drain, a grace period
    shorter than the drain. An image whose tag moves is refused too.
    """

    host: pulumi.Output[str]
    url: pulumi.Output[str]
    port: int
    floor: int
    peak: int
    plan: ServicePlan

    def __init__(
        self, name: str, args: ScalableServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        plan = checked_plan(name, args)
        super().__init__("headroom:index:ScalableService", name, None, opts)
        args = args.with_environment(client_environment(plan.connections, args.client))
        self.plan = plan
        self.port = args.container.port
        self.floor = plan.replicas.floor.value
        self.peak = plan.replicas.peak.value
        child = pulumi.ResourceOptions(parent=self)
        labels = object_labels(name, args.role, args.part_of)
        metadata: ApiObject = {"name": name, "namespace": args.namespace, "labels": labels}

        account = ServiceAccount(
            f"{name}-account",
            metadata={**metadata, "annotations": dict(args.identity.annotations)},
            automount_service_account_token=args.identity.mount_token,
            opts=child,
        )
        NetworkPolicy(
            f"{name}-network",
            metadata=metadata,
            spec=policy_spec(
                selector_labels(name),
                port=self.port,
                ingress_from=args.ingress_from,
                egress_to=args.egress_to,
            ),
            opts=child,
        )
        deployment = Deployment(
            f"{name}-deployment",
            metadata={**metadata, "annotations": annotations(traffic_facts(plan, args.shutdown))},
            spec=_deployment_spec(name, args, plan, labels, account.metadata["name"]),
            opts=child,
        )
        service = Service(
            f"{name}-service",
            metadata=metadata,
            spec=service_spec(args.exposure, selector_labels(name), self.port),
            opts=child,
        )
        PodDisruptionBudget(f"{name}-budget", metadata=metadata, spec=_budget_spec(name, plan), opts=child)
        make_autoscaler(
            name,
            args.autoscaler,
            plan,
            namespace=args.namespace,
            labels=labels,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
        )

        self.host = pulumi.Output.concat(service.metadata["name"], ".", service.metadata["namespace"], ".svc")
        self.url = pulumi.Output.concat("http://", self.host, ":", str(self.port))
        self.register_outputs(
            {"host": self.host, "url": self.url, "port": self.port, "floor": self.floor, "peak": self.peak}
        )


def checked_plan(name: str, args: ScalableServiceArgs) -> ServicePlan:
    """The service's plan. Raises ConfigurationError for everything that is wrong with the arguments."""
    # The rule about images is a warning for what runs already; what is made here is never made so.
    if isinstance(args.container.image, str):
        pinned(f"{name}.image", args.container.image)
    plan = (
        args.capacity
        if isinstance(args.capacity, ServicePlan)
        else plan_service(name, args.capacity, ServicePolicy(shutdown=args.shutdown, probes=args.probes))
    )
    facts = service_facts(
        plan,
        # An image that is an output is seen by the policy pack, once it is known.
        image=args.container.image if isinstance(args.container.image, str) else None,
        resources=args.resources,
        probes=args.probes,
        shutdown=args.shutdown,
        client=args.client,
    )
    refuse(Fleet(workloads=(facts,)), args.ignores)
    return plan


def _deployment_spec(
    name: str,
    args: ScalableServiceArgs,
    plan: ServicePlan,
    labels: Mapping[str, str],
    account: pulumi.Input[str],
) -> ApiObject:
    return {
        "selector": {"matchLabels": selector_labels(name)},
        "revisionHistoryLimit": 5,
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {
                "maxSurge": format_percent(plan.disruption.max_surge.value),
                "maxUnavailable": 0,
            },
        },
        "template": {
            "metadata": {"labels": dict(labels)},
            "spec": pod_spec(
                args.container,
                resources=args.resources,
                probes=args.probes,
                shutdown=args.shutdown,
                spread=_spread(args.spread, plan),
                selector=selector_labels(name),
                service_account=account,
                mount_token=args.identity.mount_token,
                image_pull_secrets=args.image_pull_secrets,
            ),
        },
    }


def _spread(spread: Spread, plan: ServicePlan) -> Spread:
    """The loss of one host costs no more than the budget lets go at once, where nothing else is stated."""
    if isinstance(spread, TopologySpread) and spread.pods_per_host is None:
        return TopologySpread(
            pods_per_host=max(1, plan.disruption.budget.value.allowed(plan.replicas.peak.value))
        )
    return spread


def _budget_spec(name: str, plan: ServicePlan) -> ApiObject:
    budget = plan.disruption.budget.value
    bound = (
        {"maxUnavailable": format_int_or_percent(budget.max_unavailable)}
        if budget.max_unavailable is not None
        else {"minAvailable": format_int_or_percent(budget.min_available or 0)}
    )
    # A pod that never became ready must not hold up a drain (kubernetes.io, "Specifying a Disruption Budget").
    return {
        **bound,
        "selector": {"matchLabels": selector_labels(name)},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }

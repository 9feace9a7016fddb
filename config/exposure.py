"""What a stack says about how a service is reached: each way in is a kind of its own."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from components.policy.bounds import AFFINITY
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.labels import LabelKey
from components.policy.quantities import Milliseconds
from components.policy.routing import check_ingress

from .load_balancer import Alb, AlbGateway
from .routed import HostName, Name, RequestTimeout, Routed


class ClusterIp(Frozen):
    """Reached inside the cluster, or by a load balancer that targets pod addresses."""

    kind: Literal["cluster-ip"] = "cluster-ip"
    # The Service's, where callers ask another than the container's.
    port: Annotated[int, Field(ge=1, le=65_535, strict=True)] | None = None
    # Callers get the addresses of all pods: for clients that balance by themselves, as gRPC's do.
    headless: bool = Field(default=False, strict=True)

    @model_validator(mode="after")
    def _pods_have_no_other_port(self) -> Self:
        if self.headless and self.port is not None:
            raise ConfigurationError(
                field="port",
                value=self.port,
                allowed="nothing with headless: callers reach the pods themselves, on the container's port",
                remedy="leave out one of the two",
            )
        return self


class NodePort(Frozen):
    """The guide's way in (section 6): a port on every node, each client pinned to one pod.

    Never the default: behind a load balancer with instance targets it pins the balancer's nodes, not clients.
    """

    kind: Literal["node-port"]
    # Kubernetes' default --service-node-port-range; left out, the API server chooses.
    node_port: int | None = Field(default=None, ge=30_000, le=32_767, strict=True)
    client_ip_timeout: Annotated[Milliseconds, AfterValidator(AFFINITY.of_the_value)] = Milliseconds.parse(
        "300s"
    )


class HttpRoute(Routed):
    """By a Gateway (Gateway API) that somebody else keeps."""

    kind: Literal["http-route"]
    gateway: Name
    gateway_namespace: Name
    hostnames: list[HostName] = Field(min_length=1)
    # The Gateway's listener to attach to; any by default.
    section: Name | None = None
    # What the proxy gives one request, where its class knows timeouts.
    request_timeout: RequestTimeout | None = None


class Gateway(Routed):
    """By a Gateway of the stack's own, of any class that the cluster has. Without certificates it is plain HTTP."""

    kind: Literal["gateway"]
    class_name: Name
    hostnames: list[HostName] = Field(min_length=1)
    # Secrets of type kubernetes.io/tls in the platform's namespace.
    certificate_secrets: list[Name] = []
    request_timeout: RequestTimeout | None = None


class AnyIngress(Routed):
    """By an Ingress of any class that the cluster has, but for ``alb``, which is a kind of its own. Without a Secret it
    is plain HTTP."""

    kind: Literal["ingress"]
    class_name: Name
    hostnames: list[HostName] = Field(min_length=1)
    # Of type kubernetes.io/tls in the platform's namespace; who reads the annotations may make it (cert-manager).
    tls_secret: Name | None = None
    # Those of the class's controller, and of others that look at Ingresses.
    annotations: dict[LabelKey, str] = Field(
        default={}, examples=["{cert-manager.io/cluster-issuer: letsencrypt}"]
    )

    @model_validator(mode="after")
    def _what_an_ingress_can_say(self) -> Self:
        if self.class_name == "alb":
            raise ConfigurationError(
                field="class_name",
                value="alb",
                allowed="another class: kind alb derives what that controller has to be told",
                remedy="state kind: alb",
            )
        if self.grpc is not None:
            raise ConfigurationError(
                field="grpc",
                value=", ".join(self.grpc.services),
                allowed="nothing: an Ingress does not say what its services speak",
                remedy="come by a Gateway, or by kind alb",
            )
        for index, rule in enumerate(self.rules):
            check_ingress(f"rules[{index}]", rule, rule, len(rule.to), rule.request_timeout)
        return self


Exposure = Annotated[
    ClusterIp | NodePort | HttpRoute | Gateway | AnyIngress | Alb | AlbGateway, Field(discriminator="kind")
]

"""Who counts the requests that autoscalers scale by: an adapter in the cluster, or KEDA, which asks Prometheus."""

from typing import Annotated, Literal

from pydantic import Field

from components.policy.derived import Frozen


class ExternalMetricAutoscaling(Frozen):
    """HPAs on an external metric that an adapter in the cluster serves."""

    kind: Literal["external-metric"]


class KedaAutoscaling(Frozen):
    """KEDA ScaledObjects that ask Prometheus."""

    kind: Literal["keda"]
    # Left out, it is the Prometheus that the stack makes (headroom:inside.prometheus).
    prometheus_address: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+",
        description="an address that starts with http:// or https://",
        examples=["http://prometheus-operated.monitoring.svc:9090"],
    )
    # A service's requests/s in all, with {namespace} and {service}; left out, by the counter of its `metrics`.
    query: str | None = Field(default=None, min_length=1)


Autoscaling = Annotated[ExternalMetricAutoscaling | KedaAutoscaling, Field(discriminator="kind")]

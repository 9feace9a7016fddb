"""How an application load balancer chooses among the pods behind it, and what else its Ingress may be told.

Decides nothing by itself: each is stated, and what a load balancer would refuse is refused here.
"""

from collections.abc import Iterable
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from .derived import Frozen
from .errors import ConfigurationError
from .quantities import Milliseconds

# Elastic Load Balancing, "Security policies for your Application Load Balancer": TLS 1.3 and 1.2, recommended there.
SSL_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"
SSL_POLICY_NAME: Final = r"^ELBSecurityPolicy-[A-Za-z0-9-]+$"
# What an Alb tells the controller by itself.
OWN_ANNOTATIONS: Final = frozenset(
    {
        *(
            "scheme",
            "group.name",
            "group.order",
            "load-balancer-attributes",
            "inbound-cidrs",
            "wafv2-acl-arn",
        ),
        *("listen-ports", "ssl-redirect", "ssl-policy", "certificate-arn", "target-type", "backend-protocol"),
        *("backend-protocol-version", "target-group-attributes", "healthcheck-protocol", "healthcheck-port"),
        *("healthcheck-path", "success-codes", "healthcheck-interval-seconds", "healthcheck-timeout-seconds"),
        *("healthy-threshold-count", "unhealthy-threshold-count"),
    }
)
_CONTROLLER: Final = "alb.ingress.kubernetes.io/"
_OURS: Final = "headroom.dev/"
_CONDITIONS: Final = "conditions."


class Balancing(Frozen):
    """Which pod a request goes to (Elastic Load Balancing, "Target group attributes").

    ``slow_start`` is how long the share of a pod that is new grows; ``sticky_for`` is how long a client stays with its
    pod, by a cookie: pods that are added take nothing from the others for as long.
    """

    algorithm: Literal["round_robin", "least_outstanding_requests", "weighted_random"] = "round_robin"
    slow_start: Milliseconds | None = Field(default=None, ge=30_000, le=900_000)
    sticky_for: Milliseconds | None = Field(default=None, ge=1000, le=604_800_000)

    @model_validator(mode="after")
    def _slow_start_goes_round(self) -> Self:
        if self.slow_start is not None and self.algorithm != "round_robin":
            raise ConfigurationError(
                field="slow_start",
                value=self.slow_start,
                allowed=f"nothing with algorithm {self.algorithm}: a load balancer starts slowly by round_robin alone",
                remedy="leave out one of the two",
            )
        return self

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes of a target group by their names in its API; those that are off are said too, since the controller
        leaves what it is not told as it was."""
        sticky = self.sticky_for
        return {
            "load_balancing.algorithm.type": self.algorithm,
            "slow_start.duration_seconds": str(0 if self.slow_start is None else self.slow_start.seconds),
            "stickiness.enabled": str(sticky is not None).lower(),
            **(
                {"stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": str(sticky.seconds)}
                if sticky is not None
                else {}
            ),
        }


def check_annotations(field: str, names: Iterable[str]) -> None:
    """Raises ConfigurationError for an annotation of an Ingress that says what something else says already."""
    for name in names:
        told = name.removeprefix(_CONTROLLER)
        if name.startswith(_OURS) or (
            name != told and (told in OWN_ANNOTATIONS or told.startswith(_CONDITIONS))
        ):
            raise ConfigurationError(
                field=f"{field}.{name}",
                value=None,
                allowed="annotations that follow from nothing else that is stated",
                remedy="remove it: state certificates, ssl_policy, balancing, rules and the others by their own names",
            )

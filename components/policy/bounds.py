"""Between which times a setting makes sense: each bound is somebody else's, and is named with who says so.

A time outside is refused where it is stated, before anything is deployed; what two times must be to each other is said
where they meet (rules, ``config/*fit.py``).
"""

from dataclasses import dataclass
from typing import Final

from .errors import ConfigurationError
from .quantities import Milliseconds


@dataclass(frozen=True, kw_only=True)
class TimeBounds:
    """From ``least`` to ``most``, both allowed; ``whole`` seconds where whoever reads it knows no finer. ``why`` is
    what a refusal gives as the reason."""

    least: str
    most: str
    why: str
    whole: bool = True

    def check(self, field: str, value: Milliseconds) -> Milliseconds:
        """The time. Raises ConfigurationError for one outside, and for a fraction of a second that nobody would see."""
        least, most = Milliseconds.parse(self.least), Milliseconds.parse(self.most)
        if least <= value <= most and not (self.whole and value % 1000):
            return value
        nearest = Milliseconds(min(max(value, least), most))
        raise ConfigurationError(
            field=field,
            value=value,
            allowed=f"{'whole seconds, ' if self.whole else ''}{self.least} to {self.most}: {self.why}",
            remedy=f"write e.g. {Milliseconds(nearest.seconds * 1000) if self.whole else nearest}",
        )

    def parse(self, value: object) -> Milliseconds:
        """The time that a person wrote. Raises ValueError for what is none, and as ``check`` does."""
        return self.of_the_value(Milliseconds.parse(value))

    def of_the_value(self, value: Milliseconds) -> Milliseconds:
        """The same for a validator of a model: where the value stands, the schema knows."""
        return self.check("", value)


# Kubernetes, apps/v1 defaults: progressDeadlineSeconds is 600. Pulumi's provider waits as long (await.go).
_ROLLOUT: Final = "a rollout whose pods are not ready after 10m has failed (progressDeadlineSeconds)"
PROBE: Final = TimeBounds(least="1s", most="10m", why=_ROLLOUT)
PROBE_DELAY: Final = TimeBounds(least="0s", most="10m", why=_ROLLOUT)
START: Final = TimeBounds(least="0s", most="10m", why=_ROLLOUT, whole=False)
# Elastic Load Balancing, API reference, TargetGroupAttribute: deregistration_delay.timeout_seconds, 0 to 3600.
LEAVING: Final = TimeBounds(
    least="0s", most="1h", why="a load balancer of AWS has let go of a pod that leaves by then", whole=False
)
# Amazon SQS, "Amazon SQS message quotas": visibility timeout and retention.
VISIBILITY: Final = TimeBounds(least="1s", most="12h", why="SQS hides a message no longer")
WORK: Final = TimeBounds(
    least="0s",
    most="12h",
    why="SQS hides a message for 12h at most, a load balancer waits for 1h",
    whole=False,
)
RETENTION: Final = TimeBounds(least="1m", most="336h", why="SQS keeps a message for 14 days at most")
WORK_OFF: Final = TimeBounds(
    least="1ms", most="336h", why="SQS throws a message away after 14 days", whole=False
)
# Kubernetes, core/v1 validation: MaxClientIPServiceAffinitySeconds.
AFFINITY: Final = TimeBounds(least="1s", most="24h", why="the API server takes no other")
# Gateway API, Duration: four groups of a unit and at most five digits; HTTPRoute, timeouts: 0s would be none.
ROUTE: Final = TimeBounds(least="1ms", most="99999h", why="the Gateway API takes no other", whole=False)
# Prometheus, "Query functions", rate(): it takes two samples in its window, which is a minute everywhere here
# (objectives.RATE_WINDOW, scraping.requests_query).
SCRAPE: Final = TimeBounds(
    least="1s",
    most="30s",
    why="the rates that alerts and autoscalers ask for are over 1m, and take two samples",
)
# KEDA 2.20, scale_handler.go: it sleeps so long between two questions; the field is an int32.
POLLING: Final = TimeBounds(least="1s", most="596523h", why="KEDA would ask without a pause, or not read it")
# Prometheus, "Storage": blocks of two hours; main.go: a retention above 100 years is cut to that.
SAMPLES: Final = TimeBounds(
    least="2h", most="876000h", why="Prometheus keeps whole blocks of 2h, and cuts what is above 100 years"
)
# Karpenter 1.14, liveness.go: registrationTimeout.
NODE_LAUNCH: Final = TimeBounds(
    least="0s", most="15m", why="Karpenter gives up a node that has not registered by then", whole=False
)
# Go, time.Duration: 2^63 ns. A NodePool with more cannot be read, and Karpenter stops for all of them.
_READABLE: Final = "2562047h"
SPARE_NODE: Final = TimeBounds(least="0s", most=_READABLE, why="Karpenter can read no other")
NODE_LIFE: Final = TimeBounds(
    least="15m",
    most=_READABLE,
    why="a node may take 15m until it has registered, and Karpenter can read no more",
)
# Kubernetes, autoscaling/v2 validation: MaxStabilizationWindowSeconds, MaxPeriodSeconds.
SCALING_WINDOW: Final = TimeBounds(least="0s", most="1h", why="the API server takes no other")
SCALING_PERIOD: Final = TimeBounds(least="1s", most="30m", why="the API server takes no other")

# Kubernetes, UserIDs are int32 (apimachinery, IsValidUserID).
MOST_USER: Final = 2**31 - 1
# Kubernetes, core/v1, Probe: thresholds are int32.
MOST_THRESHOLD: Final = 2**31 - 1

"""How fast the controllers are: their periods, windows and request rates, each with its source."""

from pydantic import Field

from ..derived import Frozen
from .hpa import SYNC_S, TOLERANCE


class Timings(Frozen):
    """The controllers' own. Rates are API requests/s of one client, with the burst that it may have at once."""

    sync_s: float = Field(default=SYNC_S, gt=0)
    tolerance: float = Field(default=TOLERANCE, ge=0)
    # The external metric is a mean over this; 0 is the load itself.
    rate_window_s: float = Field(default=0.0, ge=0)
    # How late every metric is beside that.
    metric_delay_s: float = Field(default=0.0, ge=0)
    # A pod's CPU sample counts from so long after it was Ready: the window that the metrics API states with it, 15 s of
    # metrics-server's (replica_calculator.go, groupPods).
    cpu_window_s: float = Field(default=15.0, ge=0)
    # CPU is a mean over this, sampled as often: metrics-server's --metric-resolution; 0 is the use at the moment.
    cpu_rate_s: float = Field(default=15.0, ge=0)
    # When it samples: seconds after the start of the profile, modulo the period.
    cpu_phase_s: float = Field(default=0.0, ge=0)
    # kube-controller-manager --kube-api-qps 20 and --kube-api-burst 30, for the ReplicaSet controller's own client; a
    # pod is one request and, for the first 25 of a ReplicaSet, an event (client-go, tools/record, spam filter).
    create_per_s: float = Field(default=20.0, gt=0)
    create_burst: int = Field(default=30, ge=1)
    # Until the API server has answered a batch of creations, and the next begins. Measured in the wind tunnel: 37 pods,
    # six batches, were there 0.7 s after the autoscaler had looked, the ways between the controllers included. It
    # decides whose pods find the last room on the nodes.
    answer_s: float = Field(default=0.03, gt=0)
    # kube-scheduler's clientConnection: 50 and 100, for bindings and statuses; events have another client.
    bind_per_s: float = Field(default=50.0, gt=0)
    bind_burst: int = Field(default=100, ge=1)
    # Karpenter, BATCH_IDLE_DURATION and BATCH_MAX_DURATION, and a second to create the claims.
    batch_idle_s: float = Field(default=1.0, ge=0)
    batch_most_s: float = Field(default=10.0, ge=0)
    claim_s: float = Field(default=1.0, ge=0)
    # A placeholder leaves, and the pod that took its place is looked at again.
    preempt_s: float = Field(default=3.0, ge=0)
    # kubectl drain asks again for an eviction that a budget refused (drain.go, EvictErrorRetryDelay).
    evict_again_s: float = Field(default=5.0, gt=0)
    # It asks for one after the other, as fast as client-go lets a client (rest/config.go, DefaultQPS). Faster they meet
    # the disruption controller at a budget's status, and wait 0.5 s by chance (eviction.go, EvictionsRetry).
    evict_per_s: float = Field(default=5.0, gt=0)

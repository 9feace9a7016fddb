"""What the controllers inside the cluster take of its nodes: how many pods of each, and what one requests.

The components state these to their charts and the plan counts them, so that the nodes hold them too. Decides no chart.
"""

from typing import Final

from .pod_group import PodGroup
from .quantities import Bytes, Millicores
from .workload import Resources

# One that works and one that takes over; with both in one zone its loss would take both.
REPLICAS: Final = 2
# No CPU limits: a throttled controller is late in the minute in which it is needed. KEDA's and the k6 operator's charts
# have their own, which stand where none is stated: Helm merges maps, and the plugin drops a null. So theirs are stated.
# The chart's own CPU; in memory what a cache of some hundred pods takes, with room.
KEDA: Final = Resources(
    cpu_request=Millicores(100),
    cpu_limit=Millicores(1000),
    memory_request=Bytes.parse("256Mi"),
    memory_limit=Bytes.parse("1Gi"),
)
# Operator, metrics adapter, admission webhook.
KEDA_PARTS: Final = ("operator", "adapter", "webhook")
# Of the guide's platform: about 300 pods with 1,000 series each, at 3 KB a series in memory (Prometheus, "Storage").
PROMETHEUS: Final = Resources(
    cpu_request=Millicores(1000), memory_request=Bytes.parse("2Gi"), memory_limit=Bytes.parse("4Gi")
)
EXTERNAL_SECRETS: Final = Resources(
    cpu_request=Millicores(50), memory_request=Bytes.parse("128Mi"), memory_limit=Bytes.parse("256Mi")
)
# Controller and webhook; the third, which renews a certificate, is one pod and counts as one more.
EXTERNAL_SECRETS_PARTS: Final = ("controller", "webhook", "certificates")
K6_OPERATOR: Final = Resources(
    cpu_request=Millicores(100),
    cpu_limit=Millicores(100),
    memory_request=Bytes.parse("100Mi"),
    memory_limit=Bytes.parse("200Mi"),
)


def stands(
    name: str, resources: Resources, *, replicas: int = REPLICAS, per_host: int | None = None
) -> PodGroup:
    """Pods whose number does not follow the load."""
    return PodGroup(
        name=name,
        floor=replicas,
        peak=replicas,
        # A rollout adds one pod to two.
        surge=1,
        cpu=resources.cpu_request,
        memory=resources.memory_request,
        per_host=per_host,
    )


def keda_pods() -> list[PodGroup]:
    """Of KEDA."""
    return [stands(f"keda-{part}", KEDA) for part in KEDA_PARTS]


def prometheus_pods() -> list[PodGroup]:
    """Of Prometheus: two replicas on one host would be lost together."""
    return [stands("prometheus", PROMETHEUS, per_host=1)]


def external_secrets_pods() -> list[PodGroup]:
    """Of external-secrets."""
    return [stands(f"external-secrets-{part}", EXTERNAL_SECRETS) for part in EXTERNAL_SECRETS_PARTS]


def k6_operator_pods() -> list[PodGroup]:
    """Of the k6 operator; the generators of a test are sized by the load plan and run elsewhere."""
    return [stands("k6-operator", K6_OPERATOR, replicas=1)]

"""The autoscaler of a queue worker: KEDA on the length of an SQS queue.

KEDA asks with an identity of its own, which may count messages and take none; the worker's identity stays the worker's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from .api import ApiObject
from .autoscaling import scaled_object_spec
from .policy.errors import ConfigurationError
from .policy.events import EventFloor
from .policy.worker import WorkerPlan

_URL: Final = re.compile(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com/(\d{12})/([A-Za-z0-9_-]{1,80}(\.fifo)?)")


@dataclass(frozen=True, kw_only=True)
class SqsQueue:
    """A queue by its address, in ``region``: ``https://sqs.<region>.amazonaws.com/<account>/<name>``."""

    url: pulumi.Input[str]
    region: str


def check_queue(field: str, queue: SqsQueue) -> None:
    """Raises ConfigurationError for an address that is known and is no queue of the region."""
    if not isinstance(queue.url, str):
        return
    found = _URL.fullmatch(queue.url)
    if found is None or found[1] != queue.region:
        raise ConfigurationError(
            field=f"{field}.url",
            value=queue.url,
            allowed=f"https://sqs.{queue.region}.amazonaws.com/ACCOUNT/NAME",
            remedy="aws sqs get-queue-url --queue-name NAME says it",
        )


def make_queue_autoscaler(
    name: str,
    queue: SqsQueue,
    plan: WorkerPlan,
    *,
    metadata: ApiObject,
    events: Sequence[EventFloor],
    parent: pulumi.Resource,
    deployment: pulumi.Resource,
) -> None:
    """Register the ScaledObject of the Deployment ``name`` and how KEDA authenticates for it."""
    authentication = CustomResource(
        f"{name}-authentication",
        api_version="keda.sh/v1alpha1",
        kind="TriggerAuthentication",
        metadata=metadata,
        # The operator's own identity: that of the pods would let whoever scales them read what they read.
        spec={"podIdentity": {"provider": "aws", "identityOwner": "keda"}},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    CustomResource(
        f"{name}-autoscaler",
        api_version="keda.sh/v1alpha1",
        kind="ScaledObject",
        metadata=metadata,
        spec=scaled_object_spec(name, plan, [_trigger(name, queue, plan)], events),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[deployment, authentication]),
    )


def _trigger(name: str, queue: SqsQueue, plan: WorkerPlan) -> ApiObject:
    return {
        "type": "aws-sqs-queue",
        "metricType": "AverageValue",
        "metadata": {
            "queueURL": queue.url,
            "awsRegion": queue.region,
            "queueLength": str(plan.scaling.queue_length.value),
            # What a pod works on still has to be worked off: without it a full fleet looks idle.
            "scaleOnInFlight": "true",
        },
        "authenticationRef": {"name": name},
    }

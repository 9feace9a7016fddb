"""What the pods of every workload are told besides what they run, read from the fields that all have."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi

from .. import identity
from . import network_policy, workload
from .events import floors
from .ignores import ignores
from .metrics import metrics
from .placement import node_placement
from .reading import stated, values, whole


class Identity(TypedDict):
    """The pod's ServiceAccount."""

    annotations: dict[str, pulumi.Input[str]] | None
    """Annotations, such as the role that a cloud ties to it."""
    mount_token: bool | None
    """Whether the pod talks to the Kubernetes API. Default: false."""


def pod_fields(given: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Arguments of a WorkloadArgs; ``prefix`` is where ``given`` stands in the inputs, for messages."""
    account = stated(given.get("identity"))
    ndots = given.get("ndots")
    annotations = values(account.get("annotations"), f"{prefix}identity.annotations")
    return {
        "namespace": given["namespace"],
        "resources": workload.resources(given["resources"], f"{prefix}resources"),
        "spread": workload.SPREADS[given.get("spread") or workload.Spread.TOPOLOGY],
        "identity": identity.Identity(**{**account, "annotations": annotations}),
        "metrics": metrics(given.get("metrics"), f"{prefix}metrics"),
        "placement": node_placement(given.get("placement"), f"{prefix}placement"),
        "egress_to": network_policy.targets(given.get("egress_to"), given.get("egress_outside")),
        "events": floors(given.get("events"), f"{prefix}events"),
        "ignores": ignores(given.get("ignores"), prefix),
        "pod_labels": values(given.get("pod_labels"), f"{prefix}podLabels"),
        "pod_annotations": values(given.get("pod_annotations"), f"{prefix}podAnnotations"),
        "ndots": None if ndots is None else whole(ndots, f"{prefix}ndots"),
        **stated(given, "part_of", "role", "image_pull_secrets", "priority_class"),
    }

"""The platform's namespace: restricted Pod Security enforced, and closed to all traffic that no policy opens.

Its annotations say what must be carried in it, so that the rules can judge what runs there without the plan.
"""

from collections.abc import Mapping
from typing import Final

import pulumi
from pulumi_kubernetes.core.v1 import Namespace
from pulumi_kubernetes.networking.v1 import NetworkPolicy

from components.ownership import marked, owner_mark
from components.policy.facts import Objective
from components.policy.facts.annotations import annotations

# The version of the standard is pinned, so that an upgrade of the cluster does not refuse a pod that ran before.
POD_SECURITY_VERSION: Final = "v1.30"


def namespace(
    name: str, objective: Objective, opts: pulumi.ResourceOptions, labels: Mapping[str, str] | None = None
) -> pulumi.Output[str]:
    """Register the namespace, with ``labels`` beside its own, and its default-deny policy; its name, known once it
    exists."""
    levels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    versions = {f"pod-security.kubernetes.io/{mode}-version": POD_SECURITY_VERSION for mode in ("enforce",)}
    metadata = {
        "name": name,
        "labels": {**levels, **versions, **(labels or {})},
        "annotations": {**annotations(objective), **owner_mark()},
    }
    made = Namespace(name, metadata=metadata, opts=marked(opts))
    closed = NetworkPolicy(
        f"{name}-default-deny",
        metadata={"name": "default-deny", "namespace": made.metadata["name"]},
        spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        opts=opts,
    )
    return pulumi.Output.all(made.metadata["name"], closed.id).apply(lambda both: str(both[0]))

"""What any container may be told of its pod, and whom it runs as where nobody says. No number of the plan."""

from typing import Final, Literal

# A user that exists in no image and owns nothing; 65532 is what distroless images call nonroot.
NON_ROOT_USER: Final = 65532

# Kubernetes, "Downward API": what a pod may be told of itself by variables.
PodFact = Literal[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.podIP",
    "limits.cpu",
    "limits.memory",
    "requests.cpu",
    "requests.memory",
]

"""What a pack has seen of the resources of one stack: each as its program wrote it, read once for all rules.

A stack validation is given what the provider made of the inputs, defaults of the API server among them (replicas, an
autoscaler's behavior), which nobody wrote. So what a resource's own validation saw of it is kept for the stack's.
"""

from collections.abc import Sequence
from threading import Lock

from pulumi_policy import PolicyResource, ResourceValidationArgs

from components.policy.facts import Fleet
from components.policy.facts.objects import Document, read_objects

from .documents import document


class Seen:
    """Thread-safe, since the engine asks about several resources at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._documents: dict[str, Document | None] = {}
        self._alone: dict[str, Fleet] = {}
        self._stack: tuple[list[Document], Fleet] = ([], Fleet())

    def alone(self, resource: ResourceValidationArgs) -> Fleet:
        """The facts of one resource by itself."""
        found = document(resource)
        with self._lock:
            if resource.urn in self._alone and self._documents[resource.urn] == found:
                return self._alone[resource.urn]
        fleet = read_objects([found]).fleet if found is not None else Fleet()
        with self._lock:
            self._documents[resource.urn], self._alone[resource.urn] = found, fleet
        return fleet

    def together(self, resources: Sequence[PolicyResource]) -> Fleet:
        """The facts of the stack's resources; one that was not seen by itself is taken as it is given here."""
        with self._lock:
            known = dict(self._documents)
        documents = [known[r.urn] if r.urn in known else document(r) for r in resources]
        objects = [found for found in documents if found is not None]
        with self._lock:
            before, fleet = self._stack
        if before == objects:
            return fleet
        fleet = read_objects(objects).fleet
        with self._lock:
            self._stack = objects, fleet
        return fleet

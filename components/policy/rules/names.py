"""Rules about names: two things of one platform must not be called the same."""

from collections.abc import Iterator

from ..facts import Fleet, Workload
from .rule import error


@error(
    "HR006",
    "name-taken",
    Workload,
    why="both make objects of one name and one selector: each undoes the other's, and two budgets over one pod make it"
    " impossible to drain",
    source="kubernetes.io, Object Names; API-initiated Eviction: a pod of several budgets is answered with 500",
    do="call the service something else",
)
def name_taken(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service is not called as the objects of Redis are."""
    for redis in fleet.redis:
        taken = redis.own_names or frozenset()
        if workload.kind == "Deployment" and workload.namespace == redis.namespace and workload.name in taken:
            yield f"is called as an object of {redis.object} is; taken are {', '.join(sorted(taken))}"

"""What the rules find in the objects as they are in the cluster, by the same rules that review a plan."""

from collections.abc import Sequence

from components.policy.facts.objects import Document, read_objects
from components.policy.review import review

from .api import ApiObject


def findings(objects: Sequence[ApiObject]) -> tuple[str, ...]:
    """A line for each finding, errors first."""
    scaled = {
        item["spec"]["scaleTargetRef"]["name"]
        for item in objects
        if item.get("kind") == "HorizontalPodAutoscaler"
    }
    written = [_as_written(item) if item["metadata"]["name"] in scaled else item for item in objects]
    return tuple(str(finding) for finding in review(read_objects(map(Document, written)).fleet))


def _as_written(item: ApiObject) -> ApiObject:
    """Without the replicas that the autoscaler has set since: nobody wrote them."""
    if item.get("kind") != "Deployment":
        return item
    return {**item, "spec": {key: value for key, value in item["spec"].items() if key != "replicas"}}

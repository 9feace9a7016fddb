"""What the rules find in the objects as they are in the cluster, by the same rules that review a plan."""

from collections.abc import Sequence

from components.policy.facts.objects import Document, read_objects
from components.policy.review import review

from .api import ApiObject


def findings(objects: Sequence[ApiObject]) -> tuple[str, ...]:
    """A line for each finding, errors first."""
    return tuple(str(finding) for finding in review(read_objects(map(Document, objects)).fleet))

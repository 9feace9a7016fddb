"""What the rules find in the objects as they are in the cluster, by the same rules that review a plan."""

from collections.abc import Sequence

from components.policy.facts.objects import Document, read_objects
from components.policy.findings import Finding
from components.policy.ignores import Ignore
from components.policy.review import find

from .api import ApiObject


def findings(objects: Sequence[ApiObject], ignores: Sequence[Ignore] = ()) -> tuple[Finding, ...]:
    """Errors first, without what the stack ignores.

    An ignore that matches nothing here is none: it may be meant for the plan, whose review says when it is not.
    """
    found = find(read_objects(map(Document, objects)).fleet)
    return tuple(finding for finding in found if not any(ignore.matches(finding) for ignore in ignores))

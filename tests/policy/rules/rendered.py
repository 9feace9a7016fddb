"""What our own program renders for a stack, under mocks, as the documents that a check would read."""

from functools import cache

from components.policy.facts import Fleet
from components.policy.facts.objects import Document, read_objects
from config.loader import load_stack
from tests.apps.deployed import deployed


@cache
def rendered(stack: str) -> tuple[Document, ...]:
    """The Kubernetes objects of a whole stack, in no order."""
    made = deployed(load_stack(stack))
    kinds = [r for r in made.resources if r.type.startswith("kubernetes:")]
    return tuple(Document(r.inputs) for r in kinds if "kind" in r.inputs)


def rendered_facts(stack: str) -> Fleet:
    """The facts of all of them together."""
    return read_objects(rendered(stack)).fleet

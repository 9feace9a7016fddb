"""What our own program renders for a stack, under mocks, as the documents that a check would read."""

from functools import cache

import pulumi_kubernetes as kubernetes
import pytest

from apps import cluster
from apps.platform import deploy
from components.policy.facts import Fleet
from components.policy.facts.objects import Document, read_objects
from config.loader import load_stack, plan_of
from tests.components.harness import run


@cache
def rendered(stack: str) -> tuple[Document, ...]:
    """The Kubernetes objects of a whole stack, in no order."""
    settings = load_stack(stack)
    with pytest.MonkeyPatch.context() as patch:
        # No cluster is asked: what is rendered does not depend on it.
        patch.setattr(cluster, "provider", lambda stated: kubernetes.Provider("none", kubeconfig="{}"))
        made = run(lambda: deploy(settings, plan_of(settings, stack)))
    kinds = [r for r in made.resources if r.type.startswith("kubernetes:")]
    return tuple(Document(r.inputs) for r in kinds if "kind" in r.inputs)


def rendered_facts(stack: str) -> Fleet:
    """The facts of all of them together."""
    return read_objects(rendered(stack)).fleet

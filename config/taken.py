"""Whether what the program is about to make is there already and somebody else's.

The engine's provider takes over an object that exists (server-side apply knows no "create"), and removes it with the
stack. So a namespace or a node pool of a stranger is refused here, before anything is registered. Of another headroom
stack's the API server itself says so: it owns the mark that this one would write (apps.namespace).
"""

from collections.abc import Mapping
from typing import Any

from components.policy.facts.annotations import PREFIX

from .ask import Unknown, objects
from .kubeconfig import Kubeconfig
from .problems import StackError, problem_line
from .settings import Settings


def check_names(found: Kubeconfig, settings: Settings) -> None:
    """Raises StackError with everything that is in the way. Where nobody can ask, nothing is said."""
    space = f"/api/v1/namespaces/{settings.namespace}"
    pools = {f"/apis/karpenter.sh/v1/nodepools/{name}": field for name, field in _fields(settings).items()}
    try:
        there = objects(found, [space, *pools])
    except Unknown:
        return
    problems = []
    if settings.namespace_kind == "already-there" and there[space] is None:
        problems.append(
            problem_line(
                "namespace",
                "is not in the cluster, and namespace_kind says that it is; create it, or state namespace_kind: made",
                settings.namespace,
            )
        )
    if settings.namespace_kind == "made" and _a_strangers(there[space]):
        problems.append(
            problem_line(
                "namespace",
                "is in the cluster and was not made by this program, which would take it over and remove it with the"
                " stack; allowed: a name of its own; or state headroom:namespace_kind: already-there",
                settings.namespace,
            )
        )
    problems += [
        problem_line(
            field,
            f"the NodePool {path.rpartition('/')[2]} is in the cluster and was not made by this program, which would"
            " take it over and remove it with the stack; allowed: a name of its own; state another name",
        )
        for path, field in pools.items()
        if _a_strangers(there[path])
    ]
    if problems:
        raise StackError("the stack's cluster", problems)


def _fields(settings: Settings) -> dict[str, str]:
    return {
        name: f"{field}.name" for name, field in zip(settings.pools, settings.pools_by_field, strict=True)
    }


def _a_strangers(there: Mapping[str, Any] | None) -> bool:
    """Everything that we make says what it was derived from."""
    if there is None:
        return False
    marks = there.get("metadata", {}).get("annotations") or {}
    return not any(str(key).startswith(PREFIX) for key in marks)

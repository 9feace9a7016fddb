"""From a Pulumi resource, as a policy sees it, to the document that ``ops check`` would read for the same object.

It judges nothing. What is not known yet in a preview stays unknown, and is left out of every rule.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from components.policy.facts import Place
from components.policy.facts.objects import Document
from components.policy.facts.view import UNKNOWN

_PREFIX: Final = "kubernetes:"
# A patch holds a part of an object that somebody else owns; what it leaves out is not absent.
_PATCH: Final = "Patch"
# Helm's own release: no object of the cluster, but it names a chart as Flux's object of that kind does.
_RELEASE: Final = "kubernetes:helm.sh/v3:Release"


def document(resource: ResourceValidationArgs | PolicyResource) -> Document | None:
    """The object that the resource is; None for what is none. The place of its findings is the resource's URN."""
    kind = resource.resource_type
    if not kind.startswith(_PREFIX) or kind.endswith(_PATCH):
        return None
    place = Place(file=resource.urn, line=1)
    body = plain(resource.props)
    if kind == _RELEASE:
        return Document(_release(resource.name, body), place)
    return Document(body, place) if isinstance(body, Mapping) and "kind" in body else None


def plain(value: Any) -> Any:
    """The value without the SDK's wrapping, and UNKNOWN wherever reading it says that it is not known yet."""
    if isinstance(value, Mapping):
        return {key: _read(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_read(value, index) for index in range(len(value))]
    return value


def _read(holder: Any, key: Any) -> Any:
    try:
        return plain(holder[key])
    except UnknownValueError:
        return UNKNOWN


def _release(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A local folder or archive is its own version; a chart by name is pinned by the release."""
    chart = inputs.get("chart")
    local = isinstance(chart, str) and (chart.startswith((".", "/")) or chart.endswith(".tgz"))
    spec = {key: inputs[key] for key in ("chart", "version") if key in inputs and not local}
    return {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": name, "namespace": inputs.get("namespace")},
        "spec": {"chart": {"spec": spec}},
    }

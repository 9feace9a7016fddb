"""The facts of chart releases and of what jobs and runbooks run."""

from collections.abc import Iterator

from .. import cut
from ..base import ABSENT, Maybe
from ..platform import Chart, Script
from ..view import View
from .manifest import Manifest


def read_chart(manifest: Manifest) -> Chart | None:
    """A release by Flux, Argo CD or k3s; None where it takes no chart from a repository."""
    spec = manifest.spec
    match manifest.kind:
        case "HelmRelease":
            view, field, name = spec.view("chart").view("spec"), "version", "chart"
        case "Application":
            view, field, name = spec.view("source"), "targetRevision", "chart"
        case _:
            view, field, name = spec, "version", "chart"
    chart = view.text(name)
    if chart is None:
        return None
    return Chart(
        object=manifest.object, name=chart[:253], place=manifest.place, version=_version(view, field)
    )


def _version(view: View, field: str) -> Maybe[str]:
    return view.text(field) if field in view else ABSENT


def read_script(manifest: Manifest) -> Script | None:
    """The text of a ConfigMap, or the commands of a Job or CronJob; None where there is none."""
    text = "\n".join(_texts(manifest))[: cut.FILE]
    if "kubectl" not in text:
        return None
    return Script(object=manifest.object, namespace=manifest.namespace, place=manifest.place, text=text)


def _texts(manifest: Manifest) -> Iterator[str]:
    if manifest.kind == "ConfigMap":
        yield from manifest.fields.mapping("data").values()
        return
    job = manifest.spec.view("jobTemplate").view("spec") if manifest.kind == "CronJob" else manifest.spec
    for container in job.view("template").view("spec").views("containers"):
        yield " ".join([*container.texts("command"), *container.texts("args")])

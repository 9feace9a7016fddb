"""The facts of objectives, alerts and load tests."""

from collections.abc import Iterator

from .. import cut
from ..annotations import others as notes
from ..annotations import workloads as workload_notes
from ..expression import read_expression
from ..platform import Alert, LoadTest, Objective
from ..view import View
from .manifest import Manifest, read_annotation


def read_objective(manifest: Manifest) -> Objective | None:
    """What a Namespace states; None where it states nothing."""
    objective = Objective(
        object=manifest.object,
        namespace=manifest.name,
        place=manifest.place,
        peak_rps=manifest.fact(workload_notes.PEAK_RPS),
        baseline_rps=manifest.fact(workload_notes.BASELINE_RPS),
        p99=manifest.fact(notes.P99),
        availability=manifest.fact(notes.AVAILABILITY),
        zones=manifest.fact(notes.ZONES) or None,
        region=manifest.fact(notes.REGION),
    )
    nothing = Objective(object=objective.object, namespace=objective.namespace, place=objective.place)
    return None if objective == nothing else objective


def read_alerts(manifest: Manifest) -> Iterator[Alert]:
    """The alerts of a PrometheusRule; recording rules are none."""
    for group in manifest.spec.views("groups"):
        for rule in group.views("rules"):
            name = rule.text("alert")
            if name is not None:
                yield _alert(manifest, name[:200], rule)


def _alert(manifest: Manifest, name: str, rule: View) -> Alert:
    expression = (
        str(rule.raw("expr"))[: cut.EXPRESSION] if isinstance(rule.raw("expr"), (str, int, float)) else ""
    )
    said = read_annotation(rule.mapping("annotations"), notes.SIGNAL, manifest.problems)
    found = read_expression(expression)
    return Alert(
        object=f"{manifest.object} {name}",
        name=name,
        signal=said or found.signal,
        service=found.service,
        namespace=manifest.namespace,
        place=manifest.place,
        threshold=found.threshold,
        windows=found.windows,
    )


def read_load_test(manifest: Manifest) -> LoadTest | None:
    """A k6 TestRun, or a ConfigMap that states its script's phases; None for another ConfigMap."""
    phases = manifest.fact(notes.LOAD_PHASES)
    if manifest.kind == "ConfigMap" and phases is None:
        return None
    return LoadTest(
        object=manifest.object,
        namespace=manifest.namespace,
        place=manifest.place,
        phases=phases,
        arguments=(manifest.spec.text("arguments") or "")[: cut.EXPRESSION] or None,
    )

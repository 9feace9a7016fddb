"""The table of what moto makes: each row speaks of what the SDK and botocore have, and the documentation names it."""

from importlib import import_module

import pytest

from tests.live import REPOSITORY
from tools.standins import limits, schema
from tools.standins.moto_calls.row import Call, Row
from tools.standins.moto_calls.table import ROWS, TAGGING, made_in_moto


def test_the_documentation_names_every_type_that_moto_makes_and_no_other() -> None:
    text = " ".join((REPOSITORY / "docs" / "aws.md").read_text().split())
    listed = text.partition("made in moto: ")[2].partition(".")[0]
    named = {
        f"{service} {kind}"
        for service, _, kinds in (part.partition(" ") for part in listed.split("; "))
        for kind in kinds.split(", ")
    }
    assert named == set(made_in_moto())


def calls(row: Row) -> list[Call]:
    more = [call for call, _ in row.more.values()]
    parts = [call for part in row.parts for call in (part.create, part.delete)]
    kinds = [*row.sets.values(), *row.changes.values(), *more, *parts, *row.delete]
    return [row.create, row.read, *kinds, *([row.update] if row.update else [])]


@pytest.mark.parametrize("token", sorted(ROWS))
def test_a_row_speaks_of_what_sdk_and_botocore_have(token: str) -> None:
    row, known = ROWS[token], schema.resource(token)
    assert {path.partition(".")[0] for path in [*row.outputs, *row.more]} <= known.outputs.keys()
    assert {*row.sets, *row.changes, *row.kept} <= known.inputs.keys()
    assert row.ours <= known.outputs.keys()
    assert not row.tagged or ("tags" in known.inputs and row.tagged in TAGGING)
    for call in [*calls(row), *(TAGGING[row.tagged] if row.tagged else ())]:
        service, _, name = call.operation.partition(".")
        members = limits.service(service).operation_model(name).input_shape.members
        assert call.parameters.keys() <= members.keys(), call.operation
        assert not call.given or call.given in known.inputs
    for where in [row.identity, row.found, *row.outputs.values()]:
        if where:
            import_module("jmespath").compile(where)

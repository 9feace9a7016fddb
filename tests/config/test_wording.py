"""No text of pydantic's own reaches a person: every field of every model of a stack, with whatever may stand there."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from components.policy.errors import ConfigurationError
from components.policy.words.where import Where, follow, kinds_of
from components.policy.words.wording import UNNAMED, shape, wording
from config.problems import describe
from config.settings import Settings

# Stands nowhere in our words, so it is the value wherever it is seen.
MARK: Final = "5 lightyears"
BAD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 10**30, 1.5, float("inf"), float("nan"), "", "x", "X!", "0", "-1", MARK, "9" * 400,
    [], ["!"], [[]], [None], [{}], {}, {"!": "!"}, {"a": None}, {"kind": "x"}, {"kind": []}, {"kind": None},
)  # fmt: skip
RAW: Final = re.compile(
    r"Input should|should have at|should be (?:a|an|greater|less)\b|should match|Extra inputs|Field required"
    r"|Unable to|valid (?:string|integer|number|dictionary|list)|Value error|validation error|Input tag"
)


def models(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Every model that may stand in a stack, each once."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        for info in annotation.model_fields.values():
            yield from models(info.annotation, seen)
    for argument in get_args(annotation):
        yield from models(argument, seen)


MODELS: Final = sorted(models(Settings, set()), key=lambda model: model.__name__)


def bad_values(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    least = {"kind": kinds_of(model)[0]} if "kind" in model.model_fields and kinds_of(model) else {}
    yield least
    yield {**least, "no-such-key": 1}
    for name in model.model_fields:
        for value in BAD:
            yield {**least, name: value}
            yield {**least, name: [value]}
            yield {**least, name: {"a": value}}
        yield {**least, name: {"kind": MARK}}
        yield {**least, name: {MARK: "x"}}


def test_all_models_of_a_stack_are_walked() -> None:
    assert {"Settings", "EksCluster", "EventSpec", "NodeBudget", "Alb", "Worker", "Snapshots"} <= {
        model.__name__ for model in MODELS
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_whatever_stands_in_a_field_is_told_in_our_words(model: type[BaseModel]) -> None:
    for data in bad_values(model):
        try:
            model.model_validate(data)
        except ValidationError as error:
            _holds(error, model, data)


def _holds(error: ValidationError, model: type[BaseModel], data: dict[str, Any]) -> None:
    lines = describe(error, model, data)
    assert lines
    for line in lines:
        assert not RAW.search(line), line
        assert re.search(r"allowed: .|missing; |is plain|unknown key", line), line
        assert "\n" not in line
        assert line.count(MARK) <= 1, f"the value is there twice: {line}"
    for detail in error.errors(include_url=False):
        whole = follow(model, detail["loc"], data).model is not None and detail["type"] == "value_error"
        cause = detail.get("ctx", {}).get("error")
        assert not whole or isinstance(cause, ConfigurationError), f"{model.__name__}: {cause} names no field"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_may_stand_in_a_field_is_said_in_words_of_its_own(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if UNNAMED in shape(follow(model, (name,), {}))] == []


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_each_kind_of_error_that_pydantic_has_is_told_in_our_words(kind: str) -> None:
    detail: ErrorDetails = {
        "type": kind,
        "loc": (),
        "input": 5,
        "msg": "Input should be raw",
        "ctx": _context(kind),
    }
    for annotation in (int, str, bool, list[str], dict[str, str], object):
        line = wording(detail, Where((), annotation, (), None))
        assert not RAW.search(line), line
        assert line.startswith(("allowed: ", "stated"))


def _context(kind: str) -> dict[str, Any]:
    """What pydantic says beside: whatever the kind's own text has a place for."""
    if kind == "value_error":
        return {"error": ValueError("stated wrongly; allowed: other values")}
    return dict.fromkeys(("ge", "gt", "le", "lt", "min_length", "max_length"), 1)


def patterns() -> Iterator[tuple[str, Where]]:
    for model in MODELS:
        for name, info in model.model_fields.items():
            yield from _of(f"{model.__name__}.{name}", info.annotation, [info])


def _of(name: str, annotation: Any, metadata: list[Any]) -> Iterator[tuple[str, Where]]:
    if get_origin(annotation) is Annotated:
        annotation, *said = get_args(annotation)
        metadata = [*metadata, *said]
    flat = [
        one for info in metadata for one in (info, *(info.metadata if isinstance(info, FieldInfo) else ()))
    ]
    where = Where((), annotation, tuple(flat), None)
    if where.bound("pattern") is not None:
        yield name, where
        return
    for argument in get_args(annotation):
        # What is said of an optional text is said of the text; of a list, not of its items.
        yield from _of(name, argument, [] if get_origin(annotation) in (list, dict) else metadata)


@pytest.mark.parametrize(
    ("name", "where"), list(patterns()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_each_pattern_is_told_in_words_with_an_example_that_fits(name: str, where: Where) -> None:
    assert where.words, f"{name}: a description says in words what {where.bound('pattern')} allows"
    assert where.example, name
    assert re.search(where.bound("pattern"), where.example.strip('"')), (name, where.example)


def test_a_place_is_written_as_people_write_it() -> None:
    data = {"cluster": {"kind": "eks"}, "services": {"web": {"ports": [{"kind": "tcp"}]}}}
    here = follow(Settings, ("services", "web", "ports", 0, "tcp", "number"), data)
    assert here.field == "services.web.ports[0].number"
    assert json.dumps(here.beside) == '["kind", "name", "number"]'
    assert follow(Settings, ("cluster", "eks", "tags", "aws:x", "[key]"), data).field == "cluster.tags.aws:x"

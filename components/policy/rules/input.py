"""Rules about what was handed in: fields that cannot be read, annotations that nothing reads, stale ignores."""

from collections.abc import Iterator

from ..facts import Dangling, Duplicate, Fleet, UnknownAnnotation, Unreadable, UnusedIgnore
from ..facts.annotations import KEYS, PREFIX
from ..words.hints import closest
from .rule import error, warning


@warning(
    "HR001",
    "ignore-unused",
    UnusedIgnore,
    why="what the ignore was written for is gone, and it would hide the next finding of its kind without a word",
    source="ruff, unused-noqa (RUF100)",
    do="remove the ignore, or correct its object pattern",
)
def ignore_unused(ignore: UnusedIgnore, fleet: Fleet) -> Iterator[str]:
    """An ignore matches a finding."""
    yield f'the ignore of {ignore.rule} ("{ignore.reason}") matches no finding'


@error(
    "HR002",
    "field-unreadable",
    Unreadable,
    why="the API server refuses such a field, or reads it as something that nobody meant",
    source="kubernetes.io, API reference",
    do="write the field as the API documents it",
)
def field_unreadable(field: Unreadable, fleet: Fleet) -> Iterator[str]:
    """A field can be read as what it is."""
    yield field.problem


@warning(
    "HR003",
    "annotation-unknown",
    UnknownAnnotation,
    why="a misspelt fact is an unknown fact: the rules that need it stay silent",
    source="docs/rules/annotations.md",
    do="use one of the documented annotations, or remove it",
)
def annotation_unknown(annotation: UnknownAnnotation, fleet: Fleet) -> Iterator[str]:
    """An annotation under our prefix is one that is read."""
    word = annotation.key.removeprefix(PREFIX)
    if word.startswith("ignore"):
        # An object that could excuse itself would, in every cluster that it gets to, and no reviewer would see it.
        hint = "an object leaves out no rule; who reviews it does, by --ignore or headroom:ignores"
    else:
        hint = closest(word, [key.removeprefix(PREFIX) for key in sorted(KEYS)]).strip()
    yield f'nothing reads the annotation "{annotation.key}"{f"; {hint}" if hint else ""}'


@warning(
    "HR004",
    "object-stated-twice",
    Duplicate,
    why="the one that is applied last wins, so half of what was reviewed is not what runs",
    source="kubernetes.io, Declarative Management of Kubernetes Objects",
    do="state each object once",
)
def object_stated_twice(duplicate: Duplicate, fleet: Fleet) -> Iterator[str]:
    """An object is stated once."""
    yield f"is stated {duplicate.times} times"


@warning(
    "HR005",
    "refers-to-nothing",
    Dangling,
    why="a budget, Service or autoscaler that finds no pods is accepted by the API and does nothing",
    source="kubernetes.io, Labels and Selectors",
    do="make its selector or scaleTargetRef match the workload that it is meant for",
)
def refers_to_nothing(dangling: Dangling, fleet: Fleet) -> Iterator[str]:
    """What refers to workloads finds one."""
    yield f"{dangling.refers_to} matches no workload of its namespace among the reviewed objects"

"""Label selectors, and which pods they select. An index by label keeps the work linear in the number of objects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..view import View

T = TypeVar("T")


@dataclass(frozen=True)
class Selector:
    """A label selector; ``labels`` and ``expressions`` must all hold."""

    labels: Mapping[str, str]
    expressions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether it selects what has these labels. Without any condition it selects everything."""
        return all(labels.get(key) == value for key, value in self.labels.items()) and all(
            _holds(labels, *expression) for expression in self.expressions
        )


def read_selector(view: View) -> Selector:
    """A LabelSelector."""
    return Selector(
        labels=view.mapping("matchLabels"),
        expressions=tuple(
            (expression.text("key") or "", expression.text("operator") or "", expression.texts("values"))
            for expression in view.views("matchExpressions")
        ),
    )


def _holds(labels: Mapping[str, str], key: str, operator: str, values: Sequence[str]) -> bool:
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return False


class PodIndex(Generic[T]):
    """Things that have pods, found by a selector within a namespace."""

    def __init__(self) -> None:
        self._all: dict[str, list[tuple[Mapping[str, str], T]]] = {}
        self._by_label: dict[tuple[str, str, str], list[tuple[Mapping[str, str], T]]] = {}

    def add(self, namespace: str, labels: Mapping[str, str], thing: T) -> None:
        """Adds a thing whose pods have these labels."""
        entry = (labels, thing)
        self._all.setdefault(namespace, []).append(entry)
        for key, value in labels.items():
            self._by_label.setdefault((namespace, key, value), []).append(entry)

    def has(self, namespace: str) -> bool:
        """Whether a namespace has any pods at all."""
        return namespace in self._all

    def select(self, namespace: str, selector: Selector) -> Iterator[T]:
        """The things whose pods a selector selects."""
        candidates = self._all.get(namespace, [])
        for key, value in selector.labels.items():
            labelled = self._by_label.get((namespace, key, value), [])
            candidates = min(candidates, labelled, key=len)
        return (thing for labels, thing in candidates if selector.matches(labels))

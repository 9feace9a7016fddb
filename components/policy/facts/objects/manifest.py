"""One Kubernetes object as it was handed in: its identity, its fields, and what could not be read of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from ..annotations import KEYS, PREFIX, Annotation
from ..base import Place
from ..platform import UnknownAnnotation, Unreadable
from ..view import View

T = TypeVar("T")

# Lists of lists of lists are nobody's manifests.
_DEEPEST_LIST: Final = 10


@dataclass(frozen=True)
class Document:
    """What one YAML document or one rendered resource holds, and where it stood."""

    body: object
    place: Place | None = None


@dataclass
class Manifest:
    """An object of the Kubernetes API. ``problems`` grows while its fields are read."""

    kind: str
    api_version: str
    name: str
    namespace: str
    fields: View
    problems: list[str]
    place: Place | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    # All of it, as it was handed in.
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def object(self) -> str:
        """How findings name it."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    @property
    def group(self) -> str:
        """The API group; empty for the core."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""

    @property
    def spec(self) -> View:
        """Its spec; empty where it has none."""
        return self.fields.view("spec")

    @property
    def live(self) -> bool:
        """Whether a server wrote it down: then some of its fields are its controllers', and nobody's statement."""
        return "uid" in self.fields.view("metadata")

    @property
    def owners(self) -> frozenset[str]:
        """The kinds of the objects that it was made for, by their controllers."""
        owners = self.fields.view("metadata").views("ownerReferences")
        return frozenset(kind for owner in owners if (kind := owner.text("kind")) is not None)

    def fact(self, annotation: Annotation[T]) -> T | None:
        """The fact that one of our annotations states."""
        return read_annotation(self.annotations, annotation, self.problems)

    def unreadable(self) -> Iterator[Unreadable]:
        """What could not be read, each problem once although several readers met it."""
        for problem in dict.fromkeys(self.problems):
            yield Unreadable(object=self.object, problem=problem, place=self.place)

    def unknown_annotations(self) -> Iterator[UnknownAnnotation]:
        """Annotations under our prefix that nothing reads."""
        for key in self.annotations:
            if key.startswith(PREFIX) and key not in KEYS:
                yield UnknownAnnotation(object=self.object, key=key[:100], place=self.place)


def read_annotation(found: Mapping[str, str], annotation: Annotation[T], problems: list[str]) -> T | None:
    """The fact that an annotation states; a text that cannot be read becomes a problem."""
    return View(found, "metadata.annotations", problems).parsed(annotation.key, annotation.parse)


def manifests(documents: Iterable[Document]) -> Iterator[Manifest | None]:
    """The objects of the documents, lists opened; None for what is no object of the API."""
    for document in documents:
        yield from _opened(document.body, document.place, 0)


def _opened(body: object, place: Place | None, depth: int) -> Iterator[Manifest | None]:
    kind, api_version = (
        (body.get("kind"), body.get("apiVersion")) if isinstance(body, Mapping) else (None, None)
    )
    if not isinstance(kind, str) or not isinstance(api_version, str) or not isinstance(body, Mapping):
        yield None
        return
    items = body.get("items")
    if kind.endswith("List") and isinstance(items, list) and depth < _DEEPEST_LIST:
        for item in items:
            yield from _opened(item, place, depth + 1)
        return
    problems: list[str] = []
    fields = View(body, "", problems)
    metadata = fields.view("metadata")
    yield Manifest(
        kind=kind[:100],
        api_version=api_version[:100],
        name=(metadata.text("name") or metadata.text("generateName") or "")[:253],
        namespace=(metadata.text("namespace") or "")[:253],
        fields=fields,
        problems=problems,
        place=place,
        annotations=metadata.mapping("annotations"),
        body=body,
    )

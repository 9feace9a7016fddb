"""Where in the schema something stands: the path as people write it, what may stand there, and what the file has there.

It follows a location through models, lists, mappings and unions of kinds. It words nothing and validates nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import GroupedMetadata
from pydantic import BaseModel
from pydantic.fields import FieldInfo

# pydantic's mark of a mapping's key.
KEY: Final = "[key]"


@dataclass(frozen=True)
class Where:
    """A place in the schema and in the file."""

    path: tuple[str | int, ...]
    # Without Annotated, and without None where it is optional.
    annotation: Any
    # What Annotated and Field say of it: bounds, patterns, descriptions.
    metadata: tuple[Any, ...]
    data: Any
    # The keys that may stand beside it.
    beside: tuple[str, ...] = ()
    # Whether it is a mapping's key, and not what stands under it.
    is_key: bool = False

    @property
    def field(self) -> str:
        """``events[0].start``."""
        return written(self.path)

    @property
    def words(self) -> str | None:
        """What is allowed, in words, where the schema says it."""
        return next((info.description for info in self._infos if info.description), None)

    @property
    def example(self) -> str | None:
        """As it is written in YAML."""
        return next((str(info.examples[0]) for info in self._infos if info.examples), None)

    def bound(self, name: str) -> Any:
        """``ge``, ``gt``, ``le``, ``lt``, ``min_length`` or ``max_length``; None where there is none."""
        return next((getattr(one, name) for one in self.metadata if hasattr(one, name)), None)

    @property
    def model(self) -> type[BaseModel] | None:
        """The model; of a union of kinds the one that the file names."""
        found = self.annotation
        if len(self.kinds) > 1:
            kind = self.data.get("kind") if isinstance(self.data, Mapping) else None
            found = next((one for one in members(found) if kind in kinds_of(one)), None)
        return found if _is_model(found) else None

    @property
    def has_parts(self) -> bool:
        """Whether keys that the schema knows may stand below."""
        return self.model is not None or bool(self.kinds)

    @property
    def kinds(self) -> list[str]:
        """The kinds of a union of models, or the one kind of a model."""
        return [kind for member in members(self.annotation) for kind in kinds_of(member)]

    @property
    def _infos(self) -> list[FieldInfo]:
        return [one for one in self.metadata if isinstance(one, FieldInfo)]


def follow(model: type[BaseModel], location: Sequence[str | int], data: Any) -> Where:
    """The place at pydantic's ``location``, which names the kind or the class of each union on the way."""
    here = holder = Where((), model, (), data)
    for part in location:
        if part == KEY:
            return replace(here, **_key(holder))
        holder, here = here, _step(here, part)
    return here


def written(path: Sequence[str | int]) -> str:
    """``services.web.ports[0].number``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def members(annotation: Any) -> list[type[BaseModel]]:
    """The models that say their kind, inside optional and annotated unions too."""
    return [model for model in _models(annotation) if "kind" in model.model_fields]


def kinds_of(model: type[BaseModel]) -> tuple[Any, ...]:
    """The kinds that a model says it is."""
    info = model.model_fields.get("kind")
    return get_args(info.annotation) if info and get_origin(info.annotation) is Literal else ()


def _models(annotation: Any) -> list[type[BaseModel]]:
    if _is_model(annotation):
        return [annotation]
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return [model for argument in get_args(annotation) for model in _models(argument)]
    return []


def _step(here: Where, part: str | int) -> Where:
    found = _models(here.annotation)
    if len(found) > 1:
        named = next((one for one in found if part in (*kinds_of(one), one.__name__)), None)
        if named is not None:
            return replace(here, annotation=named)
    data = _data(here.data, part)
    annotation, metadata = _inner(here, part)
    beside = tuple(sorted(here.model.model_fields)) if here.model else ()
    return Where((*here.path, part), *_bare(annotation, metadata), data, beside)


def _data(data: Any, part: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _inner(here: Where, part: str | int) -> tuple[Any, tuple[Any, ...]]:
    # Where the file names no kind, any that has such a field.
    model = here.model or next((one for one in _models(here.annotation) if part in one.model_fields), None)
    if model is not None:
        info = model.model_fields.get(str(part))
        return (None, ()) if info is None else (info.annotation, (info,))
    arguments = get_args(here.annotation)
    return (arguments[-1] if arguments else None, ())


def _key(holder: Where) -> dict[str, Any]:
    """What a mapping allows as a key."""
    arguments = get_args(holder.annotation)
    annotation, metadata = _bare(arguments[0], ()) if arguments else (str, ())
    return {"annotation": annotation, "metadata": metadata, "is_key": True}


def _bare(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Without Annotated and None; what they say is kept."""
    gathered = list(metadata)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *said = get_args(annotation)
            gathered += said
            continue
        if get_origin(annotation) in (Union, UnionType):
            rest = [argument for argument in get_args(annotation) if argument is not NoneType]
            if len(rest) == 1:
                annotation = rest[0]
                continue
        return annotation, tuple(_flat(gathered))


def _flat(metadata: Sequence[Any]) -> Iterator[Any]:
    for one in metadata:
        yield one
        if isinstance(one, FieldInfo):
            yield from _flat(one.metadata)
        elif isinstance(one, GroupedMetadata):
            yield from _flat(list(one))


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)

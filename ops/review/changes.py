"""What becomes of each resource, from the steps of a preview: made, changed, replaced, deleted, and in which fields.

It judges what the engine said and adds one thing, whether data is lost. It never prints a secret: the engine has put
``[secret]`` in its place, and every secret was a placeholder to begin with.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from .holds_data import holds

# A longer value says nothing more in one line.
LONGEST_VALUE: Final = 160
_PATH: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')
# How the engine writes a string, boolean, number, list or object that only an update knows (pulumi's
# sdk/go/common/resource/plugin/rpc.go).
_UNKNOWN: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
UNKNOWN: Final = "known after the update"


class Kind(StrEnum):
    """What happens to a resource, the worst first."""

    DELETE = "delete"
    REPLACE = "replace"
    UPDATE = "update"
    CREATE = "create"


_OPERATIONS: Final[Mapping[str, Kind]] = {
    "create": Kind.CREATE,
    "import": Kind.CREATE,
    "update": Kind.UPDATE,
    "replace": Kind.REPLACE,
    "create-replacement": Kind.REPLACE,
    "delete-replaced": Kind.REPLACE,
    "import-replacement": Kind.REPLACE,
    "delete": Kind.DELETE,
}
_WORST_FIRST: Final = tuple(Kind)


@dataclass(frozen=True)
class Field:
    """One input that differs; None where it is on one side alone. ``forces`` says that it makes a new resource."""

    path: str
    before: str | None
    after: str | None
    forces: bool


@dataclass(frozen=True)
class Resource:
    """One resource that does not stay as it is."""

    kind: Kind
    token: str
    name: str
    fields: tuple[Field, ...] = ()
    # What is in it, where something is.
    data: str | None = None
    retained: bool = False

    @property
    def lost(self) -> bool:
        """Whether what is in it is lost; what the engine leaves behind is not."""
        return self.kind in (Kind.DELETE, Kind.REPLACE) and self.data is not None and not self.retained

    @property
    def what(self) -> str:
        """The type as people say it: ``apps/v1 StatefulSet``, ``aws:s3/bucket Bucket``."""
        module, _, kind = self.token.rpartition(":")
        return f"{module.removeprefix('kubernetes:')} {kind}".strip()


def resources(steps: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """One for each resource, the worst first and then by type and name: the engine's own order is another each time."""
    worst: dict[str, Resource] = {}
    for step in steps:
        kind = _OPERATIONS.get(str(step.get("op")))
        urn = str(step.get("urn"))
        if kind is None or urn.count("::") < 3:
            continue
        found = _resource(kind, urn, step)
        known = worst.get(urn)
        if known is None or (_rank(found), -len(found.fields)) < (_rank(known), -len(known.fields)):
            worst[urn] = found
    return sorted(worst.values(), key=lambda one: (_rank(one), one.token, one.name))


def _resource(kind: Kind, urn: str, step: Mapping[str, Any]) -> Resource:
    _, _, types, name = urn.split("::", 3)
    token = types.rpartition("$")[2]
    forced = {str(path) for path in step.get("replaceReasons") or ()}
    shown = kind in (Kind.UPDATE, Kind.REPLACE)
    return Resource(
        kind=kind,
        token=token,
        name=name,
        fields=tuple(sorted(_fields(step, forced), key=lambda field: field.path)) if shown else (),
        data=holds(token),
        retained=bool(step.get("retain")),
    )


def _fields(step: Mapping[str, Any], forced: set[str]) -> Iterator[Field]:
    paths = set(step.get("detailedDiff") or step.get("diffReasons") or ()) | forced
    for path in paths:
        yield Field(
            path=path,
            before=shown(value_at(step.get("before"), path)),
            after=shown(value_at(step.get("after"), path)),
            forces=path in forced or path.partition(".")[0] in forced,
        )


def value_at(inputs: Any, path: str) -> Any:
    """What is at a path as Pulumi writes one, ``spec.rules[0]["a.b"]``; None where nothing is."""
    here = inputs
    for quoted, number, key in _PATH.findall(path):
        if number and isinstance(here, list):
            here = here[int(number)] if int(number) < len(here) else None
        elif isinstance(here, Mapping):
            here = here.get(quoted.replace('\\"', '"') or key or number)
        else:
            return None
    return here


def shown(value: Any) -> str | None:
    """A value in one line."""
    if value is None:
        return None
    if isinstance(value, str) and value in _UNKNOWN:
        return UNKNOWN
    text = " ".join(json.dumps(value, ensure_ascii=False, sort_keys=True).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def _rank(resource: Resource) -> int:
    return _WORST_FIRST.index(resource.kind)

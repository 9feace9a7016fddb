"""What changes between the inputs of before and now, and which change makes a new resource.

It decides by the table's `replaces`; an unknown value is a change, as the vendor's provider has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from tools.standins.render import at
from tools.standins.table.entry import Entry
from tools.standins.values import has_unknown

DEFAULTS = "__defaults"
"""Input in which names that were drawn, not given, are listed, as the vendor's bridge does."""


@dataclass
class Changes:
    changed: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    detailed: dict[str, PropertyDiff] = field(default_factory=dict)
    delete_first: bool = False


def compare(before: Mapping[str, Any], now: Mapping[str, Any], row: Entry) -> Changes:
    found = Changes()
    for name in sorted({*before, *now}):
        if name.startswith("__") or _same(before.get(name), now.get(name)):
            continue
        found.changed.append(name)
        paths = [path for path in row.replaces if path.partition(".")[0] == name]
        replacing = [path for path in paths if not _same(at(before, path), at(now, path))]
        found.replaces += [name] if replacing else []
        found.detailed[name] = PropertyDiff(_kind(name in before, name in now, bool(replacing)), True)
    fixed = row.autoname and row.autoname not in now.get(DEFAULTS, []) and row.autoname not in found.changed
    found.delete_first = bool(found.replaces and fixed and now.get(row.autoname))
    return found


def _same(one: Any, other: Any) -> bool:
    """Absent, null and empty are the same to a service."""
    if has_unknown(one) or has_unknown(other):
        return False
    return bool(one == other) or (one in (None, [], {}) and other in (None, [], {}))


def _kind(was: bool, is_now: bool, replaces: bool) -> PropertyDiffKind:
    word = "UPDATE" if was and is_now else "ADD" if is_now else "DELETE"
    return PropertyDiffKind[f"{word}_REPLACE" if replaces else word]

"""The annotations by which a manifest states facts that no field of it holds. The tables are also their documentation.

Nothing else is read under the prefix; what is not in a table is reported as unknown.
"""

from typing import Any, Final

from . import front, others, workloads
from .annotation import PREFIX, Annotation
from .written import annotations

ALL: Final[tuple[Annotation[Any], ...]] = tuple(
    value
    for module in (workloads, front, others)
    for value in vars(module).values()
    if isinstance(value, Annotation)
)
KEYS: Final = frozenset(annotation.key for annotation in ALL)

__all__ = ["ALL", "KEYS", "PREFIX", "Annotation", "annotations"]

"""Reads YAML documents that anybody may have written: bounded in size, depth and expansion, never executed.

It gives documents with their file and line; what they mean is for components.policy.facts to say.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from components.policy.facts.base import Place
from components.policy.facts.objects import Document

# etcd takes objects of up to 1.5 MiB; a chart with its CRDs renders to a few MiB.
MOST_BYTES: Final = 16 * 1024**2
# Aliases let a line stand for billions of nodes; no manifest of that size has more than these.
MOST_NODES: Final = 2_000_000
# The deepest schemas of CRDs stay far below.
DEEPEST: Final = 100
# Longer numbers are no numbers of the API, and exact ones take time that grows with their square.
_LONGEST_NUMBER: Final = 100
SUFFIXES: Final = (".yaml", ".yml", ".json")
STANDARD_INPUT: Final = "-"

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnusableError(Exception):
    """A file that cannot be read as YAML objects; the message says why and what to do."""


class _Loader(_Base):  # type: ignore[misc]
    """The safe loader, with long numbers left as the text that they are."""


def _short(kind: str) -> None:
    construct = yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{kind}"]

    def bounded(loader: Any, node: Any) -> Any:
        return (
            construct(loader, node) if len(node.value) <= _LONGEST_NUMBER else loader.construct_scalar(node)
        )

    _Loader.add_constructor(f"tag:yaml.org,2002:{kind}", bounded)


for _kind in ("int", "float", "timestamp"):
    _short(_kind)


def files_below(path: str) -> list[str]:
    """The YAML and JSON files of a directory, or the one file. Raises UnusableError where there is none."""
    if path == STANDARD_INPUT or Path(path).is_file():
        return [path]
    if not Path(path).is_dir():
        raise UnusableError(f"{path}: there is no such file or directory; name a file, a directory or -")
    found = sorted(
        str(Path(folder) / name)
        for folder, folders, names in os.walk(path)
        if folders.sort() is None
        for name in names
        if name.endswith(SUFFIXES)
    )
    if not found:
        raise UnusableError(f"{path}: holds no {', '.join(SUFFIXES)} file; name another directory")
    return found


def read_file(path: str, standard_input: Any) -> list[Document]:
    """The documents of a file. Raises UnusableError."""
    # A file's name may hold bytes that are no text.
    name = "<stdin>" if path == STANDARD_INPUT else path.encode("utf-8", "replace").decode()
    try:
        if path == STANDARD_INPUT:
            content = standard_input.read(MOST_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnusableError(f"{name}: {error.strerror or 'cannot be read'}") from None
    return read_documents(content, name)


def read_documents(content: bytes, name: str) -> list[Document]:
    """The documents of a text. Raises UnusableError."""
    if len(content) > MOST_BYTES:
        raise UnusableError(f"{name}: is larger than {MOST_BYTES // 1024**2} MiB; check it in parts")
    try:
        text = content.decode("utf-8-sig")
        lines = list(_document_lines(text, name))
        bodies = list(yaml.load_all(text, Loader=_Loader))
    except UnicodeDecodeError as error:
        raise UnusableError(f"{name}: is not UTF-8 text at byte {error.start}") from None
    except yaml.YAMLError as error:
        raise UnusableError(f"{name}: {_problem(error, content)}") from None
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise UnusableError(
            f"{name}: holds a value that YAML does not allow ({type(error).__name__})"
        ) from None
    places = (Place(file=name, line=line) for line in lines)
    return [Document(body, place) for body, place in zip(bodies, places, strict=True) if body is not None]


def _problem(error: yaml.YAMLError, content: bytes) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}: " if mark is not None else ""
    hint = "; render the template first (helm template ... | check -f -)" if b"{{" in content else ""
    return f"is not YAML: {where}{getattr(error, 'problem', None) or 'it cannot be parsed'}{hint}"


def _document_lines(text: str, name: str) -> Iterator[int]:
    """The first line of each document. Raises UnusableError where its nodes, aliases followed, are too many."""
    scan = _Scan(name)
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            scan = _Scan(name)
        elif isinstance(event, yaml.NodeEvent):
            if scan.nodes == 0 and event.start_mark is not None:
                yield event.start_mark.line + 1
            scan.enter(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            scan.leave()


class _Scan:
    """Counts the nodes of one document as if every alias were written out, without writing them out."""

    def __init__(self, name: str) -> None:
        self.nodes = 0
        self._name = name
        self._anchored: dict[str, int] = {}
        self._open: list[tuple[str | None, int]] = []

    def enter(self, event: yaml.NodeEvent) -> None:
        """A scalar, an alias, or the start of a mapping or list."""
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchored:
                raise UnusableError(
                    f"{self._name}: the alias *{event.anchor!s:.60} is part of itself or of nothing"
                )
            self.nodes += self._anchored[event.anchor]
        else:
            self.nodes += 1
            if isinstance(event, yaml.CollectionStartEvent):
                self._open.append((event.anchor, self.nodes - 1))
            elif event.anchor is not None:
                self._anchored[event.anchor] = 1
        if self.nodes > MOST_NODES:
            raise UnusableError(
                f"{self._name}: its aliases stand for more than {MOST_NODES} values; write them out"
            )
        if len(self._open) > DEEPEST:
            raise UnusableError(
                f"{self._name}: is nested deeper than {DEEPEST} levels; no object of the API is"
            )

    def leave(self) -> None:
        """The end of a mapping or list."""
        anchor, before = self._open.pop()
        if anchor is not None:
            self._anchored[anchor] = self.nodes - before

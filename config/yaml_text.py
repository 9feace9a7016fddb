"""Reads YAML that anybody may have written: plain data, or one clear error with its line.

It reads as the Pulumi engine does: "no" and "1:30" are text. It refuses what the engine reads otherwise than
a person would (010 is 8 there), what is no plain data (tags, a key twice), and what would not fit into memory
once its aliases are expanded.
"""

import re
from typing import Any, Final

import yaml

from components.policy.words.where import written

# The largest stack that anybody should write: a thousand services of a hundred values.
MAX_VALUES: Final = 200_000
MAX_DEPTH: Final = 60
MAX_BYTES: Final = 4 * 1024 * 1024

_PREFIX: Final = "tag:yaml.org,2002:"
Path = tuple[str | int, ...]
_KINDS: Final = ("str", "int", "float", "bool", "null", "map", "seq", "merge")
_PLAIN: Final = frozenset(f"{_PREFIX}{kind}" for kind in _KINDS)
# YAML 1.2 core schema, section 10.3.2; an integer of more digits is nobody's figure, and slow to read.
_RESOLVERS: Final = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]{1,18}", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
    ("merge", r"<<", "<"),
)


# Octal, hexadecimal, digits in groups and dates: the engine (yaml.v3) turns each into something else.
_DATE: Final = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
SURPRISING: Final = re.compile(rf"[-+]?0[0-9_]+|[-+]?0[xXoObB][0-9a-fA-F_]+|[-+]?[0-9]+(?:_[0-9]*)+|{_DATE}")


class YamlError(ValueError):
    """Why the text is no plain data: one line."""


class _Loader(yaml.SafeLoader):
    """SafeLoader with the resolvers below instead of YAML 1.1's, and an end to nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        # PyYAML's scanner takes time by the square of the nesting, so it must not get there.
        if self.depth > MAX_DEPTH:
            raise YamlError(f"line {self.line + 1}: nested too deeply; allowed: {MAX_DEPTH} levels")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


_Loader.yaml_implicit_resolvers = {}


for _kind, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(
        f"{_PREFIX}{_kind}",
        re.compile(rf"^(?:{_pattern})$"),
        ["" if character == "\0" else character for character in _first],
    )


def _construct_int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    # Decimal only: PyYAML would read "010" as 8.
    return int(loader.construct_scalar(node))


_Loader.add_constructor(f"{_PREFIX}int", _construct_int)


def read_yaml(text: str | bytes, surprising: re.Pattern[str] | None = SURPRISING) -> Any:
    """The data in ``text``, or YamlError. Nothing is ``surprising`` in a file that the engine never reads."""
    if len(text) > MAX_BYTES:
        raise YamlError(f"{len(text)} bytes of YAML; allowed: at most {MAX_BYTES}")
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _check(node, {}, surprising)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise YamlError(_marked(error)) from None
    except KeyError as error:
        raise YamlError(f"{error} is neither true nor false") from None
    except (yaml.YAMLError, ValueError) as error:
        raise error if isinstance(error, YamlError) else YamlError(" ".join(str(error).split())) from None


def _marked(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or error.context or "not YAML"
    if problem.startswith("but ") and error.context:
        problem = f"{error.context}, {problem}"
    if "'\\t'" in problem:
        problem = "a tab indents here; allowed: spaces"
    mark = error.problem_mark or error.context_mark
    return problem if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: {problem}"


def _check(
    node: yaml.Node,
    seen: dict[int, tuple[int, int] | None],
    surprising: re.Pattern[str] | None,
    path: Path = (),
) -> tuple[int, int]:
    """How many values ``node`` holds and how deep they nest, aliases expanded; each node is visited once."""
    if id(node) in seen:
        known = seen[id(node)]
        if known is None:
            raise _refused(node, path, "a value that contains itself")
        return known
    if node.tag not in _PLAIN:
        tag = node.tag.replace(_PREFIX, "!!")
        raise _refused(node, path, f"tag {tag} is not known; allowed: plain values; remove the tag")
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    if plain and surprising is not None and surprising.fullmatch(node.value):
        raise _refused(node, path, _surprise(node.value))
    seen[id(node)] = None
    checked = [_check(value, seen, surprising, (*path, key)) for key, value in _inside(node, path)]
    values = 1 + sum(count for count, _ in checked)
    depth = 1 + max((levels for _, levels in checked), default=0)
    if values > MAX_VALUES:
        raise _refused(node, path, f"more than {MAX_VALUES} values once its aliases are expanded")
    if depth > MAX_DEPTH:
        raise _refused(node, path, f"nested too deeply; allowed: {MAX_DEPTH} levels")
    seen[id(node)] = values, depth
    return values, depth


def _inside(node: yaml.Node, path: Path) -> list[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        _check_keys(node, path)
        return [(key.value, value) for key, value in node.value]
    return list(enumerate(node.value)) if isinstance(node, yaml.SequenceNode) else []


def _surprise(text: str) -> str:
    if re.fullmatch(_DATE, text):
        timed = "" if ":" in text else '; a start has its time with it, as "2026-11-27T19:00"'
        return f'{text} is a date to YAML, not text; allowed: text; put it in quotes: "{text}"{timed}'
    return f"{text} is read as another number than it seems; allowed: plain digits; write them, or put it in quotes"


def _check_keys(node: yaml.MappingNode, path: Path) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag not in (f"{_PREFIX}str", f"{_PREFIX}merge"):
            shown = key.value if isinstance(key, yaml.ScalarNode) else "a list or mapping"
            raise _refused(key, path, f"key {shown} is not text; put it in quotes")
        if key.value in seen:
            raise _refused(key, path, f'key "{key.value}" is there twice; remove one')
        seen.add(key.value)


def _refused(node: yaml.Node, path: Path, problem: str) -> YamlError:
    below = written(path[1:] if path[:1] == ("config",) else path)
    field = f"{below}: " if below else ""
    return YamlError(
        f"line {node.start_mark.line + 1}, column {node.start_mark.column + 1}: {field}{problem}"
    )

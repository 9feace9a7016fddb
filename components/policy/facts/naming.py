"""What a thing is called: by the API, in a plan, and by itself; and whether a pattern means it.

One spelling of an ignore fits wherever the same thing is reviewed: in a program, a constructor, files, a cluster.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from .events import Event
from .nodes import NodeClass, Pool
from .platform import Alert, Chart, LoadTest, Objective, Redis
from .workload import Workload

# "Kind name" and "Kind namespace/name", as objects are shown; what may follow is a part of the object.
_OBJECT: Final = re.compile(
    r"(?P<kind>[A-Z]\w{0,99}) (?:(?P<namespace>[^/ ]{1,253})/)?(?P<name>[^/ ]{1,253})"
)
# The kinds of things that a plan has, and its word before the dot where it names them by one.
_KINDS: Final[Mapping[type, str]] = {
    Pool: "NodePool",
    NodeClass: "EC2NodeClass",
    Redis: "ConfigMap",
    Objective: "Namespace",
}
_PLAN_WORDS: Final = {"Deployment": "services", "NodePool": "node_pool"}
# What a plan has one of.
_PLAN_NAMES: Final[Mapping[type, str]] = {Objective: "target", Redis: "redis", LoadTest: "load"}


def names(subject: object, shown: str) -> tuple[str, ...]:
    """Every name of a thing: as it is shown, ``Kind namespace/name``, ``Kind name``, its plan's, and the bare name."""
    match = _OBJECT.match(shown)
    kind, namespace, name = match.group("kind", "namespace", "name") if match is not None else ("", "", "")
    if isinstance(subject, Workload):
        kind, namespace, name = subject.kind, subject.namespace, subject.name
    elif isinstance(subject, (Pool, NodeClass)):
        kind, name = _KINDS[type(subject)], subject.name
    elif isinstance(subject, Redis):
        kind, namespace, name = kind or _KINDS[Redis], subject.namespace, subject.name
    elif isinstance(subject, Objective):
        kind, name = _KINDS[Objective], subject.namespace
    elif isinstance(subject, (Alert, Chart, Event)):
        name = subject.name
    return tuple(dict.fromkeys(_spelt(subject, shown, kind or "", namespace or "", name or "")))


def _spelt(subject: object, shown: str, kind: str, namespace: str, name: str) -> Iterator[str]:
    yield shown
    if kind and name:
        if namespace:
            yield f"{kind} {namespace}/{name}"
        yield f"{kind} {name}"
        if kind in _PLAN_WORDS:
            yield f"{_PLAN_WORDS[kind]}.{name}"
    if name:
        yield name
    if type(subject) in _PLAN_NAMES:
        yield _PLAN_NAMES[type(subject)]


def means(pattern: str, called: tuple[str, ...]) -> bool:
    """Whether a glob matches any of the names.

    Of a thing whose namespace nobody knows (in a constructor it may be an output) the pattern's is not compared.
    """
    globs = (pattern, *_without_namespace(pattern, called))
    return any(fnmatchcase(name, glob) for glob in globs for name in called)


def _without_namespace(pattern: str, called: tuple[str, ...]) -> Iterator[str]:
    before, slash, name = pattern.partition("/")
    kind, space, _ = before.partition(" ")
    if slash and space and not any("/" in known for known in called):
        yield f"{kind} {name}"

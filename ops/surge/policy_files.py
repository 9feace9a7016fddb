"""Policies that people hand in: the autoscalers of their own files, beside the policies that have a name.

It decides which words mean a file, what such a policy is called, and when its schedules are; what the objects say is
components.policy.surge.policy_written's.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from components.policy.errors import ConfigurationError
from components.policy.surge.named_policies import with_floor
from components.policy.surge.policy_written import Written, read_policy
from components.policy.surge.scaling_policy import EventFloor, SurgePolicy

from ..yaml_objects import SUFFIXES, UnusableError, files_below, read_file
from .options import FRONTIER

# It becomes a part of the report and of its files' names.
NAME: Final = re.compile(r"[A-Za-z0-9][-A-Za-z0-9._]{0,39}")


def named(word: str) -> tuple[str, str | None]:
    """The name of a policy, and its file where the word means one: NAME=FILE, or a FILE of YAML or JSON."""
    name, equals, path = word.partition("=")
    if equals:
        return name.strip(), path.strip()
    return (Path(word).stem, word) if word.endswith(SUFFIXES) else (word, None)


def files_of(words: Sequence[str]) -> dict[str, str]:
    """The files among the words after --policy and --compare, by their policies' names. Raises ConfigurationError."""
    found: dict[str, str] = {}
    for word in words:
        name, path = named(word)
        if path is None:
            continue
        if not NAME.fullmatch(name) or found.get(name, path) != path:
            raise ConfigurationError(
                field="--policy",
                value=word,
                allowed="NAME=FILE, another name for each file: letters, digits, dots and dashes, at most 40",
                remedy="name it",
            )
        found[name] = path
    return found


def written_policies(
    files: Mapping[str, str], known: Mapping[str, SurgePolicy], own: SurgePolicy, lead_s: float | None
) -> dict[str, Written]:
    """Each file's policy over ``own``, the stack's; the windows of cron triggers open ``lead_s`` seconds before the
    load. Raises ConfigurationError."""
    return {name: _written(name, path, known, own, lead_s) for name, path in files.items()}


def _written(
    name: str, path: str, known: Mapping[str, SurgePolicy], own: SurgePolicy, lead_s: float | None
) -> Written:
    if name in known or name.startswith(FRONTIER):
        raise ConfigurationError(
            field="--policy",
            value=f"{name}={path}",
            allowed=f"a name that no other policy has ({', '.join(known)}, {FRONTIER})",
            remedy=f"give it another, as in my-{name}={path}",
        )
    try:
        documents = [one for file in files_below(path) for one in read_file(file, sys.stdin.buffer)]
    except UnusableError as error:
        raise ConfigurationError(
            field="--policy",
            value=f"{name}={path}",
            allowed="a file or a folder of Kubernetes objects",
            remedy=str(error),
        ) from None
    found = read_policy(name, documents, own)
    if not found.schedules:
        return found
    if lead_s is None:
        raise ConfigurationError(
            field=f"{name}: cron triggers of {', '.join(found.schedules)}",
            value=None,
            allowed="with --cron-lead: how many seconds before the load their windows open (0: with it)",
            remedy="add it, since a load has no time of day",
        )
    floor = EventFloor(pods=dict(found.schedules), lead_s=lead_s)
    return Written(with_floor(found.policy, floor, name), found.notes, found.schedules)

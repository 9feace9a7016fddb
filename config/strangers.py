"""Keys of a stack that nobody reads and that look like ours: a project that is misspelt, a setting that is there twice.

The engine hands each key to the project that it names and says nothing of those that nobody has. What is another
project's or a provider's is left alone.
"""

from collections.abc import Iterable
from typing import Final

from components.policy.words.hints import closest

from .problems import PROJECT, problem_line
from .settings import Settings

# Pulumi's own namespace, and the providers of this program: their keys may have names that ours have too.
_OTHERS: Final = frozenset({"aws", "aws-native", "eks", "kubernetes", "pulumi"})


def strangers_of(keys: Iterable[str]) -> list[str]:
    """What is wrong with the keys under ``config``, a line each; values are not looked at."""
    all_keys = list(keys)
    return [problem for key in all_keys if (problem := _problem(key, all_keys))]


def _problem(key: str, all_keys: list[str]) -> str | None:
    project, separator, name = key.partition(":")
    if not separator:
        if f"{PROJECT}:{key}" not in all_keys:
            return None
        return problem_line(
            key,
            f"is there twice, as {key} and as {PROJECT}:{key}, and the engine takes one; allowed: once; remove one",
        )
    if project == PROJECT or project in _OTHERS:
        return None
    ours = name.strip(": ") in Settings.model_fields
    if ours or closest(project.lower(), [PROJECT]):
        meant = f"{PROJECT}:{name.strip(': ')}"
        return (
            f"{key}: nobody reads it: {project} is not this project; allowed: {PROJECT}:NAME; write {meant}"
        )
    return None

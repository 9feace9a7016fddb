"""Reads the settings of Redis and Sentinel: their files, and the flags of a command line."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from ...quantities import Bytes
from .. import cut
from ..base import ABSENT, Maybe

CONF: Final = "redis.conf"
SENTINEL_CONF: Final = "sentinel.conf"
# redis.io, the redis.conf that Redis is published with.
DEFAULT_MAXCLIENTS: Final = 10_000
DEFAULT_EVICTION: Final = "noeviction"
_SIZE: Final = re.compile(r"(\d{1,18})([kmg]b?|b)?")
_UNIT: Final = {"": 1, "b": 1, "k": 1000, "kb": 1024, "m": 10**6, "mb": 1024**2, "g": 10**9, "gb": 1024**3}

# What each setting is set to, by its name; None where the file that holds it is not known.
Settings: TypeAlias = Mapping[str, Sequence[str]] | None


def read_settings(words: Sequence[str], conf: str | None) -> Settings:
    """The file's settings, then those of the command line, which win."""
    text = " ".join(words)[: cut.FILE]
    if conf is None and any(word.endswith(".conf") for word in text.split()):
        return None
    lines = (line.split() for line in (conf or "")[: cut.FILE].splitlines())
    stated = {line[0].lower(): line[1:] for line in lines if line and not line[0].startswith("#")}
    return {**stated, **_flags(words)}


def _flags(words: Sequence[str]) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    name = None
    for word in (
        part for whole in words for part in (whole[: cut.FILE].split() if " " in whole else [whole])
    ):
        if word.startswith("--"):
            name = word[2:].lower()
            found[name] = ()
        elif name is not None:
            found[name] = (*found[name], word)
    return found


def persistent(settings: Settings) -> bool | None:
    """Whether a restart finds the data again. Without any `save` line Redis takes snapshots."""
    if settings is None:
        return None
    if list(settings.get("appendonly", ()))[:1] == ["yes"]:
        return True
    return "save" not in settings or any(word.strip("\"'") for word in settings["save"])


def maxmemory(settings: Settings) -> Maybe[Bytes]:
    """The bound of the data; 0 is none."""
    stated = text_of(settings, "maxmemory", "0")
    size = _SIZE.fullmatch(stated.lower()) if stated is not None else None
    if size is None:
        return None
    return Bytes(int(size[1]) * _UNIT[size[2] or ""]) or ABSENT


def text_of(settings: Settings, name: str, default: str) -> str | None:
    """A setting of one word."""
    if settings is None:
        return None
    stated = settings.get(name)
    return (stated[0].strip("\"'")[:100] if stated else None) if stated is not None else default


def number_of(settings: Settings, name: str, default: int) -> int | None:
    """A setting that is a whole number."""
    stated = text_of(settings, name, str(default))
    return int(stated) if stated is not None and re.fullmatch(r"\d{1,9}", stated) else None


def failover_of(settings: Settings) -> Maybe[str]:
    """Whether these settings make a Redis Cluster, which elects its masters itself."""
    if settings is None:
        return None
    return "cluster" if text_of(settings, "cluster-enabled", "no") == "yes" else ABSENT


def quorum_of(conf: str | None) -> int | None:
    """The quorum of the first monitored master."""
    for words in _sentinel_lines(conf):
        if words[0] == "monitor" and len(words) > 4 and re.fullmatch(r"\d{1,4}", words[4]):
            return int(words[4])
    return None


def resolves_before_monitor(conf: str | None) -> bool | None:
    """Whether names may be resolved by the time that one is monitored; None for an address that is filled in later."""
    resolves = False
    for words in _sentinel_lines(conf):
        if words[:2] == ["resolve-hostnames", "yes"]:
            resolves = True
        elif words[0] == "monitor" and len(words) > 2:
            if resolves or _is_address(words[2]):
                return True
            return None if re.search(r"[^-A-Za-z0-9.]", words[2]) else False
    return None


def _sentinel_lines(conf: str | None) -> list[list[str]]:
    lines = [line.split() for line in (conf or "")[: cut.FILE].splitlines()]
    return [words[1:] for words in lines if len(words) > 1 and words[0] == "sentinel"]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

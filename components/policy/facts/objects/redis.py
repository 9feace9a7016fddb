"""Redis among the objects: the workloads that run it, the file that they read, and who watches over it.

A Redis is known by what it runs or reads, never by the name of its object.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from ...quantities import Bytes
from .. import cut
from ..annotations import others as notes
from ..annotations.annotation import Annotation
from ..base import Maybe
from ..platform import Redis
from ..view import View
from ..workload import Workload
from . import redis_conf as conf
from .manifest import Manifest
from .workloads import template

T = TypeVar("T")

ConfigMaps = Mapping[tuple[str, str], Manifest]

_IMAGES: Final = frozenset({"redis", "valkey"})
_PROGRAM: Final = re.compile(r"\b(?:redis|valkey)-(?:server|sentinel)\b")


@dataclass(frozen=True)
class _Server:
    """A container that runs Redis or a sentinel."""

    manifest: Manifest
    workload: Workload
    container: str
    settings: conf.Settings
    config: Manifest | None
    watches: bool

    @property
    def source(self) -> Manifest:
        """Where its settings stand."""
        return self.config or self.manifest

    def fact(self, annotation: Annotation[T]) -> T | None:
        """A fact of the file's ConfigMap, else of the workload."""
        stated = self.config.fact(annotation) if self.config is not None else None
        return self.manifest.fact(annotation) if stated is None else stated


def read_redis(workloads: Sequence[tuple[Manifest, Workload]], maps: ConfigMaps) -> Iterator[Redis]:
    """Each Redis of each namespace: workloads that read the same file belong together, others stand alone."""
    groups: dict[tuple[str, str], list[_Server]] = {}
    sentinels: dict[str, list[_Server]] = {}
    for manifest, workload in workloads:
        for server in _servers(manifest, workload, maps):
            if server.watches:
                sentinels.setdefault(manifest.namespace, []).append(server)
            else:
                groups.setdefault((manifest.namespace, server.source.object), []).append(server)
    for (namespace, source), servers in groups.items():
        watching = sentinels.get(namespace, [])
        own = [sentinel for sentinel in watching if sentinel.source.object == source]
        alone = sum(1 for key in groups if key[0] == namespace) == 1
        yield _redis(servers, own or watching, sure=bool(own) or alone)


def _servers(manifest: Manifest, workload: Workload, maps: ConfigMaps) -> Iterator[_Server]:
    """At most one that holds data and one that watches."""
    pod = template(manifest).view("spec")
    files = (maps[key] for key in _mounted(manifest, pod) if key in maps)
    config = next((found for found in files if _holds_files(found)), None)
    said, seen = manifest.fact(notes.REDIS_ROLE), set[bool]()
    for container in pod.views("containers"):
        words = [*container.texts("command"), *container.texts("args")]
        text = " ".join(words)[: cut.FILE]
        watches = said == "sentinel" if said is not None else "sentinel" in text
        if (config is None and said is None and not _runs_redis(container, text)) or watches in seen:
            continue
        seen.add(watches)
        settings = conf.read_settings(words, _file(config, conf.CONF))
        name = (container.text("name") or "")[:63]
        yield _Server(manifest, workload, name, settings, config, watches)


def _mounted(manifest: Manifest, pod: View) -> Iterator[tuple[str, str]]:
    for volume in pod.views("volumes"):
        for source in (volume, *volume.view("projected").views("sources")):
            name = source.view("configMap").text("name")
            if name is not None:
                yield manifest.namespace, name


def _holds_files(config: Manifest) -> bool:
    data = config.fields.view("data")
    return conf.CONF in data or conf.SENTINEL_CONF in data


def _file(config: Manifest | None, name: str) -> str | None:
    return config.fields.view("data").text(name) if config is not None else None


def _runs_redis(container: View, text: str) -> bool:
    image = (container.text("image") or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    return _PROGRAM.search(text) is not None or (image in _IMAGES and (not text or text.startswith("--")))


def _redis(servers: Sequence[_Server], watching: Sequence[_Server], *, sure: bool) -> Redis:
    first, settings = servers[0], servers[0].settings
    rules = next((text for s in watching if (text := _file(s.config, conf.SENTINEL_CONF)) is not None), None)
    return Redis(
        object=first.source.object,
        name=first.source.name,
        namespace=first.source.namespace,
        place=first.source.place,
        nodes=_pods(servers),
        persistent=conf.persistent(settings),
        restart_guard=first.fact(notes.REDIS_GUARD) or False,
        failover="sentinel" if watching else first.fact(notes.REDIS_FAILOVER) or conf.failover_of(settings),
        sentinels=_pods(watching) if sure and watching else None,
        quorum=conf.quorum_of(rules) if sure else None,
        resolves_before_monitor=conf.resolves_before_monitor(rules) if sure else None,
        maxmemory=conf.maxmemory(settings),
        memory_limit=_memory_limit(first),
        eviction=conf.text_of(settings, "maxmemory-policy", conf.DEFAULT_EVICTION),
        stores=first.fact(notes.REDIS_STORES),
        maxclients=conf.number_of(settings, "maxclients", conf.DEFAULT_MAXCLIENTS),
        min_replicas_to_write=conf.number_of(settings, "min-replicas-to-write", 0),
        open_files=first.workload.open_files,
    )


def _pods(servers: Sequence[_Server]) -> int | None:
    counts = [server.workload.peak for server in servers]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _memory_limit(server: _Server) -> Maybe[Bytes]:
    found = (c.memory_limit for c in server.workload.containers or () if c.name == server.container)
    return next(found, None)

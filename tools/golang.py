"""The Go that builds the toolchain: is it there, is it new enough, is there room for what it will write.

It decides whether a build may start. It never installs Go and never lets Go fetch another Go (GOTOOLCHAIN=local).
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tools import pins, places
from tools.problem import Problem
from tools.versions import Version
from tools.wrapper import Wrapper

_RESULT_GB = 0.1
"""Room for one finished wrapper: its executables are 25 to 310 MB."""


def environment(wrapper: Wrapper | None = None) -> dict[str, str]:
    """The user's environment with our own flags for go; proxy settings and the place of its caches stay the user's."""
    flags = {"GOFLAGS": "-buildvcs=false -mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    if wrapper is not None and not wrapper.cgo:
        flags["CGO_ENABLED"] = "0"
    return os.environ | flags


@dataclass(frozen=True)
class Go:
    path: Path
    version: Version | None
    module_cache: Path
    build_cache: Path


def find() -> Go | None:
    """The go on PATH, or None. One process, also for the places of its caches."""
    found = shutil.which("go")
    if found is None:
        return None
    try:
        answer = subprocess.run(
            [found, "env", "GOVERSION", "GOMODCACHE", "GOCACHE"],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Go(Path(found), None, Path(), Path())
    lines = [*answer.stdout.splitlines(), "", "", ""]
    return Go(Path(found), Version.find(lines[0].removeprefix("go")), Path(lines[1]), Path(lines[2]))


def required(wrappers: Iterable[Wrapper]) -> Version:
    """The newest Go that any of the wrappers' go.mod asks for."""
    return max(pins.go_required(wrapper.name) for wrapper in wrappers)


def check(go: Go | None, wrappers: Iterable[Wrapper]) -> Go:
    """The same go if it can build these wrappers; Problem if not."""
    need = required(wrappers)
    names = ", ".join(wrapper.name for wrapper in wrappers)
    install = f"install Go {need} or newer and put its bin folder on PATH, then run the same command again"
    if go is None:
        raise Problem(
            "Go is missing", cause=f"no go on PATH, and {names} must be built from source", todo=install
        )
    if go.version is None:
        raise Problem(
            f"Go at {go.path} does not say its version", cause="go env GOVERSION failed", todo=install
        )
    if go.version < need:
        raise Problem(
            f"Go {go.version} at {go.path} is too old",
            cause=f"tools/go/*/go.mod ask for {need} or newer",
            todo=install,
        )
    return go


@dataclass(frozen=True)
class Room:
    """Disk on one filesystem: what a build needs and what there is, in GB."""

    place: Path
    needed: float
    free: float


def rooms(go: Go, wrappers: Iterable[Wrapper], usage: Callable[[Path], float] | None = None) -> list[Room]:
    """What building these wrappers writes, added up per filesystem. Modules that Go already has are not counted."""
    free = usage or free_gb
    wanted: dict[Path, float] = {}
    for wrapper in wrappers:
        have = _downloaded(go, wrapper)
        for place, size in (
            (go.module_cache, 0.0 if have else wrapper.modules_gb),
            (go.build_cache, wrapper.build_gb),
            (places.toolchain_cache(), _RESULT_GB * (1 + len(wrapper.tools))),
        ):
            wanted[place] = wanted.get(place, 0.0) + size
    per_device: dict[int, Room] = {}
    for place, size in wanted.items():
        device = existing(place).stat().st_dev
        before = per_device.get(device)
        per_device[device] = Room(place, size + (before.needed if before else 0.0), free(existing(place)))
    return list(per_device.values())


def check_room(go: Go, wrappers: Iterable[Wrapper], usage: Callable[[Path], float] | None = None) -> None:
    for room in rooms(go, wrappers, usage):
        if room.free < room.needed:
            raise Problem(
                f"disk: {room.free:.1f} GB free at {room.place}, about {room.needed:.1f} GB needed",
                cause=f"building {', '.join(wrapper.name for wrapper in wrappers)} fills Go's module and build caches",
                todo="free some space, or point GOMODCACHE, GOCACHE and XDG_CACHE_HOME at a larger disk",
            )


def free_gb(place: Path) -> float:
    return shutil.disk_usage(place).free / 1e9


def existing(place: Path) -> Path:
    """The nearest folder on the way up that exists."""
    place = place.absolute()
    while not place.exists():
        place = place.parent
    return place


def _downloaded(go: Go, wrapper: Wrapper) -> bool:
    version = pins.pinned(wrapper.name, wrapper.module)
    return (go.module_cache / f"{wrapper.module}@{version}").is_dir()

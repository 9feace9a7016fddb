"""`make doctor`: what is there, which version, from where, and what to do about what is missing.

It decides whether `make up` can run: what is missing but will be built counts as fine. It changes nothing.
"""

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools import building, golang, places, probe, providers, recipes, toolchain, venv
from tools.problem import Problem
from tools.progress import duration, say
from tools.standins.moto_calls.table import made_in_moto
from tools.wrapper import Wrapper

_CRD_TOOL = "controller-gen"
_HEADINGS = ("what", "found", "version", "needed", "to do")


@dataclass(frozen=True)
class Row:
    """One line of the table. `stops` says that `make up` cannot run like this."""

    what: str
    found: str
    version: str
    needed: str
    todo: str = ""
    stops: bool = False

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        return (self.what, self.found, self.version, self.needed, self.todo)


def report() -> int:
    """Prints the table; 0 if `make up` can run."""
    rows = [*_system(), *_tools()]
    say(table(rows))
    say(_aws(providers.find()))
    for name, reason in recipes.NOT_SERVED.items():
        say(f"Not to be had: {name}: {reason}.")
    say(f"Cache: {places.cache()}; state of this checkout: {places.STATE}")
    stops = [row.what for row in rows if row.stops]
    missing = [wrapper for wrapper in recipes.WRAPPERS if not building.built(wrapper) and _wanted(wrapper)]
    if stops:
        say(f"make up cannot run: {', '.join(stops)}.")
    elif missing:
        expected = duration(sum(wrapper.seconds for wrapper in missing))
        say(f"make up can run; it builds {len(missing)} parts first, at most {expected} on two cores.")
    else:
        say("make up can run.")
    return 1 if stops else 0


def table(rows: Iterable[Row]) -> str:
    lines = [_HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _aws(found: providers.Found) -> str:
    """Which of the two a preview of a stack in AWS uses here."""
    if found.vendors:
        return (
            f"make preview asks AWS itself: the vendor's plugins, and credentials from {found.credentials}."
        )
    return (
        f"make preview uses stand-ins for AWS: there is no {found.missing}. What they make (an update makes, a preview"
        f" does not) is made in moto for {', '.join(made_in_moto())}; every other type is kept as it is given."
    )


def _wanted(wrapper: Wrapper) -> bool:
    """Whether anything of a wrapper has to be built, given what PATH offers."""
    return any(toolchain.resolve(tool).path is None for tool in wrapper.tools)


def _system() -> list[Row]:
    missing = [wrapper for wrapper in recipes.WRAPPERS if _wanted(wrapper)]
    python = ".".join(str(part) for part in sys.version_info[:3])
    rows = [
        Row("python", sys.executable, python, ">= 3.11"),
        _go(missing),
        _command("make"),
        _command("git"),
        _venv(),
    ]
    go = golang.find()
    if missing and go is not None and go.version is not None:
        rows += _disk(golang.rooms(go, missing))
    rows += _redis()
    return rows


def _go(missing: list[Wrapper]) -> Row:
    need = golang.required(recipes.WRAPPERS)
    go = golang.find()
    found, version = (str(go.path), str(go.version or "?")) if go else ("-", "-")
    try:
        golang.check(go, missing or list(recipes.WRAPPERS))
    except Problem as problem:
        if missing:
            return Row("go", found, version, f">= {need}", problem.todo, stops=True)
        return Row("go", found, version, f">= {need}", "not needed: everything is built")
    return Row("go", found, version, f">= {need}")


def _command(name: str) -> Row:
    found = shutil.which(name)
    return Row(name, found or "-", "", "any", "" if found else f"install {name}")


def _venv() -> Row:
    if venv.ready():
        return Row("venv", str(places.VENV), "", "requirements.lock")
    there = places.VENV.exists()
    state = "out of date" if there else "-"
    return Row("venv", state, "", "requirements.lock", "make venv (make up does it)")


def _disk(rooms: Iterable[golang.Room]) -> list[Row]:
    return [
        Row(
            f"disk at {_short(room.place)}",
            f"{room.free:.1f} GB free",
            "",
            f"about {room.needed:.1f} GB",
            "free some space" if room.free < room.needed else "",
            stops=room.free < room.needed,
        )
        for room in rooms
    ]


def _redis() -> list[Row]:
    rows = []
    for name in ("redis-server", "redis-cli"):
        found = shutil.which(name, path=probe.search_path())
        version = probe.version(Path(found), ("--version",)) if found else None
        todo = "" if found else "only for tests: make test gets it (Debian package redis-server)"
        rows.append(Row(name, found or "-", str(version or "-"), "tests only", todo))
    return rows


def _tools() -> list[Row]:
    return [_tool(found) for found in toolchain.resolve_all() if found.tool.name != _CRD_TOOL] + [_crds()]


def _crds() -> Row:
    wrapper = recipes.wrapper_of(_CRD_TOOL)
    if building.built(wrapper):
        return Row("CRDs", "cache", "", "pinned")
    return Row("CRDs", "missing", "", "pinned", "make tools gets them")


def _tool(found: toolchain.Resolved) -> Row:
    accepted = str(found.tool.accept) if found.tool.accept else f"{found.wrapper.version} (ours)"
    refused = ""
    if found.on_path is not None and found.origin != "PATH":
        why = probe.refusal(found.tool, found.on_path)
        refused = f"{_short(found.on_path.path)} is not taken: {why}"
    if found.path is None:
        todo = "; ".join(part for part in (f"make tools builds {found.version}", refused) if part)
        return Row(found.tool.name, "missing", "-", accepted, todo)
    where = str(found.path) if found.origin == "PATH" else "cache"
    return Row(found.tool.name, where, str(found.version), accepted, refused)


def _short(path: Path) -> str:
    home = str(Path.home())
    return str(path).replace(home, "~", 1) if str(path).startswith(home + os.sep) else str(path)

"""What a tool on PATH is: where, and which version it says it has.

An answer is kept per path, modification time and size, so that a second look starts no process. It decides
whether a tool on PATH is new enough; it never decides what happens if not.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import places
from tools.versions import Version
from tools.wrapper import Tool

_ANSWER_SECONDS = 15


@dataclass(frozen=True)
class OnPath:
    """A tool found on PATH. `version` is None if it did not say one that can be read."""

    path: Path
    version: Version | None


def search_path() -> str:
    """PATH without the folders that this checkout fills itself, which would make our own links look like a vendor's."""
    ours = {str(places.BIN), str(places.VENV / "bin")}
    parts = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(part for part in parts if part and os.path.abspath(part) not in ours)


def find(tool: Tool) -> OnPath | None:
    """The tool on PATH, whatever its version; None if there is none or the table does not take it from PATH."""
    if tool.accept is None:
        return None
    found = shutil.which(tool.name, path=search_path())
    if found is None:
        return None
    return OnPath(Path(found), version(Path(found), tool.ask))


def refusal(tool: Tool, found: OnPath) -> str:
    """Why a tool on PATH is not taken; empty if it is."""
    if found.version is None:
        return f"{tool.name} {' '.join(tool.ask)} prints no version"
    if tool.accept is None or found.version not in tool.accept:
        return f"it is {found.version}, needed {tool.accept}"
    if tool.beside and not os.access(found.path.resolve().parent / tool.beside, os.X_OK):
        return f"{tool.beside} is not beside it"
    return ""


def version(path: Path, ask: tuple[str, ...]) -> Version | None:
    """The version that an executable prints, asked once per state of its file."""
    status = path.stat()
    state = [status.st_mtime_ns, status.st_size, list(ask)]
    answers = _remembered()
    answer = answers.get(str(path))
    if isinstance(answer, dict) and answer.get("state") == state:
        text = str(answer["text"])
    else:
        text = _ask(path, ask)
        _remember(answers | {str(path): {"state": state, "text": text}})
    return Version.find(text)


def _ask(path: Path, ask: tuple[str, ...]) -> str:
    try:
        result = subprocess.run(
            [str(path), *ask],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_SECONDS,
            check=False,
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.strip()[:500] if result.returncode == 0 else ""


def _store() -> Path:
    return places.cache() / "versions.json"


def _remembered() -> dict[str, object]:
    try:
        content = json.loads(_store().read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remember(answers: dict[str, object]) -> None:
    """Losing this file costs one process per tool, so a cache folder that cannot be written is no error."""
    temporary = _store().with_name(f"versions.{os.getpid()}.tmp")
    try:
        temporary.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(answers, indent=1))
        temporary.replace(_store())
    except OSError:
        temporary.unlink(missing_ok=True)

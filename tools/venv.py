"""The checkout's Python environment: .venv with exactly what requirements.lock names.

It decides whether the venv is the lock's: a stamp with the lock's digest, written last, so an interrupt never leaves
a venv that looks finished. It never takes packages from anywhere but pip's own configured index.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tools import children, golang, locks, places, recipes
from tools.problem import Problem, last_lines
from tools.progress import Step, say

_SECONDS = 90
_NEEDED_GB = 1.0


def _stamp() -> Path:
    return places.VENV / ".headroom-lock"


def _digest() -> str:
    """The lock and the interpreter's minor version: another minor needs other wheels."""
    try:
        lock = places.LOCK_FILE.read_bytes()
    except FileNotFoundError:
        raise Problem(
            f"venv: {places.LOCK_FILE} is not there", todo="git checkout -- requirements.lock"
        ) from None
    return hashlib.sha256(lock + f"{sys.version_info.major}.{sys.version_info.minor}".encode()).hexdigest()


def ready() -> bool:
    """Whether .venv is there and was made from this lock."""
    try:
        return places.venv_python().exists() and _stamp().read_text() == _digest()
    except FileNotFoundError:
        return False


def ensure(tick: Callable[[], None] | None = None) -> None:
    """Makes .venv what the lock says. Safe to call twice at once: the second waits for the first."""
    if ready():
        return
    with locks.held(places.STATE / "venv.lock", lambda holder: say(f"venv: {holder} is making it; waiting")):
        if ready():
            return
        step = None if tick else Step("venv: installing requirements.lock into .venv", _SECONDS)
        _install(tick or (step.tick if step else lambda: None))
        _stamp().write_text(_digest())
        if step:
            step.finish("ready")


def lock() -> None:
    """Writes requirements.lock anew from pyproject.toml: hashes of every platform's files, no address of an index.

    The Kubernetes SDK is held at the release of the provider that is built, pulumi at the engine's.
    """
    folder, log = places.STATE / "lock", places.LOGS / "lock.log"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    held = {"pulumi-kubernetes": recipes.PROVIDER_VERSION, "pulumi": recipes.wrapper_of("pulumi").version}
    (folder / "held.txt").write_text("".join(f"{name}=={version}\n" for name, version in held.items()))
    step = Step("lock: resolving pyproject.toml", 60)
    todo = "mend the cause and run make lock again"
    python = str(folder / "venv" / "bin" / "python")
    _run(
        [sys.executable, "-m", "venv", str(folder / "venv")], log, step.tick, "creating a venv", _hint_venv()
    )
    _run([python, "-m", "pip", "install", "-q", "uv"], log, step.tick, "installing uv", todo)
    extras = [part for extra in ("platform", "dev") for part in ("--extra", extra)]
    options = [
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-find-links",
    ]
    compile_lock = [python, "-m", "uv", "pip", "compile", "pyproject.toml", *extras, *options]
    held_at = ["--python-version", "3.11", "--constraint", str(folder / "held.txt")]
    written = [*held_at, "--output-file", str(folder / "requirements.lock"), "--no-annotate", "--upgrade"]
    _run([*compile_lock, *written], log, step.tick, "resolving", todo)
    shutil.copyfile(folder / "requirements.lock", places.LOCK_FILE)
    shutil.rmtree(folder)
    step.finish("written")


def _install(tick: Callable[[], None]) -> None:
    free = golang.free_gb(places.CHECKOUT)
    if free < _NEEDED_GB:
        raise Problem(
            f"disk: {free:.1f} GB free at {places.CHECKOUT}, about {_NEEDED_GB:.0f} GB needed for .venv",
            todo="free some space and run the same command again",
        )
    log = places.LOGS / "venv.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    _stamp().unlink(missing_ok=True)
    fresh = ["--clear"] if places.VENV.exists() and not _same_python() else []
    _run([sys.executable, "-m", "venv", *fresh, str(places.VENV)], log, tick, "creating .venv", _hint_venv())
    pip = [str(places.venv_python()), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    install = [*pip, "install", "--require-hashes", "--requirement", str(places.LOCK_FILE)]
    _run(install, log, tick, "installing requirements.lock", "mend the cause and run the same command again")


def _same_python() -> bool:
    """Whether the .venv that is there is of this interpreter's minor version."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return (places.VENV / "lib" / name).is_dir() and places.venv_python().exists()


def _hint_venv() -> str:
    if shutil.which("apt-get"):
        return "apt-get install python3-venv, then run the same command again"
    return "install Python's venv module, then run the same command again"


def _run(command: Sequence[str], log: Path, tick: Callable[[], None], what: str, todo: str) -> None:
    status = children.run_logged(
        command, log=log, cwd=places.CHECKOUT, environment=_pip_environment(), tick=tick
    )
    if status != 0:
        raise Problem(
            f"venv: {what} failed (exit status {status})", cause=last_lines(log), log=log, todo=todo
        )


def _pip_environment() -> dict[str, str]:
    """The user's, so that their index and proxy hold, without a venv or PYTHONPATH that happens to be active."""
    active = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")
    return {name: value for name, value in os.environ.items() if name not in active}

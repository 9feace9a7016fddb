"""redis-server for the tests that start real Redis processes; the platform itself does not need it here.

It decides where it comes from: PATH, else Debian's package, installed as root or unpacked into the cache without
root. It is called by `make test` only, never by `make up`.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools import children, places, probe
from tools.problem import Problem, last_lines

_PACKAGES = ("redis-server", "redis-tools")
_LIBRARIES = (
    "libjemalloc2",
    "liblua5.1-0",
    "liblzf1",
    "libatomic1",
    "libhiredis0.14",
    "lua-bitop",
    "lua-cjson",
)
"""What Debian's redis packages need beyond a minimal system; apt resolves it by itself, unpacking does not."""
_BY_HAND = (
    "install redis 6.2 or newer (redis-server, redis-cli) and put it on PATH, then run the same command again"
)


def redis_server() -> Path:
    """redis-server; redis-cli lies beside it or on PATH. Raises Problem if it cannot be had."""
    found = shutil.which("redis-server", path=probe.search_path())
    if found is not None and shutil.which("redis-cli", path=probe.search_path()):
        return Path(found)
    unpacked = _unpacked()
    if unpacked.exists():
        return unpacked
    if shutil.which("apt-get") is None:
        raise Problem(
            "redis-server is missing", cause="not on PATH, and this system has no apt-get", todo=_BY_HAND
        )
    if os.geteuid() == 0:
        return _install()
    return _unpack()


def _folder() -> Path:
    return places.cache() / "redis"


def _unpacked() -> Path:
    return _folder() / "bin" / "redis-server"


def _install() -> Path:
    _apt(["apt-get", "update", "-q"])
    _apt(["apt-get", "install", "-y", "-q", "--no-install-recommends", *_PACKAGES])
    found = shutil.which("redis-server")
    if found is None:
        raise Problem(
            "redis-server is missing", cause="apt-get installed it, but it is not on PATH", todo=_BY_HAND
        )
    return Path(found)


def _unpack() -> Path:
    """Debian's packages unpacked beside the cache's other tools, with launchers that find their libraries."""
    staging = _folder().with_name(f".redis-{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        for package in (*_PACKAGES, *_LIBRARIES):
            _apt(["apt-get", "download", "-q", package], cwd=staging, needed=package in _PACKAGES)
        for archive in sorted(staging.glob("*.deb")):
            _apt(["dpkg-deb", "-x", str(archive), str(staging / "root")])
            archive.unlink()
        _launchers(staging)
        _check(staging / "bin" / "redis-server")
        shutil.rmtree(_folder(), ignore_errors=True)
        staging.rename(_folder())
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return _unpacked()


def _launchers(folder: Path) -> None:
    (folder / "bin").mkdir()
    for name in ("redis-server", "redis-cli", "redis-sentinel"):
        launcher = folder / "bin" / name
        launcher.write_text(
            "#!/bin/sh\n"
            'root="$(dirname "$(readlink -f "$0")")/../root/usr"\n'
            'LD_LIBRARY_PATH="$(echo "$root"/lib/*-linux-gnu*):$LD_LIBRARY_PATH" '
            f'exec "$root/bin/{name}" "$@"\n'
        )
        launcher.chmod(0o755)


def _check(server: Path) -> None:
    answer = subprocess.run([str(server), "--version"], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise Problem(
            "redis-server: Debian's package was unpacked but does not start",
            cause=answer.stderr.strip().splitlines()[-3:],
            todo=f"as root: apt-get install redis-server; or {_BY_HAND}",
        )


def _apt(command: Sequence[str], *, cwd: Path | None = None, needed: bool = True) -> None:
    log = places.LOGS / "redis.log"
    status = children.run_logged(
        command,
        log=log,
        cwd=cwd or places.CHECKOUT,
        environment=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )
    if status != 0 and needed:
        raise Problem(
            f"redis-server: {' '.join(command[:2])} failed (exit status {status})",
            cause=last_lines(log, 5),
            log=log,
            todo=f"as root: apt-get update && apt-get install redis-server; or {_BY_HAND}",
        )

"""What the repo pins in tools/go/<wrapper>: versions read from go.mod, and the digest that names a cache folder.

It decides when a cached build is still the right one: same pins, same recipe, same platform. It never runs Go.
"""

import hashlib
import platform
import re
from pathlib import Path

from tools import places
from tools.problem import Problem
from tools.versions import Version

_DIGEST_LENGTH = 16


def folder(wrapper: str) -> Path:
    return places.GO_MODULES / wrapper


def _go_mod(wrapper: str) -> str:
    path = folder(wrapper) / "go.mod"
    try:
        return path.read_text()
    except FileNotFoundError:
        raise Problem(
            f"tools: {path} is not there",
            cause="it pins a tool of the toolchain",
            todo=f"git checkout -- {path}",
        ) from None


def pinned(wrapper: str, module: str) -> str:
    """The version of a module that go.mod requires (not what a replace puts in its place)."""
    match = re.search(rf"^(?:require\s+|\t){re.escape(module)}\s+(v\S+)", _go_mod(wrapper), re.MULTILINE)
    if match is None:
        raise Problem(
            f"tools: tools/go/{wrapper}/go.mod does not require {module}",
            todo="restore the file: git checkout -- tools/go",
        )
    return match.group(1)


def go_required(wrapper: str) -> Version:
    """The Go version that the wrapper's go.mod asks for."""
    match = re.search(r"^go\s+(\S+)", _go_mod(wrapper), re.MULTILINE)
    if match is None:
        raise Problem(
            f"tools: tools/go/{wrapper}/go.mod has no go line",
            todo="restore the file: git checkout -- tools/go",
        )
    return Version.parse(match.group(1))


def digest(wrapper: str, recipe: str) -> str:
    """Names a build: every file of the wrapper module, the recipe, the platform. Go's own version is left out, since
    a newer compiler is no reason to rebuild for twenty minutes."""
    total = hashlib.sha256()
    for path in sorted(folder(wrapper).iterdir()):
        total.update(f"{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    total.update(f"{recipe}\0{platform.system()}\0{platform.machine()}".encode())
    return total.hexdigest()[:_DIGEST_LENGTH]

"""How a file is found under a second name: by a symbolic link, or as the very same file.

Each is made or turned in one step, so that nobody who uses it meanwhile finds nothing.
"""

import os
import shutil
from pathlib import Path


def replace_link(place: Path, target: Path) -> None:
    """Makes a symbolic link, or turns an old one; a link that is right is left alone."""
    if place.is_symlink() and place.readlink() == target:
        return
    temporary = _beside(place)
    temporary.symlink_to(target)
    temporary.replace(place)


def replace_file(place: Path, target: Path) -> None:
    """The file itself, for who looks beside a program's real path: a hard link where the filesystem allows it, else a
    copy."""
    if not place.is_symlink() and place.exists() and _same(place.stat(), target.stat()):
        return
    temporary = _beside(place)
    try:
        os.link(target, temporary)
    except OSError:
        shutil.copy2(target, temporary)
    temporary.replace(place)


def _beside(place: Path) -> Path:
    return place.with_name(f".{place.name}.{os.getpid()}")


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)

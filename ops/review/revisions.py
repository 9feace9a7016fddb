"""The two revisions of a review: found, and checked out beside each other under .headroom, by git alone.

The base is where the change left the other branch (their merge base), as code hosts show a change: what was merged
there since is not the change's doing. Nothing of the checkout itself is touched, so uncommitted work is not reviewed.
"""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.loader import CHECKOUT

FOLDER: Final = Path(".headroom", "review")


class RevisionError(ValueError):
    """A reference that names no commit here, or a repository that cannot be used."""


@dataclass(frozen=True)
class Revision:
    """A commit, checked out in ``folder``."""

    commit: str
    folder: Path

    @property
    def short(self) -> str:
        """Ten digits: always as many, so that the comment does not depend on what else is in the clone."""
        return self.commit[:10]


@dataclass(frozen=True)
class Pair:
    """Both sides. ``notes`` say what of the comparison is not as one would expect; they depend on the commits alone."""

    base: Revision
    head: Revision
    notes: tuple[str, ...]

    @property
    def work(self) -> Path:
        """A folder for what a review makes on its way."""
        return self.base.folder.parent


@contextmanager
def checked_out(base: str, head: str, root: Path = CHECKOUT) -> Iterator[Pair]:
    """Both revisions, for as long as the block runs. Raises RevisionError."""
    first, second = _commit(root, base, "--base"), _commit(root, head, "--head")
    start = _merge_base(root, first, second)
    work = root / FOLDER
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RevisionError(
                f"{root}: a review is running here already; wait for it, or use another checkout"
            ) from None
        sides = (Revision(start or first, work / "base"), Revision(second, work / "head"))
        try:
            for side in sides:
                _add(root, side)
            yield Pair(*sides, notes=_notes(root, sides, unrelated=start is None))
        finally:
            for side in sides:
                _remove(root, side.folder)


def uncommitted(root: Path = CHECKOUT) -> bool:
    """Whether the checkout has changes that no review sees."""
    return bool(_git(root, "status", "--porcelain", "--untracked-files=no").stdout.strip())


def _commit(root: Path, reference: str, option: str) -> str:
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    if inside.returncode != 0:
        raise RevisionError(f"{root}: no git repository; run the review in a clone")
    # A leading dash would be an option of git's.
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if found.returncode != 0 or not found.stdout.strip():
        remedy = (
            "the clone is shallow: git fetch --unshallow, or actions/checkout with fetch-depth: 0"
            if _shallow(root)
            else "git fetch, or name a branch, a tag or a commit that is here"
        )
        raise RevisionError(f'{option} "{reference}": names no commit of this repository; {remedy}')
    return found.stdout.strip()


def _merge_base(root: Path, first: str, second: str) -> str | None:
    found = _git(root, "merge-base", first, second)
    return found.stdout.strip() or None


def _shallow(root: Path) -> bool:
    return _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"


def _notes(root: Path, sides: tuple[Revision, Revision], *, unrelated: bool) -> tuple[str, ...]:
    notes = []
    if unrelated:
        why = " (the clone is shallow: fetch-depth: 0)" if _shallow(root) else ""
        notes.append(f"The two revisions have no common ancestor here{why}; base is taken as it is.")
    locks = [
        _git(root, "rev-parse", "--verify", "--quiet", f"{side.commit}:requirements.lock").stdout.strip()
        for side in sides
    ]
    if locks[0] != locks[1]:
        notes.append(
            "The Python dependencies differ; both sides were run with those of the reviewing checkout."
        )
    return tuple(notes)


def _add(root: Path, side: Revision) -> None:
    _remove(root, side.folder)
    added = _git(root, "worktree", "add", "--quiet", "--detach", "--force", str(side.folder), side.commit)
    if added.returncode != 0:
        raise RevisionError(f"{side.commit}: cannot be checked out: {added.stderr.strip()}")
    environment = side.folder / ".venv"
    if not environment.exists():
        environment.symlink_to(sys.prefix)


def _remove(root: Path, folder: Path) -> None:
    if folder.exists():
        _git(root, "worktree", "remove", "--force", "--force", str(folder))
    _git(root, "worktree", "prune")


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise RevisionError(f"git cannot be run: {error.strerror}; install it") from None

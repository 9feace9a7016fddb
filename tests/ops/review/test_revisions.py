"""Which commits a review compares, and how each wrong question is answered."""

import subprocess
from pathlib import Path

import pytest

from ops.review.facts import findings_in
from ops.review.revisions import RevisionError, checked_out, uncommitted


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(root: Path, text: str) -> str:
    (root / "file").write_text(text)
    git(root, "add", "file")
    git(root, "commit", "--quiet", "-m", text)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root, "one")
    return root


def test_both_are_checked_out_and_gone_afterwards(repository: Path) -> None:
    first, second = git(repository, "rev-parse", "HEAD"), commit(repository, "two")
    with checked_out(first, "HEAD", repository) as pair:
        assert (pair.base.commit, pair.head.commit, pair.notes) == (first, second, ())
        assert (pair.base.folder / "file").read_text() == "one"
        assert (pair.head.folder / "file").read_text() == "two"
        assert (pair.head.folder / ".venv").is_symlink()
    assert git(repository, "worktree", "list").count("\n") == 0
    assert git(repository, "status", "--porcelain", "--untracked-files=no") == ""


def test_what_was_merged_since_is_not_the_changes_doing(repository: Path) -> None:
    start = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "--quiet", "-b", "change")
    commit(repository, "changed")
    git(repository, "checkout", "--quiet", "main")
    commit(repository, "elsewhere")
    with checked_out("main", "change", repository) as pair:
        assert pair.base.commit == start


def test_a_detached_head_is_a_head(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--detach")
    with checked_out("main", "HEAD", repository) as pair:
        assert pair.base.commit == pair.head.commit


def test_what_an_interrupted_review_left_is_in_nobodys_way(repository: Path) -> None:
    git(repository, "worktree", "add", "--quiet", "--detach", ".headroom/review/base", "HEAD")
    (repository / ".headroom" / "review" / "base" / "file").write_text("left")
    with checked_out("main", "HEAD", repository) as pair:
        assert (pair.base.folder / "file").read_text() == "one"


@pytest.mark.parametrize("reference", ["nowhere", "", "--all", "main:file"])
def test_a_reference_that_names_no_commit_is_refused(repository: Path, reference: str) -> None:
    with (
        pytest.raises(RevisionError, match=f'--base "{reference}": names no commit'),
        checked_out(reference, "HEAD", repository),
    ):
        pass


def test_a_shallow_clone_is_told_what_is_missing(repository: Path, tmp_path: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    commit(repository, "two")
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", "shallow")
    with (
        pytest.raises(RevisionError, match=r"shallow.*fetch-depth: 0"),
        checked_out(first, "HEAD", tmp_path / "shallow"),
    ):
        pass


def test_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="no git repository"), checked_out("a", "b", tmp_path):
        pass


def test_unrelated_revisions_are_compared_and_noted(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "other")
    commit(repository, "other")
    with checked_out("main", "other", repository) as pair:
        assert "no common ancestor" in pair.notes[0]


def test_a_second_review_is_refused_while_one_runs(repository: Path) -> None:
    with (
        checked_out("main", "HEAD", repository),
        pytest.raises(RevisionError, match="running here already"),
        checked_out("main", "HEAD", repository),
    ):
        pass


def test_uncommitted_work_is_seen_as_such(repository: Path) -> None:
    assert not uncommitted(repository)
    (repository / "file").write_text("dirty")
    assert uncommitted(repository)


def test_findings_are_read_from_what_the_plan_prints() -> None:
    found = findings_in(
        "## a plan\n\nwarning: HR105 zone-loss  services.a  what  why (source)  do\n\nno finding: HR1"
    )
    assert [(one.rule, one.object, one.severity, one.text) for one in found] == [
        ("HR105 zone-loss", "services.a", "warning", "what  why (source)  do")
    ]

"""surge-validate: recordings in, a table out, and an exit code that says whether they agree."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from components.policy.surge.faults import ZoneLost
from components.policy.surge.hpa_spec import RpsPerPod
from components.policy.surge.outcome import outcome
from components.policy.surge.profile import Profile
from components.policy.surge.simulator import simulate
from components.policy.surge.validation import Recording, compare
from ops.cli import app
from ops.surge.recording import RECORDINGS
from ops.surge.result import write_result
from ops.surge_validation import TABLE, recordings_of, validate
from tests.policy.surge.worlds import policy, world

STEP = Profile.step(3000, 30000)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["surge-validate", *arguments])
    return result.exit_code, result.stdout, result.stderr


def record(folder: Path, name: str, floor: int) -> None:
    """A run with one floor that says it had ten."""
    timeline = simulate(world(), policy(floor=floor), STEP)
    (folder / name).write_text(Recording.of(timeline, policy(), world(), STEP, ()).to_json_text())


def test_writes_the_table_of_all_recordings(tmp_path: Path) -> None:
    record(tmp_path, "one.json", 10)
    target = tmp_path / "docs" / "table.md"
    code, text, said = run(str(tmp_path), "--write", str(target))
    assert code == 0
    assert "1 of 1 runs agree" in text and text.strip() in target.read_text()
    assert "simulating one" in said


def test_fails_where_one_does_not_agree(tmp_path: Path) -> None:
    record(tmp_path, "one.json", 10)
    record(tmp_path, "two.json", 40)
    code, text, _ = run(str(tmp_path), "--write", str(tmp_path / "table.md"))
    assert code == 1
    assert "1 of 2 runs agree" in text


def test_an_empty_folder_and_a_broken_recording_are_one_message(tmp_path: Path) -> None:
    code, _, error = run(str(tmp_path))
    assert code == 2 and "at least one recording" in error
    (tmp_path / "broken.json").write_text("{}")
    code, _, error = run(str(tmp_path), "--write", str(tmp_path / "table.md"))
    assert code == 2 and "no recording" not in error and "make the run again" in error


def test_what_was_measured_is_a_page_with_a_picture_for_each_load(tmp_path: Path) -> None:
    recordings, docs = tmp_path / "recordings", tmp_path / "docs"
    (recordings / "c5.xlarge").mkdir(parents=True)
    record(recordings, "one.json", 10)
    record(recordings / "c5.xlarge", "one.json", 10)
    zone, tight = ZoneLost(at_s=100), policy(floor=30, metric=RpsPerPod(target=1000))
    broken = simulate(world(), tight, STEP, faults=(zone,))
    (recordings / "zone.json").write_text(Recording.of(broken, tight, world(), STEP, (zone,)).to_json_text())
    run(str(recordings), "--write", str(docs / "validation.md"))
    page = (docs / "result.md").read_text()
    measured = outcome(broken)
    assert measured.shed_share > 0
    assert f"| zone-lost, quick | {measured.shed_share:.2%} | {measured.least_of_needed:.0%} |" in page
    assert "nodes that take 45 s to launch, pods ready 10 s after binding" in page
    assert "## step, 3,000 to 30,000 rps, nodes c5.xlarge" in page
    for picture in ("step.svg", "step-faults.svg", "step-c5.xlarge.svg"):
        assert f"({picture})" in page and (docs / picture).read_text().startswith("<svg")


@pytest.fixture(scope="module")
def kept() -> dict[str, Recording]:
    return recordings_of(RECORDINGS)


def test_the_simulator_agrees_with_six_policies_under_each_load(kept: dict[str, Recording]) -> None:
    """The page says of each whether it does; whoever does not yet is named here, and no other may join it."""
    found = {name: compare(one) for name, one in kept.items()}
    apart = {name for name, one in found.items() if not one.agrees}
    assert apart <= {"flat-guide-nodes-drained", "c5.xlarge/step-ours"}
    for profile in ("step", "ramp"):
        agreed = {one.policy for name, one in found.items() if name not in apart and one.profile == profile}
        assert len(agreed) >= 6


def test_the_pages_are_what_the_recordings_say(kept: dict[str, Recording], tmp_path: Path) -> None:
    validate(kept, tmp_path / TABLE.name, lambda line: None)
    for made in [tmp_path / TABLE.name, *write_result(kept, tmp_path)]:
        assert (TABLE.parent / made.name).read_text() == made.read_text(), "make surge-validate"

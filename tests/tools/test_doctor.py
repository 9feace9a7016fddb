"""The doctor's table and its verdict."""

import pytest

from tests.tools.fakes import World
from tools import doctor, golang, places, recipes, toolchain


@pytest.fixture(autouse=True)
def crd_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small table has no controller-gen: gamma stands for it."""
    monkeypatch.setattr(doctor, "_CRD_TOOL", "gamma")


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str], str]:
    """Exit status, table lines by their first word, and everything printed."""
    status = doctor.report()
    out = capsys.readouterr().out
    return status, {line.split("  ")[0]: line for line in out.splitlines()}, out


def test_what_is_missing_but_can_be_built_is_fine(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines, out = examined(capsys)
    assert status == 0
    assert "missing" in lines["alpha"]
    assert "make tools builds 1.5.0" in lines["alpha"]
    assert "make up can run; it builds 2 parts first, at most 10s on two cores." in out


def test_everything_built_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    toolchain.ensure()
    status, lines, out = examined(capsys)
    assert status == 0
    assert "cache" in lines["alpha"]
    assert "cache" in lines["CRDs"]
    assert out.rstrip().endswith("make up can run.")


def test_a_tool_on_path_is_shown_with_its_place(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    path = world.on_path("alpha", "v1.5.0")
    _, lines, _ = examined(capsys)
    assert str(path) in lines["alpha"]


def test_a_tool_on_path_that_is_too_old_is_shown_with_the_reason(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    path = world.on_path("alpha", "v1.3.0")
    _, lines, _ = examined(capsys)
    assert f"{path} is not taken: it is 1.3.0, needed >= 1.4.0, < 2.0.0" in lines["alpha"]


def test_a_missing_go_stops_only_while_something_is_to_be_built(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    go = (world.bin / "go").read_text()
    (world.bin / "go").unlink()
    status, lines, out = examined(capsys)
    assert status == 1
    assert "install Go 1.26.0 or newer" in lines["go"]
    assert "make up cannot run: go." in out
    (world.bin / "go").write_text(go)
    (world.bin / "go").chmod(0o755)
    toolchain.ensure()
    (world.bin / "go").unlink()
    status, lines, _ = examined(capsys)
    assert status == 0
    assert "not needed" in lines["go"]


def test_an_old_go_stops(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_GO_VERSION", "1.20.0")
    status, lines, _ = examined(capsys)
    assert status == 1
    assert "1.20.0" in lines["go"]


def test_a_disk_too_small_stops(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(golang, "free_gb", lambda _: 1.0)
    status, _, out = examined(capsys)
    assert status == 1
    assert "1.0 GB free" in out


def test_what_cannot_be_had_is_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, out = examined(capsys)
    for name in recipes.NOT_SERVED:
        assert f"Not to be had: {name}" in out


def test_a_missing_redis_is_a_matter_for_the_tests_only(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(world.bin))
    status, lines, _ = examined(capsys)
    assert status == 0
    assert "only for tests" in lines["redis-server"]


def test_the_doctor_changes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    examined(capsys)
    assert not places.STATE.exists()
    assert world.builds() == []

"""What counts as built, what a build needs first, and how it fails."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tools.fakes import TABLE, World
from tools import building, golang, pins, recipes, toolchain
from tools.problem import Problem
from tools.wrapper import Edit, Wrapper

ONE, TWO = TABLE


def test_a_build_leaves_executables_and_copied_files_and_nothing_else(world: World) -> None:
    toolchain.ensure()
    made = building.destination(ONE)
    files = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
    assert files == {"bin/alpha", "bin/beta", "crds/one/things.yaml"}
    assert [path.name for path in made.parent.iterdir() if path.name.startswith(".staging")] == []


def test_a_file_copied_from_gos_read_only_cache_can_be_written(world: World) -> None:
    toolchain.ensure()
    assert (building.destination(ONE) / "crds" / "one" / "things.yaml").stat().st_mode & 0o200


def test_what_is_built_is_not_built_again(world: World) -> None:
    toolchain.ensure()
    before = world.builds()
    toolchain.ensure()
    assert world.builds() == before


def test_only_the_wrapper_whose_pin_changed_is_built_again(world: World) -> None:
    toolchain.ensure()
    world.pin("two", "v1.6.0")
    before = len(world.builds())
    toolchain.ensure()
    assert world.builds()[before:] == ["example.com/two"]


@pytest.mark.parametrize("file", ["go.mod", "go.sum", "main.go"])
def test_the_digest_changes_with_every_file_of_the_wrapper(world: World, file: str) -> None:
    before = pins.digest("one", ONE.recipe)
    path = world.pins / "one" / file
    path.write_text((path.read_text() if path.exists() else "") + "// x\n")
    assert pins.digest("one", ONE.recipe) != before


def test_the_digest_changes_with_the_recipe_and_not_with_an_estimate(world: World) -> None:
    def like_one(**changes: object) -> str:
        fields = {name: getattr(ONE, name) for name in ONE.__dataclass_fields__} | changes
        return pins.digest("one", Wrapper(**fields).recipe)

    assert like_one() == like_one(seconds=99, build_gb=9.0)
    assert like_one(ldflags="-w") != like_one()
    assert like_one(cgo=False) != like_one()
    assert like_one(copies=()) != like_one()


def test_a_place_that_is_compiled_otherwise_is_in_a_copy_and_never_in_gos_cache(
    world: World, tmp_path: Path
) -> None:
    module = tmp_path / "module"
    module.mkdir()
    (module / "main.go").write_text('listen(":8080")')
    copied = tmp_path / "copied"
    shutil.copytree(module, copied)
    edit = Edit("example.com/one", "main.go", '":8080"', '"127.0.0.1:8080"')
    building._edit(copied, edit)
    assert (copied / "main.go").read_text() == 'listen("127.0.0.1:8080")'
    assert (module / "main.go").read_text() == 'listen(":8080")'
    with pytest.raises(Problem, match='has 0 times ":8080"'):
        building._edit(copied, edit)


def test_an_edit_is_part_of_the_recipe(world: World) -> None:
    edited = replace(ONE, edits=(Edit("example.com/one", "main.go", "a", "b"),))
    assert edited.recipe != ONE.recipe


def test_a_half_finished_build_is_not_taken_and_is_cleared_away(world: World) -> None:
    half = building.destination(TWO).parent / ".staging-two-99999" / "bin"
    half.mkdir(parents=True)
    (half / "gamma").write_text("half of it")
    assert not building.built(TWO)
    toolchain.ensure()
    assert not half.exists()
    assert "v1.5.0" in toolchain.tool("gamma").read_text()


def test_a_finished_build_that_lost_an_executable_is_built_again(world: World) -> None:
    toolchain.ensure()
    (building.destination(ONE) / "bin" / "beta").unlink()
    toolchain.ensure()
    assert building.built(ONE)


def test_a_failed_compile_shows_its_last_lines_and_its_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_GO_FAILS", "1")
    with pytest.raises(Problem) as raised:
        toolchain.ensure()
    message = str(raised.value)
    assert "building one failed (exit status 1)" in message
    assert "main.go:1: it does not compile" in message
    assert str(building.log_path(ONE)) in message
    assert not building.built(ONE)


def test_what_was_finished_before_a_failure_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    toolchain.build([ONE])
    monkeypatch.setenv("FAKE_GO_FAILS", "1")
    with pytest.raises(Problem, match="building two failed"):
        toolchain.ensure()
    assert building.built(ONE)


def test_a_missing_go_is_said_before_anything_is_written(world: World) -> None:
    (world.bin / "go").unlink()
    with pytest.raises(Problem) as raised:
        toolchain.ensure()
    assert str(raised.value).splitlines()[0] == "Go is missing"
    assert "one, two must be built" in str(raised.value)
    assert "install Go 1.26.0 or newer" in str(raised.value)
    assert not building.destination(ONE).parent.exists()


def test_a_missing_go_is_no_problem_once_everything_is_built(world: World) -> None:
    toolchain.ensure()
    (world.bin / "go").unlink()
    toolchain.ensure()


def test_an_old_go_is_refused_with_both_versions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GO_VERSION", "1.25.9")
    with pytest.raises(Problem, match=r"Go 1\.25\.9 at .* is too old"):
        toolchain.ensure()
    assert world.builds() == []


def test_the_go_that_go_mod_asks_for_is_enough(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GO_VERSION", "1.26.0")
    toolchain.ensure()


def test_only_the_wrappers_to_build_decide_which_go_is_needed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pin("one", "v1.5.0", go="1.30.0")
    monkeypatch.setenv("FAKE_GO_VERSION", "1.26.0")
    toolchain.build([TWO])
    with pytest.raises(Problem, match="too old"):
        toolchain.build([ONE])


def test_a_disk_just_too_small_is_refused_with_what_is_needed_and_there(world: World) -> None:
    go = golang.find()
    assert go is not None
    needed = sum(room.needed for room in golang.rooms(go, TABLE))
    golang.check_room(go, TABLE, lambda _: needed)
    with pytest.raises(Problem) as raised:
        golang.check_room(go, TABLE, lambda _: needed - 0.1)
    assert f"{needed - 0.1:.1f} GB free" in str(raised.value)
    assert f"about {needed:.1f} GB needed" in str(raised.value)


def test_modules_that_go_already_has_need_no_room(world: World) -> None:
    go = golang.find()
    assert go is not None
    before = sum(room.needed for room in golang.rooms(go, TABLE))
    (go.module_cache / "example.com" / "one@v1.5.0").mkdir(parents=True)
    assert sum(room.needed for room in golang.rooms(go, TABLE)) == pytest.approx(before - ONE.modules_gb)


def test_the_disk_is_checked_before_the_first_build(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golang, "free_gb", lambda _: 0.5)
    with pytest.raises(Problem, match=r"disk: 0\.5 GB free"):
        toolchain.ensure()
    assert world.builds() == []


def test_a_pin_that_is_not_there_is_named(world: World) -> None:
    (world.pins / "one" / "go.mod").write_text("module m\n\ngo 1.26.0\n")
    with pytest.raises(Problem, match=r"tools/go/one/go\.mod does not require example\.com/one"):
        _ = ONE.version


def test_a_module_without_the_files_to_copy_is_named(world: World) -> None:
    (world.root / "go" / "module" / "crds" / "things.yaml").unlink()
    with pytest.raises(Problem, match=r"example.com/one has no crds/\*.yaml"):
        toolchain.ensure()
    assert not building.built(ONE)


def test_crds_are_built_when_they_are_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "wrapper_of", lambda name: ONE)
    assert [path.name for path in (toolchain.crds() / "one").iterdir()] == ["things.yaml"]


def test_go_is_run_with_the_pins_as_they_are_and_the_go_that_is_there(world: World) -> None:
    environment = golang.environment(ONE)
    assert "-mod=readonly" in environment["GOFLAGS"]
    assert environment["GOTOOLCHAIN"] == "local"
    assert "CGO_ENABLED" not in environment
    assert Path(environment["XDG_CACHE_HOME"]) == world.cache

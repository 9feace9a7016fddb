"""PATH if new enough, else the cache, else a build."""

from pathlib import Path

import pytest

from tests.tools.fakes import World, executable
from tools import places, recipes, toolchain
from tools.toolchain import resolve, tool
from tools.versions import Version


def origin(name: str) -> str:
    return resolve(recipes.tool_named(name)).origin


def test_a_tool_on_path_at_the_minimum_is_taken(world: World) -> None:
    path = world.on_path("alpha", "alpha version v1.4.0 go1.26 (linux/amd64)")
    assert tool("alpha") == path
    assert world.builds() == []


def test_a_tool_on_path_just_below_the_minimum_is_built(world: World) -> None:
    path = world.on_path("alpha", "v1.3.9")
    assert tool("alpha") != path
    assert "example.com/one/cmd/alpha" in world.builds()


def test_a_tool_on_path_at_the_upper_bound_is_built(world: World) -> None:
    world.on_path("alpha", "v2.0.0")
    assert origin("alpha") == "missing"


def test_a_release_candidate_does_not_count_as_its_release(world: World) -> None:
    world.on_path("alpha", "v1.4.0-rc.1")
    assert origin("alpha") == "missing"


@pytest.mark.parametrize(("prints", "status"), [("no version here", 0), ("v1.5.0", 1), ("", 0)])
def test_a_tool_on_path_whose_answer_cannot_be_read_is_built(world: World, prints: str, status: int) -> None:
    world.on_path("alpha", prints, status)
    assert origin("alpha") == "missing"


def test_a_tool_on_path_that_cannot_be_started_is_built(world: World) -> None:
    executable(world.bin / "alpha", "#!/no/such/interpreter\n")
    assert origin("alpha") == "missing"


def test_a_tool_that_needs_a_helper_beside_it_is_taken_only_with_the_helper(world: World) -> None:
    world.on_path("beta", "v1.5.0")
    assert origin("beta") == "missing"
    executable(world.bin / "beta-helper", "#!/bin/sh\n")
    assert origin("beta") == "PATH"


def test_a_tool_that_the_table_builds_only_is_not_taken_from_path(world: World) -> None:
    path = world.on_path("gamma", "v9.9.9")
    assert tool("gamma") != path


def test_the_second_look_at_path_starts_no_process(world: World) -> None:
    world.on_path("alpha", "v1.5.0")
    assert origin("alpha") == "PATH"
    assert world.asked() == 1
    assert origin("alpha") == "PATH"
    assert world.asked() == 1


def test_a_tool_that_was_replaced_on_path_is_asked_again(world: World) -> None:
    world.on_path("alpha", "v1.5.0")
    assert origin("alpha") == "PATH"
    world.on_path("alpha", "the version is v1.2.0")
    assert origin("alpha") == "missing"


def test_our_own_links_on_path_are_not_taken_for_a_vendors_tools(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    toolchain.ensure()
    monkeypatch.setenv("PATH", f"{places.BIN}:{world.bin}:/usr/bin:/bin")
    assert origin("alpha") == "cache"


def test_the_links_folder_holds_every_tool_and_nothing_else(world: World) -> None:
    vendor = world.on_path("alpha", "v1.5.0")
    places.BIN.mkdir(parents=True)
    (places.BIN / "left-over").write_text("")
    toolchain.ensure()
    assert {path.name for path in places.BIN.iterdir()} == {"alpha", "beta", "gamma"}
    assert (places.BIN / "alpha").resolve() == vendor


def test_a_link_follows_a_tool_that_moves_from_cache_to_path(world: World) -> None:
    toolchain.ensure()
    vendor = world.on_path("alpha", "v1.5.0")
    toolchain.ensure()
    assert (places.BIN / "alpha").resolve() == vendor


def test_the_environment_finds_the_links_first(world: World) -> None:
    assert toolchain.environment()["PATH"].split(":")[:2] == [str(places.BIN), str(places.VENV / "bin")]


def test_an_unknown_tool_is_an_error_of_the_caller(world: World) -> None:
    with pytest.raises(KeyError):
        tool("no-such-tool")


def test_the_real_table_names_every_tool_once_and_pins_every_module() -> None:
    names = [one.name for wrapper in recipes.WRAPPERS for one in wrapper.tools]
    assert len(names) == len(set(names))
    for wrapper in recipes.WRAPPERS:
        folder = places.GO_MODULES / wrapper.name
        assert wrapper.version > Version(0, 0), wrapper.name
        for module in {wrapper.module, *(copy.module for copy in wrapper.copies)}:
            assert f"{module} v" in Path(folder / "go.sum").read_text(), (
                f"{wrapper.name}: {module} has no checksum"
            )


def test_the_lock_holds_the_sdk_of_the_provider_and_of_the_engine_that_are_built() -> None:
    lock = places.LOCK_FILE.read_text()
    assert f"\npulumi-kubernetes=={recipes.PROVIDER_VERSION} " in lock
    assert f"\npulumi=={recipes.wrapper_of('pulumi').version} " in lock
    assert "://" not in lock, "the lock names an address"

"""Which pulumi `.headroom/bin` offers, and which language host with it."""

from pathlib import Path
from unittest import mock

import pytest

from tests.tools.fakes import World, executable
from tools import building, places, recipes, toolchain
from tools.versions import Range
from tools.wrapper import Tool, Wrapper

PULUMI = Wrapper(
    name="one",
    module="example.com/one",
    tools=(
        Tool(
            "pulumi",
            "example.com/one/cmd/pulumi",
            Range.of("1.0.0", "2.0.0"),
            beside="pulumi-language-python",
        ),
    ),
    seconds=1,
    modules_gb=0.1,
    build_gb=0.1,
)


@pytest.fixture(autouse=True)
def table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "WRAPPERS", (PULUMI,))
    found = lambda: toolchain.resolve(PULUMI.tools[0]).origin == "PATH"  # noqa: E731
    monkeypatch.setattr(toolchain, "vendor_engine", found)


def names() -> set[str]:
    return {path.name for path in places.BIN.iterdir()}


def test_a_pulumi_of_ours_lies_beside_our_language_host_and_not_behind_a_link(world: World) -> None:
    """The engine looks for language hosts beside its own real path."""
    toolchain.ensure()
    assert names() == {"pulumi", "pulumi-language-python", "pulumi-language-python-exec"}
    assert not (places.BIN / "pulumi").is_symlink()
    built = building.destination(PULUMI) / "bin" / "pulumi"
    assert (places.BIN / "pulumi").read_bytes() == built.read_bytes()


def test_a_pulumi_of_ours_is_copied_where_it_cannot_be_linked(world: World) -> None:
    with mock.patch("os.link", side_effect=OSError("other filesystem")):
        toolchain.ensure()
        before = (places.BIN / "pulumi").stat().st_mtime_ns
        toolchain.ensure()
    assert (places.BIN / "pulumi").stat().st_mtime_ns == before


def test_a_vendors_pulumi_wins_and_our_language_host_goes(world: World) -> None:
    toolchain.ensure()
    vendor = world.on_path("pulumi", "v1.5.0")
    executable(world.bin / "pulumi-language-python", "")
    toolchain.ensure()
    assert names() == {"pulumi"}
    assert (places.BIN / "pulumi").resolve() == vendor


def test_a_pulumi_on_path_without_a_language_host_is_not_taken(world: World) -> None:
    world.on_path("pulumi", "v1.5.0")
    toolchain.ensure()
    assert "pulumi-language-python" in names()


def test_our_language_host_is_an_executable_of_the_repository() -> None:
    launcher = Path(toolchain.__file__).parent / "pulumi-language-python"
    assert launcher.stat().st_mode & 0o111

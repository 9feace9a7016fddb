"""A small toolchain to test the real one's behaviour: two wrappers, a `go` that compiles nothing, tools that only say
their version. Run as a module it is `python -m tools` on that small table, for tests of interrupts and of two at once.
"""

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tools import places, recipes
from tools.versions import Range
from tools.wrapper import Copy, Tool, Wrapper

GO = """#!{python}
import json, os, pathlib, sys, time
arguments = sys.argv[1:]
with open(os.environ["FAKE_GO_CALLS"], "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
if arguments[0] == "env":
    print("\\n".join(["go" + os.environ.get("FAKE_GO_VERSION", "1.26.8"), os.environ["FAKE_GO_CACHE"] + "/mod",
                     os.environ["FAKE_GO_CACHE"] + "/build"]))
elif arguments[:2] == ["mod", "download"]:
    print(json.dumps({{"Dir": os.environ["FAKE_GO_CACHE"] + "/module"}}))
elif arguments[0] == "build":
    time.sleep(float(os.environ.get("FAKE_GO_SECONDS", "0")))
    if os.environ.get("FAKE_GO_FAILS"):
        sys.exit("main.go:1: it does not compile")
    into = arguments[arguments.index("-o") + 1]
    for package in arguments[arguments.index("-o") + 2:]:
        path = pathlib.Path(into + package.rpartition("/")[2] if into.endswith("/") else into)
        path.write_text("#!/bin/sh\\necho v1.5.0\\n")
        path.chmod(0o755)
"""

TABLE = (
    Wrapper(
        name="one",
        module="example.com/one",
        tools=(
            Tool("alpha", "example.com/one/cmd/alpha", Range.of("1.4.0", "2.0.0")),
            Tool("beta", "example.com/one/cmd/other", Range.of("1.4.0", "2.0.0"), beside="beta-helper"),
        ),
        seconds=5,
        modules_gb=1.0,
        build_gb=2.0,
        copies=(Copy("example.com/one", "crds/*.yaml", "crds/one/"),),
    ),
    Wrapper(
        name="two",
        module="example.com/two",
        tools=(Tool("gamma", "example.com/two"),),
        seconds=5,
        modules_gb=1.0,
        build_gb=2.0,
    ),
)


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


class World:
    """A machine under `root`: PATH, cache, checkout, and pins that a test may change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.cache = root / "cache"
        self.pins = root / "checkout" / "tools" / "go"
        self.calls = root / "calls"

    def build(self) -> "World":
        for name in ("one", "two"):
            self.pin(name, "v1.5.0")
        executable(self.bin / "go", GO.format(python=sys.executable))
        crd = self.root / "go" / "module" / "crds" / "things.yaml"
        crd.parent.mkdir(parents=True)
        crd.write_text("kind: CustomResourceDefinition\n")
        crd.chmod(0o444)
        return self

    def pin(self, name: str, version: str, go: str = "1.26.0") -> None:
        folder = self.pins / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "go.mod").write_text(f"module m\n\ngo {go}\n\nrequire example.com/{name} {version}\n")
        (folder / "go.sum").write_text(f"example.com/{name} {version} h1:x=\n")

    def on_path(self, name: str, prints: str, status: int = 0) -> Path:
        return executable(
            self.bin / name, f"#!/bin/sh\necho called >> {self.root}/asked\necho '{prints}'\nexit {status}\n"
        )

    def asked(self) -> int:
        """How many times a tool of `on_path` was started."""
        asked = self.root / "asked"
        return len(asked.read_text().splitlines()) if asked.exists() else 0

    def builds(self) -> list[str]:
        """The packages that go was asked to build, in order."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        calls: list[list[str]] = [json.loads(line) for line in lines]
        return [package for call in calls if call[0] == "build" for package in call[call.index("-o") + 2 :]]

    def variables(self, **more: str) -> dict[str, str]:
        return {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "XDG_CACHE_HOME": str(self.cache),
            "FAKE_GO_CACHE": str(self.root / "go"),
            "FAKE_GO_CALLS": str(self.calls),
            "FAKE_ROOT": str(self.root),
            **more,
        }


@contextmanager
def patched(root: Path) -> Iterator[None]:
    """The modules of tools/ looking at the small table and at the world under `root`."""
    checkout = root / "checkout"
    state = checkout / ".headroom"
    with (
        mock.patch.multiple(
            places,
            CHECKOUT=checkout,
            STATE=state,
            BIN=state / "bin",
            LOGS=state / "logs",
            VENV=checkout / ".venv",
            LOCK_FILE=checkout / "requirements.lock",
            GO_MODULES=checkout / "tools" / "go",
        ),
        mock.patch.object(recipes, "WRAPPERS", TABLE),
        mock.patch("tools.toolchain.vendor_engine", return_value=True),
    ):
        yield


if __name__ == "__main__":
    from tools.__main__ import main

    with patched(Path(os.environ["FAKE_ROOT"])):
        status = main()
    sys.exit(status)

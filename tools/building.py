"""Builds one wrapper into the cache: staged beside its place, put there by one rename, or not at all.

It decides what counts as built: a folder under its final name, which exists only after everything in it does. A
build that was cut off leaves a staging folder, and the next build of that wrapper removes it. It never looks at PATH.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from tools import children, golang, locks, pins, places
from tools.golang import Go
from tools.problem import Problem, last_lines
from tools.wrapper import Copy, Edit, Stamp, Wrapper

Tick = Callable[[], None]


def destination(wrapper: Wrapper) -> Path:
    """Where the finished build of exactly these pins and this recipe is, or will be."""
    return places.toolchain_cache() / f"{wrapper.name}-{pins.digest(wrapper.name, wrapper.recipe)}"


def built(wrapper: Wrapper) -> bool:
    """Whether it is there, with every executable that the table names."""
    folder = destination(wrapper) / "bin"
    return all(os.access(folder / tool.name, os.X_OK) for tool in wrapper.tools)


def log_path(wrapper: Wrapper) -> Path:
    return places.toolchain_cache() / "logs" / f"{wrapper.name}.log"


def build(wrapper: Wrapper, go: Go, *, tick: Tick, waiting: Callable[[str], None]) -> bool:
    """Builds a wrapper unless it is built; False if another process did it meanwhile."""
    final = destination(wrapper)
    with locks.held(places.toolchain_cache() / f"{wrapper.name}.lock", waiting):
        if built(wrapper):
            return False
        for left in final.parent.glob(f".staging-{wrapper.name}-*"):
            shutil.rmtree(left, ignore_errors=True)
        staging = final.parent / f".staging-{wrapper.name}-{os.getpid()}"
        try:
            _Build(wrapper, go, staging, tick).run()
            shutil.rmtree(final, ignore_errors=True)
            staging.rename(final)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return True


class _Build:
    """The steps of one build, in its staging folder: source/ (a copy of the wrapper module), bin/, crds/."""

    def __init__(self, wrapper: Wrapper, go: Go, staging: Path, tick: Tick) -> None:
        self.wrapper, self.go, self.staging, self.tick = wrapper, go, staging, tick
        self.source = staging / "source"
        self.log = log_path(wrapper)

    def run(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        shutil.copytree(pins.folder(self.wrapper.name), self.source)
        (self.staging / "bin").mkdir()
        wrapper = self.wrapper
        modules = {copy.module for copy in wrapper.copies} | {stamp.module for stamp in wrapper.stamps}
        modules |= {edit.module for edit in wrapper.edits}
        folders = {module: self._folder(module) for module in sorted(modules)}
        for stamp in self.wrapper.stamps:
            _stamp(folders[stamp.module], stamp, self.source)
        self._edit(folders)
        self._compile()
        for copy in self.wrapper.copies:
            _copy(folders[copy.module], copy, self.staging)
        self._generate()
        shutil.rmtree(self.source)

    def _folder(self, module: str) -> Path:
        """The folder of a pinned module in Go's cache, downloaded and checked against go.sum."""
        answer = self.staging / "module.json"
        self._go(["mod", "download", "-json", module], output=answer)
        folder = Path(str(json.loads(answer.read_text())["Dir"]))
        answer.unlink()
        return folder

    def _edit(self, folders: Mapping[str, Path]) -> None:
        """Has go compile an edited copy of a pinned module (verified by go.sum before it is copied)."""
        for module in sorted({edit.module for edit in self.wrapper.edits}):
            copied = self.source / module.replace("/", "-")
            shutil.copytree(folders[module], copied, copy_function=shutil.copyfile)
            for edit in self.wrapper.edits:
                if edit.module == module:
                    _edit(copied, edit)
            self._go(["mod", "edit", f"-replace={module}=./{copied.name}"])

    def _compile(self) -> None:
        """`-o` with a folder names executables after their packages, so a tool that is called otherwise goes alone."""
        build = ["build", "-ldflags", self.wrapper.flags]
        named = [tool.package for tool in self.wrapper.tools if tool.package.rpartition("/")[2] == tool.name]
        if named:
            self._go([*build, "-o", f"{self.staging}/bin/", *named])
        for tool in self.wrapper.tools:
            if tool.package not in named:
                self._go([*build, "-o", f"{self.staging}/bin/{tool.name}", tool.package])

    def _generate(self) -> None:
        for generated in self.wrapper.generated:
            paths = "paths=" + ";".join(generated.packages)
            into = self.staging / generated.to
            command: list[str | Path] = [
                self.staging / "bin" / "controller-gen",
                "crd:maxDescLen=0",
                paths,
                f"output:crd:dir={into}",
            ]
            self._run(command)

    def _go(self, arguments: list[str], output: Path | None = None) -> None:
        self._run([str(self.go.path), *arguments], output)

    def _run(self, command: list[str | Path], output: Path | None = None) -> None:
        status = children.run_logged(
            command,
            log=self.log,
            cwd=self.source,
            environment=golang.environment(self.wrapper),
            tick=self.tick,
            output=output,
        )
        if status != 0:
            if output is not None and output.exists():
                self.log.write_text(self.log.read_text(errors="replace") + output.read_text(errors="replace"))
            raise Problem(
                f"tools: building {self.wrapper.name} failed (exit status {status})",
                cause=last_lines(self.log),
                log=self.log,
                todo="mend the cause and run the same command again; what is finished stays",
            )


def _stamp(folder: Path, stamp: Stamp, into: Path) -> None:
    content = json.loads((folder / stamp.path).read_text())
    if stamp.version is not None:
        content["version"] = stamp.version
    (into / Path(stamp.path).name).write_text(json.dumps(content))


def _edit(folder: Path, edit: Edit) -> None:
    """A Problem if the place is not there exactly once: then the module is another one than it was written for."""
    path = folder / edit.path
    text = path.read_text()
    if text.count(edit.before) != 1:
        raise Problem(
            f"tools: {edit.module}/{edit.path} has {text.count(edit.before)} times {edit.before}",
            todo="mend the table in tools/recipes.py",
        )
    path.write_text(text.replace(edit.before, edit.after))


def _copy(folder: Path, copy: Copy, staging: Path) -> None:
    """Copies the files of a pattern; `to` ends in a slash for a folder. Go's modules are read-only, copies are not."""
    found = sorted(folder.glob(copy.pattern))
    if not found:
        raise Problem(
            f"tools: {copy.module} has no {copy.pattern}", todo="mend the table in tools/recipes.py"
        )
    for source in found:
        target = staging / copy.to / source.name if copy.to.endswith("/") else staging / copy.to
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        target.chmod(0o755 if copy.executable else 0o644)

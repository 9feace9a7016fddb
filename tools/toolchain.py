"""Where each tool is: on PATH if new enough, else in the cache, else built from its pinned module.

For other modules of tools/: `tool(name)` gives a path, `environment()` gives variables for child processes,
`crds()` and `charts()` give folders of files. Nothing else depends on how the cache is laid out.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools import building, golang, places, probe, recipes
from tools.links import replace_file, replace_link
from tools.probe import OnPath
from tools.problem import Problem
from tools.progress import Step, duration, say
from tools.versions import Version
from tools.wrapper import Tool, Wrapper


@dataclass(frozen=True)
class Resolved:
    """What is known of one tool. `path` is None while it is still to be built; `on_path` is kept even if refused."""

    tool: Tool
    wrapper: Wrapper
    path: Path | None
    origin: str
    version: Version
    on_path: OnPath | None = None


def tool(name: str) -> Path:
    """The executable of a tool of the table in recipes.py, e.g. `tool("kube-apiserver")`, built if it is missing.

    Raises Problem (tools/problem.py) with a message for people if it cannot be had, KeyError for an unknown name.
    """
    found = resolve(recipes.tool_named(name))
    if found.path is None:
        build([found.wrapper])
        return building.destination(found.wrapper) / "bin" / name
    return found.path


def crds() -> Path:
    """The folder with one subfolder of CRD manifests per source, built if it is missing: karpenter-aws,
    karpenter-kwok, keda, gateway-api, prometheus-operator. Every file holds CRDs and nothing else."""
    return _files("crds")


def charts() -> Path:
    """The folder of the vendors' charts that are part of a Go module, each in a folder of its name: karpenter and
    karpenter-crd. Built if it is missing."""
    return _files("charts")


def _files(folder: str) -> Path:
    wrapper = recipes.wrapper_of("controller-gen")
    if not building.built(wrapper):
        build([wrapper])
    return building.destination(wrapper) / folder


def environment() -> dict[str, str]:
    """This process's environment with the resolved tools and then the venv first on PATH."""
    parts = [str(places.BIN), str(places.VENV / "bin"), probe.search_path()]
    return os.environ | {"PATH": os.pathsep.join(parts)}


def resolve(wanted: Tool) -> Resolved:
    """Looks at PATH, then at the cache. Builds nothing."""
    wrapper = recipes.wrapper_of(wanted.name)
    on_path = probe.find(wanted)
    if on_path is not None and on_path.version is not None and not probe.refusal(wanted, on_path):
        return Resolved(wanted, wrapper, on_path.path, "PATH", on_path.version, on_path)
    if building.built(wrapper):
        path = building.destination(wrapper) / "bin" / wanted.name
        return Resolved(wanted, wrapper, path, "cache", wrapper.version, on_path)
    return Resolved(wanted, wrapper, None, "missing", wrapper.version, on_path)


def resolve_all() -> list[Resolved]:
    return [resolve(one) for wrapper in recipes.WRAPPERS for one in wrapper.tools]


def ensure() -> None:
    """Everything of the table is there afterwards, and `.headroom/bin` links to it."""
    missing = [found.wrapper for found in resolve_all() if found.path is None]
    if missing:
        build(list(dict.fromkeys(missing)))
    link(resolve_all())


def build(wrappers: list[Wrapper]) -> None:
    """Builds these wrappers one after the other (go itself uses all cores), saying how it goes."""
    go = golang.check(golang.find(), wrappers)
    golang.check_room(go, wrappers)
    expected = sum(wrapper.seconds for wrapper in wrappers)
    say(
        f"Building {len(wrappers)} of {len(recipes.WRAPPERS)} parts of the toolchain with Go {go.version} into "
        f"{places.toolchain_cache()}: about {duration(expected)} on two cores if nothing is compiled yet."
    )
    for number, wrapper in enumerate(wrappers, 1):
        _build_one(wrapper, go, f"[{number}/{len(wrappers)}] {wrapper.name}")


def _build_one(wrapper: Wrapper, go: golang.Go, label: str) -> None:
    contents = ", ".join(one.name for one in wrapper.tools)
    step = Step(f"{label} ({contents})", wrapper.seconds)

    def waiting(holder: str) -> None:
        say(f"{label}: {holder} is building it; waiting for that to finish")

    try:
        ours = building.build(wrapper, go, tick=step.tick, waiting=waiting)
    except KeyboardInterrupt:
        step.finish("interrupted")
        say("What is finished stays, and Go keeps what it compiled: run the same command again to go on.")
        raise
    except Problem:
        step.finish("failed")
        raise
    step.finish("built" if ours else "built by the other process")


def link(found: Iterable[Resolved]) -> None:
    """Makes `.headroom/bin` hold a link to each tool, so that one entry on PATH is enough.

    Ours gets Pulumi's language host too; a vendor's CLI brings its own, which the engine finds beside the real file.
    """
    wanted = {one.tool.name: one.path for one in found if one.path is not None and one.tool.on_path}
    places.BIN.mkdir(parents=True, exist_ok=True)
    if not vendor_engine():
        pulumi = building.destination(recipes.wrapper_of("pulumi")) / "bin"
        wanted["pulumi-language-python-exec"] = pulumi / "pulumi-language-python-exec"
        wanted["pulumi-language-python"] = Path(__file__).resolve().parent / "pulumi-language-python"
        # Not a symbolic link: the engine looks for its language hosts beside its own real path, and ours belongs to the
        # checkout.
        replace_file(places.BIN / "pulumi", wanted.pop("pulumi"))
    for name, target in wanted.items():
        replace_link(places.BIN / name, target)
    for left in places.BIN.iterdir():
        if left.name not in {*wanted, "pulumi"} and not left.name.startswith("."):
            left.unlink()


def vendor_engine() -> bool:
    """Whether pulumi comes from PATH, with a language host of its own beside it."""
    return resolve(recipes.tool_named("pulumi")).origin == "PATH"

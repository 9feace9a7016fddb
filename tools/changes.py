"""What one checkout changes in the resources of another: the first brought up on stand-ins, the second previewed on it.

The real engine does both, so what is replaced is its answer and not a guess. Nothing is reached: aws, eks and
kubernetes are stand-ins, the kubeconfig is a stub, and every secret is a placeholder. It judges nothing; that is for
whoever asks.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools import places, toolchain
from tools.engine import Engine
from tools.links import replace_link
from tools.problem import Problem
from tools.standins import environment, plugins, schema
from tools.stub_config import PLACEHOLDER, contexts, stub_config, stub_kubeconfig, with_documentation_blocks

TIMEOUT_SECONDS: Final = 900
_KUBECONFIG: Final = "kubeconfig"
# How the engine begins a line of a diagnostic in its plain output.
_ERROR: Final = "error: "
_SUMMARY: Final = "Resources:"
# Lines of the engine about its own run, not about what is wrong.
_NOISE: Final = (
    "update failed",
    "preview failed",
    "Running program",
    "an unhandled error occurred",
    "unhandled exception",
)
# Of a step; the rest says where in the program it comes from, or when.
_KEPT: Final = ("op", "urn", "detailedDiff", "replaceReasons", "diffReasons")


@dataclass(frozen=True)
class StandInEngine(Engine):
    """pulumi with the stand-ins for every provider; only pulumi itself must be there."""

    def environment(self) -> dict[str, str]:
        base = super().environment()
        return {
            **base,
            **environment(self.state / "account", base),
            # Some region must be there where a stack names none; the stack's own wins.
            "AWS_REGION": os.environ.get("AWS_REGION") or "us-east-1",
            "KUBECONFIG": str(self.state / _KUBECONFIG),
        }

    def on(self, project: Path) -> "StandInEngine":
        """The same engine for the program of another checkout."""
        return StandInEngine(project, self.state, self.stack)

    def configure(self) -> None:
        """The project's configuration with stand-ins for what is not to be had."""
        made = stub_config(self.file.checked_in, self.project_name(), self.state / _KUBECONFIG)
        self.file.copy.parent.mkdir(parents=True, exist_ok=True)
        self.file.copy.write_text(f"{made.text.rstrip()}\nencryptionsalt: {self.salt()}\n")
        for path in made.secrets:
            self.pulumi("config", "set", "--secret", "--path", path, PLACEHOLDER)

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command([*arguments, "--non-interactive", "--color", "never"]),
            cwd=self.project,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )

    def _ensure_tools(self) -> None:
        toolchain.tool("pulumi")
        toolchain.link(toolchain.resolve_all())

    def _place_provider(self) -> None:
        version = schema.plugin_version("kubernetes")
        folder = self.home / "plugins" / f"resource-kubernetes-v{version}"
        folder.mkdir(parents=True, exist_ok=True)
        replace_link(folder / plugins.KUBERNETES.name, plugins.KUBERNETES)


def between(stack: str, before: Path, after: Path, state: Path) -> dict[str, Any]:
    """The steps that `after` takes on what `before` deploys, and what stopped either.

    `before` is null where the stack is not there: everything of `after` is then new. Raises Problem where no engine
    can be had.
    """
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    engine = StandInEngine(before, state, stack)
    there = [folder for folder in (before, after) if engine.on(folder).file.checked_in.exists()]
    if not there:
        raise Problem(
            f"changes: neither checkout has a Pulumi.{stack}.yaml", todo="name a stack that is there"
        )
    _write_kubeconfigs(engine, there)
    engine.on(there[0]).prepare()
    answer: dict[str, Any] = {"before": None, "after": None, "steps": []}
    if before in there:
        answer["before"] = _bring_up(engine)
    if after in there:
        answer["after"], answer["steps"] = _preview(engine.on(after))
    return _without_places(answer, (before, after, state))


def _write_kubeconfigs(engine: StandInEngine, checkouts: Sequence[Path]) -> None:
    """One for every context that is named, and where the program looks for the local cluster's."""
    named = [
        name
        for one in checkouts
        for name in contexts(engine.on(one).file.checked_in, engine.on(one).project_name())
    ]
    text = stub_kubeconfig(list(dict.fromkeys(named)))
    (engine.state / _KUBECONFIG).write_text(text)
    for checkout in checkouts:
        local = checkout / places.KUBECONFIG.relative_to(places.CHECKOUT)
        if checkout != places.CHECKOUT and not local.exists():
            local.parent.mkdir(exist_ok=True)
            local.write_text(text)


def _bring_up(engine: StandInEngine) -> list[str] | None:
    """What stopped it, or None."""
    engine.configure()
    done = engine.pulumi("up", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs")
    return None if done.returncode == 0 else _errors(f"{done.stdout}\n{done.stderr}")


def _preview(engine: StandInEngine) -> tuple[list[str] | None, list[Any]]:
    engine.configure()
    done = engine.pulumi("preview", "--json")
    try:
        read = json.loads(done.stdout)
    except ValueError:
        return _errors(f"{done.stdout}\n{done.stderr}"), []
    if done.returncode != 0:
        said = [one["message"] for one in read.get("diagnostics", []) if one.get("severity") == "error"]
        return _errors("\n".join(f"{_ERROR}{message}" for message in said)), []
    return None, [{key: step.get(key) for key in _KEPT} | _states(step) for step in read.get("steps") or []]


def _states(step: Any) -> dict[str, Any]:
    """What was and what will be asked for; what the provider answers is not known at a preview."""
    states = {"before": step.get("oldState") or {}, "after": step.get("newState") or {}}
    return {
        **{name: state.get("inputs") for name, state in states.items()},
        "protect": bool(states["before"].get("protect")),
        "retain": bool(states["before"].get("retainOnDelete")),
    }


def _without_places(answer: dict[str, Any], folders: Sequence[Path]) -> dict[str, Any]:
    """The answer without where this run lives: a step that differs in that alone is none."""
    text = with_documentation_blocks(json.dumps(answer))
    for folder in sorted(folders, key=lambda one: len(str(one)), reverse=True):
        text = text.replace(json.dumps(str(folder))[1:-1], ".")
    read: dict[str, Any] = json.loads(text)
    steps = [step for step in read["steps"] if step["op"] != "update" or step["before"] != step["after"]]
    return {**read, "steps": steps}


def _errors(output: str) -> list[str]:
    """The lines that say what is wrong, never empty. Of an exception that is its own line, not the way to it."""
    lines = [line.strip() for line in _without_the_way(output.splitlines()) if line.strip()]
    first = next((number for number, line in enumerate(lines) if line.startswith(_ERROR)), 0)
    # Below it the engine counts what it made, and how long it took.
    last = lines.index(_SUMMARY, first) if _SUMMARY in lines[first:] else len(lines)
    said = [line for line in lines[first:last] if not any(noise in line for noise in _NOISE)]
    # The program's own message begins as the engine's does.
    found = [re.sub(f"^({_ERROR})+", "", line) for line in said]
    return list(dict.fromkeys(found)) or ["the engine stopped and did not say why"]


def _without_the_way(lines: Sequence[str]) -> Iterator[str]:
    """Without what Python says of the way to an exception: a headline and what is indented below it."""
    depth: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if "Traceback (most recent call last)" in line:
            depth = indent
        elif depth is None or indent <= depth:
            depth = None
            yield line

"""What one revision says of one stack: its plan, its findings, its cost, each by that revision's own code.

The revision's commands are run, never its modules: an old revision may lack a command, a stack or a field, and may be
broken. What it cannot say is kept as its own words.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..exit_codes import NOT_WELL, WELL

TIMEOUT_SECONDS: Final = 300
# How `plan` writes a finding, a line each.
_FINDING: Final = re.compile(r"^(error|warning): (HR\d{3} \S+)  (.*?)  (.*)$")
# What would make a command answer for another checkout.
_LEFT_OUT: Final = ("PYTHONPATH", "VIRTUAL_ENV")
_TRACEBACK: Final = "Traceback (most recent call last)"


@dataclass(frozen=True, order=True)
class Found:
    """A finding; the same one on both sides where rule and object are the same."""

    rule: str
    object: str
    severity: str
    text: str


@dataclass(frozen=True)
class Side:
    """A stack at a revision. ``problem`` says why there is no plan, ``no_cost`` why there is no cost."""

    there: bool
    plan: Mapping[str, Any] | None = None
    findings: tuple[Found, ...] = ()
    cost: Mapping[str, Any] | None = None
    problem: str | None = None
    no_cost: str | None = None


def stacks_in(folder: Path) -> list[str]:
    """The stacks that have a file in a checkout."""
    names = (path.name for path in folder.glob("Pulumi.?*.yaml"))
    return sorted(name.removeprefix("Pulumi.").removesuffix(".yaml") for name in names)


def facts(folder: Path, stack: str) -> Side:
    """All of it."""
    if stack not in stacks_in(folder):
        return Side(there=False)
    plan, problem = _json(folder, "plan", "-s", stack, "--format", "json")
    if plan is None:
        return Side(there=True, problem=problem)
    text, _ = _run(folder, "plan", "-s", stack, "--format", "markdown")
    # Without the pricing API: today's prices would make tomorrow's comment another one.
    cost, no_cost = _json(folder, "cost", "-s", stack, "--offline", "--format", "json")
    return Side(True, plan, findings_in(text or ""), cost, None, no_cost)


def findings_in(text: str) -> tuple[Found, ...]:
    """The findings in what `plan` prints."""
    matches = (_FINDING.match(line) for line in text.splitlines())
    return tuple(sorted({Found(m[2], m[3], m[1], m[4]) for m in matches if m}))


def _json(folder: Path, *arguments: str) -> tuple[Mapping[str, Any] | None, str | None]:
    output, problem = _run(folder, *arguments)
    if output is None:
        return None, problem
    try:
        read = json.loads(output)
    except ValueError:
        read = None
    return (read, None) if isinstance(read, dict) else (None, f"`ops {arguments[0]}` answers no JSON there")


def _run(folder: Path, *arguments: str) -> tuple[str | None, str | None]:
    """What a command prints, or what it says is wrong."""
    environment = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ops", *arguments],
            cwd=folder,
            # One width, so that no terminal's size is in what is read.
            env={**environment, "COLUMNS": "200", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"`ops {arguments[0]}` gave no answer within {TIMEOUT_SECONDS} s"
    # NOT_WELL is an answer too: the plan is there, and its findings are errors. Python ends a crash with the same code.
    if done.returncode == WELL or (
        done.returncode == NOT_WELL and done.stdout and _TRACEBACK not in done.stderr
    ):
        return done.stdout, None
    return None, _said(done.stderr, folder) or f"`ops {arguments[0]}` ended with {done.returncode}"


def _said(errors: str, folder: Path) -> str:
    """A command's own message; of a traceback, its last line."""
    text = errors.replace(str(folder), ".").strip()
    if _TRACEBACK in text:
        return text.splitlines()[-1]
    return text

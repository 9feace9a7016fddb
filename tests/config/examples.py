"""A stack in a folder of its own, and what its loading says."""

from pathlib import Path
from textwrap import dedent

import pytest

from config.loader import load_stack
from config.problems import StackError
from config.settings import Settings

# The least that a stack has to state.
LEAST = """\
config:
  headroom:cluster: {kind: local}
  headroom:target: {peak_rps: 30000, baseline_rps: 6000}
  headroom:zones: [zone-a, zone-b, zone-c]
  headroom:autoscaling: {kind: external-metric}
"""


def stack(folder: Path, text: str) -> Settings:
    """The settings of a stack whose file is ``text``."""
    (folder / "Pulumi.own.yaml").write_text(dedent(text))
    return load_stack("own", folder)


def with_least(folder: Path, text: str) -> Settings:
    """The settings of the least stack with ``text`` (keys under config) besides."""
    lines = "".join(f"  {line}\n" for line in dedent(text).strip().splitlines())
    replaced = {_key(line) for line in lines.splitlines()}
    kept = [line for line in LEAST.splitlines() if _key(line) not in replaced]
    return stack(folder, "\n".join(kept) + "\n" + lines)


def _key(line: str) -> str:
    return ":".join(line.split(":")[:2]).strip()


def problems(folder: Path, text: str) -> tuple[str, ...]:
    """What is wrong with the least stack with ``text`` besides."""
    with pytest.raises(StackError) as error:
        with_least(folder, text)
    return error.value.problems

"""The policy layer stays what it is: pure, quick to import, every figure with its reason."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import components.policy

FOLDER = Path(components.policy.__file__).parent
MODULES = sorted(path for path in FOLDER.rglob("*.py"))
# No engine, no input or output, no clock, no chance.
FORBIDDEN = {
    *("asyncio", "datetime", "http", "io", "logging", "os", "pathlib", "pulumi", "random", "requests"),
    *("shutil", "socket", "subprocess", "tempfile", "threading", "time", "urllib", "yaml"),
}
CPU_SECONDS = 0.5


def test_every_folder_of_the_layer_is_looked_at() -> None:
    assert {path.parent for path in MODULES} >= {FOLDER, FOLDER / "rules", FOLDER / "facts"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_module_imports_nothing_that_acts(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
    }
    assert not imported & FORBIDDEN
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not called & {"open", "print", "input", "eval", "exec"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_module_is_one_idea_and_says_which(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 250
    assert not text or ast.get_docstring(ast.parse(text))


def test_the_plan_imports_in_a_blink_and_without_the_engine() -> None:
    code = (
        "import sys, time; import components.policy.plan;"
        "print(time.process_time(), 'pulumi' in sys.modules, 'yaml' in sys.modules)"
    )
    seconds, pulumi, yaml = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parent.parent
    ).stdout.split()
    assert (pulumi, yaml) == ("False", "False")
    assert float(seconds) < CPU_SECONDS

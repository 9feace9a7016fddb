"""The state that a version of the program left, kept small: what is asked of each resource, and what hangs on what.

    python -m tests.engine.recorded_state CHECKOUT STACK FILE

records one from a checkout of that version, on stand-ins. What a stand-in answers is what it was asked, so outputs are
not kept. It decides nothing; what an upgrade from it may do is in test_upgrade.py.
"""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tools.changes import StandInEngine
from tools.stub_config import contexts, stub_kubeconfig

_KEPT: Final = ("urn", "custom", "id", "type", "inputs", "parent", "provider", "dependencies", "protect")


def engine(project: Path, state: Path, stack: str) -> StandInEngine:
    """An engine for the stack with nothing in it."""
    made = StandInEngine(project, state, stack)
    made.state.mkdir(parents=True, exist_ok=True)
    text = stub_kubeconfig(contexts(made.file.checked_in, made.project_name()))
    (made.state / "kubeconfig").write_text(text)
    local = project / ".headroom" / "kubeconfig"
    if not local.exists():
        local.parent.mkdir(exist_ok=True)
        local.write_text(text)
    made.prepare()
    made.configure()
    return made


def record(project: Path, stack: str) -> list[dict[str, Any]]:
    """Bring the program up and read what the engine keeps."""
    with tempfile.TemporaryDirectory() as folder:
        made = engine(project, Path(folder), stack)
        up = made.pulumi("up", "--yes", "--skip-preview", "--suppress-progress")
        assert up.returncode == 0, up.stdout
        text = made.pulumi("stack", "export").stdout.replace(str(project), ".").replace(folder, ".")
    resources = json.loads(text)["deployment"]["resources"]
    return [{key: one[key] for key in _KEPT if one.get(key)} for one in resources]


def load(made: StandInEngine, recorded: Sequence[Mapping[str, Any]]) -> None:
    """Make the engine believe that it deployed them."""
    exported = json.loads(made.pulumi("stack", "export").stdout)
    exported["deployment"]["resources"] = [
        {**one, "outputs": one.get("inputs", {})} if one.get("custom") else dict(one) for one in recorded
    ]
    file = made.state / "recorded.json"
    file.write_text(json.dumps(exported))
    imported = made.pulumi("stack", "import", "--file", str(file))
    assert imported.returncode == 0, imported.stderr


if __name__ == "__main__":
    checkout, name, target = sys.argv[1:]
    found = record(Path(checkout).resolve(), name)
    Path(target).write_text(json.dumps(found, indent=0, sort_keys=True) + "\n")
    print(f"{target}: {len(found)} resources")

"""The SDK's stubs without the SDK: importing pulumi whole takes most of a second, at each run of the engine.

It decides how pulumi.runtime.proto is imported, and loads nothing else of the SDK.
"""

import sys
import types
from importlib.util import find_spec
from pathlib import Path


def load() -> None:
    """Makes pulumi.runtime.proto importable without running pulumi/__init__.py, which takes most of a second."""
    spec = find_spec("pulumi")
    assert spec is not None and spec.submodule_search_locations is not None, (
        "the venv has no pulumi: run make venv"
    )
    root = Path(spec.submodule_search_locations[0])
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package

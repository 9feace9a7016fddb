"""Which interpreter runs a program, and what the SDKs installed there say of their plugins.

It decides nothing about how the program is run, and it installs nothing.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.protobuf import json_format


class Environment:
    """The Python environment of a program: its `virtualenv` option, or else the one that this host runs in."""

    def __init__(self, info: Any) -> None:
        options = json_format.MessageToDict(info.options)
        named = options.get("virtualenv")
        self.root = Path(info.root_directory or ".")
        self.folder = (self.root / str(named)) if named else Path(sys.prefix)
        self.named = bool(named)

    @property
    def python(self) -> Path:
        """Raises FileNotFoundError with what to do if a named virtualenv is not there."""
        python = self.folder / "bin" / "python"
        if not python.exists():
            raise FileNotFoundError(f"{self.folder} is not a virtualenv: run make venv, or pulumi install")
        return python

    def variables(self, base: Mapping[str, str]) -> dict[str, str]:
        """A process environment in which this virtualenv is active."""
        path = os.pathsep.join([str(self.folder / "bin"), base.get("PATH", os.defpath)])
        active = {**base, "PATH": path, "VIRTUAL_ENV": str(self.folder), "PYTHONUNBUFFERED": "1"}
        active.pop("PYTHONHOME", None)
        return active

    def packages(self) -> list[Any]:
        """What the installed Pulumi SDKs say of their plugins, in pulumi-plugin.json."""
        found = []
        for path in sorted(self.folder.glob("lib/python*/site-packages/*/pulumi-plugin.json")):
            content = json.loads(path.read_text())
            if content.get("resource"):
                name = content.get("name") or path.parent.name.removeprefix("pulumi_")
                found.append((name, content.get("version", ""), content.get("server", "")))
        return found

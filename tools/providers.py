"""Which aws and eks plugins a preview uses: the vendor's, where they and credentials are there, or the stand-ins.

It decides between the two and says why. It looks whether credentials are there, never at them.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools import places
from tools.standins.plugins import LAUNCHERS

PACKAGES: Final = ("aws", "eks")
# What the AWS SDKs take credentials from (AWS, "SDKs and Tools Reference Guide", credential providers).
_VARIABLES: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_FILES: Final = {
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
    "AWS_CONFIG_FILE": "~/.aws/config",
}


@dataclass(frozen=True)
class Found:
    """What there is: ``plugins`` are the vendor's executables by package, ``credentials`` is where they come from."""

    plugins: Mapping[str, Path]
    credentials: str | None

    @property
    def vendors(self) -> bool:
        """Whether a preview asks AWS itself."""
        return self.credentials is not None and set(self.plugins) == set(PACKAGES)

    @property
    def missing(self) -> str:
        """What stands in the way of that, or nothing."""
        plugins = [f"plugin {name} {version(name)}" for name in PACKAGES if name not in self.plugins]
        return ", ".join([*plugins, *([] if self.credentials else ["AWS credentials"])])


def find(environment: Mapping[str, str] = os.environ) -> Found:
    """Looks on PATH and in the engine's plugin cache."""
    plugins = {name: path for name in PACKAGES if (path := _plugin(name, environment)) is not None}
    return Found(plugins, _credentials(environment))


def version(package: str) -> str:
    """The plugin's version that the SDK in .venv asks for; "?" where there is no SDK yet."""
    pattern = f"lib/python*/site-packages/pulumi_{package}/pulumi-plugin.json"
    found = next(iter(sorted(places.VENV.glob(pattern))), None)
    return "?" if found is None else str(json.loads(found.read_text())["version"])


def _plugin(name: str, environment: Mapping[str, str]) -> Path | None:
    executable = f"pulumi-resource-{name}"
    folders = [
        folder
        for folder in environment.get("PATH", os.defpath).split(os.pathsep)
        if Path(folder).resolve() != LAUNCHERS
    ]
    on_path = shutil.which(executable, path=os.pathsep.join(folders))
    if on_path is not None:
        return Path(on_path)
    home = Path(environment.get("PULUMI_HOME") or "~/.pulumi").expanduser()
    cached = home / "plugins" / f"resource-{name}-v{version(name)}" / executable
    return cached if os.access(cached, os.X_OK) else None


def _credentials(environment: Mapping[str, str]) -> str | None:
    for name in _VARIABLES:
        if environment.get(name):
            return name
    for name, usual in _FILES.items():
        path = Path(environment.get(name) or usual).expanduser()
        if path.is_file() and path.stat().st_size:
            return str(path)
    return None

"""The shipped prod stack with an engine state and a pretended account of its own, changed by what a test lays over it.

It decides how the program is run; what must come of it is in the tests.
"""

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from config.merge import merge
from tests.live import REPOSITORY
from tools import recipes
from tools.engine import Engine
from tools.links import replace_link
from tools.standins import environment
from tools.standins.account import Account
from tools.standins.plugins import KUBERNETES
from tools.standins.store import Contents, Store

# An address that somebody could have: an update refuses the shipped block for documentation.
DEPLOYER: Final = {"endpoint": {"kind": "allow-list", "cidrs": ["1.2.3.4/32"]}}
# A certificate that somebody could have, for the same reason.
CERTIFICATE: Final = "certificate/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
ACCOUNT: Final = "123456789012"
REGION: Final = "ap-northeast-2"
UNPROTECTED: Final = {**DEPLOYER, "deletion_protection": False}


@dataclass
class Program:
    """A stack of the shipped program under ``root``."""

    root: Path
    stack: str = "prod"
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = Engine(project=REPOSITORY, state=self.root / "engine", stack=self.stack)
        self.engine.prepare()
        self.account = self.root / "account"
        self.account.mkdir(exist_ok=True)

    def pretend_cluster(self) -> None:
        """No API server: a stand-in takes the cluster's objects."""
        folder = self.engine.home / "plugins" / f"resource-kubernetes-v{recipes.PROVIDER_VERSION}"
        replace_link(folder / KUBERNETES.name, KUBERNETES)

    def state(self, shipped: str = "prod", **over: Any) -> None:
        """The shipped file with ``over`` (keys of headroom:) over it."""
        file = yaml.safe_load((REPOSITORY / f"Pulumi.{shipped}.yaml").read_text())
        settings = {name.partition(":")[2]: value for name, value in file["config"].items()}
        if "exposure" in settings.get("services", {}).get("gateway-api", {}) and "cluster" in over:
            account = over["cluster"].get("account", ACCOUNT)
            certificates = [f"arn:aws:acm:{REGION}:{account}:{CERTIFICATE}"]
            entry = {"gateway-api": {"exposure": {"certificates": certificates}}}
            settings = merge(settings, {"services": entry})
        merged = {f"headroom:{name}": value for name, value in merge(settings, over).items()}
        text = json.dumps({"config": merged, "encryptionsalt": self.engine.salt()}, indent=1)
        self.engine.file.copy.write_text(text)

    def encrypted(self, key: str, value: str) -> Any:
        """A secret as it stands in a stack's file, to be stated again by ``state``."""
        self.state()
        command = self.engine.command(["config", "set", "--secret", key, value])
        subprocess.run(
            command, cwd=self.engine.project, env=self.engine.environment(), check=True, timeout=60
        )
        return yaml.safe_load(self.engine.file.copy.read_text())["config"][key]

    def run(self, *arguments: str, timeout: float = 240) -> tuple[int, str]:
        """Exit code and all output."""
        base = self.engine.environment()
        done = subprocess.run(
            self.engine.command([*arguments, "--non-interactive", "--suppress-progress", "--color", "never"]),
            cwd=self.engine.project,
            env={**base, **environment(self.account, base), **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        return done.returncode, done.stdout

    def up(self) -> tuple[int, str]:
        return self.run("up", "--yes", "--skip-preview")

    def destroy(self) -> tuple[int, str]:
        return self.run("destroy", "--yes")

    def contents(self) -> Contents:
        """What exists in the account."""
        return Store(self.account).read()

    def delete_by_hand(self, token: str, identity: str) -> None:
        """As somebody does with AWS' own tools; AWS refuses it while something stands on it."""
        Account(Store(self.account), REGION).delete(token, identity, "by-hand")

    def order(self, *faults: dict[str, Any]) -> None:
        """Failures for the next runs."""
        (self.account / "faults.json").write_text(json.dumps(faults))

    def calls(self) -> list[list[str]]:
        """What happened since the last time, each as operation, type, name and id."""
        log = self.account / "calls.log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        return [line.split() for line in lines]

    def resources(self) -> list[Any]:
        """What the engine believes to exist."""
        latest = json.loads(self.engine.checkpoint.read_text())["checkpoint"]["latest"]
        return list(latest.get("resources") or [])


def at(calls: Sequence[Sequence[str]], operation: str, kind: str) -> list[int]:
    """The places of an operation on a type, which its end names."""
    return [
        place
        for place, call in enumerate(calls)
        if call[0] == operation and len(call) > 1 and call[1].endswith(kind)
    ]


def summary(output: str) -> dict[str, int]:
    """The engine's own count: {"create": 132}."""
    words = {
        "created": "create",
        "unchanged": "same",
        "updated": "update",
        "deleted": "delete",
        "replaced": "replace",
    }
    found = re.findall(r"^\s+[-+~± ]*(\d+) (\w+)", output.partition("Resources:")[2], re.MULTILINE)
    return {words.get(word, word): int(number) for number, word in found}


__all__ = ["DEPLOYER", "UNPROTECTED", "Program", "at", "summary"]

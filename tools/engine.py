"""The Pulumi engine of the local stack: its own backend, passphrase and home, all under .headroom.

It decides the environment in which pulumi runs for that stack, so that the user's own login, plugins and stacks are
neither read nor changed. Other stacks (dev, prod) are none of its business: for them pulumi runs in the user's own
environment.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import children, engine_locks, places, pulumi_arguments, recipes, stack_file, toolchain
from tools.links import replace_link
from tools.problem import Problem
from tools.stack_file import StackFile

STACK = "local"


@dataclass(frozen=True)
class Engine:
    """pulumi for one stack of the project in `project`, with everything it writes under `state`."""

    project: Path
    state: Path
    stack: str = STACK

    @property
    def backend(self) -> Path:
        return self.state / "backend"

    @property
    def home(self) -> Path:
        return self.state / "home"

    @property
    def passphrase(self) -> Path:
        return self.state / "passphrase"

    @property
    def file(self) -> StackFile:
        name = f"Pulumi.{self.stack}.yaml"
        return StackFile(self.project / name, self.state / "config" / name)

    @property
    def checkpoint(self) -> Path:
        return self.backend / ".pulumi" / "stacks" / self.project_name() / f"{self.stack}.json"

    def project_name(self) -> str:
        path = self.project / "Pulumi.yaml"
        match = re.search(
            r"^name:\s*[\"']?([\w.-]+)", path.read_text() if path.exists() else "", re.MULTILINE
        )
        if match is None:
            raise Problem(
                f"engine: no project name in {path}", todo="run this in a checkout: Pulumi.yaml has a name:"
            )
        return match.group(1)

    def environment(self) -> dict[str, str]:
        """For every pulumi of this stack. Plugins are ours, so nothing is downloaded."""
        # The user's own settings of pulumi (a token, an option, a stack) are for the user's own stacks.
        inherited = {
            name: value for name, value in toolchain.environment().items() if not name.startswith("PULUMI_")
        }
        return inherited | {
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": f"file://{self.backend}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.passphrase),
            "PULUMI_STACK": self.stack,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def exists(self) -> bool:
        return self.checkpoint.exists()

    def has_resources(self) -> bool:
        """Whether the engine believes that something is deployed, or was being deployed when it was cut off."""
        latest = self._latest() if self.exists() else {}
        return bool(latest.get("resources") or latest.get("pending_operations"))

    def has_pending(self) -> bool:
        """Whether a pulumi that was killed left operations open."""
        return bool(self._latest().get("pending_operations"))

    def forget(self) -> None:
        """Puts aside what the engine knows to be deployed. The passphrase and its salt stay, so that encrypted
        values in the stack's configuration can still be read."""
        aside = self.state / "backend.forgotten"
        shutil.rmtree(aside, ignore_errors=True)
        if self.backend.exists():
            self.backend.rename(aside)

    def move_to(self, cluster: str) -> bool:
        """Notes which cluster (a uid) the stack is deployed to. True if it was another one before and something was
        deployed there: then that is gone with the other cluster, and forgotten."""
        note = self.state / "cluster-uid"
        before = note.read_text() if note.exists() else cluster
        lost = before != cluster and self.has_resources()
        if lost:
            self.forget()
            self.prepare()
        note.write_text(cluster)
        return lost

    def setting(self, path: str, default: str) -> str:
        """One value of the stack's configuration as the engine reads it, e.g. "cluster.kind".

        Raises Problem when the configuration cannot be read: a default would then be a guess.
        """
        command = self.command(["config", "--json"])
        answer = subprocess.run(
            command, cwd=self.project, env=self.environment(), capture_output=True, text=True, check=False
        )
        if answer.returncode != 0:
            raise Problem(
                f"the configuration of the stack {self.stack} cannot be read",
                cause=answer.stderr.strip().splitlines()[-5:],
                todo=f"mend Pulumi.{self.stack}.yaml and run the command again",
            )
        found = stack_file.value_at(json.loads(answer.stdout), f"{self.project_name()}:{path}")
        return str(found) if found is not None else default

    def prepare(self) -> None:
        """Makes the tools, the folders, the passphrase, the provider's place and the stack, as far as not there."""
        self._ensure_tools()
        for folder in (self.backend, self.home, self.file.copy.parent):
            folder.mkdir(parents=True, exist_ok=True)
        self._make_passphrase()
        self._place_provider()
        if not self.exists():
            self._create_stack()
        self.file.copy_with(self.salt())

    def command(self, arguments: Sequence[str]) -> list[str]:
        """pulumi with these arguments and, where it takes one, the copy of the configuration."""
        named = pulumi_arguments.words(arguments)
        extra: list[str] = []
        if named[:1] and named[0] in pulumi_arguments.TAKE_CONFIG_FILE:
            extra = ["--config-file", str(self.file.copy)]
        elif named[:2] == ["stack", "rm"]:
            extra = ["--preserve-config"]  # or it deletes the checkout's Pulumi.<stack>.yaml
        return [str(places.BIN / "pulumi"), *arguments, *extra]

    def run(self, arguments: Sequence[str]) -> int:
        """pulumi as the user would run it, on this terminal; returns its exit status."""
        pulumi_arguments.refuse_other_stacks(arguments, self.stack)
        self.prepare()
        self._clear_stale_locks()
        status = children.run_attached(
            self.command(arguments), cwd=self.project, environment=self.environment()
        )
        if pulumi_arguments.words(arguments)[:1] == ["config"]:
            self.file.write_back()
        return status

    def run_logged(self, arguments: Sequence[str], log: Path) -> int:
        """pulumi without questions, its output shown and kept in `log`; an interrupt lets it finish what it began."""
        self.prepare()
        self._clear_stale_locks()
        return children.run_shown(
            self.command([*arguments, "--non-interactive", "--suppress-progress", "--color", "never"]),
            log=log,
            cwd=self.project,
            environment=self.environment(),
        )

    def _clear_stale_locks(self) -> None:
        folder = self.backend / ".pulumi" / "locks" / "organization" / self.project_name() / self.stack
        if engine_locks.clear_stale(folder, self.stack):
            children.end_orphans(self.home)

    def _ensure_tools(self) -> None:
        toolchain.ensure()

    def _make_passphrase(self) -> None:
        try:
            descriptor = os.open(self.passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))

    def _place_provider(self) -> None:
        """Links our provider where the engine looks for installed plugins: from PATH it would warn at each run."""
        name = "pulumi-resource-kubernetes"
        folder = self.home / "plugins" / f"resource-kubernetes-v{recipes.PROVIDER_VERSION}"
        folder.mkdir(parents=True, exist_ok=True)
        replace_link(folder / name, toolchain.tool(name))

    def _create_stack(self) -> None:
        """In a folder of its own, because `stack init` writes the salt beside Pulumi.yaml; it also reads an earlier
        one from there, so that a stack made anew keeps it."""
        scratch = self.state / "init"
        scratch.mkdir(exist_ok=True)
        (scratch / "Pulumi.yaml").write_text(f"name: {self.project_name()}\nruntime: python\n")
        command = [str(places.BIN / "pulumi"), "stack", "init", self.stack, "--non-interactive"]
        environment = {name: value for name, value in self.environment().items() if name != "PULUMI_STACK"}
        result = subprocess.run(
            command, cwd=scratch, env=environment, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise Problem(
                f"engine: the stack {self.stack} could not be created", cause=result.stderr.splitlines()[-5:]
            )

    def salt(self) -> str:
        """The salt of the stack's passphrase, which the engine keeps in the checkpoint."""
        return str(self._latest()["secrets_providers"]["state"]["salt"])

    def _latest(self) -> dict[str, Any]:
        try:
            latest = json.loads(self.checkpoint.read_text())["checkpoint"]["latest"]
            latest["secrets_providers"]["state"]["salt"]
            return dict(latest)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Problem(
                f"engine: {self.checkpoint} cannot be read",
                cause=f"{type(error).__name__}: {error}",
                todo=f"run make down, or restore {self.checkpoint}.bak",
            ) from None


def local() -> Engine:
    """The engine of this checkout's local stack."""
    return Engine(places.CHECKOUT, places.STATE / "engine")

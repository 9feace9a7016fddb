"""The stack's configuration as the engine sees it: a copy of the checkout's file that has the encryption salt.

The engine writes the salt of the stack's passphrase into Pulumi.<stack>.yaml. That file is shared by checkouts whose
generated passphrases differ, so the engine gets a copy under .headroom, and the checkout's file never has the salt.
It decides nothing about what the configuration means.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SALT = re.compile(r"^encryptionsalt:.*\n?", re.MULTILINE)


@dataclass(frozen=True)
class StackFile:
    checked_in: Path
    copy: Path

    def copy_with(self, salt: str) -> None:
        """Makes the copy anew from the checkout's file."""
        text = self._checked_in_text()
        if text and not text.endswith("\n"):
            text += "\n"
        self.copy.parent.mkdir(parents=True, exist_ok=True)
        self.copy.write_text(f"{text}encryptionsalt: {salt}\n")

    def write_back(self) -> None:
        """What `pulumi config set` changed in the copy, into the checkout's file, without the salt."""
        text = _SALT.sub("", self.copy.read_text())
        if text != self._checked_in_text():
            self.checked_in.write_text(text)

    def _checked_in_text(self) -> str:
        return _SALT.sub("", self.checked_in.read_text()) if self.checked_in.exists() else ""


def value_at(configuration: Any, path: str) -> Any:
    """A value in what `pulumi config --json` prints, e.g. at "headroom:cluster.kind"; None where there is none."""
    key, *inner = path.split(".")
    entry = configuration.get(key, {})
    found = entry.get("objectValue", entry.get("value"))
    for part in inner:
        found = found.get(part) if isinstance(found, dict) else None
    return found

"""What exists in the stand-in's account: one JSON file in the state directory, shared by all plugin processes.

It decides how objects are kept, numbered and found; what they may refer to is in references.py. A lock makes each
change of the file one step, since the engine starts several plugins at once.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

STATE_VARIABLE: Final = "HEADROOM_STANDINS_STATE"
"""Environment variable that names the state directory."""


@dataclass
class Object:
    """One thing that exists.

    `properties` are inputs, `computed` what the account added, `seed` what that was drawn from; `hidden` is how many
    more look-ups will not see it yet (eventual consistency).
    """

    token: str
    id: str
    urn: str
    properties: dict[str, Any]
    computed: dict[str, Any]
    seed: str = ""
    hidden: int = 0


@dataclass
class Contents:
    """All objects, by token and id; `births` counts what was ever made for each URN."""

    objects: dict[str, Object] = field(default_factory=dict)
    births: dict[str, int] = field(default_factory=dict)
    faults_spent: dict[str, int] = field(default_factory=dict)

    def get(self, token: str, identity: str) -> Object | None:
        return self.objects.get(_key(token, identity))

    def put(self, one: Object) -> None:
        self.objects[_key(one.token, one.id)] = one

    def remove(self, one: Object) -> None:
        self.objects.pop(_key(one.token, one.id), None)

    def of(self, token: str) -> list[Object]:
        return [one for one in self.objects.values() if one.token == token]


class Store:
    """The state directory. `read` is a snapshot; inside `change` nobody else reads or writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "account.json"

    def read(self) -> Contents:
        with self.look() as contents:
            return contents

    @contextmanager
    def look(self) -> Iterator[Contents]:
        """The contents, which nobody changes inside; what is changed in them is not kept."""
        with self._locked():
            yield self._load()

    @classmethod
    def stated(cls) -> "Store":
        """The one that the environment names."""
        return cls(Path(os.environ.get(STATE_VARIABLE) or ".headroom/standins"))

    @contextmanager
    def change(self) -> Iterator[Contents]:
        """What is changed in the contents is kept, also if the block raises: a failure half-way leaves things behind,
        as it does in a real account."""
        with self._locked():
            contents = self._load()
            try:
                yield contents
            finally:
                self._save(contents)

    def log(self, line: str) -> None:
        """Appends to calls.log: what a test, or a person, can see of what went on."""
        with (self.folder / "calls.log").open("a") as file:
            file.write(f"{line}\n")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _load(self) -> Contents:
        if not self._file.exists():
            return Contents()
        kept = json.loads(self._file.read_text())
        return Contents(
            {key: Object(**one) for key, one in kept["objects"].items()}, kept["births"], kept["faults_spent"]
        )

    def _save(self, contents: Contents) -> None:
        temporary = self._file.with_suffix(".new")
        # Secrets are in it, as they are in the account.
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(asdict(contents), indent=1))
        temporary.replace(self._file)


def _key(token: str, identity: str) -> str:
    return f"{token}::{identity}"

"""What a wrapper is: one pinned Go module in tools/go, the tools built from it, and what it takes besides.

It derives what is built, and its text for the digest. Which there are is in recipes.py, building in building.py.
"""

from dataclasses import dataclass

from tools import pins
from tools.versions import Range, Version


@dataclass(frozen=True)
class Tool:
    """One executable. `accept` is the range of versions taken from PATH; None: only ours does. `beside` names an
    executable that has to lie next to it, without which the one on PATH is of no use. `on_path`: whether
    .headroom/bin offers it."""

    name: str
    package: str
    accept: Range | None = None
    ask: tuple[str, ...] = ("--version",)
    beside: str = ""
    on_path: bool = True


@dataclass(frozen=True)
class Copy:
    """Files of a pinned module that go beside the executables as they are."""

    module: str
    pattern: str
    to: str
    executable: bool = False


@dataclass(frozen=True)
class Stamp:
    """A JSON file of a pinned module that main.go embeds, with its "version" set at build time."""

    module: str
    path: str
    version: str | None = None


@dataclass(frozen=True)
class Edit:
    """One place in a file of a pinned module that is compiled otherwise: `before` stands there exactly once. For what
    a program has no flag for, such as the address that it listens on."""

    module: str
    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Generated:
    """CRDs that controller-gen, itself one of the wrapper's tools, writes from Go types."""

    packages: tuple[str, ...]
    to: str


@dataclass(frozen=True)
class Wrapper:
    """One pinned module in tools/go and what is made from it.

    `seconds` and the two sizes are what a cold build took on two cores; they feed the estimate and the disk check.
    """

    name: str
    module: str
    tools: tuple[Tool, ...]
    seconds: int
    modules_gb: float
    build_gb: float
    ldflags: str = "-s -w"
    cgo: bool = True
    release: str | None = None
    copies: tuple[Copy, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    generated: tuple[Generated, ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def version(self) -> Version:
        """What is built: the release number, or else the pin of the main module."""
        return Version.parse(self.release or pins.pinned(self.name, self.module))

    @property
    def flags(self) -> str:
        version = self.version
        return self.ldflags.format(version=version, major=version.major, minor=version.minor)

    @property
    def recipe(self) -> str:
        """What is built and how, as text for the digest; estimates and what PATH may offer change nothing built."""
        packages = [(tool.name, tool.package) for tool in self.tools]
        parts = (packages, self.flags, self.cgo, self.copies, self.stamps, self.generated)
        return repr((*parts, self.edits) if self.edits else parts)

"""What a person sees while something takes minutes: which step of how many, elapsed time, an estimate.

On a terminal one line is rewritten every second; in a log (CI) there is one line at the start, one every half
minute and one at the end. It decides the display and never how long anything may take.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

_LOG_EVERY_SECONDS = 30.0
_TERMINAL_EVERY_SECONDS = 1.0


def duration(seconds: float) -> str:
    """ "7.4s" below a minute, else "4m05s"."""
    if seconds < 10:
        return f"{seconds:.1f}s"
    if seconds < 60:
        return f"{seconds:.0f}s"
    return f"{int(seconds) // 60}m{int(seconds) % 60:02d}s"


def say(text: str) -> None:
    """One line for people, written at once even into a pipe."""
    print(text, flush=True)


@dataclass
class Step:
    """One step under way. Call `tick` as often as you like; it prints when it is time to."""

    label: str
    expected: float | None = None
    stream: TextIO = field(default_factory=lambda: sys.stdout)
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._started = self._printed = self.clock()
        self._terminal = self.stream.isatty()
        estimate = f" (about {duration(self.expected)})" if self.expected else ""
        self._write(f"{self.label} …{estimate}", final=not self._terminal)

    @property
    def elapsed(self) -> float:
        return self.clock() - self._started

    def tick(self) -> None:
        now = self.clock()
        if now - self._printed >= (_TERMINAL_EVERY_SECONDS if self._terminal else _LOG_EVERY_SECONDS):
            self._printed = now
            of = f" of about {duration(self.expected)}" if self.expected else ""
            self._write(f"{self.label} … {duration(self.elapsed)}{of}", final=not self._terminal)

    def finish(self, outcome: str = "done") -> None:
        self._write(f"{self.label}: {outcome} in {duration(self.elapsed)}", final=True)

    def _write(self, text: str, *, final: bool) -> None:
        start = "\r\033[K" if self._terminal else ""
        self.stream.write(start + text + ("\n" if final else ""))
        self.stream.flush()

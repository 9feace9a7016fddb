"""Stages of a long command: a heading for each, how long it took, and which one failed or was cut off.

It decides how a run reads. What the stages do is the caller's.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tools.problem import Problem
from tools.progress import duration, say


class Stages:
    """Collects stages of `command`. Nothing is printed twice: a failure names its stage and goes on up."""

    def __init__(self, command: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.command = command
        self._clock = clock
        self._done: list[tuple[str, float, str]] = []

    @contextmanager
    def stage(self, name: str, note: str = "") -> Iterator[None]:
        say(f"== {name}{f': {note}' if note else ''}")
        started = self._clock()
        try:
            yield
        except Problem as problem:
            self._note(name, started, "failed")
            raise Problem(
                f"{self.command}: stage {name} failed after {duration(self._clock() - started)}: {problem.what}",
                cause=problem.cause,
                log=problem.log,
                todo=problem.todo
                or f"mend the cause and run {self.command} again; finished stages are not repeated",
            ) from problem
        except KeyboardInterrupt:
            self._note(name, started, "interrupted")
            say(f"\n{self.command}: stopped in stage {name} after {duration(self._clock() - started)}.")
            kept = [one for one, _, outcome in self._done if outcome == "done"]
            say(
                f"Kept: {', '.join(kept) if kept else 'what was finished in it'}. Run {self.command} again to go on."
            )
            raise
        self._note(name, started, "done")

    def summary(self) -> str:
        """One line per stage and the sum."""
        width = max((len(name) for name, _, _ in self._done), default=0)
        total = sum(seconds for _, seconds, _ in self._done)
        lines = [f"  {name.ljust(width)}  {duration(seconds)}" for name, seconds, _ in self._done]
        return "\n".join(["Stages:", *lines, f"  {'in all'.ljust(width)}  {duration(total)}"])

    def _note(self, name: str, started: float, outcome: str) -> None:
        self._done.append((name, self._clock() - started, outcome))

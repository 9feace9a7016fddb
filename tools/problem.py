"""The one exception that people see: a block that names the thing, the cause, the log and the next step.

It decides how a failure reads. It never decides what failed, and it never carries a traceback.
"""

from collections.abc import Sequence
from pathlib import Path

EXIT_PROBLEM = 1
EXIT_INTERRUPTED = 130


class Problem(Exception):
    """Something a person can do something about.

    `what` is one line: the thing and its value. `cause` may be several lines. `todo` says what to do next.
    """

    def __init__(
        self, what: str, *, cause: str | Sequence[str] = (), log: Path | None = None, todo: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        self.cause = [cause] if isinstance(cause, str) else list(cause)
        self.log = log
        self.todo = todo

    def __str__(self) -> str:
        lines = [self.what]
        lines += [
            f"  cause: {line}" if number == 0 else f"         {line}"
            for number, line in enumerate(self.cause)
        ]
        if self.log is not None:
            lines.append(f"  log:   {self.log}")
        if self.todo:
            lines.append(f"  to do: {self.todo}")
        return "\n".join(lines)


def last_lines(path: Path, count: int = 12) -> list[str]:
    """The end of a log, for the cause of a Problem; empty if there is no log."""
    try:
        text = path.read_text(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]

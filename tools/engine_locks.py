"""Locks that the engine leaves in a file backend, one file per running pulumi.

It decides which of them are stale: their process is gone, or its id now belongs to another program. A lock of a
living pulumi, or of one on another machine, is never touched.
"""

import json
import socket
import sys
from pathlib import Path

from tools import children
from tools.problem import Problem


def clear_stale(folder: Path, stack: str) -> bool:
    """Removes stale locks from a stack's folder; True if there was one. Problem if a lock holds.

    It says so on standard error, because standard output belongs to the pulumi that comes next.
    """
    cleared = False
    for path in sorted(folder.glob("*.json")):
        pid, host = _holder(path)
        if host != socket.gethostname() or (pid and children.runs(pid, "pulumi")):
            raise Problem(
                f"engine: stack {stack} is locked by pulumi with pid {pid} on {host}",
                todo="wait for it or end it, then run the same command again",
            )
        print(f"engine: removed the lock of a pulumi that is gone (pid {pid})", file=sys.stderr)
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)
        cleared = True
    return cleared


def _holder(path: Path) -> tuple[int, str]:
    """Process id and machine; an unreadable lock is one that was cut off while it was written here."""
    try:
        lock = json.loads(path.read_text())
        return int(lock["pid"]), str(lock["hostname"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, socket.gethostname()

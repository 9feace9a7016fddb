"""One builder at a time per wrapper, across processes and checkouts.

The lock is the kernel's (flock), so a killed holder never leaves one behind; the file's text only says who holds it.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_POLL_SECONDS = 0.2


@contextmanager
def held(path: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock while the block runs. If another process has it, `waiting(who)` is called once, then it waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            waiting(file.read().strip() or "another process")
            _wait(file.fileno())
        file.truncate(0)
        file.write(f"pid {os.getpid()}")
        file.flush()
        yield


def _wait(descriptor: int) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(_POLL_SECONDS)

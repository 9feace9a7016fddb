"""The processes that the language host starts: all of them end with it, and what they write can be streamed.

It decides how a process is started, read and ended. It knows nothing of the engine's calls.
"""

import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from typing import Any, NoReturn


class Children:
    """The processes that this host started, so that all of them end with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        with self._lock:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
            self._running.add(child)
        return child

    def done(self, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._running.discard(child)

    def end(self) -> None:
        for child in list(self._running):
            child.terminate()


def output(child: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """What a child writes, as it comes, named by its stream; ends when both streams are closed."""
    chunks: queue.Queue[tuple[str, bytes]] = queue.Queue()

    def pump(stream: str) -> None:
        source = getattr(child, stream)
        while chunk := os.read(source.fileno(), 65536):
            chunks.put((stream, chunk))
        chunks.put((stream, b""))

    for stream in ("stdout", "stderr"):
        threading.Thread(target=pump, args=[stream], daemon=True).start()
    open_streams = 2
    while open_streams:
        stream, chunk = chunks.get()
        if chunk:
            yield stream, chunk
        else:
            open_streams -= 1


def leave(children: Children) -> NoReturn:
    """Ends at once: the engine waits five seconds for a host that does not."""
    children.end()
    os._exit(0)

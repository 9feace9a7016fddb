"""What the cluster holds of the run's lanes, kept up to date by watches: a list once, and from then on only changes.

What is kept is for seen. A watch that ends is begun anew; one that cannot be is remembered and raised by
`check`, so that a cluster that dies is noticed within a second or two.
"""

import threading
import time
from typing import Final

from ..status.api import NoClusterError
from .cluster import Cluster
from .errors import RequestError
from .lane_model import MARK
from .seen import KINDS, Keep, Seen

WATCH_S: Final = 300
FAILS: Final = 3
PAUSE_S: Final = 0.5


class Watcher:
    """Watches until it is closed."""

    def __init__(self, cluster: Cluster) -> None:
        self.seen = Seen()
        self._cluster = cluster
        self._closed = threading.Event()
        self._failure: Exception | None = None
        self._listed = [threading.Event() for _ in KINDS]

    def start(self) -> None:
        """Returns once everything was listed. Raises NoClusterError."""
        for number, (path, keep) in enumerate(KINDS.items()):
            threading.Thread(
                target=self._keep, args=(path, keep, self._listed[number]), name=path, daemon=True
            ).start()
        for listed in self._listed:
            while not listed.wait(0.1):
                self.check()

    def check(self) -> None:
        """Raises what ended a watch for good."""
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        self._closed.set()

    def _keep(self, path: str, keep: Keep, listed: threading.Event) -> None:
        failed = 0
        while not self._closed.is_set():
            try:
                since = self._list(path, keep)
                listed.set()
                failed = 0
                while since and not self._closed.is_set():
                    since = self._follow(path, keep, since)
            except (NoClusterError, RequestError, ValueError, KeyError) as error:
                failed += 1
                if failed >= FAILS:
                    self._failure = (
                        error if isinstance(error, NoClusterError) else NoClusterError(f"{path}: {error}")
                    )
                    return
                time.sleep(PAUSE_S)

    def _list(self, path: str, keep: Keep) -> str:
        answer = self._cluster.list(path, labelSelector=MARK)
        with self.seen.lock:
            keep.clear(self.seen)
            for raw in answer["items"]:
                keep.put(self.seen, raw)
        return str(answer["metadata"]["resourceVersion"])

    def _follow(self, path: str, keep: Keep, since: str) -> str:
        """One watch; where the next has to begin, or nothing if a list is needed."""
        events = self._cluster.watch(
            path, since, seconds=WATCH_S, labelSelector=MARK, allowWatchBookmarks="true"
        )
        for event in events:
            if event["type"] == "ERROR":
                return ""
            raw = event["object"]
            since = raw["metadata"]["resourceVersion"]
            with self.seen.lock:
                if event["type"] in ("ADDED", "MODIFIED"):
                    keep.put(self.seen, raw)
                elif event["type"] == "DELETED":
                    keep.drop(self.seen, raw)
        return since

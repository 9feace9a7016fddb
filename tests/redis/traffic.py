"""A client that writes counted keys through Sentinel without pause and remembers what was acknowledged, and when."""

import threading
import time
from types import TracebackType

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from tests.redis.loopback import Loopback
from tests.redis.machine import wait_for

PRELOADED = 100_000


def preload(cluster: Loopback) -> None:
    """100,000 keys on the master, and on every replica before this returns."""
    with cluster.client(cluster.master) as client:
        for start in range(0, PRELOADED, 10_000):
            batch = client.pipeline(transaction=False)
            for number in range(start, start + 10_000):
                batch.set(f"key:{number}", number)
            batch.execute()
        replicas = len([host for host in cluster.hosts if host in cluster.processes]) - 1
        assert client.wait(replicas, 10_000) == replicas


def preloaded(cluster: Loopback, host: str) -> int:
    """How many of the preloaded keys a node still holds with their values."""
    with cluster.client(host) as client:
        found = client.mget([f"key:{number}" for number in range(PRELOADED)])
    return sum(value == str(number) for number, value in enumerate(found))


class Writer:
    """Writes until the block ends. With ``wait`` a write counts as acknowledged once a replica has it as well."""

    def __init__(self, cluster: Loopback, name: str, *, wait: bool) -> None:
        self.cluster, self.name, self.wait = cluster, name, wait
        self.acknowledged: list[int] = []
        self.longest_gap = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Writer":
        self._thread.start()
        time.sleep(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def wait_resumed(self) -> None:
        """Until writes are acknowledged again, so that the gap has an end."""
        before = len(self.acknowledged)
        wait_for("a write is acknowledged again", lambda: len(self.acknowledged) > before + 10, 60)

    def lost(self) -> int:
        """Acknowledged keys that the present master does not hold."""
        with self.cluster.client(self.cluster.master) as client:
            found = client.mget([f"{self.name}:{number}" for number in self.acknowledged])
        return sum(value != str(number) for number, value in zip(self.acknowledged, found, strict=True))

    def _run(self) -> None:
        once = Retry(NoBackoff(), 0)
        sentinel = Sentinel(  # type: ignore[no-untyped-call]
            [(host, self.cluster.names.sentinel_port) for host in self.cluster.sentinels],
            sentinel_kwargs={"password": self.cluster.password, "socket_timeout": 0.5, "retry": once},
        )
        client: redis.Redis = sentinel.master_for(  # type: ignore[no-untyped-call]
            self.cluster.names.master_name,
            password=self.cluster.password,
            socket_timeout=5,
            socket_connect_timeout=0.5,
            retry=once,
        )
        number, last = 0, time.monotonic()
        while not self._over.is_set():
            number += 1
            try:
                batch = client.pipeline(transaction=False)
                batch.set(f"{self.name}:{number}", number)
                if self.wait:
                    batch.execute_command("WAIT", 1, 1000)  # type: ignore[no-untyped-call]
                answers = batch.execute()
            except redis.RedisError:
                # Ask the sentinels again: a master that was replaced goes on refusing (NOREPLICAS) until it is told.
                client.connection_pool.disconnect()
                time.sleep(0.02)
                continue
            if not self.wait or answers[1] >= 1:
                self.acknowledged.append(number)
                self.longest_gap = max(self.longest_gap, time.monotonic() - last)
                last = time.monotonic()

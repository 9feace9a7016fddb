"""Real redis-server and redis-sentinel processes on this machine, started by the very files that the component renders.

Every node has an address of its own out of 127.0.0.0/8 and all of them the same ports, as pods have, so the text is
the production text. With ``by_name`` the nodes know each other by names only, as in a cluster, out of a hosts file that
nobody else sees. Ends only what it started, by process group.
"""

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from components.policy.redis import RedisPlan, RedisSpec, plan_redis
from components.redis.render import PRE_STOP, PROBE, START_REDIS, START_SENTINEL, Names, render
from tests.redis.machine import WITH_HOSTS, free_port, wait_for


def small_spec() -> RedisSpec:
    return RedisSpec.model_validate({"memory_request": "256Mi", "memory_limit": "256Mi"})


@dataclass
class Loopback:
    """1 + N Redis nodes and their sentinels; index i of ``hosts`` is pod i of the StatefulSet."""

    folder: Path
    spec: RedisSpec = field(default_factory=small_spec)
    password: str | None = None
    by_name: bool = False

    def __post_init__(self) -> None:
        self.net = f"127.{random.randint(64, 254)}.{random.randint(0, 254)}"
        self.plan: RedisPlan = plan_redis(self.spec)
        self.addresses: dict[str, str] = {}
        self.hosts = [self._place(f"redis-{i}.nodes.test", 10 + i) for i in range(self.spec.replicas + 1)]
        self.sentinels = [
            self._place(f"sentinel-{i}.nodes.test", 100 + i) for i in range(self.spec.sentinels)
        ]
        self.names = Names(
            port=free_port(self.addresses[self.hosts[0]]),
            sentinel_port=free_port(self.addresses[self.sentinels[0]]),
        )
        self._write_hosts()
        self.config = self.folder / "config"
        self.config.mkdir(parents=True)
        for name, text in render(self.plan, self.names).items():
            (self.config / name).write_text(text)
            (self.config / name).chmod(0o444)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def _place(self, name: str, number: int) -> str:
        address = f"{self.net}.{number}"
        host = name if self.by_name else address
        self.addresses[host] = address
        return host

    def _write_hosts(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{address} {host}\n" for host, address in self.addresses.items())
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost\n{lines}")

    def move(self, host: str) -> None:
        """The pod that comes back has another address; its old one answers to nobody."""
        assert self.by_name, "only a name can move"
        _, _, number = self.addresses[host].rpartition(".")
        self.addresses[host] = f"{self.net}.{int(number) + 50}"
        self._write_hosts()

    def script(self, host: str, *words: str) -> subprocess.Popen[bytes]:
        """Run one of the rendered scripts as the pod ``host`` would."""
        run, data = self.folder / host / "run", self.folder / host / "data"
        run.mkdir(parents=True, exist_ok=True)
        data.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "REDIS_HOSTS": " ".join(self.hosts),
            "SENTINEL_HOSTS": " ".join(self.sentinels),
            "SELF_HOST": host,
            "BIND_ADDRESS": self.addresses[host],
            "CONFIG_DIR": str(self.config),
            "RUN_DIR": str(run),
            "DATA_DIR": str(data),
        }
        if self.password is not None:
            environment["REDISCLI_AUTH"] = self.password
        prefix = [*WITH_HOSTS, str(self.folder / "hosts")] if self.by_name else []
        with (self.folder / host / "log").open("ab") as log:
            return subprocess.Popen(
                [*prefix, "/bin/sh", str(self.config / words[0]), *words[1:]],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self, *hosts: str) -> None:
        for host in hosts:
            assert host not in self.processes, f"{host} runs already"
            self.processes[host] = self.script(
                host, START_SENTINEL if host in self.sentinels else START_REDIS
            )

    def start_all(self) -> float:
        """Start everything at once and wait until it is whole. Returns the seconds that took."""
        self.start(*self.hosts, *self.sentinels)
        return self.wait_whole()

    def kill(self, *hosts: str) -> None:
        """As the kernel ends a container: everything in it at once."""
        for host in hosts:
            process = self.processes.pop(host)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def forget(self, *hosts: str) -> None:
        """A new pod begins with empty directories."""
        for host in hosts:
            for file in (self.folder / host / "run").iterdir():
                file.unlink()

    def suspend(self, host: str) -> None:
        """As a node that hangs: nothing runs, and its connections stay open."""
        os.killpg(self.processes[host].pid, signal.SIGSTOP)

    def resume(self, host: str) -> None:
        os.killpg(self.processes[host].pid, signal.SIGCONT)

    def pre_stop(self, host: str) -> float:
        """What the kubelet runs before SIGTERM. Returns the seconds it took."""
        begun = time.monotonic()
        code = self.script(host, PRE_STOP).wait(timeout=self.plan.grace_period.value.seconds)
        assert code == 0, f"preStop of {host} ended with {code}"
        return time.monotonic() - begun

    def terminate(self, host: str) -> None:
        process = self.processes.pop(host)
        process.terminate()
        process.wait(timeout=15)

    def stop(self, host: str) -> float:
        """As the kubelet stops a container: preStop, then SIGTERM. Returns the seconds of the preStop."""
        took = self.pre_stop(host)
        self.terminate(host)
        return took

    def leave_seed(self) -> None:
        """Another node than the first is master afterwards, so that nobody can find it by default."""
        seed = self.hosts[0]
        if self.master == seed:
            self.stop(seed)
            self.start(seed)
            self.wait_whole()

    def probe(self, host: str, what: str) -> bool:
        kind = "sentinel" if host in self.sentinels else "redis"
        return self.script(host, PROBE, kind, what).wait(timeout=10) == 0

    def close(self) -> None:
        self.kill(*self.processes)

    def client(self, host: str) -> "redis.Redis":
        port = self.names.sentinel_port if host in self.sentinels else self.names.port
        return redis.Redis(
            host=self.addresses[host],
            port=port,
            password=self.password,
            decode_responses=True,
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
        )

    def info(self, host: str) -> dict[str, Any]:
        """INFO, or nothing where no Redis answers."""
        try:
            with self.client(host) as client:
                return dict(client.info())
        except redis.RedisError:
            return {}

    def view(self, sentinel: str) -> dict[str, Any]:
        """What a sentinel says about the master: SENTINEL MASTER."""
        with self.client(sentinel) as client:
            return dict(client.sentinel_master(self.names.master_name))

    def masters(self) -> list[str]:
        return [host for host in self.hosts if self.info(host).get("role") == "master"]

    def named_masters(self) -> list[str | None]:
        """The master that each running sentinel names."""
        names: list[str | None] = []
        for host in (host for host in self.sentinels if host in self.processes):
            try:
                with self.client(host) as client:
                    names.append(client.sentinel_get_master_addr_by_name(self.names.master_name)[0])
            except (redis.RedisError, TypeError):
                names.append(None)
        return names

    @property
    def master(self) -> str:
        return self.masters()[0]

    def is_whole(self) -> bool:
        """One master, which every sentinel names; every other running node in step with it and fit for promotion."""
        masters = self.masters()
        running = [host for host in self.hosts if host in self.processes]
        if len(masters) != 1 or set(self.named_masters()) != set(masters):
            return False
        replicas = [self.info(host) for host in running if host != masters[0]]
        return all(
            info.get("master_host") == masters[0]
            and info.get("master_link_status") == "up"
            and info.get("slave_priority") == 100
            for info in replicas
        )

    def wait_whole(self, seconds: float = 60) -> float:
        return wait_for("one master named by all sentinels, all replicas in step", self.is_whole, seconds)

    def log(self, host: str) -> str:
        return (self.folder / host / "log").read_text(errors="replace")

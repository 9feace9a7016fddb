"""The control experiment: the guide's own configuration under the same eyes loses everything."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.redis.conftest import Report
from tests.redis.loopback import Loopback
from tests.redis.traffic import PRELOADED, preload, preloaded

GUIDE_CONF = 'save ""\nappendonly no\nmaxmemory 512mb\nmaxmemory-policy allkeys-lru\n'
# Only what lets it run here, and faster: copies start at once instead of after 5 s.
LOOPBACK_CONF = "protected-mode no\nrepl-diskless-sync-delay 0\n"


class Naive(Loopback):
    """guide.md section 2 as written: a fixed master, fixed replicas, sentinels with their defaults (30 s)."""

    def start(self, *hosts: str) -> None:
        for host in hosts:
            folder = self.folder / host
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            conf = folder / "redis.conf"
            if host in self.sentinels:
                conf.write_text(
                    f"port {self.names.sentinel_port}\nbind {host}\nprotected-mode no\ndir {folder}\n"
                    f"sentinel monitor {self.names.master_name} {self.hosts[0]} {self.names.port} 2\n"
                )
            else:
                follow = "" if host == self.hosts[0] else f"replicaof {self.hosts[0]} {self.names.port}\n"
                conf.write_text(
                    f"{GUIDE_CONF}{LOOPBACK_CONF}port {self.names.port}\nbind {host}\ndir {folder}\n"
                    f"replica-announce-ip {host}\n{follow}"
                )
            mode = ["--sentinel"] if host in self.sentinels else []
            with (folder / "log").open("ab") as log:
                self.processes[host] = subprocess.Popen(
                    ["redis-server", str(conf), *mode], stdout=log, stderr=log, start_new_session=True
                )


@pytest.mark.parametrize("seconds", [1, 10])
def test_the_guides_configuration_loses_every_key_on_every_node(
    processes: None, tmp_path: Path, report: Report, seconds: int
) -> None:
    naive = Naive(tmp_path)
    try:
        naive.start_all()
        preload(naive)
        assert [preloaded(naive, host) for host in naive.hosts] == [PRELOADED] * len(naive.hosts)
        master = naive.hosts[0]
        naive.kill(master)
        time.sleep(seconds)
        naive.start(master)
        naive.wait_whole()
        left = [preloaded(naive, host) for host in naive.hosts]
    finally:
        naive.close()
    report(f"the guide's configuration, back after {seconds} s: {left} of {PRELOADED} keys left on the nodes")
    assert left == [0] * len(naive.hosts)

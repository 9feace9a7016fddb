"""What this machine must have for real processes, and the reason to print where it has not."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable

NEEDED = ("redis-server", "redis-cli", "sha1sum", "timeout")


def why_not() -> str | None:
    """The reason why this machine cannot run the nodes, if there is one."""
    if not sys.platform.startswith("linux"):
        return f"needs Linux, where all of 127.0.0.0/8 is the loopback; this is {sys.platform}"
    missing = [tool for tool in NEEDED if shutil.which(tool) is None]
    return f"needs {', '.join(missing)} on PATH (Debian: apt-get install redis-server)" if missing else None


# Runs a command where /etc/hosts is another file: a mount namespace of its own.
AS_ROOT = [] if os.geteuid() == 0 else ["--map-root-user"]
WITH_HOSTS = ["unshare", *AS_ROOT, "--mount", "/bin/sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"']


def why_no_names() -> str | None:
    """The reason why the nodes cannot have names of their own here, if there is one."""
    if shutil.which("unshare") is None:
        return "needs unshare on PATH (Debian: util-linux)"
    tried = subprocess.run([*WITH_HOSTS, "/etc/hosts", "true"], capture_output=True, text=True, check=False)
    return f"needs a mount namespace of its own: {tried.stderr.strip()}" if tried.returncode else None


def wait_for(what: str, condition: Callable[[], bool], seconds: float) -> float:
    """Seconds until the condition held. Fails the test with ``what`` when it does not in time."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - start


def free_port(address: str) -> int:
    """A TCP port that is free at this address."""
    with socket.socket() as listener:
        listener.bind((address, 0))
        port: int = listener.getsockname()[1]
        return port

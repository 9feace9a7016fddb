"""The plugins as processes: they say the version that the SDK asks for, and end at once when they are told to."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from tools.standins import environment
from tools.standins.plugins import LAUNCHERS
from tools.standins.schema import plugin_version

AT_ONCE = 1.0
"""Seconds. The engine waits for five, at each run, for a plugin that does not end."""


@pytest.fixture(params=["aws", "eks"])
def plugin(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, subprocess.Popen[bytes], int]]:
    process = subprocess.Popen(
        [str(LAUNCHERS / f"pulumi-resource-{request.param}"), "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        env={**os.environ, **environment(tmp_path)},
    )
    assert process.stdout is not None
    yield request.param, process, int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()


def ends(process: subprocess.Popen[bytes]) -> float:
    """Seconds until it is gone."""
    start = time.monotonic()
    process.wait(timeout=10)
    return time.monotonic() - start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once(
    plugin: tuple[str, subprocess.Popen[bytes], int], number: signal.Signals
) -> None:
    _, process, _ = plugin
    process.send_signal(number)
    assert ends(process) < AT_ONCE
    assert process.returncode == 0


def test_cancel_ends_it_at_once_and_it_says_the_version_of_the_sdk(
    plugin: tuple[str, subprocess.Popen[bytes], int],
) -> None:
    name, process, port = plugin
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        assert stub.GetPluginInfo(empty_pb2.Empty()).version == plugin_version(name)
        stub.Cancel(empty_pb2.Empty())
        assert ends(process) < AT_ONCE


def test_the_environment_puts_them_first_and_hides_credentials(tmp_path: Path) -> None:
    found = environment(tmp_path, {"PATH": "/usr/bin"})
    assert found["PATH"] == f"{LAUNCHERS}{os.pathsep}/usr/bin"
    assert found["HEADROOM_STANDINS_STATE"] == str(tmp_path)
    assert found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull

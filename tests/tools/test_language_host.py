"""The language host as the engine talks to it: over gRPC, as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tests.tools.fakes import executable
from tools import recipes

START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from tools.language.host import main; main()"
HOST = [sys.executable, "-P", "-c", START, str(Path(recipes.__file__).parents[1])]
AT_ONCE_SECONDS = 2.0
"""The engine waits five seconds for a host that does not end; a loaded machine needs part of one to end a process."""
EXEC = """import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "config": os.environ["PULUMI_CONFIG"], "venv": os.environ["VIRTUAL_ENV"]}))
sys.stdout.flush()
import time; time.sleep(float(os.environ.get("RUN_SECONDS", "0")))
sys.exit(int(os.environ.get("RUN_STATUS", "0")))
"""


class Host:
    def __init__(self, folder: Path, **variables: str) -> None:
        executor = folder / "pulumi-language-python-exec"
        executor.write_text(EXEC)
        self.folder = folder
        self.process = subprocess.Popen(
            [*HOST, "127.0.0.1:1"],
            env=os.environ | {"PULUMI_LANGUAGE_PYTHON_EXEC": str(executor), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.output.readline())}")
        self.stub: Any = language_pb2_grpc.LanguageRuntimeStub(self.channel)

    def info(self, **options: str) -> Any:
        given = struct_pb2.Struct()
        given.update(options)
        where = str(self.folder)
        return language_pb2.ProgramInfo(
            root_directory=where, program_directory=where, entry_point=".", options=given
        )

    def run(self, **options: str) -> Any:
        request = language_pb2.RunRequest(
            info=self.info(**options),
            pwd=str(self.folder),
            project="headroom",
            stack="local",
            monitor_address="127.0.0.1:2",
            config={"headroom:x": "1"},
            dryRun=True,
            parallel=4,
        )
        return self.stub.Run(request, timeout=20)

    def close(self) -> None:
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.output.close()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host(tmp_path)
    yield made
    made.close()


def test_a_program_gets_what_the_engine_says_and_the_venvs_python(host: Host) -> None:
    assert host.run().error == ""
    seen = json.loads(host.output.readline())
    arguments = dict(zip(seen["arguments"][:-1:2], seen["arguments"][1::2], strict=True))
    assert arguments["--monitor"] == "127.0.0.1:2"
    assert arguments["--engine"] == "127.0.0.1:1"
    assert arguments["--dry_run"] == "true"
    assert arguments["--stack"] == "local"
    assert json.loads(seen["config"]) == {"headroom:x": "1"}
    assert seen["venv"] == sys.prefix


def test_a_named_virtualenv_runs_the_program(host: Host) -> None:
    executable(host.folder / "env" / "bin" / "python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    assert host.run(virtualenv="env").error == ""
    assert json.loads(host.output.readline())["venv"] == str(host.folder / "env")


def test_a_named_virtualenv_that_is_not_there_is_named(host: Host) -> None:
    error = host.run(virtualenv="missing").error
    assert str(host.folder / "missing") in error
    assert "make venv" in error


@pytest.mark.parametrize(("status", "bail", "error"), [(1, False, "non-zero exit code: 1"), (32, True, "")])
def test_how_a_program_failed_reaches_the_engine(tmp_path: Path, status: int, bail: bool, error: str) -> None:
    host = Host(tmp_path, RUN_STATUS=str(status))
    try:
        response = host.run()
        assert response.bail is bail
        assert error in response.error
        assert bool(response.error) is bool(error)
    finally:
        host.close()


def test_the_installed_sdks_name_their_plugins(host: Host) -> None:
    response = host.stub.GetRequiredPackages(
        language_pb2.GetRequiredPackagesRequest(info=host.info()), timeout=20
    )
    found = {package.name: package.version for package in response.packages}
    assert found["kubernetes"] == recipes.PROVIDER_VERSION
    assert "policy" not in found, "a policy SDK is no resource plugin"


def test_a_plugin_streams_what_it_writes_and_its_exit_status(host: Host) -> None:
    program = host.folder / "plugin"
    program.mkdir()
    (program / "__main__.py").write_text(
        "import sys, os\nprint('port', sys.argv[1], os.environ['GIVEN'])\nprint('warn', file=sys.stderr)\nsys.exit(3)\n"
    )
    request = language_pb2.RunPluginRequest(
        pwd=str(host.folder),
        args=["127.0.0.1:9"],
        env=["GIVEN=x=y"],
        kind="resource",
        info=language_pb2.ProgramInfo(root_directory=str(program), program_directory=str(program)),
    )
    parts = list(host.stub.RunPlugin(request, timeout=20))
    assert b"".join(part.stdout for part in parts) == b"port 127.0.0.1:9 x=y\n"
    assert b"".join(part.stderr for part in parts) == b"warn\n"
    assert parts[-1].exitcode == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_host_at_once(host: Host, number: signal.Signals) -> None:
    started = time.monotonic()
    host.process.send_signal(number)
    assert host.process.wait(10) == 0
    assert time.monotonic() - started < AT_ONCE_SECONDS


def test_cancel_ends_the_host_and_the_program_at_once(tmp_path: Path) -> None:
    host = Host(tmp_path, RUN_SECONDS="60")
    try:
        running = host.stub.Run.future(language_pb2.RunRequest(info=host.info(), pwd=str(tmp_path)))
        host.output.readline()
        started = time.monotonic()
        host.stub.Cancel(empty_pb2.Empty(), timeout=20)
        assert host.process.wait(10) == 0
        assert time.monotonic() - started < AT_ONCE_SECONDS
        assert running.exception(timeout=20) or running.result().error, (
            "the program was cut off, not finished"
        )
    finally:
        host.close()


def test_a_host_whose_engine_is_gone_ends_by_itself(tmp_path: Path) -> None:
    """The engine starts the host; a killed engine sends no signal."""
    (tmp_path / "pulumi-language-python-exec").write_text(EXEC)
    engine = subprocess.run(
        [
            sys.executable,
            "-c",
            "import subprocess, sys\n"
            f"p = subprocess.Popen({HOST!r}, stdout=subprocess.PIPE)\n"
            "p.stdout.readline()\nprint(p.pid)\n",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    pid = int(engine.stdout)
    deadline = time.monotonic() + 10
    while (
        Path(f"/proc/{pid}").exists()
        and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    ):
        assert time.monotonic() < deadline, "the host outlived its engine"
        time.sleep(0.1)

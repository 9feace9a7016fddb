"""What the engine asks of a language host, answered: run a program, a plugin, a policy pack; name what they need.

It decides how the engine learns what programs print and return. It generates no code and reads no stack
configuration.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2

from tools.language import stubs
from tools.language.environment import Environment
from tools.language.processes import Children, leave, output

stubs.load()
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2  # noqa: E402

_ACTIONABLE_MESSAGE_SHOWN = 32
"""Exit status of pulumi-language-python-exec when the user has already been told what is wrong."""
_ORPHAN_CHECK_SECONDS = 1.0
_SERVER_THREADS = 32


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine's calls; names and meanings are those of pulumirpc.LanguageRuntime."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self.children = Children()

    def Handshake(self, request: Any, context: Any) -> Any:
        self.engine = request.engine_address or self.engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        plugins = [
            plugin_pb2.PluginDependency(name=name, version=version, server=server, kind="resource")
            for name, version, server in Environment(request.info).packages()
        ]
        return language_pb2.GetRequiredPluginsResponse(plugins=plugins)

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        packages = [
            plugin_pb2.PackageDependency(name=name, version=version, server=server, kind="resource")
            for name, version, server in Environment(request.info).packages()
        ]
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    def Run(self, request: Any, context: Any) -> Any:
        try:
            environment = Environment(request.info)
            command = [str(environment.python), *self._run_arguments(request)]
        except FileNotFoundError as missing:
            return language_pb2.RunResponse(error=str(missing))
        configuration = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        child = self.children.start(
            command, cwd=request.info.root_directory, env=environment.variables(os.environ) | configuration
        )
        try:
            status = child.wait()
        finally:
            self.children.done(child)
        if status == 0:
            return language_pb2.RunResponse()
        if status == _ACTIONABLE_MESSAGE_SHOWN:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"Program exited with non-zero exit code: {status}")

    def _run_arguments(self, request: Any) -> list[str]:
        options = {
            "monitor": request.monitor_address,
            "engine": self.engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "organization": request.organization,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
        }
        given = [part for name, value in options.items() if value for part in (f"--{name}", value)]
        program = Path(request.info.program_directory) / request.info.entry_point
        return [os.environ["PULUMI_LANGUAGE_PYTHON_EXEC"], *given, str(program), *request.args]

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        environment = Environment(request.info)
        folder = request.info.program_directory
        start = (
            ["-m", "pulumi.policy", *request.args, folder]
            if request.kind == "analyzer"
            else [folder, *request.args]
        )
        base = dict(entry.partition("=")[::2] for entry in request.env) or dict(os.environ)
        child = self.children.start(
            [str(environment.python), *start],
            cwd=request.pwd or folder,
            env=environment.variables(base),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(child.terminate)
        try:
            for stream, chunk in output(child):
                yield language_pb2.RunPluginResponse(**_as(stream, chunk))
            yield language_pb2.RunPluginResponse(exitcode=child.wait())
        finally:
            self.children.done(child)

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Creates a named virtualenv that is not there, and installs the folder's requirements.txt into it."""
        environment = Environment(request.info)
        requirements = Path(request.info.program_directory or request.directory) / "requirements.txt"
        commands = []
        if environment.named and not environment.folder.exists():
            commands.append([sys.executable, "-m", "venv", str(environment.folder)])
        if environment.named and requirements.exists():
            commands.append(
                [str(environment.folder / "bin" / "python"), "-m", "pip", "install", "-r", str(requirements)]
            )
        for command in commands:
            child = self.children.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                for stream, chunk in output(child):
                    yield language_pb2.InstallDependenciesResponse(**_as(stream, chunk))
                if child.wait() != 0:
                    context.abort(
                        grpc.StatusCode.INTERNAL, f"{' '.join(command)} exited with status {child.returncode}"
                    )
            finally:
                self.children.done(child)

    def About(self, request: Any, context: Any) -> Any:
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        listing = subprocess.run(
            [str(Environment(request.info).python), "-m", "pip", "list", "--format", "json"],
            capture_output=True,
            check=False,
        )
        found = json.loads(listing.stdout) if listing.returncode == 0 else []
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=one["name"], version=one["version"]) for one in found
            ]
        )

    def Cancel(self, request: Any, context: Any) -> Any:
        self.children.end()
        threading.Timer(0.05, leave, [self.children]).start()
        return empty_pb2.Empty()


def _as(stream: str, chunk: bytes) -> dict[str, Any]:
    """The message's field for a stream: stdout or stderr."""
    return {stream: chunk}


def main() -> None:
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    host = LanguageHost(addresses[0] if addresses else "")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: leave(host.children))
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_SERVER_THREADS),
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(_ORPHAN_CHECK_SECONDS)
    leave(host.children)

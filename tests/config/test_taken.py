"""What is in the cluster already and not ours is refused with what to do; where nobody can ask, nothing is said."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from config.kubeconfig import Kubeconfig
from config.problems import StackError
from config.settings import Settings
from config.taken import check_names

from .examples import with_least

SPACE = "/api/v1/namespaces/tacos-app"
POOL = "/apis/karpenter.sh/v1/nodepools/tacos-app-on-demand-critical"
OURS = {"metadata": {"annotations": {"headroom.dev/p99": "100ms"}}}
THEIRS: Mapping[str, Any] = {"metadata": {"annotations": {"team": "other"}}}

pytestmark = pytest.mark.usefixtures("no_proxy")


@contextmanager
def serving(objects: Mapping[str, Any], status: int = 404) -> Iterator[tuple[Kubeconfig, list[str | None]]]:
    """A server with these objects, ``status`` for every other path; and the logins that it saw."""
    logins: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            logins.append(self.headers.get("Authorization"))
            body = json.dumps(objects.get(self.path, {})).encode()
            self.send_response(200 if self.path in objects else status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield kubeconfig(server.server_port), logins
    finally:
        server.shutdown()
        server.server_close()


def kubeconfig(port: int, **user: Any) -> Kubeconfig:
    return Kubeconfig(path=Path("kubeconfig"), context="c", server=f"http://127.0.0.1:{port}", user=user)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_least(tmp_path, "headroom:node_pool: {node_class: {kind: kwok}}")


def problems_of(found: Kubeconfig, settings: Settings) -> tuple[str, ...]:
    with pytest.raises(StackError) as error:
        check_names(found, settings)
    return error.value.problems


def test_a_cluster_without_them_and_one_with_our_own_are_fine(settings: Settings) -> None:
    for objects in ({}, {SPACE: OURS, POOL: OURS}):
        with serving(objects) as (found, _):
            check_names(found, settings)


def test_a_namespace_and_a_pool_of_somebody_else_are_both_named_with_what_to_do(settings: Settings) -> None:
    with serving({SPACE: {"metadata": {}}, POOL: THEIRS}) as (found, _):
        space, pool = problems_of(found, settings)
    assert space.startswith('headroom:namespace: "tacos-app": ')
    assert "namespace_kind: already-there" in space
    assert pool.startswith("headroom:node_pool.name: the NodePool tacos-app-on-demand-critical")


def test_a_namespace_that_is_somebody_elses_must_be_there(settings: Settings) -> None:
    theirs = settings.model_copy(update={"namespace_kind": "already-there"})
    with serving({SPACE: THEIRS}) as (found, _):
        check_names(found, theirs)
    with serving({}) as (found, _):
        (problem,) = problems_of(found, theirs)
    assert "create it" in problem


@pytest.mark.parametrize("status", [401, 403, 500])
def test_who_may_not_ask_is_not_stopped(settings: Settings, status: int) -> None:
    with serving({SPACE: THEIRS}, status) as (found, _):
        check_names(found, settings)


def test_a_server_that_is_away_is_the_reach_checks_to_tell(settings: Settings) -> None:
    with serving({}) as (found, _):
        pass
    check_names(found, settings)


def test_a_login_by_token_file_or_command_is_used(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    credential = json.dumps({"status": {"token": "from-command"}})
    users: dict[str, dict[str, Any]] = {
        "Bearer stated": {"token": "stated"},
        "Bearer from-file": {"tokenFile": str(tmp_path / "token")},
        "Bearer from-command": {"exec": {"command": "printf", "args": ["%s", credential]}},
    }
    for login, user in users.items():
        with serving({}) as (found, logins):
            check_names(kubeconfig(found.address[1], **user), settings)
        assert set(logins) == {login}


def test_a_login_that_fails_says_nothing(settings: Settings) -> None:
    with serving({SPACE: THEIRS}) as (found, logins):
        check_names(kubeconfig(found.address[1], exec={"command": "false"}), settings)
    assert logins == []
